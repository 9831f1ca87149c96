"""Rows of a layer as one access class sees them, now or as of a changeset."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from gis import store
from gis.features.moments import time_condition

if TYPE_CHECKING:
    from gis.contract import Access, Layer
    from gis.features.query import Query


EQUALS = "equals_"
"""Prefix of the parameters of property filters."""


def rows(layer: Layer, access: Access, as_of: int | None = None) -> sa.FromClause:
    """Columns ``_fid, _id``, the visible fields and ``geom`` (EPSG:9377) where there is one.

    As of a changeset, its number is the parameter ``as_of``, which has ``as_of`` as its value.
    """
    current = store.view(layer, access)
    if as_of is None:
        return current
    past = store.history_view(layer, access)
    moment = sa.bindparam("as_of", as_of, type_=sa.BigInteger)
    names = [name for name in current.columns.keys() if name in past.columns]  # noqa: SIM118
    return sa.union_all(
        sa.select(*(current.c[name] for name in names)).where(current.c["_changeset"] <= moment),
        sa.select(*(past.c[name] for name in names)).where(
            past.c["_opened"] <= moment, past.c["_closed"] > moment
        ),
    ).subquery("moment")


def conditions(
    source: sa.FromClause, layer: Layer, access: Access, query: Query
) -> list[sa.ColumnElement[bool]]:
    """What a row must meet to be in the selection of ``query``."""
    met: list[sa.ColumnElement[bool]] = []
    if query.bbox is not None and layer.geometry_for(access):
        met.append(_within(source, layer, query))
    if query.interval is not None:
        met.append(time_condition(query.interval, time_columns(source, layer, access)))
    for name, _ in query.equals:
        met.append(source.c[name] == sa.bindparam(EQUALS + name, type_=source.c[name].type))
    if query.words is not None:
        met.append(query.words.condition(source, layer, access))
    if query.filter is not None:
        met.append(query.filter.over(source))
    return met


def parameters(layer: Layer, query: Query) -> dict[str, Any]:
    """The values of the parameters that :func:`conditions` and :func:`rows` leave open."""
    values: dict[str, Any] = {EQUALS + name: value for name, value in query.equals}
    if query.bbox is not None:
        values |= query.bbox.parameters()
    if query.interval is not None and layer.time:
        kinds = [layer.field(name).type.kind for name in layer.time]
        values |= query.interval.parameters(kinds[0], kinds[-1])
    if query.words is not None:
        values |= query.words.parameters()
    if query.as_of is not None:
        values["as_of"] = query.as_of
    return values


def _within(source: sa.FromClause, layer: Layer, query: Query) -> sa.ColumnElement[bool]:
    """Rows without a place belong to every box (OGC /req/core/fc-bbox-response)."""
    assert query.bbox is not None
    assert layer.geometry is not None
    within = query.bbox.condition(source.c.geom)
    return within if layer.geometry.required else sa.or_(source.c.geom.is_(None), within)


def time_columns(
    source: sa.FromClause, layer: Layer, access: Access
) -> list[sa.ColumnElement[Any]]:
    """The columns of the feature's own time, none when the class may not see them all."""
    visible = {field.name for field in layer.fields_for(access)}
    if not visible.issuperset(layer.time):
        return []
    return [source.c[name] for name in layer.time]
