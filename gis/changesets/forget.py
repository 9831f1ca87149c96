"""Erasure by order of law: a feature leaves the layer and its history, and the chain still holds.

The one write that takes something away from history (Ley 1581 de 2012, art. 8 e). What stays of
each row is its salted digest, so that every changeset it was part of verifies as before.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY

from gis.changesets.opening import Provenance, lock_layer, open_changeset
from gis.errors import InvalidRequest, NotFound

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gis.contract.layer import Layer

NOTE = "Retiro por orden de ley"


@dataclass(frozen=True, slots=True)
class Forgotten:
    """What was erased: rows of history, those that were current among them."""

    layer: str
    features: tuple[str, ...]
    rows: int
    order: str


def forget(
    engine: sa.Engine,
    layer: Layer,
    features: Sequence[str],
    *,
    order: str,
    actor: str = "",
    dry_run: bool = False,
) -> Forgotten:
    """Erase features by their ids from the layer, its history, its findings and its quarantine.

    ``order`` is the act that asks for it, kept with who carried it out and never with what the
    rows said. It cannot be undone. Raises :class:`NotFound` when none of the ids was ever there.
    Files that already left are not in the store: publish again what held them.
    """
    if not order.strip():
        raise InvalidRequest(
            "Diga qué orden manda el retiro (--order): queda en el registro", parameter="order"
        )
    with engine.connect() as connection, connection.begin() as transaction:
        lock_layer(connection, layer)
        open_changeset(connection, layer, Provenance(origin="edit", actor=actor, note=NOTE))
        ids = sa.cast(list(features), ARRAY(sa.Text))
        erased = sa.select(sa.func.sig.forget(layer.name, ids, order, actor))
        rows = connection.scalar(erased) or 0
        if not rows:
            raise NotFound(
                f"La capa «{layer.name}» no tiene ni tuvo «{', '.join(features)}»",
                layer=layer.name,
            )
        if dry_run:
            transaction.rollback()
    return Forgotten(layer.name, tuple(features), rows, order)
