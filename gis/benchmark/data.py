"""Seeded data of a city's size: inspection points, street edges, parcels.

The same seed gives the same data on any machine. Everything lies within a box of 30 × 20 km around
a point of EPSG:9377; nothing describes a real place.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from gis.benchmark.layers import LEVELS, STRATA

if TYPE_CHECKING:
    from numpy.typing import NDArray

EAST, NORTH = 4_738_000.0, 2_040_000.0
"""South-west corner of the box, EPSG:9377."""
WIDTH, HEIGHT = 30_000.0, 20_000.0
CITY = (12_000.0, 10_000.0)
"""Width and height of the built part, in the middle."""
SEED = 73


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
    table |= {f"decimal_{n}": draw.uniform(0.1, 0.9, count).round(6) for n in range(2)}
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
        "jerarquia": np.asarray([c.code for c in LEVELS])[np.where(starts % 25 == 0, 0, 2)],
        "longitud": shapely.length(lines).round(2),
    }
    return gpd.GeoDataFrame(table, geometry=lines, crs=9377)


def parcels(count: int) -> gpd.GeoDataFrame:
    """``count`` parcels of a bent grid of blocks in the middle of the box, eight vertices each
    (EPSG:9377), neighbours along their sides."""
    draw = np.random.default_rng(SEED)
    columns = int(np.ceil(np.sqrt(count * 1.2)))
    rows = int(np.ceil(count / columns))
    step_x, step_y = min(CITY[0] / columns, 40.0), min(CITY[1] / rows, 40.0)
    grid_x, grid_y = np.meshgrid(np.arange(columns + 1), np.arange(rows + 1))
    east = EAST + (WIDTH - step_x * columns) / 2 + step_x * grid_x
    north = NORTH + (HEIGHT - step_y * rows) / 2 + step_y * grid_y
    bend = draw.normal(0, 0.06, (2, *grid_x.shape))
    nodes = np.stack([east + step_x * bend[0], north + step_y * bend[1]], axis=-1)
    corners = [nodes[:-1, :-1], nodes[:-1, 1:], nodes[1:, 1:], nodes[1:, :-1]]
    rings = np.stack([corner.reshape(-1, 2)[:count] for corner in corners], axis=1)
    middles = (rings + np.roll(rings, -1, axis=1)) / 2
    shapes = shapely.polygons(np.stack([rings, middles], axis=2).reshape(-1, 8, 2))
    number = np.arange(count)
    table = {
        "numero_predial": np.char.zfill(number.astype(str), 30),
        "direccion": np.char.add("Calle ", (number % 180).astype(str)),
        "estrato": np.asarray([code.code for code in STRATA])[draw.integers(0, 6, count)],
        "area_terreno": shapely.area(shapes).round(2),
    }
    return gpd.GeoDataFrame(table, geometry=shapely.multipolygons(shapes[:, None]), crs=9377)


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
    return np.asarray([code.code for code in LEVELS])[draw.integers(0, 3, count)]
