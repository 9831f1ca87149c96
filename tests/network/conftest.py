"""A database with one layer of streets, and nothing in it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from gis import store
from tests.integration.builders import catalog
from tests.network.streets import STREETS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import sqlalchemy as sa

    from tests.databases import Database, Server


@pytest.fixture(scope="session")
def streets_template(new_database: Callable[..., Database]) -> str:
    """Name of a database with the layer of streets, to clone."""
    made = new_database("template0")
    store.migrate(made.engine)
    store.sync_layers(made.engine, catalog(STREETS))
    made.engine.dispose()
    return made.name


@pytest.fixture
def database(server: Server, streets_template: str) -> Iterator[Database]:
    """A fresh clone of it."""
    with server.database(streets_template) as fresh:
        yield fresh


@pytest.fixture
def connection(engine: sa.Engine) -> Iterator[sa.Connection]:
    """A transaction of the owner's, undone at the end."""
    with engine.connect() as open_connection, open_connection.begin() as transaction:
        yield open_connection
        transaction.rollback()
