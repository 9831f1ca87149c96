"""How a layer came to be what it is, changeset by changeset, as anyone may know it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import sqlalchemy as sa

if TYPE_CHECKING:
    from datetime import datetime

_change = sa.table(
    "sig_changeset",
    *map(sa.column, ("id", "layer", "origin", "added", "changed", "removed", "refused", "hash")),
    sa.column("sealed_at", sa.DateTime(timezone=True)),
    sa.column("reference_date", sa.Date),
    schema="publica",
)

NEWEST = 20
"""Steps that a record tells: the first one, and the newest."""


@dataclass(frozen=True, slots=True)
class Step:
    """One changeset of a layer (ISO 19115 LI_ProcessStep). Counts are features of the layer."""

    changeset: int
    sealed_at: datetime
    origin: str
    """``delivery``, ``edit``, ``undo`` or ``migration``."""
    added: int
    changed: int
    removed: int
    refused: int
    """Rows of the delivery that stayed in quarantine."""
    reference_date: str
    """*Fecha de corte*, ISO 8601; empty when it was not stated."""
    chain_head: str
    """Hash of the ledger's chain once it was sealed, in hex."""


def steps(conn: sa.Connection, layer: str, newest: int = NEWEST) -> tuple[Step, ...]:
    """The first changeset of ``layer`` and the ``newest`` ones, in the order they were sealed."""
    mine = sa.select(_change).where(_change.c.layer == layer)
    last = conn.execute(mine.order_by(_change.c.id.desc()).limit(newest)).mappings().all()
    first = conn.execute(mine.order_by(_change.c.id).limit(1)).mappings().all()
    found = {row["id"]: row for row in (*first, *reversed(last))}
    return tuple(_step(row) for row in found.values())


def _step(row: sa.RowMapping) -> Step:
    day = row["reference_date"]
    return Step(
        changeset=row["id"],
        sealed_at=row["sealed_at"],
        origin=row["origin"],
        added=row["added"],
        changed=row["changed"],
        removed=row["removed"],
        refused=row["refused"],
        reference_date=day.isoformat() if day else "",
        chain_head=row["hash"] or "",
    )
