"""Where features lie: reprojected to EPSG:9377, within the layer's extent or refused with a hint.

Two mistakes make most of what falls outside: axes swapped, and coordinates that are not in the
CRS the file claims. Both are looked for before a row is called misplaced.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from gis.conform import reference
from gis.conform.repairs import said
from gis.spelling import listed

if TYPE_CHECKING:
    import pandas as pd

    from gis.conform.collector import Collector
    from gis.contract import Extent

STEPS = 64
"""Points per side of the extent when its edges are bent into EPSG:9377."""


def place(
    shapes: Any, rows: pd.Index[int], crs: int, extent: Extent, accepted: tuple[int, ...],
    swap: bool, found: Collector,
) -> Any:  # fmt: skip
    """The shapes in EPSG:9377, x = easting; those outside the extent refused and None.

    ``shapes`` are in ``crs``, two-dimensional, None where there is none.
    """
    area = _area(extent)
    stored = to_storage(shapes, crs)
    outside = _outside(stored, area)
    swapped = np.zeros(len(shapes), dtype=bool)
    if outside.any():
        turned = to_storage(_turned(shapes[outside]), crs)
        swapped[outside] = ~_outside(turned, area)
        if swap and swapped.any():
            stored[swapped] = turned[swapped[outside]]
            outside &= ~swapped
    if swap:
        said(found, "swap_axes", int(swapped.sum()), "fila")
        swapped[:] = False
    if outside.any():
        _say(shapes, stored, rows, outside, swapped, crs, extent, accepted, found)
        stored[outside] = None
    return stored


def to_storage(shapes: Any, crs: int) -> Any:
    """A copy in EPSG:9377; coordinates that the projection cannot take become infinite."""
    if crs == reference.STORAGE:
        return shapes.copy()
    move = reference.transformer(crs, reference.STORAGE)
    points = shapely.get_type_id(shapes) == 0
    result = shapes.copy()
    if points.any():
        x, y = shapely.get_x(shapes[points]), shapely.get_y(shapes[points])
        result[points] = shapely.points(*move.transform(x, y))
    if not points.all():
        result[~points] = shapely.transform(
            shapes[~points], lambda x, y: move.transform(x, y), interleaved=False
        )
    return result


def _area(extent: Extent) -> Any:
    """The extent as a polygon of EPSG:9377, its edges following meridians and parallels."""
    box = shapely.segmentize(
        shapely.box(*extent.as_tuple()),
        max(extent.east - extent.west, extent.north - extent.south) / STEPS,
    )
    move = reference.transformer(reference.DEGREES, reference.STORAGE)
    area = shapely.transform(box, lambda x, y: move.transform(x, y), interleaved=False)
    shapely.prepare(area)
    return area


def _outside(shapes: Any, area: Any) -> Any:
    """Which shapes that are there do not lie wholly within the area (infinite ones never do)."""
    present = ~shapely.is_missing(shapes)
    if (shapely.get_type_id(shapes) <= 0).all():
        return present & ~shapely.intersects_xy(area, shapely.get_x(shapes), shapely.get_y(shapes))
    bounds = shapely.bounds(shapes)
    finite = np.isfinite(bounds).all(axis=1)
    corners = shapely.box(*bounds[finite].T)
    inside = np.zeros(len(shapes), dtype=bool)
    inside[finite] = shapely.covers(area, corners)
    doubtful = finite & ~inside
    if doubtful.any():
        inside[doubtful] = _all_vertices_in(shapes[doubtful], area)
    return present & ~inside


def _all_vertices_in(shapes: Any, area: Any) -> Any:
    """Whether every vertex lies in the area: the extent is convex, so no edge leaves it."""
    points, owner = shapely.get_coordinates(shapes, return_index=True)
    inside = shapely.intersects_xy(area, points[:, 0], points[:, 1])
    return np.bincount(owner[~inside], minlength=len(shapes)) == 0


def _turned(shapes: Any) -> Any:
    return shapely.transform(shapes, lambda x, y: (y, x), interleaved=False)


def _say(
    shapes: Any, stored: Any, rows: pd.Index[int], outside: Any, swapped: Any, crs: int,
    extent: Extent, accepted: tuple[int, ...], found: Collector,
) -> None:  # fmt: skip
    if swapped.any():
        found.rows(
            "swapped-axes",
            rows[swapped],
            "La longitud y la latitud (x e y) están intercambiadas",
            "Corrija el orden de las columnas, o use --repair swap_axes",
            values=_shown(shapes[swapped]),
        )
    rest = outside & ~swapped
    if not rest.any():
        return
    part = shapely.intersects(_area(extent), stored)
    messages = [
        "Una parte cae fuera de la extensión de la capa" if inside else
        "Cae fuera de la extensión de la capa"
        for inside in part[rest]
    ]  # fmt: skip
    found.rows(
        "outside-extent",
        rows[rest],
        messages,
        "Revise la coordenada: un dígito de más o de menos la mueve kilómetros",
        values=_shown(shapes[rest]),
    )
    _suspect(shapes, rest, crs, extent, accepted, found)


def _suspect(
    shapes: Any, outside: Any, crs: int, extent: Extent, accepted: tuple[int, ...],
    found: Collector,
) -> None:  # fmt: skip
    """Say so when most rows would fall in their place by another CRS than the one claimed."""
    present = ~shapely.is_missing(shapes)
    if outside.sum() * 2 < present.sum():
        return
    bounds = shapely.bounds(shapes[outside])
    bounds = bounds[np.isfinite(bounds).all(axis=1)]
    if not len(bounds):
        return
    x, y = (bounds[:, 0] + bounds[:, 2]) / 2, (bounds[:, 1] + bounds[:, 3]) / 2
    codes = [c for c in reference.candidates(x, y, extent, accepted) if c != crs]
    turned = [c for c in reference.candidates(y, x, extent, accepted) if c not in codes]
    if codes:
        names = listed([f"EPSG:{code}" for code in codes])
        found.whole(
            "crs-suspected",
            f"Leídas como {reference.name(crs)} las coordenadas caen fuera de la extensión; leídas "
            f"como {names} caerían dentro",
            f"Si el sistema que declara el archivo está mal, use --crs EPSG:{codes[0]}",
        )
    elif turned:
        found.whole(
            "crs-suspected",
            f"Las coordenadas caerían dentro con x e y intercambiadas y como EPSG:{turned[0]}",
            f"Use --crs EPSG:{turned[0]} --repair swap_axes",
        )


def _shown(shapes: Any) -> list[str]:
    """First coordinate of each shape as delivered, x then y."""
    starts = np.array([shapely.get_coordinates(shape)[0] for shape in shapes]).reshape(-1, 2)
    return [f"{x:.10g} {y:.10g}" for x, y in starts]
