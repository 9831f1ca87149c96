"""The invented city of ``tests.api.world``, served; and one more layer for what it lacks."""

from __future__ import annotations

from typing import TYPE_CHECKING

import httpx
import pytest
from pydantic import SecretStr

from api.settings import Settings
from api.wiring import System
from gis import store
from gis.contract import Layer, Reference, Text, Timestamp
from gis.contract.catalog import Catalog
from tests.api import world
from tests.api.conftest import (
    address,
    city,
    client,
    new_city,
    own_city,
    own_client,
    own_database,
    serving,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.databases import Database

__all__ = ["address", "city", "client", "new_city", "own_city", "own_client", "own_database"]

VISITAS = Layer(
    name="visitas",
    title="Visitas",
    geometry=None,
    key=("codigo",),
    fields=(
        world.field("codigo", Text(), required=True),
        world.field("sitio", Reference("sitios"), required=True),
        world.field("momento", Timestamp(), sortable=True),
    ),
    metadata=world.METADATA,
    time=("momento",),
)


@pytest.fixture
def visits(own_database: Database, tmp_path: Path) -> Iterator[httpx.Client]:
    """A client of the city with visits to its sites, at instants."""
    catalog = Catalog(world.ENTITY, {each.name: each for each in (*world.LAYERS, VISITAS)})
    store.sync_layers(own_database.engine, catalog)
    with own_database.engine.begin() as connection:
        connection.exec_driver_sql(
            "INSERT INTO data.visitas (codigo, sitio, momento) VALUES "
            "('v1', 's001', '2024-05-01T10:30:00.25-05:00'), ('v2', 's002', NULL)"
        )
    settings = Settings(home=tmp_path, database_url=SecretStr(own_database.url))
    system = System(settings, catalog, own_database.engine, own_database.reader)
    with serving(system) as found, httpx.Client(base_url=found, timeout=30) as made:
        yield made
