"""Which cells of a table of counts are not told, so that none below k is known or worked out.

Pure. What a reader is presumed to know of a period: every cell that is told, that cells which do
not appear are zero, that those withheld are not, the whole of the period, and, in tables of two or
more dimensions, every total along them of k or more, wherever else it may have been published.

A cell is safe when there are tables that agree with all of it in which the cell is k or more apart.
They are shown, not searched for: with a move of t units from one side of a rectangle of withheld
cells to the other every total stays as it was (Geurts, «box» moves). Where there is no rectangle,
units are moved between whole cells; then the totals of those are themselves not to be told.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations, product
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

Cell = tuple[str, ...]
"""One value of each dimension; in a total, :data:`EVERY` for those added up."""
EVERY: Final = "\x00todos"
MOST_BOXES = 20_000
"""Rectangles looked at for one cell; beyond, whole cells are moved."""


@dataclass(frozen=True, slots=True)
class Withheld:
    """What is not told of a period. ``totals`` must not be told anywhere else either."""

    cells: frozenset[Cell]
    totals: frozenset[Cell] = frozenset()


def withhold(
    counts: Mapping[Cell, int], k: int, also: frozenset[Cell] = frozenset()
) -> Withheld | None:
    """Choose what is not told of ``counts`` (cells that are not zero; one period).

    ``also`` are cells already withheld before. None: nothing of the period can be told, not even
    how many cells it has, because it counts fewer than k or what is left would give them away.
    """
    if sum(counts.values()) < k:
        return None
    chosen = _Choice(counts, k)
    first = {cell for cell, n in counts.items() if n < k} | (also & counts.keys())
    chosen.cells |= first
    for cell in sorted(first, key=lambda c: (counts[c], c)):
        if not chosen.protect(cell):
            return None
    return Withheld(frozenset(chosen.cells), frozenset(chosen.totals))


def totals_of(cell: Cell) -> Iterator[Cell]:
    """The totals along some, but not all, of its dimensions that a cell is part of."""
    dimensions = range(len(cell))
    for many in range(1, len(cell)):
        for added in combinations(dimensions, many):
            yield tuple(EVERY if i in added else cell[i] for i in dimensions)


class _Choice:
    """Cells withheld so far, and the totals that go with them."""

    def __init__(self, counts: Mapping[Cell, int], k: int) -> None:
        self.counts, self.k = counts, k
        self.cells: set[Cell] = set()
        self.totals: set[Cell] = set()
        dimensions = len(next(iter(counts)))
        self._values = [sorted({cell[i] for cell in counts}) for i in range(dimensions)]

    def protect(self, cell: Cell) -> bool:
        """Withhold what else it takes for ``cell`` to be in doubt by k; False when nothing does."""
        box = min(self._boxes(cell), key=self._cost, default=None) if len(cell) > 1 else None
        if box is not None:
            self.cells.update(box)
            return True
        return self._exchange(cell)

    def _boxes(self, cell: Cell) -> Iterator[tuple[Cell, ...]]:
        """Rectangles with a corner in ``cell`` along which it can move by k."""
        others = [
            [v for v in values if v != own] for own, values in zip(cell, self._values, strict=True)
        ]
        for seen, partner in enumerate(product(*others)):
            if seen == MOST_BOXES:
                return
            corners = tuple(product(*zip(cell, partner, strict=True)))
            if all(corner in self.counts for corner in corners) and self._width(cell, corners):
                yield corners

    def _width(self, cell: Cell, corners: tuple[Cell, ...]) -> bool:
        """Whether a move along the box leaves each of its cells in doubt by k: up by what the
        cells of the other side can lose and down by what those of its own can, all staying ≥ 1."""
        sides: tuple[list[int], list[int]] = ([], [])
        for corner in corners:
            apart = sum(a != b for a, b in zip(cell, corner, strict=True))
            sides[apart % 2].append(self.counts[corner] - 1)
        return min(sides[0]) + min(sides[1]) >= self.k

    def _cost(self, corners: tuple[Cell, ...]) -> tuple[int, tuple[Cell, ...]]:
        told = [corner for corner in corners if corner not in self.cells]
        return sum(self.counts[corner] for corner in told), corners

    def _exchange(self, cell: Cell) -> bool:
        """Withhold cells, those withheld already and then the smallest, until units of them may
        be of ``cell`` instead."""
        doubt, partners = self.counts[cell] - 1, [cell]
        rest = (other for other in self.counts if other != cell)
        for other in sorted(rest, key=lambda c: (c not in self.cells, self.counts[c], c)):
            if doubt >= self.k:
                break
            doubt += self.counts[other] - 1
            partners.append(other)
        if doubt < self.k:
            return False
        self.cells.update(partners)
        self.totals.update(total for each in partners for total in totals_of(each))
        return True
