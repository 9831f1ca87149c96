"""GeoJSON text of features, written by PostgreSQL."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from gis.crs import STORAGE
from gis.features.values import as_json

if TYPE_CHECKING:
    from collections.abc import Iterable

    from gis.contract import Field
    from gis.crs import Crs


def feature_text(
    source: sa.FromClause, fields: Iterable[Field], crs: Crs
) -> tuple[sa.ColumnElement[str], sa.FromClause]:
    """A GeoJSON feature for each row of ``source`` (``_id``, the fields and perhaps ``geom``), and
    what to select it from. Text joined from pieces: 1.6 times as fast as building json objects.
    """
    geometry: sa.ColumnElement[Any] = sa.literal_column("'null'", sa.Text)
    if "geom" in source.c:
        shape = sa.func.ST_AsGeoJSON(geometry_in(source.c["geom"], crs), crs.decimals, 0)
        geometry = sa.func.coalesce(shape, geometry)
    properties, rows = _properties(source, fields)
    pieces = (
        _text('{"type":"Feature","id":'),
        sa.cast(sa.func.to_json(source.c["_id"]), sa.Text),
        _text(',"geometry":'),
        geometry,
        _text(',"properties":'),
        properties,
        _text("}"),
    )
    text = pieces[0]
    for piece in pieces[1:]:
        text = text.concat(piece)
    return text, rows


def _text(literal: str) -> sa.ColumnElement[str]:
    return sa.literal(literal, sa.Text)


def _properties(
    source: sa.FromClause, fields: Iterable[Field]
) -> tuple[sa.ColumnElement[str], sa.FromClause]:
    columns = [as_json(field, source.c[field.name]).label(field.name) for field in fields]
    if not columns:
        return _text("{}"), source
    row = sa.select(*columns).correlate(source).lateral("p")
    return sa.cast(sa.func.row_to_json(row.table_valued()), sa.Text), source.join(row, sa.true())


def geometry_in(geometry: sa.ColumnElement[Any], crs: Crs) -> sa.ColumnElement[Any]:
    """A stored geometry in ``crs``, in the order of its authority's axes."""
    shape = reprojected(geometry, crs)
    return sa.func.ST_FlipCoordinates(shape) if crs.north_first else shape


def reprojected(geometry: sa.ColumnElement[Any], crs: Crs) -> sa.ColumnElement[Any]:
    """A stored geometry in ``crs``, x = easting or longitude."""
    if crs.srid == STORAGE.srid:
        return geometry
    return sa.func.ST_Transform(geometry, crs.srid)
