"""The invented city of ``world`` served by a real uvicorn over a real PostGIS."""

from __future__ import annotations

import threading
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

import httpx
import pytest
import uvicorn
from argon2 import PasswordHasher
from pydantic import SecretStr

from api.app import create_app
from api.settings import Settings
from api.wiring import System
from gis.accounts import passwords
from tests.api import world

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.databases import Database, Server, TemplateOf


@pytest.fixture(scope="module", autouse=True)
def _light() -> Iterator[None]:
    """Passwords hashed with less memory and time: the tests of a module make up to hundreds."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(passwords, "_hasher", PasswordHasher(time_cost=1, memory_cost=256))
        passwords._of_nobody.cache_clear()
        yield
    passwords._of_nobody.cache_clear()


@contextmanager
def serving(system: System) -> Iterator[str]:
    """The application on a free port of the loopback; its address."""
    config = uvicorn.Config(
        create_app(system), http="api.wire:Http", host="127.0.0.1", port=0, log_level="error"
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        assert thread.is_alive(), "the server did not start"
        time.sleep(0.02)
    port = server.servers[0].sockets[0].getsockname()[1]
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        thread.join(10)


def system_of(database: Database, home: Path) -> System:
    """The invented city in a clone of its template."""
    settings = Settings(home=home, database_url=SecretStr(database.url))
    return System(settings, world.catalog(), database.engine, database.reader)


@pytest.fixture(scope="session")
def new_city(
    template_of: TemplateOf,
    new_database: Callable[[str], Database],
    tmp_path_factory: pytest.TempPathFactory,
) -> Callable[[], System]:
    """Makes invented cities that live as long as the session."""
    template = template_of("world", world.catalog(), world.fill)
    return lambda: system_of(new_database(template), tmp_path_factory.mktemp("sig"))


@pytest.fixture(scope="session")
def city(new_city: Callable[[], System]) -> System:
    """The invented city, for tests that only read."""
    return new_city()


@pytest.fixture(scope="session")
def address(city: System) -> Iterator[str]:
    """Where the invented city is served."""
    with serving(city) as found:
        yield found


@pytest.fixture(scope="session")
def client(address: str) -> Iterator[httpx.Client]:
    """A client of the served city."""
    with httpx.Client(base_url=address, timeout=30) as found:
        yield found


@pytest.fixture
def own_database(server: Server, template_of: TemplateOf) -> Iterator[Database]:
    """The database of ``own_city``."""
    with server.database(template_of("world", world.catalog(), world.fill)) as fresh:
        yield fresh


@pytest.fixture
def own_city(own_database: Database, tmp_path: Path) -> System:
    """An invented city of this test alone, to write in."""
    return system_of(own_database, tmp_path)


@pytest.fixture
def own_client(own_city: System) -> Iterator[httpx.Client]:
    """A client of this test's own city."""
    with serving(own_city) as found, httpx.Client(base_url=found, timeout=30) as made:
        yield made
