"""What an answer rests on: the state of its layers, and the chain they are links of."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from gis.contract.access import PUBLICA
from gis.here.answer import Basis, Chain

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from gis.contract.layer import Layer

_WHEN = sa.DateTime(timezone=True)
_LAYER = sa.table(
    "sig_layer",
    *map(sa.column, ("name", "changeset", "generation", "demonstration", "feature_count")),
    sa.column("without_geometry", sa.BigInteger),
    schema=str(PUBLICA),
)
_CHANGESET = sa.table(
    "sig_changeset",
    *map(sa.column, ("id", "layer", "hash", "demonstration")),
    sa.column("seq", sa.BigInteger),
    sa.column("sealed_at", _WHEN),
    sa.column("reference_date", sa.Date),
    schema=str(PUBLICA),
)


@dataclass(frozen=True, slots=True)
class Register:
    """What each layer is like, by name."""

    basis: dict[str, Basis]
    feature_count: dict[str, int]
    unplaced: dict[str, int]


def register(conn: sa.Connection, layers: Sequence[Layer]) -> Register:
    """The present state of ``layers``; those the store does not have are left out."""
    joined = _LAYER.outerjoin(_CHANGESET, _CHANGESET.c.id == _LAYER.c.changeset)
    select = sa.select(
        *_LAYER.c,
        _CHANGESET.c.sealed_at,
        _CHANGESET.c.reference_date,
    )
    wanted = {layer.name: layer for layer in layers}
    found = conn.execute(
        select.select_from(joined).where(_LAYER.c.name == sa.func.any(sa.literal(list(wanted))))
    )
    rows = {row.name: row for row in found}
    return Register(
        {name: _basis(wanted[name], row) for name, row in rows.items()},
        {name: row.feature_count for name, row in rows.items()},
        {name: row.without_geometry for name, row in rows.items()},
    )


def _basis(layer: Layer, row: Any) -> Basis:
    return Basis(
        layer=layer.name,
        title=layer.title,
        changeset=row.changeset,
        generation=row.generation,
        sealed_at=row.sealed_at,
        reference_date=row.reference_date,
        demonstration=row.demonstration,
    )


def head(conn: sa.Connection) -> Chain:
    """Where the chain stands now; 0 before the first changeset."""
    newest = sa.select(_CHANGESET.c.seq, _CHANGESET.c.hash).order_by(_CHANGESET.c.seq.desc())
    row = conn.execute(newest.limit(1)).first()
    return Chain(0, "") if row is None else Chain(row.seq, row.hash)


def link(conn: sa.Connection, seq: int) -> tuple[Chain, datetime] | None:
    """A place of the chain, and when it was sealed; None when the chain has no such place."""
    wanted = sa.select(_CHANGESET.c.seq, _CHANGESET.c.hash, _CHANGESET.c.sealed_at)
    row = conn.execute(wanted.where(_CHANGESET.c.seq == seq)).first()
    return None if row is None else (Chain(row.seq, row.hash), row.sealed_at)


def until(conn: sa.Connection, layers: Sequence[Layer], seq: int) -> dict[str, Basis]:
    """The last changeset of each layer up to a place of the chain; layers without one are left
    out. ``generation`` is not known of the past, and 0."""
    wanted = {layer.name: layer for layer in layers}
    columns = _CHANGESET.c["layer", "id", "sealed_at", "reference_date", "demonstration"]
    latest = (
        sa.select(*columns)
        .where(
            _CHANGESET.c.layer == sa.func.any(sa.literal(list(wanted))),
            _CHANGESET.c.seq <= seq,
        )
        .distinct(_CHANGESET.c.layer)
        .order_by(_CHANGESET.c.layer, _CHANGESET.c.seq.desc())
    )
    return {
        row.layer: Basis(
            layer=row.layer,
            title=wanted[row.layer].title,
            changeset=row.id,
            generation=0,
            sealed_at=row.sealed_at,
            reference_date=row.reference_date,
            demonstration=row.demonstration,
        )
        for row in conn.execute(latest)
    }
