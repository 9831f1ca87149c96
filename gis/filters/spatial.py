"""Spatial functions of CQL2. The literal is brought to the storage CRS, never the column."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import shapely
import sqlalchemy as sa
from shapely.errors import ShapelyError
from shapely.geometry import GeometryCollection, Polygon, box, shape

from gis.crs import STORAGE
from gis.errors import InvalidRequest
from gis.features.boxes import PIECES, parse_bbox

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

    from gis.filters.translate import Translator

Expression = sa.ColumnElement[Any]
RELATIONS = {
    "s_contains": "ST_Contains",
    "s_crosses": "ST_Crosses",
    "s_disjoint": "ST_Disjoint",
    "s_equals": "ST_Equals",
    "s_intersects": "ST_Intersects",
    "s_overlaps": "ST_Overlaps",
    "s_touches": "ST_Touches",
    "s_within": "ST_Within",
}
TURNED = {"s_contains": "s_within", "s_within": "s_contains"}
"""What a relation is with its sides changed; the others are the same."""
WHOLE = ("s_contains", "s_equals")
"""Relations of a feature with a shape that it would have to cover wholly."""


def related(translator: Translator, word: str, left: Any, right: Any) -> Expression:
    """Whether the feature's geometry and a literal stand in the relation; null for no place."""
    if not _is_property(left):
        left, right, word = right, left, TURNED.get(word, word)
    if not _is_property(left) or _is_property(right):
        raise translator.wrong("debe relacionar «geometry» con una geometría escrita en el filtro")
    column = translator.value(left)
    if column.kind != "geometry":
        raise translator.wrong("usa en una relación espacial un campo que no es «geometry»")
    literal = _literal(translator, right)
    parts = list(literal.geoms) if isinstance(literal, GeometryCollection) else [literal]
    mixed = isinstance(literal, GeometryCollection)
    if (mixed and word not in ("s_intersects", "s_disjoint")) or _nested(parts):
        raise translator.wrong("usa una colección de geometrías donde solo cabe una")
    # Nothing of ours lies outside the area, and reprojected from there it would mean nothing.
    area = box(*translator.crs.area)
    if word in WHOLE and not shapely.covers(area, parts[0]):
        return sa.and_(column.sql.is_not(None), sa.false())
    parts = [p if shapely.covers(area, p) else shapely.intersection(p, area) for p in parts]
    function = getattr(sa.func, RELATIONS[word])
    met = [function(column.sql, _stored(translator, part), type_=sa.Boolean) for part in parts]
    return sa.and_(*met) if word == "s_disjoint" else sa.or_(*met)


def _is_property(node: Any) -> bool:
    return isinstance(node, dict) and "property" in node


def _literal(translator: Translator, node: Any) -> BaseGeometry:
    """A geometry of the filter, valid and flat, x = easting or longitude."""
    if not isinstance(node, dict):
        raise translator.wrong("necesita una geometría en la relación espacial")
    if "bbox" in node:
        return _box(translator, node["bbox"])
    try:
        geometry = shapely.force_2d(shape(node))
        finite = bool(shapely.is_valid(geometry)) and _is_finite(geometry)
    except (ShapelyError, ValueError, TypeError, LookupError, AttributeError, ArithmeticError):
        finite = False
    if not finite:
        raise translator.wrong("tiene una geometría que no es válida (incompleta, o se cruza)")
    if geometry.is_empty:
        raise translator.wrong("tiene una geometría vacía")
    if translator.crs.north_first:
        return shapely.transform(geometry, lambda points: points[:, ::-1])
    return geometry


def _nested(parts: list[BaseGeometry]) -> bool:
    return any(isinstance(part, GeometryCollection) for part in parts)


def _is_finite(geometry: BaseGeometry) -> bool:
    return all(abs(number) < float("inf") for number in geometry.bounds)


def _box(translator: Translator, numbers: Any) -> BaseGeometry:
    try:
        text = ",".join(repr(float(number)) for number in numbers)
        found = parse_bbox(text, translator.crs)
    except (TypeError, ValueError, OverflowError):
        raise translator.wrong("tiene un BBOX que no es de números") from None
    except InvalidRequest as error:
        raise translator.wrong(f"tiene un BBOX que no sirve ({error.message})") from None
    least = 1e-9 if translator.crs.geographic else 1e-4
    boxes = [
        box(west, south, max(east, west + least), max(north, south + least))
        for west, south, east, north in found.parts()
    ]
    return shapely.union_all(boxes) if boxes else Polygon()


def _stored(translator: Translator, geometry: BaseGeometry) -> Expression:
    """The literal in the storage CRS. Its sides are cut, so that they bend as the projection."""
    crs = translator.crs
    west, south, east, north = geometry.bounds if not geometry.is_empty else (0.0,) * 4
    side = max(east - west, north - south)
    if crs.srid != STORAGE.srid and side > 0:
        geometry = shapely.segmentize(geometry, side / PIECES)
    binary = sa.literal(shapely.to_wkb(geometry), sa.LargeBinary)
    # Not as its second argument: GeoAlchemy2 writes that into the text, and SQLAlchemy would use
    # the text again for another CRS.
    made = sa.func.ST_SetSRID(sa.func.ST_GeomFromWKB(binary), crs.srid)
    return made if crs.srid == STORAGE.srid else sa.func.ST_Transform(made, STORAGE.srid)
