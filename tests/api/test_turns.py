"""A bounded number read, a bounded number wait, the rest is told to come back."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import replace
from typing import TYPE_CHECKING

import httpx
import pytest

from api.forms import KIND
from tests.api.conftest import serving
from tests.api.test_leaving import ask, locked, stuck
from tests.api.test_tile_cache import LAYER, warm, within
from tests.api.tiles import control_tile

if TYPE_CHECKING:
    import socket
    from collections.abc import Iterator

    from api.wiring import System

QUEUE = 5
WARM = "/api/collections/zonas/tiles/WebMercatorQuad/" + control_tile(14)
CROWD = 40


@pytest.fixture
def narrow(own_city: System) -> System:
    """A city whose server lets few wait; its readers are four."""
    return replace(own_city, settings=own_city.settings.model_copy(update={"queue": QUEUE}))


@pytest.fixture
def served(narrow: System) -> Iterator[str]:
    with serving(narrow) as address:
        yield address


def tiles() -> list[str]:
    """Different tiles of ``sitios``, so that nobody shares a build."""
    zoom, row, column = map(int, control_tile(14).split("/"))
    return [f"{LAYER}{zoom}/{row + n % 8}/{column + n // 8}" for n in range(CROWD)]


@pytest.mark.parametrize("paths", [tiles(), ["/api/collections/sitios/items"] * CROWD])
def test_beyond_the_queue_all_are_refused_at_once_and_the_rest_answers(
    narrow: System, served: str, paths: list[str]
) -> None:
    readers = narrow.reader.pool.size()  # type: ignore[attr-defined]
    with httpx.Client(base_url=served, timeout=30) as client:
        warm(client, narrow, WARM)
        with locked(narrow) as busy, ThreadPoolExecutor(CROWD) as pool:
            asked = [pool.submit(httpx.get, served + path, timeout=30) for path in paths]
            within(5, lambda: sum(each.done() for each in asked) == CROWD - readers - QUEUE)
            refused = [each.result() for each in asked if each.done()]
            assert {each.status_code for each in refused} == {503}
            assert all(int(each.headers["retry-after"]) > 0 for each in refused)
            assert all("X-Request-ID" in each.headers for each in refused)
            assert refused[0].json()["code"] == "store-unavailable"
            assert stuck(busy) == readers
            for path in ("/healthz", "/metrics", "/api/static/sig.css", WARM):
                started = time.monotonic()
                assert client.get(path).status_code == 200, path
                assert time.monotonic() - started < 1
            assert client.get("/readyz").status_code == 503
            busy.rollback()
            wait(asked, 20)
    answered = [each.result().status_code for each in asked if each.result() not in refused]
    assert answered == [200] * (readers + QUEUE)


def test_one_who_leaves_gives_up_the_turn(narrow: System, served: str) -> None:
    readers = narrow.reader.pool.size()  # type: ignore[attr-defined]
    paths = tiles()
    with locked(narrow) as busy:
        served_now = [ask(served, path) for path in paths[:readers]]
        within(5, lambda: stuck(busy) == readers)
        for path in paths[readers:]:
            line = ask(served, path)
            time.sleep(0.02)
            line.close()
        time.sleep(0.3)
        # The queue is free again: nobody is refused, and the first in it is served.
        line = ask(served, paths[-1])
        served_now.pop().close()
        within(2, lambda: stuck(busy) == readers)
        busy.rollback()
        line.settimeout(10)
        assert line.recv(64).startswith(b"HTTP/1.1 200")
        line.close()
    for each in served_now:
        each.close()


def test_who_waits_too_long_is_told(
    narrow: System, served: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("api.turns.PATIENCE_SECONDS", 0.5)
    paths = tiles()
    with serving(narrow) as address, locked(narrow) as busy:
        lines = [ask(address, path) for path in paths[:4]]
        within(5, lambda: stuck(busy) == 4)
        started = time.monotonic()
        answer = httpx.get(address + paths[5], timeout=20)
        assert (answer.status_code, time.monotonic() - started < 3) == (503, True)
        for line in lines:
            line.close()


def begin_form(address: str) -> socket.socket:
    """A form to log in whose body does not come."""
    line = ask(address, "/entrar", "POST", f"Content-Type: {KIND}\r\nContent-Length: 1000\r\n")
    line.sendall(b"c")
    return line


def test_forms_that_do_not_come_keep_nobody_waiting(narrow: System, served: str) -> None:
    readers = narrow.reader.pool.size()  # type: ignore[attr-defined]
    lines = [begin_form(served) for _ in range(readers + QUEUE)]
    time.sleep(0.3)
    started = time.monotonic()
    assert httpx.get(served + "/api/collections/sitios/items", timeout=30).status_code == 200
    assert time.monotonic() - started < 2
    for line in lines:
        line.close()


def test_a_form_that_does_not_come_is_given_up(
    served: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("api.turns.FORM_SECONDS", 0.3)
    line = begin_form(served)
    line.settimeout(5)
    assert line.recv(64).startswith(b"HTTP/1.1 408")
    line.close()


def test_one_who_leaves_before_the_form_is_whole_is_no_error(
    served: str, caplog: pytest.LogCaptureFixture
) -> None:
    begin_form(served).close()
    time.sleep(0.5)
    figures = httpx.get(served + "/metrics").text
    assert 'route="/entrar",status="503"' in figures
    assert 'status="500"' not in figures
    assert not caplog.records
