"""Fixtures of the tests of publication: a city in a database, official schemas, a real CKAN."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest
from lxml import etree

from publishers import schemas
from tests.publishers import ckan_server
from tests.publishers.city import CATALOG, City

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.databases import Database, Server, TemplateOf
    from tests.publishers.ckan_server import Ckan


@pytest.fixture(scope="session")
def city_template(template_of: TemplateOf) -> str:
    """A database with the city's three layers and no others: cheap to clone."""
    return template_of("city", CATALOG)


@pytest.fixture
def database(server: Server, city_template: str) -> Iterator[Database]:
    """A fresh clone of the city's template."""
    with server.database(city_template) as fresh:
        yield fresh


@pytest.fixture
def empty_city(database: Database, tmp_path: Path) -> City:
    """The city's layers without a row."""
    return City(database.engine, database.reader, tmp_path / "sig", {})


@pytest.fixture
def city(empty_city: City) -> City:
    """The city with its trees, zone and courses."""
    empty_city.fill()
    return empty_city


@pytest.fixture(scope="session")
def gmd_path() -> Path:
    """File of the official ISO 19139 schema, with GML 3.2.1 beside."""
    found = schemas.gmd_path()
    assert found is not None, "scripts/setup test"
    return found


@pytest.fixture(scope="session")
def gmd(gmd_path: Path) -> etree.XMLSchema:
    """The official ISO 19139 schema, without network."""
    return etree.XMLSchema(etree.parse(gmd_path))


@pytest.fixture(scope="session")
def ckan(server: Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ckan]:
    """A real CKAN, started for the first test that asks for it."""
    with ckan_server.running(server, tmp_path_factory.mktemp("ckan")) as running:
        yield running


def pytest_configure() -> None:
    os.environ.setdefault("NO_PROXY", "127.0.0.1,localhost")
