"""A database with the layers of ``builders`` for tests of the store."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
import sqlalchemy as sa

from tests.integration.builders import NOTES, SITES, TRACKS, ZONES, catalog

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from gis.contract.catalog import Catalog
    from tests.databases import Database, Server, TemplateOf

SMALL = catalog(SITES, ZONES, NOTES, TRACKS)


@pytest.fixture(scope="session")
def small_template(template_of: TemplateOf) -> str:
    """A database with the layers of ``builders`` and no rows, to clone."""
    return template_of("small", SMALL)


@pytest.fixture
def database(server: Server, small_template: str) -> Iterator[Database]:
    """A fresh clone of the small template."""
    with server.database(small_template) as fresh:
        yield fresh


@pytest.fixture
def small() -> Catalog:
    """The layers of ``builders``."""
    return SMALL


@pytest.fixture
def rows(engine: sa.Engine) -> Callable[..., list[Any]]:
    """``rows(sql, **parameters)`` in a connection of its own."""

    def read(statement: str, **parameters: Any) -> list[Any]:
        with engine.connect() as connection:
            return list(connection.execute(sa.text(statement), parameters).tuples())

    return read


@pytest.fixture
def run(engine: sa.Engine) -> Callable[..., None]:
    """``run(sql, …)``: statements of one committed transaction, as somebody in psql would."""

    def write(*statements: str) -> None:
        with engine.begin() as connection:
            for statement in statements:
                connection.execute(sa.text(statement))

    return write
