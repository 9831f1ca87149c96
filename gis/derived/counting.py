"""An edition of an aggregated dataset: rows counted by the store, small cells withheld.

A period that was published is never counted again: whoever compares two editions sees new periods
and nothing else. Late corrections of a closed period stay out until a person undoes its edition.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from gis.contract.derived import CELL, FIRST, LAST, PERIOD, WITHHELD
from gis.derived.periods import Stretch, is_closed, stretch_of
from gis.derived.suppression import Cell, withhold
from gis.filters import condition
from gis.store.tables import table

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from gis.contract.derived import Aggregate, Counted
    from gis.contract.layer import Layer

NOT_SAID = "sin_dato"
"""In a cell's identifier, what a null is written as."""
SQUARE = "cuadro"

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Group:
    """Rows of the counted layer that are told together."""

    values: tuple[Any, ...]
    """Of the fields it is grouped by."""
    square: tuple[int, ...]
    """Column and row of its square, where there is a grid."""
    count: int
    sums: tuple[Any, ...]

    @property
    def cell(self) -> Cell:
        """What tells it apart, as text; a square is one dimension."""
        values = [NOT_SAID if value is None else str(value) for value in self.values]
        return (*values, *(["_".join(map(str, self.square))] if self.square else []))


def edition(
    conn: sa.Connection, layer: Layer, counted: Counted, told: frozenset[str], today: date
) -> list[Row]:
    """Rows of the periods that can be told and are not in ``told`` yet. ``layer`` is the one
    counted; ``conn`` must see all of it."""
    found: list[Row] = []
    for stretch, groups in sorted(_periods(conn, layer, counted).items()):
        if stretch.name not in told and is_closed(stretch, counted.aggregate, today):
            found += _rows(counted.aggregate, stretch, groups)
    return found


def _rows(counting: Aggregate, stretch: Stretch, groups: list[Group]) -> Iterator[Row]:
    withheld = withhold({group.cell: group.count for group in groups}, counting.k)
    if withheld is None:  # Not even which groups there are.
        return
    for group in sorted(groups, key=lambda g: g.cell):
        silent = group.cell in withheld.cells
        yield {
            CELL: "~".join((stretch.name, *group.cell)),
            PERIOD: stretch.name,
            FIRST: stretch.first,
            LAST: stretch.last,
            **dict(zip(counting.by, group.values, strict=True)),
            counting.count: None if silent else group.count,
            **{n: None if silent else v for n, v in zip(counting.sums, group.sums, strict=True)},
            WITHHELD: silent,
            SQUARE: group.square,
        }


def _periods(conn: sa.Connection, layer: Layer, counted: Counted) -> dict[Stretch, list[Group]]:
    """Counts by period and group. Rows without a date, or without a place for the grid, count in
    no period: their layer's own checks are who must ask for them."""
    counting, source = counted.aggregate, table(layer)
    when: sa.ColumnElement[Any] = source.c[counting.of]
    if layer.field(counting.of).type.kind == "timestamp":
        when = sa.func.timezone("America/Bogota", when)
    months = counting.period.value
    month = sa.func.date_part("month", when)
    first = sa.func.make_date(
        sa.cast(sa.func.date_part("year", when), sa.Integer),
        sa.cast(sa.func.floor((month - 1) / months) * months + 1, sa.Integer),
        1,
    ).label("period")
    values, squares = [source.c[name] for name in counting.by], _squares(counting)
    sums = [sa.func.sum(source.c[name]) for name in counting.sums]
    query = sa.select(first, sa.func.count(), *values, *squares, *sums).where(when.is_not(None))
    if counting.grid_m:
        query = query.where(source.c["geom"].is_not(None))
    if counted.where:
        query = query.where(condition(counted.where, source))
    periods: dict[Stretch, list[Group]] = {}
    for day, count, *rest in conn.execute(query.group_by(first, *values, *squares)):
        end = len(values) + len(squares)
        own, square, added = rest[: len(values)], rest[len(values) : end], rest[end:]
        group = Group(tuple(own), tuple(square), count, tuple(added))
        periods.setdefault(stretch_of(day, counting.period), []).append(group)
    return periods


def _squares(counting: Aggregate) -> list[sa.ColumnElement[Any]]:
    if not counting.grid_m:
        return []
    geom: sa.ColumnElement[Any] = sa.literal_column("geom")
    return [
        sa.cast(sa.func.floor(side(geom) / counting.grid_m), sa.BigInteger)
        for side in (sa.func.ST_X, sa.func.ST_Y)
    ]
