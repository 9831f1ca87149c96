"""GeoJSON geometries (RFC 7946 §3.1) as shapes, with the reason when one cannot be read."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import shapely
from shapely.geometry import shape as build

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gis.crs import Crs

LEVELS = {
    "Point": 0, "MultiPoint": 1, "LineString": 1, "MultiLineString": 2, "Polygon": 2,
    "MultiPolygon": 3,
}  # fmt: skip
"""Lists around a position, by type."""
COLLECTION = "GeometryCollection"


class UnreadableShape(ValueError):
    """Why a geometry cannot be read, in Spanish, to follow «La geometría no se puede leer:»."""


def read_shape(geometry: Any, crs: Crs) -> Any:
    """A shapely geometry, x = easting or longitude; heights stay.

    ``geometry`` is a GeoJSON object with coordinates in the order of ``crs``' axes. Raises
    :class:`UnreadableShape`. Empty coordinates make an empty shape.
    """
    found = _shape(geometry)
    if not crs.north_first:
        return found
    columns = [1, 0, 2] if found.has_z else [1, 0]
    return shapely.transform(found, lambda places: places[:, columns], include_z=found.has_z)


def _shape(geometry: Any) -> Any:
    kind = geometry.get("type") if isinstance(geometry, dict) else None
    if kind == COLLECTION:
        members = geometry.get("geometries")
        if not isinstance(members, list):
            raise UnreadableShape("le falta «geometries»")
        return shapely.GeometryCollection([_shape(member) for member in members])
    if not isinstance(kind, str) or kind not in LEVELS:
        raise UnreadableShape(f"su «type» debe ser uno de {', '.join(LEVELS)}")
    coordinates = geometry.get("coordinates")
    if not isinstance(coordinates, list):
        raise UnreadableShape("le falta «coordinates», una lista")
    if not coordinates:
        return shapely.from_wkt(f"{kind} EMPTY")
    parts = list(_parts(coordinates, max(LEVELS[kind] - 1, 0)))
    for part in parts:
        _check(part if LEVELS[kind] else [part], kind)
    try:
        return build({"type": kind, "coordinates": coordinates})
    except (ValueError, TypeError, shapely.errors.ShapelyError) as error:
        raise UnreadableShape("sus coordenadas no forman una figura") from error


def _parts(coordinates: Any, levels: int) -> Iterator[list[Any]]:
    """Lists of positions, out of the lists around them; the position itself of a point."""
    if not isinstance(coordinates, list):
        raise UnreadableShape("a sus coordenadas les faltan corchetes")
    if levels == 0:
        yield coordinates
        return
    for part in coordinates:
        yield from _parts(part, levels - 1)


def _check(positions: list[Any], kind: str) -> None:
    for position in positions:
        _check_position(position)
    if "Line" in kind and len(positions) < 2:
        raise UnreadableShape("una línea necesita al menos dos posiciones")
    if "Polygon" in kind:
        if len(positions) < 4:
            raise UnreadableShape("un anillo necesita al menos cuatro posiciones")
        if positions[0] != positions[-1]:
            raise UnreadableShape("un anillo no termina donde empieza")


def _check_position(position: Any) -> None:
    if not isinstance(position, list) or not 2 <= len(position) <= 3:
        raise UnreadableShape("una posición son dos números (o tres, con la altura)")
    for number in position:
        if isinstance(number, bool) or not isinstance(number, int | float):
            raise UnreadableShape("una coordenada no es un número")
        if not _is_finite(number):
            raise UnreadableShape("una coordenada es demasiado grande")


def _is_finite(number: float) -> bool:
    try:
        return math.isfinite(float(number))
    except OverflowError:
        return False
