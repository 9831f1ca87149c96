"""Which changes stand: one that was undone, and the undo itself, leave no trace between them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import sqlalchemy as sa

from gis.changesets.opening import LEDGER

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gis.contract.layer import Layer


def undos_since(connection: sa.Connection, layer: Layer, number: int) -> dict[int, int]:
    """The undos of a layer after a changeset: the number of each, and of what it undid."""
    select = sa.select(LEDGER.c.id, LEDGER.c.undoes).where(
        LEDGER.c.layer == layer.name, LEDGER.c.id > number, LEDGER.c.undoes.is_not(None)
    )
    return dict(connection.execute(select).tuples().all())


def undone_by(undos: Mapping[int, int]) -> dict[int, int]:
    """What is undone now, with the undo that holds; ``undos`` are those since some changeset.

    Read from the newest, which nothing can have undone: an undo holds unless a later one that
    holds undid it. An undo that was undone leaves what it had undone as it was.

    >>> undone_by({2: 1})
    {1: 2}
    >>> undone_by({2: 1, 3: 2})
    {2: 3}
    >>> undone_by({2: 1, 3: 2, 4: 1})
    {1: 4, 2: 3}
    """
    held: dict[int, int] = {}
    for undo in sorted(undos, reverse=True):
        if undo not in held:
            held.setdefault(undos[undo], undo)
    return held


def traceless(undos: Mapping[int, int], number: int) -> frozenset[int]:
    """Changes after ``number`` that left every row as ``number`` had left it.

    They come in pairs, one and the undo of it that holds, both later than ``number``: since an
    undo is refused while a row is not as its target left it, pairs close like parentheses on
    every row, and what is between the two has closed too. An undo of ``number`` itself, or of
    something before it, has no such pair and does leave a trace.

    >>> sorted(traceless({3: 2}, 1))  # 2 changed what 1 wrote, and 3 undid 2
    [2, 3]
    >>> sorted(traceless({3: 2, 4: 1}, 2))  # 2 is undone, and so is what came before it
    []
    """
    pairs = undone_by(undos).items()
    return frozenset(one for undone, undo in pairs if undone > number for one in (undone, undo))
