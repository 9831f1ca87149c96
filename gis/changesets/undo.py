"""Undo: the inverse changeset, or a refusal that names what came after."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from gis.changesets.ledger import changeset as read_changeset
from gis.changesets.opening import LEDGER, Provenance, lock_layer, open_changeset
from gis.changesets.report import LoadReport
from gis.changesets.standing import traceless, undone_by, undos_since
from gis.errors import ChangesetConflict, InvalidRequest
from gis.store.tables import column_list, history_table, table

if TYPE_CHECKING:
    from gis.contract.catalog import Catalog
    from gis.contract.layer import Layer

NAMED = 20
"""Features named in a refusal."""


def undo(
    engine: sa.Engine,
    catalog: Catalog,
    number: int,
    *,
    actor: str = "",
    note: str = "",
    dry_run: bool = False,
) -> LoadReport:
    """Write the inverse of a changeset: what it added goes, what it changed or removed returns.

    Raises :class:`ChangesetConflict`, naming the features, when later changesets touched any of
    them and stand: undo those first. One that was itself undone is as if it had not been. An undo
    is undone like any other change, and what it undid holds again. What returns keeps its feature
    id and its history. ``dry_run`` does and counts it all, and writes nothing.
    """
    with engine.connect() as connection, connection.begin() as transaction:
        target = read_changeset(connection, number)
        layer = catalog.layer(target.layer)
        lock_layer(connection, layer)
        _refuse_touched(connection, layer, number)
        inverse = open_changeset(
            connection,
            layer,
            Provenance(
                origin="undo",
                actor=actor,
                note=note or f"Deshace el cambio {number}",
                demonstration=_returns_demonstration(connection, layer, number),
                undoes=number,
            ),
        )
        _invert(connection, layer, number, inverse)
        connection.execute(sa.text("SET CONSTRAINTS ALL IMMEDIATE"))
        done = read_changeset(connection, inverse)
        if dry_run:
            transaction.rollback()
    return LoadReport(
        layer=layer.name,
        changeset=None if dry_run else done.id,
        dry_run=dry_run,
        added=done.added,
        changed=done.changed,
        removed=done.removed,
        unchanged=0,
        refused=0,
        sample=(),
    )


def _refuse_touched(connection: sa.Connection, layer: Layer, number: int) -> None:
    undos = undos_since(connection, layer, number)
    undone = undone_by(undos).get(number)
    if undone is not None:
        raise ChangesetConflict(
            f"El cambio {number} ya está deshecho por el cambio {undone}: "
            f"para que vuelva a valer deshaga el {undone}",
            changeset=number,
            layer=layer.name,
        )
    later = _later(layer, number, traceless(undos, number))
    found = connection.execute(later.limit(NAMED)).tuples().all()
    if found:
        names = ", ".join(f"{feature} (cambio {change})" for feature, change in found)
        raise ChangesetConflict(
            f"No se puede deshacer el cambio {number}: cambios posteriores tocaron {names}. "
            "Deshaga primero esos cambios, del más reciente al más antiguo",
            changeset=number,
            layer=layer.name,
        )
    if not _wrote(connection, layer, number):
        raise InvalidRequest(f"El cambio {number} no escribió nada que deshacer", changeset=number)


def _later(layer: Layer, number: int, traceless: frozenset[int]) -> sa.Select[Any]:
    """Features that the undo would write or whose id it needs, each with the later changes that
    touched it and left a trace; newest first."""
    current, history = table(layer), history_table(layer)
    taken = (
        sa.select(current.c["_fid"])
        .join(history, history.c["_id"] == current.c["_id"])
        .where(history.c["_closed"] == number)
    )
    # What the changeset opened and is still current, nothing later touched.
    superseded = sa.select(history.c["_fid"]).where(
        sa.or_(history.c["_closed"] == number, history.c["_opened"] == number)
    )
    rows = sa.union(superseded, taken).subquery()
    touches = sa.union_all(
        sa.select(current.c["_fid"], current.c["_id"], current.c["_changeset"].label("change")),
        *(
            sa.select(history.c["_fid"], history.c["_id"], history.c[side])
            for side in ("_opened", "_closed")
        ),
    ).subquery()
    return (
        sa.select(touches.c["_id"], touches.c.change)
        .join(rows, rows.c["_fid"] == touches.c["_fid"])
        .where(touches.c.change > number, touches.c.change.not_in(sorted(traceless)))
        .group_by(touches.c["_id"], touches.c.change)
        .order_by(touches.c.change.desc(), touches.c["_id"])
    )


def _wrote(connection: sa.Connection, layer: Layer, number: int) -> bool:
    current, history = table(layer), history_table(layer)
    opened = sa.exists().where(current.c["_changeset"] == number)
    former = sa.exists().where(
        sa.or_(history.c["_closed"] == number, history.c["_opened"] == number)
    )
    return bool(connection.scalar(sa.select(sa.or_(opened, former))))


def _returns_demonstration(connection: sa.Connection, layer: Layer, number: int) -> bool:
    """Whether any row that comes back was a demonstration when it was current."""
    history = history_table(layer)
    came_from = sa.exists().where(
        history.c["_closed"] == number, LEDGER.c.id == history.c["_opened"], LEDGER.c.demonstration
    )
    return bool(connection.scalar(sa.select(came_from)))


def _invert(connection: sa.Connection, layer: Layer, number: int, inverse: int) -> None:
    """Each row as it was before: the current one is as the changeset left it, whoever opened it."""
    current, history = table(layer), history_table(layer)
    former = history.c["_closed"] == number
    same = history.c["_fid"] == current.c["_fid"]
    opened = sa.union(
        sa.select(current.c["_fid"]).where(current.c["_changeset"] == number),
        sa.select(history.c["_fid"]).where(history.c["_opened"] == number),
    )
    added = sa.and_(current.c["_fid"].in_(opened), ~sa.exists().where(former, same))
    connection.execute(sa.delete(current).where(added))
    # Ids that went round among the features are free before any of them is written again.
    moved = sa.exists().where(former, same, history.c["_id"] != current.c["_id"])
    connection.execute(sa.delete(current).where(moved))
    returned: dict[Any, Any] = {name: history.c[name] for name in column_list(layer)}
    system = {"_changeset": inverse, "_reviewed": sa.true()}
    connection.execute(sa.update(current).values({**returned, **system}).where(former, same))
    _reinsert(connection, layer, former, inverse)


def _reinsert(
    connection: sa.Connection, layer: Layer, former: sa.ColumnElement[bool], inverse: int
) -> None:
    current, history = table(layer), history_table(layer)
    names = ["_fid", *([] if layer.key else ["_id"]), *column_list(layer)]
    gone = ~sa.exists().where(current.c["_fid"] == history.c["_fid"])
    select = sa.select(*[history.c[name] for name in names], sa.literal(inverse), sa.true()).where(
        former, gone
    )
    connection.execute(sa.insert(current).from_select([*names, "_changeset", "_reviewed"], select))
