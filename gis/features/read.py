"""Pages of features and single features, as GeoJSON text that PostgreSQL writes."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from gis import store
from gis.errors import InvalidRequest, NotFound
from gis.features.geojson import feature_text, properties_text
from gis.features.jsonfg import jsonfg_text
from gis.features.query import MAX_LIMIT, Query, make_token, read_token
from gis.features.rows import conditions, parameters, rows
from gis.features.sorting import After, key_text, sorted_rows
from gis.features.version import version_text
from gis.store.state import read_state, register, state_columns

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from gis.contract import Access, Layer
    from gis.crs import Crs
    from gis.features.jsonfg import Encoding
    from gis.store import LayerState

COUNTED = 10_000
"""A selection of a layer with at most so many features is counted; of a larger one it is not."""
REMEMBERED = 500
"""Statements kept, one for each layer and combination of parameters: 75 kB each."""
LONGEST_REMEMBERED = 500
"""Characters of a filter up to which its statement is kept: others take up to a megabyte."""
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


@dataclass(frozen=True, slots=True)
class Seen:
    """One feature, and the layer it is of, in one snapshot."""

    text: str
    """GeoJSON, its last brace left out so that the caller may add members."""
    version: str
    """Which state of the feature it is (:mod:`gis.features.version`)."""
    state: LayerState


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
        found = conn.execute(statement, values).all()
    texts = [text for _, _, text in found[: query.limit] if text is not None]
    matched, following = None, ""
    if len(found) > len(texts):
        last, key, _ = found[len(texts) - 1]
        following = make_token(query, layer, access, last, key or "")
    if not query.token and not following:
        matched = len(texts)
    elif query.as_of is None:
        matched = count(conn, layer, access, query, state)
    return Page(",".join(texts), len(texts), matched, following)


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
    return read_seen(conn, layer, access, feature_id, crs, as_of, encoding).text


def read_seen(
    conn: sa.Connection,
    layer: Layer,
    access: Access,
    feature_id: str,
    crs: Crs,
    as_of: int | None = None,
    encoding: Encoding = "rfc7946",
) -> Seen:
    """The same, with what else the answer says."""
    if "\x00" in feature_id:
        raise _not_found(layer, feature_id)
    key = ("one", layer, access, crs, as_of is None, encoding)
    statement = _remembered(key, lambda: _make_one(layer, access, crs, as_of, encoding))
    values: dict[str, Any] = {"id": feature_id, "layer": layer.name}
    if as_of is not None:
        values["as_of"] = as_of
    found = conn.execute(statement, values).one_or_none()
    if found is None or found.text is None:
        raise _not_found(layer, feature_id)
    return Seen(found.text[:-1], found.version, read_state(found))


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
    length = 0 if query.filter is None else len(query.filter.text)
    if query.sort is not None or length > LONGEST_REMEMBERED:
        # Where a sorted page starts is in its statement: remembered, no other page would use it.
        return _make_page(layer, access, query, after)
    key = ("page", layer, access, query.crs, query.shape)
    return _remembered(key, lambda: _make_page(layer, access, query, after))


def _text(
    source: sa.FromClause,
    layer: Layer,
    access: Access,
    properties: sa.ColumnElement[str],
    crs: Crs,
    encoding: Encoding,
) -> sa.ColumnElement[str]:
    if encoding == "rfc7946":
        return feature_text(source, properties, crs)
    return jsonfg_text(source, layer, access, properties, crs, encoding)


def _make_one(
    layer: Layer, access: Access, crs: Crs, as_of: int | None, encoding: Encoding
) -> sa.Select[Any]:
    source = rows(layer, access, as_of)
    wanted = source.c["_id"] == sa.bindparam("id", type_=sa.Text)
    found = sa.select(source).where(wanted).limit(1).subquery("r")
    properties, selected = properties_text(found, layer.fields_for(access))
    feature = _text(found, layer, access, properties, crs, encoding)
    known = register(access)
    both = known.outerjoin(selected, sa.true())
    read = [feature.label("text"), version_text(found, properties).label("version")]
    here = known.c.name == sa.bindparam("layer", type_=sa.Text)
    return sa.select(*read, *state_columns(known)).select_from(both).where(here)


def _make_page(layer: Layer, access: Access, query: Query, after: After) -> sa.Select[Any]:
    """A row for each feature found, in order, one past the limit: its ``_fid``, its value where
    they are sorted, its text (null for those past the page's bytes).

    Joined by whoever asks: numbering and joining them here cost a quarter of the whole."""
    found = _found(layer, access, query, after)
    order: list[sa.ColumnElement[Any]] = [found.c["_fid"]]
    if query.sort is not None:
        order = query.sort.order(found)
    properties, selected = properties_text(found, query.fields(layer, access))
    text = _text(found, layer, access, properties, query.crs, query.encoding)
    if layer.geometry is not None and layer.geometry.dimension and "geom" in found.c:
        text = sa.case((_fits(found, order), text))
    key = sa.null() if query.sort is None else key_text(found.c[query.sort.field])
    return sa.select(found.c["_fid"], key, text).select_from(selected).order_by(*order)


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


def _fits(found: sa.Subquery, order: list[sa.ColumnElement[Any]]) -> sa.ColumnElement[bool]:
    """Whether the stored geometries of a page up to a row are few enough; the first always is."""
    size = sa.func.coalesce(sa.func.pg_column_size(found.c.geom), 0)
    before = sa.func.sum(size).over(order_by=order, rows=(None, -1))
    return sa.func.coalesce(before + size <= PAGE_BYTES, sa.true())
