"""Seeded data of a city's size: inspection points, street edges, hazard zones.

The same seed gives the same data on any machine. Everything lies within a box of 30 × 20 km around
a point of EPSG:9377; nothing describes a real place.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from gis.contract import (
    PUBLICA,
    Coded,
    Date,
    Decimal,
    Field,
    Frequency,
    Geometry,
    Integer,
    Layer,
    Metadata,
    Style,
    Text,
    Tiles,
    Topic,
)
from gis.contract.codelists import Code

if TYPE_CHECKING:
    from numpy.typing import NDArray

EAST, NORTH = 4_738_000.0, 2_040_000.0
"""South-west corner of the box, EPSG:9377."""
WIDTH, HEIGHT = 30_000.0, 20_000.0
SEED = 73

_METADATA = Metadata(
    abstract="Datos sintéticos de la medición de rendimiento; no describen ningún lugar. " * 2,
    lineage="Generados por una semilla.",
    topic=Topic.LOCATION,
    frequency=Frequency.NOT_PLANNED,
    contact="medicion",
)
_LEVELS = tuple(Code(name, name.capitalize()) for name in ("alta", "media", "baja"))


def _field(name: str, kind: Any, **more: Any) -> Field:
    return Field(name, kind, label=name, definition=f"Campo {name}.", access=PUBLICA, **more)


POINTS = Layer(
    name="medicion_puntos",
    title="Puntos",
    geometry=Geometry("Point"),
    key=("codigo",),
    fields=(
        _field("codigo", Integer(), required=True),
        *[_field(f"texto_{n}", Text(), source_names=()) for n in range(4)],
        *[_field(f"entero_{n}", Integer(minimum=0)) for n in range(3)],
        *[_field(f"decimal_{n}", Decimal()) for n in range(2)],
        _field("nivel", Coded("nivel", listed=_LEVELS)),
        _field("fecha", Date()),
    ),
    metadata=_METADATA,
    tiles=Tiles(minzoom=0),
    style=Style(by="nivel"),
)
ROADS = Layer(
    name="medicion_vias",
    title="Vías",
    geometry=Geometry("LineString"),
    key=("u", "v", "k"),
    fields=(
        *[_field(name, Integer(), required=True) for name in ("u", "v", "k")],
        _field("nombre", Text()),
        _field("jerarquia", Coded("nivel", listed=_LEVELS)),
        _field("longitud", Decimal(measure="m")),
    ),
    metadata=_METADATA,
    tiles=Tiles(minzoom=0),
    style=Style(by="jerarquia", label="nombre"),
)
ZONES = Layer(
    name="medicion_zonas",
    title="Zonas",
    geometry=Geometry("MultiPolygon"),
    key=("codigo",),
    fields=(
        _field("codigo", Integer(), required=True),
        _field("nivel", Coded("nivel", listed=_LEVELS)),
        _field("estudio", Text()),
    ),
    metadata=_METADATA,
    tiles=Tiles(minzoom=0),
    style=Style(by="nivel"),
)


def points(count: int) -> pd.DataFrame:
    """``count`` points with twelve attributes, denser in the middle, as a file would bring them:
    ``longitud`` and ``latitud`` in degrees and every value as text."""
    draw = np.random.default_rng(SEED)
    x = EAST + WIDTH * np.clip(draw.normal(0.5, 0.18, count), 0, 1)
    y = NORTH + HEIGHT * np.clip(draw.normal(0.5, 0.18, count), 0, 1)
    degrees = gpd.GeoSeries(shapely.points(x, y), crs=9377).to_crs(4326)
    days = np.datetime64("2020-01-01") + draw.integers(0, 2000, count).astype("timedelta64[D]")
    table: dict[str, Any] = {"codigo": np.arange(count)}
    table |= {f"texto_{n}": _words(draw, count) for n in range(4)}
    table |= {f"entero_{n}": draw.integers(0, 10_000, count) for n in range(3)}
    table |= {f"decimal_{n}": draw.random(count).round(6) for n in range(2)}
    table |= {"nivel": _levels(draw, count), "fecha": days.astype(str)}
    table |= {"longitud": degrees.x.round(7), "latitud": degrees.y.round(7)}
    return pd.DataFrame(table)


def roads(count: int) -> gpd.GeoDataFrame:
    """About ``count`` street edges of a bent grid, four vertices each (EPSG:9377)."""
    draw = np.random.default_rng(SEED)
    side = int(np.sqrt(count / 2))
    grid_x, grid_y = np.meshgrid(np.arange(side), np.arange(side))
    east = EAST + WIDTH * (grid_x + draw.normal(0, 0.12, grid_x.shape)) / side
    north = NORTH + HEIGHT * (grid_y + draw.normal(0, 0.12, grid_y.shape)) / side
    nodes = np.stack([east, north], axis=-1).reshape(-1, 2)
    number = np.arange(side * side).reshape(side, side)
    starts = np.concatenate([number[:, :-1].ravel(), number[:-1, :].ravel()])
    ends = np.concatenate([number[:, 1:].ravel(), number[1:, :].ravel()])
    lines = shapely.linestrings(_bent(nodes[starts], nodes[ends], draw))
    table = {
        "u": starts,
        "v": ends,
        "k": np.zeros(len(starts), dtype=int),
        "nombre": np.char.add("Carrera ", (starts % 140).astype(str)),
        "jerarquia": np.asarray([c.code for c in _LEVELS])[np.where(starts % 25 == 0, 0, 2)],
        "longitud": shapely.length(lines).round(2),
    }
    return gpd.GeoDataFrame(table, geometry=lines, crs=9377)


def zones(count: int, vertices: int) -> gpd.GeoDataFrame:
    """``count`` jagged zones of ``vertices`` vertices each, not overlapping (EPSG:9377)."""
    draw = np.random.default_rng(SEED)
    columns = int(np.ceil(np.sqrt(count * WIDTH / HEIGHT)))
    cell_x, cell_y = WIDTH / columns, HEIGHT / np.ceil(count / columns)
    shapes = []
    for position in range(count):
        row, column = divmod(position, columns)
        centre = (EAST + cell_x * (column + 0.5), NORTH + cell_y * (row + 0.5))
        shapes.append(
            shapely.MultiPolygon([_blob(draw, centre, 0.48 * min(cell_x, cell_y), vertices)])
        )
    table = {
        "codigo": np.arange(count),
        "nivel": [_LEVELS[n % 3].code for n in range(count)],
        "estudio": ["Estudio sintético"] * count,
    }
    return gpd.GeoDataFrame(table, geometry=shapes, crs=9377)


def _blob(
    draw: np.random.Generator, centre: tuple[float, float], radius: float, vertices: int
) -> shapely.Polygon:
    """A star-shaped ring whose radius wanders as a contour line does: never crosses itself."""
    angles = np.linspace(0, 2 * np.pi, vertices, endpoint=False)
    wander = np.zeros(vertices)
    for wave in (3, 7, 19, 53, 151, 499):
        wander += np.sin(wave * angles + draw.uniform(0, 6.28)) / wave
    noise = draw.normal(0, 0.0008, vertices)
    reach = radius * (0.72 + 0.28 * wander / np.abs(wander).max() + noise)
    ring = np.stack(
        [centre[0] + reach * np.cos(angles), centre[1] + reach * np.sin(angles)], axis=-1
    )
    return shapely.Polygon(ring)


def _bent(
    starts: NDArray[np.float64], ends: NDArray[np.float64], draw: np.random.Generator
) -> NDArray[np.float64]:
    shares = np.asarray([0, 1 / 3, 2 / 3, 1])[None, :, None]
    lines: NDArray[np.float64] = starts[:, None, :] * (1 - shares) + ends[:, None, :] * shares
    lines[:, 1:3, :] += draw.normal(0, 3, (len(starts), 2, 2))
    return lines


def _words(draw: np.random.Generator, count: int) -> NDArray[np.str_]:
    return np.char.add("valor ", draw.integers(0, 5000, count).astype(str))


def _levels(draw: np.random.Generator, count: int) -> NDArray[np.str_]:
    return np.asarray([code.code for code in _LEVELS])[draw.integers(0, 3, count)]
