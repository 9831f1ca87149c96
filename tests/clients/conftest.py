"""Two served cities for the programs people use: a small one with a layer of each shape, and all
the shipped layers with their samples, which only the heavy tests pay for."""

from __future__ import annotations

import threading
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pytest
import uvicorn
from pydantic import SecretStr

from api import derived, samples
from api.app import create_app
from api.settings import Settings
from api.wiring import System
from gis.contract import PUBLICA
from gis.contract.catalog import Catalog
from tests.clients import shapes
from tests.clients.truth import Site

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.databases import Database, TemplateOf


def seen_by_all(system: System) -> Catalog:
    """The layers that are there for the public."""
    seen = {layer.name: layer for layer in system.catalog if layer.is_for(PUBLICA)}
    return Catalog(system.catalog.entity, seen)


@contextmanager
def serving(system: System) -> Iterator[Site]:
    """The system over HTTP, noting what it is asked."""
    asked: list[str] = []
    inner = create_app(system)

    async def noting(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "http":
            query = scope["query_string"].decode()
            asked.append(scope["raw_path"].decode() + ("?" + query if query else ""))
        await inner(scope, receive, send)

    config = uvicorn.Config(noting, host="127.0.0.1", port=0, log_level="error")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        assert thread.is_alive(), "the server did not start"
        time.sleep(0.02)
    port = server.servers[0].sockets[0].getsockname()[1]
    try:
        yield Site(f"http://127.0.0.1:{port}", seen_by_all(system), system.reader, asked)
    finally:
        server.should_exit = True
        thread.join(10)


@pytest.fixture(scope="session")
def small(
    template_of: TemplateOf,
    new_database: Callable[[str], Database],
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Site]:
    """A layer of each shape."""
    catalog = shapes.catalog()
    database = new_database(template_of("shapes", catalog, shapes.fill))
    home = tmp_path_factory.mktemp("sig")
    settings = Settings(home=home, database_url=SecretStr(database.url))
    with serving(System(settings, catalog, database.engine, database.reader)) as site:
        yield site


@pytest.fixture(scope="session")
def shipped(
    new_database: Callable[[str], Database],
    shipped_template: str,
    catalog: Catalog,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Site]:
    """Every layer that ships, with its sample."""
    database, home = new_database(shipped_template), tmp_path_factory.mktemp("sig")
    settings = Settings(home=home, database_url=SecretStr(database.url))
    system = System(settings, catalog, database.engine, database.reader)
    for _ in samples.load(system, samples.pending(system)):
        pass
    for _ in derived.refresh_all(system):
        pass
    with serving(system) as site:
        yield site


@pytest.fixture(params=["small", pytest.param("shipped", marks=pytest.mark.heavy)])
def site(request: pytest.FixtureRequest) -> Site:
    """Each of the two cities."""
    found: Site = request.getfixturevalue(request.param)
    return found


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where a client keeps what it read."""
    return tmp_path
