"""Whoever leaves is not worked for: the statement stops and the connection comes back."""

from __future__ import annotations

import socket
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import TYPE_CHECKING
from urllib.parse import quote, urlsplit

import httpx
import pytest
import sqlalchemy as sa

from tests.api.conftest import serving
from tests.api.test_tile_cache import LAYER, TILE, warm, within
from tests.api.tiles import control_tile

if TYPE_CHECKING:
    from collections.abc import Iterator

    from api.wiring import System

SOON_SECONDS = 1.0
SLOW = (
    TILE,
    f"/api/tiles/WebMercatorQuad/{control_tile(14)}?collections=vias,sitios",
    TILE + "?filter=" + quote("cupos > 3"),
    "/api/collections/sitios/tiles/WorldCRS84Quad/13/3891/4767",
    "/api/collections/sitios/items",
    "/api/collections/sitios/items?f=csv",
)
"""Each waits for ``data.sitios``."""


@contextmanager
def locked(system: System) -> Iterator[sa.Connection]:
    """Nobody reads ``data.sitios`` while the block lasts."""
    with system.engine.connect() as busy:
        busy.execute(sa.text("LOCK TABLE data.sitios IN ACCESS EXCLUSIVE MODE"))
        try:
            yield busy
        finally:
            busy.rollback()


def ask(address: str, path: str, method: str = "GET", headers: str = "") -> socket.socket:
    """A request whose answer nobody has read yet."""
    server = urlsplit(address)
    assert server.hostname is not None
    line = socket.create_connection((server.hostname, server.port or 80))
    head = f"{method} {path} HTTP/1.1\r\nHost: {server.netloc}\r\n{headers}\r\n"
    line.sendall(head.encode())
    return line


def stuck(busy: sa.Connection) -> int:
    """Statements of readers of this database that wait for the lock."""
    waiting = sa.text(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
        " AND wait_event_type = 'Lock'"
    )
    # What was seen of other sessions is kept for a whole transaction unless cleared.
    busy.execute(sa.text("SELECT pg_stat_clear_snapshot()"))
    return int(busy.execute(waiting).scalar_one())


@pytest.mark.parametrize("path", SLOW)
def test_the_statement_of_one_who_left_stops(own_city: System, path: str) -> None:
    pool = own_city.reader.pool
    with serving(own_city) as address, locked(own_city) as busy:
        line = ask(address, path)
        within(5, lambda: stuck(busy) == 1)
        line.close()
        within(SOON_SECONDS, lambda: stuck(busy) == 0)
        within(SOON_SECONDS, lambda: pool.checkedout() == 0)  # type: ignore[attr-defined]
        assert httpx.get(address + "/healthz").status_code == 200
        busy.rollback()
        assert httpx.get(address + path).status_code == 200


FILE = "/api/collections/sitios/items?f=csv"


def test_one_who_leaves_waits_no_more_for_a_file(own_city: System) -> None:
    pool = own_city.reader.pool
    with serving(own_city) as address, locked(own_city) as busy:
        writes = ask(address, FILE)
        within(5, lambda: stuck(busy) == 1)
        waits = ask(address, FILE)
        within(5, lambda: pool.checkedout() == 2)  # type: ignore[attr-defined]
        time.sleep(0.3)
        waits.close()
        within(SOON_SECONDS, lambda: pool.checkedout() == 1)  # type: ignore[attr-defined]
        assert stuck(busy) == 1
        writes.close()
        within(SOON_SECONDS, lambda: stuck(busy) == 0)


def test_those_who_wait_for_a_file_leave_room_for_others(
    own_city: System, monkeypatch: pytest.MonkeyPatch
) -> None:
    places = threading.BoundedSemaphore(2)
    monkeypatch.setattr("api.downloads._places", places)
    with serving(own_city) as address, locked(own_city) as busy:
        with ThreadPoolExecutor(2) as pool:
            asked = [pool.submit(httpx.get, address + FILE, timeout=20) for _ in range(2)]
            within(5, lambda: places._value == 0)  # both are in, not only connected
            refused = httpx.get(address + FILE, timeout=5)
            busy.rollback()
        assert (refused.status_code, "retry-after" in refused.headers) == (503, True)
        assert [each.result().status_code for each in asked] == [200, 200]
        assert httpx.get(address + FILE).status_code == 200


def test_a_build_goes_on_while_anybody_waits_for_it(own_city: System) -> None:
    with serving(own_city) as address, locked(own_city) as busy:
        with httpx.Client(base_url=address) as client:
            warm(client, own_city, LAYER + control_tile(3))  # so that builds are shared
        answers: list[httpx.Response] = []
        first = ask(address, TILE)
        within(5, lambda: stuck(busy) == 1)
        waits = threading.Thread(
            target=lambda: answers.append(httpx.get(address + TILE, timeout=20))
        )
        waits.start()
        time.sleep(0.3)
        first.close()
        time.sleep(0.5)
        assert stuck(busy) == 1
        busy.rollback()
        waits.join(10)
        assert answers[0].status_code == 200


def test_one_who_comes_after_all_have_left_is_served(own_city: System) -> None:
    with serving(own_city) as address, locked(own_city) as busy:
        ask(address, TILE).close()
        time.sleep(0.2)
        lines = [ask(address, TILE) for _ in range(3)]
        within(5, lambda: stuck(busy) == 1)
        for line in lines:
            line.close()
        within(SOON_SECONDS, lambda: stuck(busy) == 0)
        busy.rollback()
        assert httpx.get(address + TILE).status_code == 200
