"""Reading the ledger: who, when, from which file, why; and whether it is still what it was."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from gis.changesets.keeping import FINDING, QUARANTINE
from gis.changesets.opening import LEDGER
from gis.errors import NotFound
from gis.findings import Finding, Severity

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date, datetime


@dataclass(frozen=True, slots=True)
class Changeset:
    """One accepted write, as its steward may see it. ``seq`` is its place in the chain."""

    id: int
    seq: int
    layer: str
    origin: str
    actor: str
    note: str
    source: dict[str, Any]
    reference_date: date | None
    demonstration: bool
    undoes: int | None
    sealed_at: datetime
    generation: int
    added: int
    changed: int
    removed: int
    refused: int
    hash: str
    """Head of the chain once this changeset was sealed, SHA-256 in hex."""


_COLUMNS = (
    "id", "seq", "layer", "origin", "actor", "note", "source", "reference_date", "demonstration",
    "undoes", "sealed_at", "generation", "added", "changed", "removed", "refused",
)  # fmt: skip


def ledger(connection: sa.Connection, layer: str | None = None, limit: int = 50) -> list[Changeset]:
    """The newest changesets of a layer, or of all; newest first."""
    select = _select().order_by(LEDGER.c.seq.desc()).limit(limit)
    if layer is not None:
        select = select.where(LEDGER.c.layer == layer)
    return [Changeset(**row) for row in connection.execute(select).mappings()]


def changeset(connection: sa.Connection, number: int) -> Changeset:
    """One changeset; :class:`NotFound` when there is none of that number."""
    row = connection.execute(_select().where(LEDGER.c.id == number)).mappings().first()
    if row is None:
        raise NotFound(f"No existe el cambio {number}", changeset=number)
    return Changeset(**row)


def findings_of(connection: sa.Connection, number: int) -> list[Finding]:
    """Every finding of the delivery that a changeset accepted, in the order of the source."""
    select = sa.select(*[c for c in FINDING.c if c.name != "changeset"])
    select = select.where(FINDING.c.changeset == number).order_by(
        FINDING.c["row"].nulls_first(), FINDING.c.rule
    )
    return [
        Finding(**{**row, "severity": Severity(row["severity"])})
        for row in connection.execute(select).mappings()
    ]


def quarantine_of(connection: sa.Connection, number: int) -> dict[int, dict[str, str]]:
    """The rows a changeset left out, as they were delivered, by row number of the source."""
    select = (
        sa.select(QUARANTINE.c["row"], QUARANTINE.c.delivered)
        .where(QUARANTINE.c.changeset == number)
        .order_by(QUARANTINE.c["row"])
    )
    return dict(connection.execute(select).tuples().all())


def verify_chain(connection: sa.Connection) -> Iterator[str]:
    """Recompute every digest and link from the rows themselves; what does not hold, in Spanish.

    Yields nothing when history is what it was when each changeset was sealed. Rows erased by
    order of law count with the digest that was kept of them.
    """
    for row in connection.execute(_VERIFY):
        if row.digest != row.found:
            yield f"El contenido del cambio {row.id} ({row.layer}) no es el que se selló"
        if row.hash != row.link:
            yield f"El cambio {row.id} ({row.layer}) no enlaza con el anterior"
    if not connection.scalar(_HEAD):
        yield "La cabeza de la cadena no es la del último cambio"


_VERIFY = sa.text(
    """
    SELECT c.id, c.layer, c.digest, c.hash, sig.changeset_digest(c.id) AS found,
           sig.link(coalesce(lag(c.hash) OVER (ORDER BY c.seq), sha256('')), c) AS link
      FROM sig.changeset AS c WHERE c.seq IS NOT NULL ORDER BY c.seq
    """
)
_HEAD = sa.text(
    """
    SELECT chain.seq = (SELECT count(*) FROM sig.changeset WHERE seq IS NOT NULL)
       AND chain.hash = coalesce((SELECT hash FROM sig.changeset WHERE seq = chain.seq), sha256(''))
      FROM sig.chain
    """
)


def _select() -> sa.Select[Any]:
    shown = [LEDGER.c[name] for name in _COLUMNS]
    link = sa.func.encode(LEDGER.c.hash, "hex").label("hash")
    return sa.select(*shown, link).where(LEDGER.c.seq.is_not(None))
