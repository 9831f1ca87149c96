"""When each dataset must leave: civil dates of the municipality, from its declared frequency.

Pure. A period's due date is its first day at 05:00 in America/Bogota: every day, every Monday,
the 1st and 16th, the 1st of the month, of the quarter, of the half-year, of the year.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from gis.contract.metadata import Frequency

if TYPE_CHECKING:
    from collections.abc import Iterable

    from gis.contract.layer import Dataset, Layer

ZONE = ZoneInfo("America/Bogota")
HOUR = time(5, 0)
WARNED = 0.8
"""Share of the promised period after which somebody is told."""
_MONTHS = {
    Frequency.MONTHLY: 1,
    Frequency.QUARTERLY: 3,
    Frequency.BIANNUALLY: 6,
    Frequency.ANNUALLY: 12,
}


class Level(StrEnum):
    """How near a promise is to being broken."""

    SOON = "por vencer"
    LATE = "vencido"


def next_due(frequency: Frequency, after: datetime) -> datetime | None:
    """The first due instant strictly after ``after`` (aware); None when no period is promised.

    However many were missed, the next one is the only one that counts.
    """
    local = after.astimezone(ZONE)
    day = local.date() if local.time() < HOUR else local.date() + timedelta(days=1)
    while frequency.value.days is not None:
        if _opens(frequency, day):
            return datetime.combine(day, HOUR, tzinfo=ZONE)
        day += timedelta(days=1)
    return None


def level_of(frequency: Frequency, last: datetime, now: datetime) -> Level | None:
    """How late a dataset is that last left at ``last``; None while most of its period is left, and
    where no period is promised."""
    if frequency.value.days is None:
        return None
    share = (now - last) / timedelta(days=frequency.value.days)
    if share >= 1:
        return Level.LATE
    return Level.SOON if share >= WARNED else None


def frequency_of(code: str) -> Frequency:
    """The frequency with this MD_MaintenanceFrequencyCode; KeyError when there is none."""
    return {frequency.value.iso: frequency for frequency in Frequency}[code]


def declared(
    datasets: Iterable[tuple[Layer, Dataset]], targets: Iterable[str], now: datetime
) -> dict[tuple[str, str], tuple[str, datetime]]:
    """The calendar that the declarations ask for: (dataset, target) → (frequency code, first
    due). A dataset new to the calendar is due at once; without a period, it is published by hand.
    """
    known = set(targets)
    calendar = {}
    for layer, dataset in datasets:
        frequency = dataset.frequency or layer.metadata.frequency
        if frequency.value.days is None:
            continue
        for target in dataset.targets:
            if target in known:
                calendar[dataset.name, target] = (frequency.value.iso, now)
    return calendar


def _opens(frequency: Frequency, day: date) -> bool:
    """Whether a period of ``frequency`` begins on ``day``."""
    if frequency in (Frequency.CONTINUAL, Frequency.DAILY):
        return True
    if frequency is Frequency.WEEKLY:
        return day.weekday() == 0
    if frequency is Frequency.FORTNIGHTLY:
        return day.day in (1, 16)
    return day.day == 1 and (day.month - 1) % _MONTHS[frequency] == 0
