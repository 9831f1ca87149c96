"""Opening a changeset: the layer's lock and the ledger's row, before the first write."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB

from gis.contract.document import fingerprint
from gis.errors import ChangesetConflict, InvalidRequest

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from gis.contract.layer import Layer

LOCK_SECONDS = 60
"""How long a write waits for another one of the same layer before it is refused."""

LEDGER = sa.table(
    "changeset",
    sa.column("id", sa.BigInteger),
    sa.column("layer", sa.Text),
    sa.column("origin", sa.Text),
    sa.column("actor", sa.Text),
    sa.column("note", sa.Text),
    sa.column("source", JSONB),
    sa.column("reference_date", sa.Date),
    sa.column("demonstration", sa.Boolean),
    sa.column("fingerprint", sa.Text),
    sa.column("columns", sa.Text),
    sa.column("undoes", sa.BigInteger),
    sa.column("opened_at", sa.DateTime(timezone=True)),
    sa.column("sealed_at", sa.DateTime(timezone=True)),
    sa.column("seq", sa.BigInteger),
    sa.column("generation", sa.BigInteger),
    sa.column("added", sa.BigInteger),
    sa.column("changed", sa.BigInteger),
    sa.column("removed", sa.BigInteger),
    sa.column("refused", sa.BigInteger),
    sa.column("digest", sa.LargeBinary),
    sa.column("hash", sa.LargeBinary),
    schema="sig",
)


@dataclass(frozen=True, slots=True)
class Provenance:
    """Who wrote, why and from what. ``source`` is the delivery's file, hash and options."""

    origin: Literal["delivery", "undo", "edit", "migration"]
    actor: str = ""
    note: str = ""
    source: Mapping[str, Any] = field(default_factory=dict)
    reference_date: date | None = None
    demonstration: bool = False
    undoes: int | None = None


def lock_layer(connection: sa.Connection, layer: Layer, seconds: int = LOCK_SECONDS) -> None:
    """Take the layer's lock until the transaction ends.

    Raises :class:`ChangesetConflict` when another write has held it for so many seconds.
    """
    connection.execute(sa.select(sa.func.set_config("lock_timeout", f"{seconds}s", True)))
    name = sa.func.hashtextextended(sa.literal("sig.layer:" + layer.name), 0)
    try:
        connection.execute(sa.select(sa.func.pg_advisory_xact_lock(name)))
    except sa.exc.OperationalError as error:
        raise ChangesetConflict(
            f"Otra carga de «{layer.name}» está en curso: espere a que termine y repita",
            layer=layer.name,
        ) from error


def refuse_derived(layer: Layer) -> None:
    """Raise :class:`InvalidRequest` for a layer whose rows the system makes."""
    if layer.derived is not None:
        raise InvalidRequest(
            "La capa la hace el sistema: no se entrega ni se edita; `sig derive` la hace otra vez",
            layer=layer.name,
        )


def open_changeset(connection: sa.Connection, layer: Layer, provenance: Provenance) -> int:
    """Write the ledger's row; the store gives counts, chain and generation at commit."""
    register = sa.table("layer", sa.column("name"), sa.column("columns"), schema="sig")
    columns = sa.select(register.c.columns).where(register.c.name == layer.name)
    statement = sa.insert(LEDGER).values(
        layer=layer.name,
        origin=provenance.origin,
        actor=provenance.actor,
        note=provenance.note,
        source=dict(provenance.source),
        reference_date=provenance.reference_date,
        demonstration=provenance.demonstration,
        fingerprint=fingerprint(layer),
        columns=columns.scalar_subquery(),
        undoes=provenance.undoes,
    )
    return int(connection.execute(statement.returning(LEDGER.c.id)).scalar_one())
