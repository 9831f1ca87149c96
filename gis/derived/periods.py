"""Closed periods: which stretch of the calendar a date falls in, and whether it can be counted."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, NamedTuple

from gis.contract.derived import Period

if TYPE_CHECKING:
    from gis.contract.derived import Aggregate

_PREFIX = {Period.SEMESTER: "S", Period.QUARTER: "T"}


class Stretch(NamedTuple):
    """A period with its name («2024», «2024-S1», «2024-T3», «2024-05») and its days."""

    name: str
    first: date
    last: date


def stretch_of(day: date, period: Period) -> Stretch:
    """The period that ``day`` falls in."""
    months = period.value
    part = (day.month - 1) // months
    first = date(day.year, part * months + 1, 1)
    after = first.month + months
    following = date(day.year + (after > 12), (after - 1) % 12 + 1, 1)
    return Stretch(_name(day, period, part), first, following - timedelta(days=1))


def is_closed(stretch: Stretch, counting: Aggregate, today: date) -> bool:
    """Whether late records of the period are no longer expected."""
    return stretch.last + timedelta(days=counting.settle_days) < today


def _name(day: date, period: Period, part: int) -> str:
    if period is Period.YEAR:
        return str(day.year)
    if period is Period.MONTH:
        return f"{day.year}-{part + 1:02}"
    return f"{day.year}-{_PREFIX[period]}{part + 1}"
