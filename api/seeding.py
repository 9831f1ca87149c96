"""Tiles made before anybody asks, by several processes, on the shelf that servers take them from.

Whatever is on the shelf is skipped, so a run that was interrupted goes on where it was.
"""

from __future__ import annotations

import multiprocessing
import time
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING

from api.settings import read_settings
from api.tile_maker import finished, plain
from api.wiring import open_shelf, open_system
from gis.contract import PUBLICA
from gis.features import reading
from gis.tiles import read_tile
from gis.tiles.cache import Key, TileCache
from gis.tiles.freshness import Follower, read_contracts, read_position
from gis.tiles.walk import first_level, next_level

if TYPE_CHECKING:
    from collections.abc import Callable

    from api.wiring import System
    from gis.contract import Extent, Layer
    from gis.tiles.shelf import Shelf

ATTEMPTS = 3
"""Times that a tile is made when changes overtake it."""
LOOK_SECONDS = 1.0
ORDERS = 16
"""Tiles that a process is handed at once."""


@dataclass(slots=True)
class Seeded:
    """What was done for one layer."""

    made: int = 0
    kept: int = 0
    empty: int = 0
    unsettled: int = 0
    """Made, and overtaken by changes each time."""


class Seeder:
    """Makes tiles in one process."""

    def __init__(self, system: System, shelf: Shelf) -> None:
        self._system = system
        self._shelf = shelf
        self._follower = Follower(TileCache(0), system.reader, shelf=shelf)
        self._looked = 0.0

    def make(self, key: Key) -> str:
        """Put the tile on the shelf: ``made``, or ``kept`` where it was; ``empty``; ``unsettled``
        when changes came too fast."""
        for _ in range(ATTEMPTS):
            self._look()
            tile = self._shelf.get(key, 0)
            if tile is not None:
                return "kept" if plain(tile) else "empty"
            layer = self._system.catalog.layer(key.layer)
            with reading(self._system.reader) as conn:
                position, contracts = read_position(conn, key.access), read_contracts(conn)
                started = time.perf_counter()
                body = read_tile(conn, layer, key.access, key.zoom, key.row, key.column)
            cost = time.perf_counter() - started
            tile = finished(body, {"gzip"}, position)
            if self._shelf.put(key, tile, position, contracts[key.layer], cost):
                return "made" if body else "empty"
            self._looked = 0.0
        return "unsettled" if body else "empty"

    def _look(self) -> None:
        if time.monotonic() - self._looked > LOOK_SECONDS:
            with self._system.reader.connect() as conn:
                self._follower.look(conn.execution_options(isolation_level="AUTOCOMMIT"))
            self._looked = time.monotonic()


def seed(
    layer: Layer,
    extent: Extent,
    zooms: range,
    makers: ProcessPoolExecutor,
    tell: Callable[[int, int], None],
) -> Seeded:
    """Put a layer's tiles on the shelf, zoom by zoom. ``tell`` hears how many have been looked at
    and how many there are so far."""
    seeded = Seeded()
    done, level = 0, first_level(extent, zooms[0])
    total = len(level)
    for zoom in zooms:
        keys = [Key(layer.name, PUBLICA, zoom, row, column) for row, column in level]
        drawn = []
        for key, outcome in zip(keys, makers.map(_make, keys, chunksize=ORDERS), strict=True):
            setattr(seeded, outcome, getattr(seeded, outcome) + 1)
            if outcome != "empty":
                drawn.append((key.row, key.column))
            done += 1
            tell(done, total)
        level = next_level(layer, zoom, drawn if zoom >= layer.tiles.minzoom else level)
        total += len(level) if zoom != zooms[-1] else 0
    return seeded


def makers(count: int) -> ProcessPoolExecutor:
    """Processes that make tiles, each with a connection of its own."""
    context = multiprocessing.get_context("spawn")
    return ProcessPoolExecutor(count, mp_context=context, initializer=_open)


_seeder: Seeder | None = None


def _open() -> None:
    global _seeder
    system = open_system(read_settings(), prepare=False)
    shelf = open_shelf(system.settings)
    assert shelf is not None
    _seeder = Seeder(system, shelf)


def _make(key: Key) -> str:
    assert _seeder is not None
    return _seeder.make(key)
