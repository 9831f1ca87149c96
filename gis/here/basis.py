"""What an answer rests on: the state of its layers, and the chain they are links of."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from gis.contract.access import PUBLICA
from gis.here.answer import Basis, Chain

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

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
    """What each layer is like, by name, and where the chain stands."""

    basis: dict[str, Basis]
    feature_count: dict[str, int]
    unplaced: dict[str, int]
    chain: Chain


def register_part(layers: Sequence[Layer]) -> sa.Select[Any]:
    """The present state of ``layers`` as rows of an answer's statement: layer empty, the state in
    ``values`` under the layer's name as feature; and the head of the chain, with neither."""
    states = sa.select(
        sa.literal("", sa.Text).label("layer"),
        sa.cast(_LAYER.c.name, sa.Text).label("feature"),
        sa.func.jsonb_build_object(
            *_pairs(_LAYER, ("changeset", "generation", "demonstration", "feature_count")),
            *_pairs(_LAYER, ("without_geometry",)),
            *_pairs(_CHANGESET, ("sealed_at", "reference_date")),
        ).label("values"),
    ).select_from(_LAYER.outerjoin(_CHANGESET, _CHANGESET.c.id == _LAYER.c.changeset))
    names = [layer.name for layer in layers]
    newest = (
        sa.select(
            sa.literal("", sa.Text),
            sa.literal("", sa.Text),
            sa.func.jsonb_build_object(*_pairs(_CHANGESET, ("seq", "hash"))),
        )
        .order_by(_CHANGESET.c.seq.desc())
        .limit(1)
    )
    both = sa.union_all(
        states.where(_LAYER.c.name == sa.func.any(sa.literal(names, sa.ARRAY(sa.Text)))),
        sa.select(newest.subquery()),
    ).subquery("register")
    return sa.select(both)


def _pairs(table: sa.TableClause, names: Sequence[str]) -> list[Any]:
    return [part for name in names for part in (sa.literal(name, sa.Text), table.c[name])]


def read_register(layers: Sequence[Layer], rows: Sequence[Mapping[str, Any]]) -> Register:
    """The rows of :func:`register_part`, read."""
    states = {row["feature"]: row["values"] for row in rows if row["feature"]}
    chain = next((row["values"] for row in rows if not row["feature"]), None)
    return Register(
        {layer.name: _basis(layer, states[layer.name]) for layer in layers},
        {name: state["feature_count"] for name, state in states.items()},
        {name: state["without_geometry"] for name, state in states.items()},
        Chain(chain["seq"], chain["hash"]) if chain else Chain(0, ""),
    )


def _basis(layer: Layer, state: Mapping[str, Any]) -> Basis:
    sealed, day = state["sealed_at"], state["reference_date"]
    return Basis(
        layer=layer.name,
        title=layer.title,
        changeset=state["changeset"],
        generation=state["generation"],
        sealed_at=datetime.fromisoformat(sealed) if sealed else None,
        reference_date=date.fromisoformat(day) if day else None,
        demonstration=state["demonstration"],
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
