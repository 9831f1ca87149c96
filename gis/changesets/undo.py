"""Undo: the inverse changeset, or a refusal that names what came after."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from gis.changesets.ledger import changeset as read_changeset
from gis.changesets.opening import LEDGER, Provenance, lock_layer, open_changeset
from gis.changesets.report import LoadReport
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
    them: undo those first. What returns keeps its feature id and its history. ``dry_run`` does
    and counts it all, and writes nothing.
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
    current, history = table(layer), history_table(layer)
    superseded = sa.select(history.c["_id"], history.c["_closed"]).where(
        history.c["_opened"] == number
    )
    came_back = (
        sa.select(current.c["_id"], current.c["_changeset"])
        .join(history, history.c["_fid"] == current.c["_fid"])
        .where(history.c["_closed"] == number, current.c["_changeset"] != number)
    )
    taken = (
        sa.select(current.c["_id"], current.c["_changeset"])
        .join(history, history.c["_id"] == current.c["_id"])
        .where(history.c["_closed"] == number, current.c["_fid"] != history.c["_fid"])
    )
    found = connection.execute(sa.union(superseded, came_back, taken).limit(NAMED)).tuples().all()
    if found:
        names = ", ".join(f"{feature} (cambio {later})" for feature, later in found)
        raise ChangesetConflict(
            f"No se puede deshacer el cambio {number}: cambios posteriores tocaron {names}. "
            "Deshaga primero esos cambios",
            changeset=number,
            layer=layer.name,
        )
    if not _wrote(connection, layer, number):
        raise InvalidRequest(f"El cambio {number} no escribió nada que deshacer", changeset=number)


def _wrote(connection: sa.Connection, layer: Layer, number: int) -> bool:
    current, history = table(layer), history_table(layer)
    opened = sa.exists().where(current.c["_changeset"] == number)
    closed = sa.exists().where(history.c["_closed"] == number)
    return bool(connection.scalar(sa.select(sa.or_(opened, closed))))


def _returns_demonstration(connection: sa.Connection, layer: Layer, number: int) -> bool:
    """Whether any row that comes back was a demonstration when it was current."""
    history = history_table(layer)
    came_from = sa.exists().where(
        history.c["_closed"] == number, LEDGER.c.id == history.c["_opened"], LEDGER.c.demonstration
    )
    return bool(connection.scalar(sa.select(came_from)))


def _invert(connection: sa.Connection, layer: Layer, number: int, inverse: int) -> None:
    current, history = table(layer), history_table(layer)
    former = history.c["_closed"] == number
    added = ~sa.exists().where(former, history.c["_fid"] == current.c["_fid"])
    connection.execute(sa.delete(current).where(current.c["_changeset"] == number, added))
    columns = column_list(layer)
    returned: dict[Any, Any] = {name: history.c[name] for name in columns}
    system = {"_changeset": inverse, "_reviewed": sa.true()}
    connection.execute(
        sa.update(current)
        .values({**returned, **system})
        .where(former, history.c["_fid"] == current.c["_fid"])
    )
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
