"""JSON-FG text of features (OGC 21-045r1), written by PostgreSQL as GeoJSON is.

``place`` holds the geometry in any CRS but CRS84, in the order of its authority's axes; in CRS84
it is null and ``geometry`` holds it (clause 8, place-geometries), which is never in another CRS.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

import sqlalchemy as sa

from gis.crs import CRS84
from gis.features.geojson import NULL, geometry_text, joined, text, written
from gis.features.rows import time_columns
from gis.features.values import utc_text

if TYPE_CHECKING:
    from gis.contract import Access, Layer
    from gis.crs import Crs

Encoding = Literal["rfc7946", "jsonfg", "jsonfg-plus"]
"""The profiles of GeoJSON (clause 14): with ``jsonfg-plus`` a feature with a ``place`` keeps its
``geometry`` in CRS84, for programs that read GeoJSON alone."""
SPEC = "http://www.opengis.net/spec/json-fg-1/1.0/conf/"
CONFORMS_TO = (SPEC + "core", SPEC + "types-schemas")


def jsonfg_text(
    source: sa.FromClause,
    layer: Layer,
    access: Access,
    properties: sa.ColumnElement[str],
    crs: Crs,
    encoding: Encoding,
) -> sa.ColumnElement[str]:
    """A JSON-FG feature for each row of ``source``."""
    placed = crs is not CRS84
    return written(
        source,
        properties,
        {
            "time": _time(source, layer, access),
            "place": geometry_text(source, crs) if placed else NULL,
            "geometry": NULL if placed and encoding == "jsonfg" else geometry_text(source, CRS84),
        },
    )


def root_members(layer: Layer, crs: Crs, schema: str) -> dict[str, Any]:
    """What the outermost object says; ``schema`` is the address of the layer's schema."""
    members: dict[str, Any] = {
        "conformsTo": list(CONFORMS_TO),
        "featureType": layer.name,
        "featureSchema": schema,
    }
    if crs is not CRS84:
        members["coordRefSys"] = crs.uri
    return members


def _time(source: sa.FromClause, layer: Layer, access: Access) -> sa.ColumnElement[str]:
    """The feature's own time: a day or an instant, or two of them, null for none."""
    columns = time_columns(source, layer, access)
    if not columns:
        return NULL
    day = layer.field(layer.time[0]).type.kind == "date"
    ends = [_moment(column, day=day) for column in columns]
    if len(ends) == 1:
        member = text('{"date":' if day else '{"timestamp":')
        return sa.func.coalesce(joined(member, ends[0], text("}")), NULL, type_=sa.Text)
    start, end = (sa.func.coalesce(each, text('".."'), type_=sa.Text) for each in ends)
    interval = joined(text('{"interval":['), start, text(","), end, text("]}"))
    # Without either end, or backwards, it is no interval (requirement core/interval).
    known = sa.func.num_nonnulls(*columns) > 0
    backwards = sa.func.coalesce(columns[0] > columns[1], sa.false())
    return sa.case((sa.and_(known, sa.not_(backwards)), interval), else_=NULL)


def _moment(column: sa.ColumnElement[Any], *, day: bool) -> sa.ColumnElement[str]:
    if day:
        return sa.cast(sa.func.to_json(column), sa.Text)
    return joined(text('"'), utc_text(column), text('"'))
