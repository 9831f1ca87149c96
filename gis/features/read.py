"""Pages of features and single features, as GeoJSON text that PostgreSQL writes."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from gis import store
from gis.crs import STORAGE
from gis.errors import NotFound
from gis.features.query import MAX_LIMIT, Query, make_token, read_token
from gis.features.rows import conditions, rows
from gis.features.values import as_json

if TYPE_CHECKING:
    from gis.contract import Access, Layer
    from gis.crs import Crs

COUNTED = 10_000
"""A selection of a layer with at most so many features is counted; of a larger one it is not."""
PAGE_BYTES = 32 * 2**20
"""A page ends early (with a ``next``) once its stored geometries pass this size."""


@dataclass(frozen=True, slots=True)
class Page:
    """Some features of a layer, in the order of ``_fid``."""

    features: str
    """GeoJSON features separated by commas; empty when there are none."""
    returned: int
    matched: int | None
    """How many features the whole selection has; None when that would take a count."""
    next: str
    """Token of the page that follows, empty on the last."""


def read_page(conn: sa.Connection, layer: Layer, access: Access, query: Query) -> Page:
    """One page. Coordinates come in the axis order of ``query.crs``; a feature without geometry
    has null. Raises :class:`InvalidRequest` for a token of another selection."""
    after = read_token(query, layer, access)
    query = replace(query, limit=min(query.limit, MAX_LIMIT))
    text, last, returned, fetched = conn.execute(_page(layer, access, query, after)).one()
    more = fetched > returned
    matched = None
    if not query.token and not more:
        matched = returned
    elif query.as_of is None:
        matched = count(conn, layer, access, query)
    return Page(
        text or "", returned, matched, make_token(query, layer, access, last) if more else ""
    )


def read_one(
    conn: sa.Connection,
    layer: Layer,
    access: Access,
    feature_id: str,
    crs: Crs,
    as_of: int | None = None,
) -> str:
    """One feature as GeoJSON text, its last brace left out so that the caller may add members."""
    if "\x00" in feature_id:
        raise _not_found(layer, feature_id)
    source = rows(layer, access, as_of)
    found = sa.select(source).where(source.c["_id"] == feature_id).limit(1).subquery("r")
    text = conn.execute(select_features(found, layer, access, crs)).scalar_one_or_none()
    if text is None:
        raise _not_found(layer, feature_id)
    return str(text)[:-1]


def count(conn: sa.Connection, layer: Layer, access: Access, query: Query) -> int | None:
    """How many features the selection has, None when finding out is not cheap."""
    state = store.layer_state(conn, layer.name, access)
    if not query.is_filtered:
        return state.feature_count
    if state.feature_count > COUNTED:
        return None
    source = rows(layer, access, query.as_of)
    selected = sa.select(sa.func.count()).select_from(source)
    return conn.execute(selected.where(*conditions(source, layer, access, query))).scalar_one()


def _not_found(layer: Layer, feature_id: str) -> NotFound:
    return NotFound(
        f"La capa «{layer.name}» no tiene el elemento «{feature_id}»",
        layer=layer.name,
        feature=feature_id,
    )


def _page(layer: Layer, access: Access, query: Query, after: int) -> sa.Select[Any]:
    """One row: text, last ``_fid``, features in the text, features found (one past the limit)."""
    source = rows(layer, access, query.as_of)
    fid = source.c["_fid"]
    met = conditions(source, layer, access, query)
    found = (
        sa.select(source).where(fid > after, *met).order_by(fid).limit(query.limit + 1)
    ).subquery("found")
    numbered = sa.select(found, *_positions(found, layer, access)).subquery("r")
    kept = numbered.c["_position"] <= query.limit
    if "_bytes" in numbered.c:
        kept &= (numbered.c["_bytes"] <= PAGE_BYTES) | (numbered.c["_position"] == 1)
    properties = _properties(numbered, layer, access)
    text = _feature(numbered, layer, access, query.crs, properties)
    return sa.select(
        sa.func.string_agg(text, ",").filter(kept),
        sa.func.max(numbered.c["_fid"]).filter(kept),
        sa.func.count().filter(kept),
        sa.func.count(),
    ).select_from(numbered.join(properties, sa.true()))


def _positions(found: sa.Subquery, layer: Layer, access: Access) -> list[sa.ColumnElement[Any]]:
    order = found.c["_fid"]
    positions: list[sa.ColumnElement[Any]] = [
        sa.func.row_number().over(order_by=order).label("_position")
    ]
    if layer.geometry is not None and layer.geometry.dimension and layer.geometry_for(access):
        size = sa.func.sum(sa.func.pg_column_size(found.c.geom))
        positions.append(size.over(order_by=order, rows=(None, 0)).label("_bytes"))
    return positions


def select_features(
    source: sa.FromClause, layer: Layer, access: Access, crs: Crs
) -> sa.Select[Any]:
    """One column: each row of ``source`` as a GeoJSON feature."""
    properties = _properties(source, layer, access)
    text = _feature(source, layer, access, crs, properties)
    return sa.select(text).select_from(source.join(properties, sa.true()))


def _properties(
    source: sa.FromClause, layer: Layer, access: Access
) -> sa.sql.selectable.LateralFromClause:
    fields = layer.fields_for(access)
    columns = [as_json(field, source.c[field.name]).label(field.name) for field in fields]
    return sa.select(*columns).correlate(source).lateral("p")


def _feature(
    source: sa.FromClause,
    layer: Layer,
    access: Access,
    crs: Crs,
    properties: sa.sql.selectable.LateralFromClause,
) -> sa.ColumnElement[str]:
    """Text joined from pieces: measured 1.6 times as fast as building json objects."""
    geometry: sa.ColumnElement[Any] = sa.literal("null")
    if layer.geometry_for(access):
        shape = geometry_in(source.c.geom, crs)
        geometry = sa.func.coalesce(sa.func.ST_AsGeoJSON(shape, crs.decimals, 0), "null")
    return (
        sa.literal('{"type":"Feature","id":')
        .concat(sa.cast(sa.func.to_json(source.c["_id"]), sa.Text))
        .concat(',"geometry":')
        .concat(geometry)
        .concat(',"properties":')
        .concat(sa.cast(sa.func.row_to_json(properties.table_valued()), sa.Text))
        .concat("}")
    )


def geometry_in(geometry: sa.ColumnElement[Any], crs: Crs) -> sa.ColumnElement[Any]:
    """A stored geometry in ``crs``, in the order of its authority's axes."""
    if crs.srid != STORAGE.srid:
        geometry = sa.func.ST_Transform(geometry, crs.srid)
    return sa.func.ST_FlipCoordinates(geometry) if crs.north_first else geometry
