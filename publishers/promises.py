"""What was promised of each dataset, whether it is kept, and telling people when it is not."""

from __future__ import annotations

import json
import smtplib
from dataclasses import dataclass
from email.message import EmailMessage
from typing import TYPE_CHECKING, Any

import requests

from gis.contract.metadata import Frequency
from gis.later import Later
from gis.publications import latest
from gis.store import layer_states
from publishers.calendar import ZONE, Level, level_of, next_due

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    import icalendar
    import sqlalchemy as sa

    from gis.contract.catalog import Catalog
else:
    icalendar = Later("icalendar")

TIMEOUT = 20
"""Seconds that whoever is told may take."""
_RULES: dict[Frequency, dict[str, Any]] = {
    Frequency.CONTINUAL: {"freq": "daily"},
    Frequency.DAILY: {"freq": "daily"},
    Frequency.WEEKLY: {"freq": "weekly"},
    Frequency.FORTNIGHTLY: {"freq": "monthly", "bymonthday": [1, 16]},
    Frequency.MONTHLY: {"freq": "monthly"},
    Frequency.QUARTERLY: {"freq": "monthly", "interval": 3},
    Frequency.BIANNUALLY: {"freq": "monthly", "interval": 6},
    Frequency.ANNUALLY: {"freq": "yearly"},
}


@dataclass(frozen=True, slots=True)
class Promise:
    """One dataset in one target. ``level`` None: kept so far."""

    dataset: str
    title: str
    target: str
    frequency: Frequency
    contact: str
    """Address of who answers for it."""
    last: datetime | None
    due: datetime
    level: Level | None

    def as_dict(self) -> dict[str, Any]:
        """JSON-ready values."""
        return {
            "dataset": self.dataset,
            "title": self.title,
            "target": self.target,
            "frequency": self.frequency.value.label,
            "last": self.last.isoformat() if self.last else None,
            "due": self.due.isoformat(),
            "level": self.level.value if self.level else None,
        }


@dataclass(frozen=True, slots=True)
class Mail:
    """Where letters leave from. ``password`` is sent only over an encrypted connection."""

    host: str
    port: int
    sender: str
    user: str = ""
    password: str = ""


def promises(
    conn: sa.Connection, catalog: Catalog, targets: Iterable[str], now: datetime
) -> list[Promise]:
    """What is promised, what is due first coming first. ``conn`` may be the public's.

    A dataset that has data and never left is late; without data there is nothing to keep.
    """
    left, states, known = latest(conn), layer_states(conn), set(targets)
    found = []
    for layer, dataset in catalog.datasets():
        frequency = dataset.frequency or layer.metadata.frequency
        due = next_due(frequency, now)
        if due is None:
            continue
        has_data = layer.name in states and states[layer.name].changeset is not None
        for target in (name for name in dataset.targets if name in known):
            last = left.get((dataset.name, target))
            level = level_of(frequency, last, now) if last else (Level.LATE if has_data else None)
            contact = catalog.entity.contacts[layer.metadata.contact].email
            title = dataset.title or layer.title
            found.append(Promise(dataset.name, title, target, frequency, contact, last, due, level))
    return sorted(found, key=lambda p: (p.due, p.dataset, p.target))


def broken(found: Iterable[Promise]) -> dict[tuple[str, str], Promise]:
    """Those that somebody must be told of, by dataset and target."""
    return {(p.dataset, p.target): p for p in found if p.level is not None}


def ical(found: Sequence[Promise], name: str, base_url: str, now: datetime) -> bytes:
    """The calendar as iCalendar (RFC 5545): for each dataset, when it is due and how it repeats."""
    calendar = icalendar.Calendar()
    calendar.add("prodid", "-//SIG municipal//Calendario de publicaciones//ES")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", f"Datos abiertos: {name}")
    for promise in found:
        event = icalendar.Event()
        event.add("uid", f"{promise.dataset}.{promise.target}@{base_url.rpartition('/')[2]}")
        event.add("dtstamp", now)
        event.add("dtstart", promise.due.astimezone(ZONE))
        event.add("rrule", _RULES[promise.frequency])
        event.add("summary", f"Se publica: {promise.title} ({promise.target})")
        event.add("url", f"{base_url}/datos/{promise.dataset}")
        calendar.add_component(event)
    calendar.add_missing_timezones()
    return bytes(calendar.to_ical())


def told(promise: Promise, base_url: str) -> str:
    """One line for people."""
    last = f"salió el {promise.last.astimezone(ZONE):%Y-%m-%d}" if promise.last else "nunca salió"
    return (
        f"{promise.title} ({promise.target}): {promise.level}. Frecuencia "
        f"{promise.frequency.value.label.lower()}; {last}. {base_url}/datos/{promise.dataset}"
    )


def post(address: str, found: Sequence[Promise], base_url: str) -> None:
    """Tell a webhook. Raises :class:`requests.RequestException` when it does not take it."""
    document = {
        "text": "\n".join(told(promise, base_url) for promise in found),
        "alerts": [promise.as_dict() for promise in found],
    }
    answer = requests.post(
        address,
        data=json.dumps(document, ensure_ascii=False).encode(),
        headers={"Content-Type": "application/json"},
        timeout=TIMEOUT,
        allow_redirects=False,
    )
    answer.raise_for_status()


def write(mail: Mail, found: Sequence[Promise], also: Sequence[str], base_url: str) -> int:
    """Write to who answers for each dataset, and to ``also``; how many letters left.

    Raises :class:`OSError` or :class:`smtplib.SMTPException`.
    """
    letters: dict[str, list[Promise]] = {}
    for promise in found:
        for address in dict.fromkeys((promise.contact, *also)):
            letters.setdefault(address, []).append(promise)
    with smtplib.SMTP(mail.host, mail.port, timeout=TIMEOUT) as server:
        if mail.password:
            server.starttls()
            server.login(mail.user, mail.password)
        for address, about in letters.items():
            server.send_message(_letter(mail.sender, address, about, base_url))
    return len(letters)


def _letter(sender: str, address: str, about: list[Promise], base_url: str) -> EmailMessage:
    letter = EmailMessage()
    letter["From"], letter["To"] = sender, address
    letter["Subject"] = f"Datos abiertos por publicar: {len(about)}"
    lines = [told(promise, base_url) for promise in about]
    letter.set_content("\n\n".join([*lines, f"Calendario: {base_url}/datos/calendario"]))
    return letter
