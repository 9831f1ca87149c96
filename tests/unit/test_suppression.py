"""No withheld cell can be worked out: for each there are other tables that agree with all that is
known. The reader of these tests knows more than any real one: zeros, totals, and the rule."""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING

from hypothesis import given, settings
from hypothesis import strategies as st

from gis.derived.suppression import EVERY, Cell, totals_of, withhold

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from gis.derived.suppression import Withheld

K = 3


@st.composite
def tables(draw: st.DrawFn, shape: tuple[int, ...], most: int) -> dict[Cell, int]:
    """Cells that are not zero."""
    cells = list(product(*[[str(v) for v in range(size)] for size in shape]))
    counts = [draw(st.integers(0, most)) for _ in cells]
    return {cell: n for cell, n in zip(cells, counts, strict=True) if n}


class Reader:
    """Somebody who knows all that is told, that what is not is 1 or more, the total of the period,
    and every other total of k or more that has not to be kept silent."""

    def __init__(self, counts: Mapping[Cell, int], withheld: Withheld, k: int = K) -> None:
        self.hidden = sorted(withheld.cells)
        dimensions = len(next(iter(counts)))
        sums: dict[Cell, list[Cell]] = {(EVERY,) * dimensions: list(counts)}
        for cell in counts:
            for total in totals_of(cell):
                sums.setdefault(total, []).append(cell)
        self.equations: list[tuple[set[int], int]] = []
        for total, cells in sums.items():
            value = sum(counts[cell] for cell in cells)
            silent = total in withheld.totals or value < k
            if silent and total != (EVERY,) * dimensions:
                continue
            told = sum(counts[cell] for cell in cells if cell not in withheld.cells)
            unknown = {self.hidden.index(cell) for cell in cells if cell in withheld.cells}
            if unknown:
                self.equations.append((unknown, value - told))

    def possible(self, cell: Cell) -> Iterator[int]:
        """Every value that the cell may have for all the reader knows."""
        own = self.hidden.index(cell)
        most = min(rest for unknown, rest in self.equations if own in unknown)
        order = [own, *(i for i in range(len(self.hidden)) if i != own)]
        for value in range(1, most + 1):
            if self._solvable({own: value}, order[1:]):
                yield value

    def _solvable(self, known: dict[int, int], rest: list[int]) -> bool:
        for unknown, value in self.equations:
            spent = sum(known[i] for i in unknown if i in known)
            left = sum(i not in known for i in unknown)
            if spent + left > value or (left == 0 and spent != value):
                return False
        if not rest:
            return True
        first, *others = rest
        room = min(
            value - sum(known.get(i, 0) for i in unknown)
            for unknown, value in self.equations
            if first in unknown
        )
        return any(self._solvable({**known, first: v}, others) for v in range(1, room + 1))


def check(counts: Mapping[Cell, int], k: int = K) -> None:
    withheld = withhold(counts, k)
    if withheld is None:
        return
    assert all(counts[cell] >= k for cell in counts.keys() - withheld.cells)
    reader = Reader(counts, withheld, k)
    for cell in withheld.cells:
        values = list(reader.possible(cell))
        assert counts[cell] in values
        assert values[-1] - values[0] >= k, (cell, values, withheld)


@settings(max_examples=80, deadline=None)
@given(tables((6,), 9))
def test_no_cell_of_a_list_can_be_worked_out(counts: dict[Cell, int]) -> None:
    if counts:
        check(counts)


@settings(max_examples=80, deadline=None)
@given(tables((3, 3), 7))
def test_no_cell_of_a_table_can_be_worked_out_from_its_totals(counts: dict[Cell, int]) -> None:
    if counts:
        check(counts)


@settings(max_examples=30, deadline=None)
@given(tables((2, 2, 2), 6))
def test_no_cell_of_three_dimensions_can_be_worked_out(counts: dict[Cell, int]) -> None:
    if counts:
        check(counts)


def test_a_lone_small_cell_takes_another_with_it() -> None:
    counts = {("a",): 2, ("b",): 40, ("c",): 11}
    withheld = withhold(counts, 5)
    assert withheld is not None
    assert withheld.cells == {("a",), ("c",)}


def test_a_table_gives_a_rectangle_and_keeps_its_totals() -> None:
    counts = {(a, b): 20 for a in "xyz" for b in "123"} | {("x", "1"): 1}
    withheld = withhold(counts, 5)
    assert withheld is not None
    assert len(withheld.cells) == 4
    assert not withheld.totals


def test_a_period_with_fewer_than_k_is_not_told_at_all() -> None:
    assert withhold({("a",): 2, ("b",): 2}, 5) is None


def test_a_period_that_its_own_total_gives_away_is_not_told_at_all() -> None:
    assert withhold({(name,): 1 for name in "abcde"}, 5) is None


def test_what_was_withheld_before_stays_withheld() -> None:
    withheld = withhold({("a",): 30, ("b",): 40, ("c",): 50}, 5, frozenset({("c",)}))
    assert withheld is not None
    assert ("c",) in withheld.cells


def test_without_the_complement_the_reader_would_know() -> None:
    """That the reader of these tests is one who can subtract."""
    from gis.derived.suppression import Withheld

    counts = {("a",): 2, ("b",): 40, ("c",): 11}
    reader = Reader(counts, Withheld(frozenset({("a",)})), 5)
    assert list(reader.possible(("a",))) == [2]
