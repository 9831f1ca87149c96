"""Fixtures: a real PostGIS for every test that asks for one. Without PostGIS they fail."""

from __future__ import annotations

import os
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests import databases

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import sqlalchemy as sa

    from api.wiring import System
    from gis.contract.catalog import Catalog
    from tests.databases import Database, Server, TemplateOf

pytest_plugins = ["tests.browser"]
EXPECTED = Path(__file__).parent / "expected"
_run = ExitStack()


def pytest_configure(config: pytest.Config) -> None:
    if not hasattr(config, "workerinput"):
        _run.enter_context(databases.begin_run())


def pytest_unconfigure() -> None:
    _run.close()


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--bless", action="store_true", help="Accept what comes out as expected")


@pytest.fixture
def expect(request: pytest.FixtureRequest) -> Callable[[str, str], None]:
    """``expect(name, text)``: the text is that of ``tests/expected/<name>``; see `make bless`."""

    def compare(name: str, text: str) -> None:
        path = EXPECTED / name
        if request.config.getoption("--bless"):
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        assert path.exists(), f"{path} does not exist: look at the text, then `make bless`"
        assert text == path.read_text(encoding="utf-8")

    return compare


@pytest.fixture(scope="session")
def catalog() -> Catalog:
    """The shipped layers and the shipped entity."""
    from api.settings import Settings
    from api.wiring import catalog_of

    return catalog_of(Settings(entity=None, layers=()))


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    """The server of this run, which its workers share."""
    run = Path(os.environ[databases.RUN])
    given = os.environ.get("SIG_TEST_DATABASE_URL")
    if given:
        yield databases.given_server(given, run)
    else:
        with databases.private_server(run) as found:
            yield found


@pytest.fixture(scope="session")
def template_of(server: Server) -> TemplateOf:
    """``template_of(name, catalog, fill)``: a database to clone, migrated, with the catalogue's
    layers and what ``fill`` puts in them, as the next start of ``sig`` finds it. Made once in a
    run: a clone costs a tenth of it."""
    from gis import store

    def make(
        name: str, catalog: Catalog, fill: Callable[[sa.Engine], object] = lambda _engine: None
    ) -> str:
        def prepare(engine: sa.Engine) -> None:
            store.sync_layers(engine, catalog)
            fill(engine)
            store.sync_layers(engine, catalog)  # makes the indexes, which a first load goes before

        return server.template(name, prepare, server.template("migrated", store.migrate))

    return make


@pytest.fixture(scope="session")
def shipped_template(template_of: TemplateOf, catalog: Catalog) -> str:
    """A database with every shipped layer and no rows, to clone."""
    return template_of("shipped", catalog)


@pytest.fixture(scope="session")
def new_database(server: Server) -> Iterator[Callable[[str], Database]]:
    """``new_database(template)`` lives as long as the session: for fixtures of a wider scope."""
    with ExitStack() as stack:
        yield lambda template: stack.enter_context(server.database(template))


@pytest.fixture
def database(server: Server, shipped_template: str) -> Iterator[Database]:
    """A fresh clone of the shipped layers, dropped after the test."""
    with server.database(shipped_template) as fresh:
        yield fresh


@pytest.fixture
def empty_database(server: Server) -> Iterator[Database]:
    """A fresh database with nothing in it, not even PostGIS."""
    with server.database() as fresh:
        yield fresh


@pytest.fixture
def engine(database: Database) -> sa.Engine:
    """The owner's engine on this test's ``database``."""
    return database.engine


@pytest.fixture
def reader(database: Database) -> sa.Engine:
    """A public reader's engine on this test's ``database`` (role ``sig_publica``)."""
    return database.reader


@pytest.fixture
def system(database: Database, catalog: Catalog, tmp_path: Path) -> System:
    """The wired system over this test's ``database``, with a ``SIG_HOME`` of its own."""
    from api.settings import Settings
    from api.wiring import System

    settings = Settings(home=tmp_path / "sig", database_url=database.url)
    return System(settings, catalog, database.engine, database.reader)
