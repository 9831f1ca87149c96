"""The city's catalogue served on the loopback."""

from __future__ import annotations

import threading
import time
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import requests
import uvicorn

from api.app import create_app
from api.settings import Settings
from api.wiring import System
from gis.contract.catalog import Catalog
from publishers.publish import publish
from tests.publishers.city import CATALOG

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.databases import Database
    from tests.publishers.city import City

DATASETS = ("arboles", "arboles_altos", "zonas_verdes", "cursos")


class Site:
    """Where it answers, and the city behind it."""

    def __init__(self, address: str, city: City) -> None:
        self.address = address
        self.city = city

    def get(self, path: str, **headers: str) -> requests.Response:
        names = {name.replace("_", "-"): value for name, value in headers.items()}
        return requests.get(self.address + path, headers=names, timeout=30)


@contextmanager
def served(
    database: Database, city: City, catalog: Catalog = CATALOG, port: int = 0
) -> Iterator[Site]:
    """The application over the city while the block lasts; at ``port``, or any that is free."""
    settings = Settings(home=city.home, database_url=database.url)
    system = System(settings, catalog, database.engine, database.reader)
    config = uvicorn.Config(create_app(system), host="127.0.0.1", port=port, log_level="error")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        assert thread.is_alive()
        time.sleep(0.02)
    port = server.servers[0].sockets[0].getsockname()[1]
    yield Site(f"http://127.0.0.1:{port}", city)
    server.should_exit = True
    thread.join(10)


def at(port: int) -> Catalog:
    """The city's catalogue whose public address is that of a port here."""
    return Catalog(replace(CATALOG.entity, base_url=f"http://127.0.0.1:{port}"), CATALOG.layers)


def publish_all(city: City, **options: Any) -> None:
    """Every dataset in the catalogue of our own."""
    for dataset in DATASETS:
        publish(city.order(dataset, **options))
