"""Tiles on disk: made once for all processes, there after a restart, as fresh as their data."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import TYPE_CHECKING

import httpx
import pytest

from tests.api import racing
from tests.api.conftest import serving
from tests.api.test_leaving import locked, stuck
from tests.api.test_tile_cache import LAYER, TILE, counted, fresh, within, write
from tests.api.tiles import control_tile, empty_tile

if TYPE_CHECKING:
    from pathlib import Path

    from api.wiring import System
    from tests.databases import Database

GZIP = {"Accept-Encoding": "gzip"}
BOTH = f"/api/tiles/WebMercatorQuad/{control_tile(14)}?collections=vias,sitios"


@pytest.fixture
def dear(own_city: System, monkeypatch: pytest.MonkeyPatch) -> System:
    """A city of which every tile is dear enough to shelve."""
    monkeypatch.setattr("api.tile_maker.WORTH_SECONDS", 0.0)
    return own_city


def ready(system: System, address: str, path: str) -> None:
    """Wait until the server follows the changes, so that it may use what it keeps."""

    def from_memory() -> bool:
        with counted(system) as given:
            assert httpx.get(address + path).status_code == 200
            return not given

    within(5, from_memory)


@pytest.mark.heavy
def test_a_tile_is_made_once_by_all_processes(
    own_database: Database, own_city: System, tmp_path: Path
) -> None:
    with racing.processes(own_database, tmp_path, 3) as addresses:
        for address in addresses:
            within(5, lambda at=address: httpx.get(at + "/readyz").status_code == 200)  # type: ignore[misc]
        with locked(own_city) as busy, ThreadPoolExecutor(6) as pool:
            answers = [
                pool.submit(httpx.get, address + path, timeout=30)
                for address in addresses
                for path in (TILE, BOTH)
            ]
            within(5, lambda: stuck(busy) == 1)
            for _ in range(10):
                assert stuck(busy) == 1
            busy.rollback()
            bodies = {answer.result().content for answer in answers}
    assert bodies == {
        fresh(own_city, TILE),
        fresh(own_city, TILE.replace("sitios", "vias"), "vias") + fresh(own_city, TILE),
    }


def test_a_restarted_server_finds_its_tiles(dear: System) -> None:
    with serving(dear) as address:
        ready(dear, address, TILE)
        before = httpx.get(address + TILE, headers=GZIP)
    with serving(dear) as address:
        ready(dear, address, LAYER + empty_tile(14))
        with counted(dear) as given:
            after = httpx.get(address + TILE, headers=GZIP)
            brotli = httpx.get(address + TILE, headers={"Accept-Encoding": "br"})
        assert given == []
    assert after.headers["etag"] == before.headers["etag"]
    assert after.content == before.content == brotli.content == fresh(dear, TILE)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE data.sitios SET nombre = 'otro' WHERE codigo = 's000'",
        "DELETE FROM data.sitios WHERE codigo = 's001'",
        "UPDATE data.sitios SET nombre = 'otro'; UPDATE sig.changeset SET sealed_at = '2000-01-01'",
    ],
)
def test_what_changed_while_no_server_ran_is_seen(dear: System, statement: str) -> None:
    with serving(dear) as address:
        ready(dear, address, TILE)
        before = httpx.get(address + TILE).content
    write(dear, statement)
    with serving(dear) as address:
        ready(dear, address, LAYER + empty_tile(14))
        assert httpx.get(address + TILE).content == fresh(dear, TILE) != before


def test_no_disk_is_used_when_none_is_wanted(dear: System) -> None:
    without = replace(dear, settings=dear.settings.model_copy(update={"tile_disk_mb": 0}))
    with serving(without) as address:
        ready(without, address, TILE)
    assert not (dear.settings.home / "cache").exists()
