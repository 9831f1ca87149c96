"""Time in queries: ``datetime`` (the feature's own time) and ``as-of`` (a moment of the store)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from gis import store
from gis.errors import InvalidRequest, NotFound

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gis.contract import Access, Layer

CIVIL_TIME = ZoneInfo("America/Bogota")
"""Days without a zone are days of the legal time of Colombia."""
MAX_CHANGESET = 2**63 - 1

_DATE = re.compile(r"\d{4}-\d\d-\d\d")
INSTANT = re.compile(r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)")


@dataclass(frozen=True, slots=True)
class Interval:
    """A closed interval of time; None is an open end. Both ends carry a zone."""

    start: datetime | None
    end: datetime | None

    def condition(
        self, start: sa.ColumnElement[Any], end: sa.ColumnElement[Any]
    ) -> sa.ColumnElement[bool]:
        """Whether the time from ``start`` to ``end`` (one column twice for an instant) meets it.

        A null column is an open end, so a feature without any time always does (OGC API
        Features 1.0, /req/core/fc-time-response C).
        """
        met: list[sa.ColumnElement[bool]] = []
        if self.end is not None:
            met.append(sa.or_(start.is_(None), start <= sa.bindparam("until", type_=start.type)))
        if self.start is not None:
            met.append(sa.or_(end.is_(None), end >= sa.bindparam("since", type_=end.type)))
        return sa.and_(sa.true(), *met)

    def parameters(self, start: str, end: str) -> dict[str, date | datetime]:
        """The values of the statement's parameters, for columns of these kinds."""
        values: dict[str, date | datetime] = {}
        if self.end is not None:
            values["until"] = _like(start, self.end)
        if self.start is not None:
            values["since"] = _like(end, self.start)
        return values

    @property
    def shape(self) -> tuple[bool, bool]:
        """What of the interval is in a statement."""
        return (self.start is None, self.end is None)


def parse_interval(text: str) -> Interval:
    """Read ``datetime``: an instant (RFC 3339), a date, or two of them with ``/``, ``..`` open.

    >>> parse_interval("2024-01-01/..").end is None
    True
    """
    ends = text.split("/")
    if len(ends) == 1:
        interval = Interval(*_span(text, text))
    elif len(ends) == 2:
        start = None if ends[0] in ("", "..") else _span(ends[0], text)[0]
        end = None if ends[1] in ("", "..") else _span(ends[1], text)[1]
        interval = Interval(start, end)
    else:
        raise _invalid(text)
    if interval.start is None and interval.end is None:
        raise _invalid(text)
    if interval.start and interval.end and interval.start > interval.end:
        raise InvalidRequest(
            "«datetime» termina antes de empezar", parameter="datetime", value=text
        )
    return interval


def time_condition(
    interval: Interval, columns: Sequence[sa.ColumnElement[Any]]
) -> sa.ColumnElement[bool]:
    """Whether a row's own time meets ``interval``; ``columns`` holds none, one or start and end."""
    if not columns:
        return sa.true()
    return interval.condition(columns[0], columns[-1])


def parse_as_of(conn: sa.Connection, layer: Layer, access: Access, text: str) -> int:
    """The changeset that ``as-of`` names by number, or the last at an instant or a day's end.

    0 for an instant before the layer's first changeset. Raises :class:`NotFound` for a number
    that no changeset has, :class:`InvalidRequest` for anything that is neither.
    """
    if text.isascii() and text.isdigit():
        changeset = int(text)
        if changeset > MAX_CHANGESET or not _has_changeset(conn, changeset, access):
            raise NotFound(f"No existe el cambio {text}", changeset=text)
        return changeset
    if not (_DATE.fullmatch(text) or INSTANT.fullmatch(text)):
        raise _invalid_as_of(text)
    try:
        instant = _span(text, text)[1]
    except InvalidRequest:
        raise _invalid_as_of(text) from None
    return store.changeset_at(conn, layer.name, instant, access) or 0


def _has_changeset(conn: sa.Connection, changeset: int, access: Access) -> bool:
    known = sa.table("sig_changeset", sa.column("id", sa.BigInteger), schema=access.value)
    return bool(conn.scalar(sa.select(sa.exists().where(known.c.id == changeset))))


def _invalid_as_of(text: str) -> InvalidRequest:
    return InvalidRequest(
        "«as-of» debe ser el número de un cambio, una fecha (2026-01-31) o un instante "
        "(2026-01-31T12:00:00-05:00)",
        parameter="as-of",
        value=text,
    )


def _span(text: str, whole: str) -> tuple[datetime, datetime]:
    """First and last instant of a date; an instant is both."""
    try:
        if _DATE.fullmatch(text):
            day = date.fromisoformat(text)
            return (
                datetime.combine(day, time.min, CIVIL_TIME),
                datetime.combine(day, time.max, CIVIL_TIME),
            )
        if INSTANT.fullmatch(text):
            instant = datetime.fromisoformat(text.upper())
            instant.astimezone(UTC)
            return instant, instant
    except (ValueError, OverflowError):
        pass
    raise _invalid(whole)


def _invalid(text: str) -> InvalidRequest:
    return InvalidRequest(
        "«datetime» debe ser una fecha, un instante RFC 3339 con zona, o un intervalo de ellos "
        "(2024-01-01/2024-06-30, 2024-01-01/.., ../2024-06-30)",
        parameter="datetime",
        value=text,
    )


def _like(kind: str, instant: datetime) -> date | datetime:
    """``instant`` as a column of ``kind`` holds time: a civil day for dates."""
    return instant.astimezone(CIVIL_TIME).date() if kind == "date" else instant.astimezone(UTC)
