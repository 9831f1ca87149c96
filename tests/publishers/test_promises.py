"""Promises of the calendar: kept, near to be broken, broken; told once, on a page and by mail."""

from __future__ import annotations

import json
import socketserver
import threading
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import TYPE_CHECKING, Any

import icalendar
import pytest
import requests
from pydantic import SecretStr

from api import watching
from api.metrics import Metrics
from api.settings import Settings
from api.wiring import System
from gis.contract import Frequency
from publishers.calendar import Level, level_of
from publishers.publish import publish
from tests.publishers.city import CATALOG, City
from tests.publishers.site import served

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.databases import Database

NOW = datetime(2026, 3, 31, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("frequency", "days", "level"),
    [
        (Frequency.MONTHLY, 23.9, None),
        (Frequency.MONTHLY, 24, Level.SOON),
        (Frequency.MONTHLY, 30, Level.LATE),
        (Frequency.WEEKLY, 5.5, None),
        (Frequency.WEEKLY, 5.6, Level.SOON),
        (Frequency.AS_NEEDED, 9999, None),
    ],
)
def test_after_four_fifths_of_the_period_somebody_must_know(
    frequency: Frequency, days: float, level: Level | None
) -> None:
    assert level_of(frequency, NOW - timedelta(days=days), NOW) is level


class Hook(BaseHTTPRequestHandler):
    """A webhook that keeps what it was told."""

    told: list[Any]
    status = 200

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        type(self).told.append(json.loads(body))
        self.send_response(self.status)
        self.end_headers()

    def log_message(self, *args: Any) -> None:
        pass


class Mailbox(socketserver.StreamRequestHandler):
    """As much of SMTP as a letter takes (RFC 5321)."""

    letters: list[str]

    def handle(self) -> None:
        self.say("220 listo")
        while line := self.rfile.readline().decode().strip():
            if line.upper().startswith("DATA"):
                self.say("354 diga")
                text = ""
                while (part := self.rfile.readline().decode()).strip() != ".":
                    text += part
                type(self).letters.append(text)
            self.say("221 adiós" if line.upper().startswith("QUIT") else "250 bien")

    def say(self, words: str) -> None:
        self.wfile.write(f"{words}\r\n".encode())


@pytest.fixture
def hook() -> Iterator[tuple[type[Hook], str]]:
    kind = type("Kept", (Hook,), {"told": []})
    with HTTPServer(("127.0.0.1", 0), kind) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield kind, f"http://127.0.0.1:{server.server_port}/aviso"
        server.shutdown()


@pytest.fixture
def mailbox() -> Iterator[tuple[type[Mailbox], int]]:
    kind = type("Letters", (Mailbox,), {"letters": []})
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), kind) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield kind, server.server_address[1]
        server.shutdown()


@pytest.fixture
def system(city: City, database: Database) -> System:
    """The city with all published in its catalogue; the trees, 25 days ago."""
    for dataset in ("arboles", "zonas_verdes", "cursos"):
        publish(city.order(dataset))
        publish(city.order(dataset, "oficial"))
    city.run(
        "UPDATE sig.publication SET finished_at = now() - interval '25 days' "
        "WHERE dataset = 'arboles' AND target = 'estatico'"
    )
    settings = Settings(home=city.home, database_url=database.url)
    return System(settings, CATALOG, city.engine, city.reader)


def with_settings(system: System, **changes: Any) -> System:
    changed = system.settings.model_copy(update=changes)
    return replace(system, settings=changed)


def test_it_is_told_once_to_a_webhook_and_by_mail(
    system: System, hook: tuple[type[Hook], str], mailbox: tuple[type[Mailbox], int]
) -> None:
    told = with_settings(
        system,
        alert_webhook=SecretStr(hook[1]),
        smtp_host="127.0.0.1",
        smtp_port=mailbox[1],
        alert_emails=("jefe@villa.example",),
    )
    assert watching.tell(told) == 1
    assert watching.tell(told) == 0
    (sent,) = hook[0].told
    assert [(a["dataset"], a["target"], a["level"]) for a in sent["alerts"]] == [
        ("arboles", "estatico", "por vencer")
    ]
    letters = mailbox[0].letters
    assert len(letters) == 2
    assert any("To: jefe@villa.example" in letter for letter in letters)
    assert any("To: ambiente@villa.example" in letter for letter in letters)


def test_what_nobody_took_is_told_again(system: System, hook: tuple[type[Hook], str]) -> None:
    told = with_settings(system, alert_webhook=SecretStr(hook[1]))
    hook[0].status = 500
    with pytest.raises(requests.RequestException):
        watching.tell(told)
    hook[0].status = 200
    assert watching.tell(told) == 1


def test_figures_say_which_are_late(system: System) -> None:
    metrics = Metrics(system.reader)
    found = watching.standing(system)
    metrics.tell_overdue((d, t, str(p.level)) for (d, t), p in found.items())
    line = 'sig_publications_overdue{dataset="arboles",level="por vencer",target="estatico"} 1.0'
    assert line in metrics.text().decode()


def test_the_calendar_is_a_page_a_document_and_a_subscription(
    system: System, city: City, database: Database
) -> None:
    with served(database, city) as site:
        page = site.get("/datos/calendario")
        assert page.status_code == 200
        assert "Árboles del espacio público" in page.text
        assert "por vencer" in page.text
        rows = site.get("/datos/calendario.json").json()["calendario"]
        assert {r["dataset"] for r in rows} == {"arboles", "zonas_verdes", "cursos"}
        answer = site.get("/datos/calendario.ics")
        assert answer.headers["Content-Type"].startswith("text/calendar")
        events = icalendar.Calendar.from_ical(answer.content).walk("VEVENT")
        assert len(events) == len(rows)
        trees = next(e for e in events if "Árboles" in str(e["SUMMARY"]))
        assert trees["RRULE"]["FREQ"] == ["MONTHLY"]
        assert trees["DTSTART"].dt.hour == 5
        assert site.get("/datos/calendario?x=1").status_code == 400
