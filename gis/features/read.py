"""Pages of features and single features, as GeoJSON text that PostgreSQL writes."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
from sqlalchemy.dialects.postgresql import aggregate_order_by

from gis import store
from gis.errors import InvalidRequest, NotFound
from gis.features.geojson import feature_text
from gis.features.jsonfg import jsonfg_text
from gis.features.query import MAX_LIMIT, Query, make_token, read_token
from gis.features.rows import conditions, parameters, rows
from gis.features.sorting import After, key_text, sorted_rows
from gis.features.version import digest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from gis.contract import Access, Field, Layer
    from gis.crs import Crs
    from gis.features.jsonfg import Encoding
    from gis.store import LayerState

COUNTED = 10_000
"""A selection of a layer with at most so many features is counted; of a larger one it is not."""
_COMMA: sa.ColumnElement[str] = sa.literal_column("','", sa.Text)
REMEMBERED = 2_000
"""Statements kept, one for each layer and combination of parameters."""
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


def read_page(
    conn: sa.Connection,
    layer: Layer,
    access: Access,
    query: Query,
    state: LayerState | None = None,
) -> Page:
    """One page. Coordinates come in the axis order of ``query.crs``; a feature without geometry
    has null. ``state`` spares a look-up to who has it already. Raises :class:`InvalidRequest` for
    a token of another selection."""
    after = read_token(query, layer, access)
    query = replace(query, limit=min(query.limit, MAX_LIMIT))
    values = parameters(layer, query) | {"after": after.fid, "limit": query.limit}
    statement = _page(layer, access, query, after)
    with _answerable():
        text, last, key, returned, fetched = conn.execute(statement, values).one()
    more = fetched > returned
    matched = None
    if not query.token and not more:
        matched = returned
    elif query.as_of is None:
        matched = count(conn, layer, access, query, state)
    return Page(
        text or "", returned, matched, _token(query, layer, access, last, key) if more else ""
    )


def _token(query: Query, layer: Layer, access: Access, last: int, key: str | None) -> str:
    return make_token(query, layer, access, last, key or "")


def read_one(
    conn: sa.Connection,
    layer: Layer,
    access: Access,
    feature_id: str,
    crs: Crs,
    as_of: int | None = None,
    encoding: Encoding = "rfc7946",
) -> str:
    """One feature as JSON text, its last brace left out so that the caller may add members."""
    return read_seen(conn, layer, access, feature_id, crs, as_of, encoding)[0]


def read_seen(
    conn: sa.Connection,
    layer: Layer,
    access: Access,
    feature_id: str,
    crs: Crs,
    as_of: int | None = None,
    encoding: Encoding = "rfc7946",
) -> tuple[str, str]:
    """The same, and which state of the feature it is (:mod:`gis.features.version`)."""
    if "\x00" in feature_id:
        raise _not_found(layer, feature_id)
    key = ("one", layer, access, crs, as_of is None, encoding)
    statement = _remembered(key, lambda: _make_one(layer, access, crs, as_of, encoding))
    values = {"id": feature_id} | ({} if as_of is None else {"as_of": as_of})
    found = conn.execute(statement, values).one_or_none()
    if found is None:
        raise _not_found(layer, feature_id)
    text, version = found
    return str(text)[:-1], str(version)


def count(
    conn: sa.Connection,
    layer: Layer,
    access: Access,
    query: Query,
    state: LayerState | None = None,
) -> int | None:
    """How many features the selection has, None when finding out is not cheap."""
    state = state or store.layer_state(conn, layer.name, access)
    if not query.is_filtered:
        return state.feature_count
    if state.feature_count > COUNTED:
        return None
    source = rows(layer, access, query.as_of)
    selected = sa.select(sa.func.count()).select_from(source)
    met = selected.where(*conditions(source, layer, access, query))
    with _answerable():
        return conn.execute(met, parameters(layer, query)).scalar_one()


def _not_found(layer: Layer, feature_id: str) -> NotFound:
    return NotFound(
        f"La capa «{layer.name}» no tiene el elemento «{feature_id}»",
        layer=layer.name,
        feature=feature_id,
    )


_statements: dict[tuple[Any, ...], sa.Select[Any]] = {}


def _remembered(key: tuple[Any, ...], make: Callable[[], sa.Select[Any]]) -> sa.Select[Any]:
    """The statement for ``key``, made once: making it costs more than running it."""
    statement = _statements.get(key)
    if statement is None:
        if len(_statements) >= REMEMBERED:
            _statements.clear()
        statement = _statements[key] = make()
    return statement


@contextmanager
def _answerable() -> Iterator[None]:
    """A filter that PostgreSQL cannot work out on some row is the caller's to mend."""
    try:
        yield
    except sa.exc.DataError as error:
        raise InvalidRequest(
            "«filter» no se puede calcular: divide por cero, pasa de lo que cabe en un número o "
            "termina un patrón de LIKE en «\\»",
            parameter="filter",
        ) from error


def _page(layer: Layer, access: Access, query: Query, after: After) -> sa.Select[Any]:
    if query.filter is not None or query.sort is not None:
        # Their values are in the statement: remembered, it would answer them to others.
        return _make_page(layer, access, query, after)
    key = ("page", layer, access, query.crs, query.shape)
    return _remembered(key, lambda: _make_page(layer, access, query, after))


def _text(
    source: sa.FromClause,
    layer: Layer,
    access: Access,
    fields: Iterable[Field],
    crs: Crs,
    encoding: Encoding,
) -> tuple[sa.ColumnElement[str], sa.FromClause]:
    if encoding == "rfc7946":
        return feature_text(source, fields, crs)
    return jsonfg_text(source, layer, access, fields, crs, encoding)


def _make_one(
    layer: Layer, access: Access, crs: Crs, as_of: int | None, encoding: Encoding
) -> sa.Select[Any]:
    source = rows(layer, access, as_of)
    wanted = source.c["_id"] == sa.bindparam("id", type_=sa.Text)
    found = sa.select(source).where(wanted).limit(1).subquery("r")
    feature, selected = _text(found, layer, access, layer.fields_for(access), crs, encoding)
    version = digest(layer, access, as_of is None).scalar_subquery()
    return sa.select(feature, version).select_from(selected)


def _make_page(layer: Layer, access: Access, query: Query, after: After) -> sa.Select[Any]:
    """One row: text, last ``_fid`` and its value where they are sorted, features in the text,
    features found (one past the limit)."""
    found = _found(layer, access, query, after)
    numbered = sa.select(found, *_positions(found, layer, query)).subquery("r")
    kept = numbered.c["_position"] <= sa.bindparam("limit", type_=sa.Integer)
    if "_bytes" in numbered.c:
        kept &= (numbered.c["_bytes"] <= PAGE_BYTES) | (numbered.c["_position"] == 1)
    fields = query.fields(layer, access)
    text, source = _text(numbered, layer, access, fields, query.crs, query.encoding)
    place = numbered.c["_position"]
    ends: list[sa.ColumnElement[Any]] = [
        sa.func.string_agg(text, ",").filter(kept),
        sa.func.max(numbered.c["_fid"]).filter(kept),
        sa.null(),
    ]
    if query.sort is not None:
        key = key_text(numbered.c[query.sort.field])
        ends = [
            sa.func.string_agg(text, aggregate_order_by(_COMMA, place)).filter(kept),
            *(_last(value, place, kept) for value in (numbered.c["_fid"], key)),
        ]
    return sa.select(
        *ends,
        sa.func.count().filter(kept),
        sa.func.count(),
    ).select_from(source)


def _found(layer: Layer, access: Access, query: Query, after: After) -> sa.Subquery:
    source = rows(layer, access, query.as_of)
    met = conditions(source, layer, access, query)
    if query.sort is not None:
        return sorted_rows(source, met, query.sort, after)
    fid = source.c["_fid"]
    return (
        sa.select(source)
        .where(fid > sa.bindparam("after", type_=sa.BigInteger), *met)
        .order_by(fid)
        .limit(sa.bindparam("limit", type_=sa.Integer) + 1)
    ).subquery("found")


def _last(
    value: sa.ColumnElement[Any], place: sa.ColumnElement[int], kept: sa.ColumnElement[bool]
) -> sa.ColumnElement[Any]:
    """What the last of the features in the text has."""
    values = sa.func.array_agg(
        aggregate_order_by(value, place.desc()), type_=postgresql.ARRAY(value.type)
    )
    return sa.type_coerce(values.filter(kept), postgresql.ARRAY(value.type))[1]


def _positions(found: sa.Subquery, layer: Layer, query: Query) -> list[sa.ColumnElement[Any]]:
    """Each row's place in the page, and the stored size of the page up to it."""
    order = [found.c["_fid"]] if query.sort is None else query.sort.order(found)
    positions: list[sa.ColumnElement[Any]] = [
        sa.func.row_number().over(order_by=order).label("_position")
    ]
    if layer.geometry is not None and layer.geometry.dimension and "geom" in found.c:
        size = sa.func.sum(sa.func.pg_column_size(found.c.geom))
        positions.append(size.over(order_by=order, rows=(None, 0)).label("_bytes"))
    return positions
