"""Due dates: civil dates of Bogotá, whatever the zone of the machine."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gis.contract import Frequency
from publishers.calendar import ZONE, declared, frequency_of, next_due
from tests.publishers.city import CATALOG

PROMISED = [frequency for frequency in Frequency if frequency.value.days is not None]
INSTANTS = st.datetimes(datetime(2020, 1, 1), datetime(2040, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001


@pytest.mark.parametrize(
    ("frequency", "after", "due"),
    [
        ("daily", "2026-03-04T04:59", "2026-03-04T05:00"),
        ("daily", "2026-03-04T05:00", "2026-03-05T05:00"),
        ("weekly", "2026-03-04T12:00", "2026-03-09T05:00"),
        ("fortnightly", "2026-03-04T12:00", "2026-03-16T05:00"),
        ("fortnightly", "2026-02-16T05:00", "2026-03-01T05:00"),
        ("monthly", "2026-12-31T23:00", "2027-01-01T05:00"),
        ("quarterly", "2026-03-04T12:00", "2026-04-01T05:00"),
        ("biannually", "2026-03-04T12:00", "2026-07-01T05:00"),
        ("annually", "2026-01-01T05:00", "2027-01-01T05:00"),
    ],
)
def test_due_dates(frequency: str, after: str, due: str) -> None:
    start = datetime.fromisoformat(after).replace(tzinfo=ZONE)
    expected = datetime.fromisoformat(due).replace(tzinfo=ZONE)
    assert next_due(frequency_of(frequency), start) == expected


def test_an_instant_of_another_zone_counts_as_the_day_it_is_in_bogota() -> None:
    still_the_last_of_march = datetime(2026, 4, 1, 4, 0, tzinfo=UTC)
    due = next_due(Frequency.MONTHLY, still_the_last_of_march)
    assert due == datetime(2026, 4, 1, 10, 0, tzinfo=UTC)


@pytest.mark.parametrize("frequency", [Frequency.AS_NEEDED, Frequency.NOT_PLANNED])
def test_without_a_promise_there_is_no_date(frequency: Frequency) -> None:
    assert next_due(frequency, datetime.now(UTC)) is None


@given(st.sampled_from(PROMISED), INSTANTS)
def test_the_next_date_is_later_and_within_a_period(frequency: Frequency, after: datetime) -> None:
    due = next_due(frequency, after)
    assert due is not None
    assert after < due
    days = frequency.value.days
    assert days is not None
    assert due - after <= timedelta(days=days + 3)


def test_the_calendar_follows_declarations_and_configured_targets() -> None:
    now = datetime.now(UTC)
    calendar = declared(CATALOG.datasets(), ("estatico",), now)
    assert set(calendar) == {(name, "estatico") for name in ("arboles", "zonas_verdes", "cursos")}
    assert calendar["cursos", "estatico"] == ("weekly", now)
