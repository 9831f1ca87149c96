"""Geometry that means something: valid rings, simple lines, nothing degenerate."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from gis.conform.repairs import said
from gis.spelling import figure

if TYPE_CHECKING:
    import pandas as pd

    from gis.conform.collector import Collector
    from gis.contract import Geometry

SHORT_M = 0.05
"""Lines shorter than these metres are more often a slip of the hand than a thing."""
SMALL_M2 = 1.0
"""Surfaces (whole features) smaller than these square metres likewise."""
REASONS = {
    "Self-intersection": "el borde se cruza a sí mismo",
    "Ring Self-intersection": "un anillo se toca o se cruza a sí mismo",
    "Hole lies outside shell": "un hueco queda fuera del borde",
    "Nested shells": "una parte queda dentro de otra",
    "Nested holes": "un hueco queda dentro de otro",
    "Interior is disconnected": "los huecos parten el interior",
    "Duplicate Rings": "dos anillos son iguales",
    "Too few points in geometry component": "tiene muy pocos puntos distintos",
    "Invalid Coordinate": "tiene una coordenada que no es un número",
    "Ring is not closed": "un anillo no cierra",
}
_REASON = re.compile(r"(?P<reason>[^\[]+?)\s*(\[(?P<x>\S+) (?P<y>\S+)\])?")


def valid(
    shapes: Any, rows: pd.Index[int], geometry: Geometry, repair: bool, found: Collector
) -> Any:
    """The shapes that are valid (OGC Simple Features), in EPSG:9377; others refused and None.

    With ``repair`` surfaces go through ``make_valid`` and keep their area; what has no surface
    left is refused all the same. Lines that cross themselves are valid, and said.
    """
    present = ~shapely.is_missing(shapes)
    wrong = present & ~shapely.is_valid(shapes)
    result = shapes.copy()
    if repair:
        result, wrong = _repaired(shapes, wrong, geometry, found)
    if wrong.any():
        _say_invalid(shapes[wrong], rows[wrong], found)
        result[wrong] = None
    if geometry.dimension == 1:
        crossed = present & ~wrong & ~shapely.is_simple(result)
        if crossed.any():
            found.rows(
                "not-simple",
                rows[crossed],
                "La línea se cruza o se repite a sí misma",
                "Revise que no sea un vértice de más; un retorno o una glorieta son correctos",
            )
    _say_tiny(result, rows, geometry, found)
    return _oriented(result) if geometry.dimension == 2 else result


def _repaired(shapes: Any, wrong: Any, geometry: Geometry, found: Collector) -> tuple[Any, Any]:
    result, left = shapes.copy(), wrong.copy()
    places = np.flatnonzero(wrong) if geometry.dimension == 2 else np.array([], dtype=int)
    repaired = 0
    for place in places:
        surface = _surface(shapely.make_valid(shapes[place]))
        if surface is None or (not geometry.is_multi and surface.geom_type != "Polygon"):
            continue
        if geometry.is_multi and surface.geom_type == "Polygon":
            surface = shapely.multipolygons([surface])
        result[place], left[place] = surface, False
        repaired += 1
    said(found, "make_valid", repaired, "geometría")
    return result, left


def _surface(shape: Any) -> Any | None:
    """The polygons of what make_valid gives; the lines and points it leaves over are no surface."""
    parts = shapely.get_parts(shape)
    parts = np.concatenate([shapely.get_parts(part) for part in parts]) if len(parts) else parts
    polygons = parts[(shapely.get_type_id(parts) == 3) & (shapely.area(parts) > 0)]
    return shapely.union_all(polygons) if len(polygons) else None


def _say_invalid(shapes: Any, rows: pd.Index[int], found: Collector) -> None:
    told = [_REASON.fullmatch(text) for text in shapely.is_valid_reason(shapes)]
    messages = []
    for match in told:
        reason = match["reason"] if match else "?"
        place = f" en E {float(match['x']):.2f}, N {float(match['y']):.2f}" if (
            match and match["x"]
        ) else ""  # fmt: skip
        messages.append(f"Geometría inválida: {REASONS.get(reason, reason)}{place}")
    found.rows(
        "invalid-geometry",
        rows,
        messages,
        "Corríjala en el programa de SIG, o use --repair make_valid",
    )


def _say_tiny(shapes: Any, rows: pd.Index[int], geometry: Geometry, found: Collector) -> None:
    if geometry.dimension == 0:
        return
    size = shapely.length(shapes) if geometry.dimension == 1 else shapely.area(shapes)
    limit = SHORT_M if geometry.dimension == 1 else SMALL_M2
    unit = "m de largo" if geometry.dimension == 1 else "m²"
    tiny = ~shapely.is_missing(shapes) & (size < limit)
    if tiny.any():
        found.rows(
            "tiny-geometry",
            rows[tiny],
            [f"El elemento mide {figure(value, 3)} {unit}" for value in size[tiny]],
            "Revise si es un resto de edición; si lo es, bórrelo o únalo al vecino",
            values=[f"{value:.3f}" for value in size[tiny]],
        )


def _oriented(shapes: Any) -> Any:
    """Exteriors counter-clockwise, holes clockwise (RFC 7946; ISO 19107)."""
    return shapely.orient_polygons(shapes, exterior_cw=False)
