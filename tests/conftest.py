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
    from tests.databases import Database, Server

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
def server(catalog: Catalog) -> Iterator[Server]:
    """A server with the template: migrated, every shipped layer synchronised, no rows."""
    from gis import store

    def fill(engine: sa.Engine) -> None:
        store.migrate(engine)
        store.sync_layers(engine, catalog)

    run = Path(os.environ[databases.RUN])
    given = os.environ.get("SIG_TEST_DATABASE_URL")
    with ExitStack() as stack:
        if given:
            found = databases.given_server(given)
        else:
            found = stack.enter_context(databases.private_server(run))
        with databases.locked(run / "template.lock"):
            if not (run / "template.done").exists():
                found.build_template(fill)
                (run / "template.done").touch()
        yield found


@pytest.fixture(scope="session")
def new_database(server: Server) -> Iterator[Callable[..., Database]]:
    """Makes databases that live as long as the session: for fixtures of a wider scope.

    ``new_database()`` clones the template, ``new_database("template0")`` is empty.
    """
    with ExitStack() as stack:
        yield lambda template=databases.TEMPLATE: stack.enter_context(server.database(template))


@pytest.fixture
def database(server: Server) -> Iterator[Database]:
    """A fresh clone of the template, dropped after the test."""
    with server.database() as fresh:
        yield fresh


@pytest.fixture
def empty_database(server: Server) -> Iterator[Database]:
    """A fresh database with nothing in it, not even PostGIS."""
    with server.database("template0") as fresh:
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
