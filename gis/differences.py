"""What an access class sees differ in a layer between two of its changesets, row by row."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY

from gis import store
from gis.features.rows import rows
from gis.filters import condition

if TYPE_CHECKING:
    from collections.abc import Collection

    from gis.contract import Access, Layer

MOST = 1_000
"""Features told one by one; where more were touched nothing is."""
GEOMETRY = "geometry"


@dataclass(frozen=True, slots=True)
class Altered:
    """A feature that was and is: by field, what it said before and says now. Of its geometry only
    that it is another, as a pair of None."""

    id: str
    fields: dict[str, tuple[Any, Any]]


@dataclass(frozen=True, slots=True)
class Differences:
    """Ids of features that came and went, and what changed in those that stayed."""

    added: tuple[str, ...] = ()
    changed: tuple[Altered, ...] = ()
    removed: tuple[str, ...] = ()


def differences(
    conn: sa.Connection,
    layer: Layer,
    access: Access,
    since: int,
    until: int,
    *,
    where: str = "",
    fields: tuple[str, ...] = (),
) -> Differences | None:
    """From the state as of the changeset ``since`` to that as of ``until``, of the rows that meet
    ``where`` (CQL2 text) and of ``fields`` (empty: all that are seen). None when more than
    :data:`MOST` features were touched. Rows erased by order of law are in neither state."""
    touched = _touched(conn, layer, access, since, until)
    if len(touched) > MOST:
        return None
    before, after = (
        _state(conn, layer, access, at, touched, where, fields) for at in (since, until)
    )
    changed = (
        Altered(after[fid][0], _altered(before[fid][1], after[fid][1]))
        for fid in before.keys() & after.keys()
    )
    return Differences(
        added=tuple(sorted(after[fid][0] for fid in after.keys() - before.keys())),
        changed=tuple(sorted((c for c in changed if c.fields), key=lambda c: c.id)),
        removed=tuple(sorted(before[fid][0] for fid in before.keys() - after.keys())),
    )


def _touched(
    conn: sa.Connection, layer: Layer, access: Access, since: int, until: int
) -> list[int]:
    current, past = store.view(layer, access), store.history_view(layer, access)

    def within(column: sa.ColumnElement[Any]) -> sa.ColumnElement[bool]:
        return sa.and_(column > since, column <= until)

    found = sa.union(
        sa.select(current.c["_fid"]).where(within(current.c["_changeset"])),
        sa.select(past.c["_fid"]).where(within(past.c["_opened"])),
        sa.select(past.c["_fid"]).where(within(past.c["_closed"])),
    ).limit(MOST + 1)
    return list(conn.scalars(found))


def _state(
    conn: sa.Connection,
    layer: Layer,
    access: Access,
    at: int,
    touched: Collection[int],
    where: str,
    fields: tuple[str, ...],
) -> dict[int, tuple[str, dict[str, Any]]]:
    source = rows(layer, access, at)
    names = [f.name for f in layer.fields_for(access) if not fields or f.name in fields]
    columns: list[sa.ColumnElement[Any]] = [source.c[name] for name in names]
    if "geom" in source.c:
        shape = sa.func.ST_AsEWKB(source.c["geom"], type_=sa.LargeBinary)
        columns.append(shape.label(GEOMETRY))
        names.append(GEOMETRY)
    wanted = source.c["_fid"] == sa.func.any(sa.cast(list(touched), ARRAY(sa.BigInteger)))
    query = sa.select(source.c["_fid"], source.c["_id"], *columns).where(wanted)
    if where:
        query = query.where(condition(where, source))
    found: dict[int, tuple[str, dict[str, Any]]] = {}
    for fid, id, *values in conn.execute(query):
        plain = [bytes(v) if isinstance(v, memoryview) else v for v in values]
        found[fid] = (id, dict(zip(names, plain, strict=True)))
    return found


def _altered(before: dict[str, Any], after: dict[str, Any]) -> dict[str, tuple[Any, Any]]:
    told = {name: (value, after[name]) for name, value in before.items() if value != after[name]}
    if GEOMETRY in told:
        told[GEOMETRY] = (None, None)
    return told
