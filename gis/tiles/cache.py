"""Finished tiles in memory: a bound in bytes, one build per key, nothing older than its data.

A plain data structure, safe between threads: it opens no connection and knows no HTTP. Whoever
builds a tile says the *position* its snapshot saw: the highest ``seq`` of the chain of changesets.
Whoever follows the changes (:mod:`gis.tiles.freshness`) says what each ``seq`` touched. Builds
under way are touched like stored tiles, so one from a snapshot older than a change is never kept.
"""

from __future__ import annotations

import math
import threading
import time
from collections import OrderedDict, defaultdict
from concurrent.futures import Future
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, NamedTuple

from gis.tiles.matrix import GRIDS, TILE_MATRIX_SET, Box
from gis.tiles.reach import reach

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from gis.contract import Access

MAX_SILENCE_SECONDS = 2.0
"""How long ago the changes may have been looked at for memory to answer."""
OVERHEAD = 1024
"""Bytes a tile costs besides its content: key, index, ETag (measured below that)."""


class Key(NamedTuple):
    """What tells one finished tile from another.

    ``variant`` says how it differs from the layer as it is now (a filter, a moment of the past);
    what a variant shows changes only where the layer does.
    """

    layer: str
    access: Access
    zoom: int
    row: int
    column: int
    grid: str = TILE_MATRIX_SET
    variant: str = ""


@dataclass(frozen=True, slots=True)
class Tile:
    """A finished tile: its bytes in some encodings, all of one content, which ``digest`` names;
    and the position its snapshot saw. One not worth compressing is ``identity`` alone."""

    digest: str
    forms: Mapping[str, bytes]
    position: int

    @property
    def size(self) -> int:
        return sum(map(len, self.forms.values())) + OVERHEAD


@dataclass(slots=True, eq=False)
class Flight:
    """A build under way. ``touched`` is the last change that its snapshot must have seen: the
    last applied before it began, or one that met its tile meanwhile."""

    key: Key
    touched: int
    result: Future[Tile] = field(default_factory=Future)
    void: bool = False
    wanted: set[str] = field(default_factory=set)
    """Encodings that those who wait will send."""

    def __post_init__(self) -> None:
        # One who waits and leaves must not cancel it for the others.
        self.result.set_running_or_notify_cancel()


class TileCache:
    """Tiles up to ``capacity`` bytes, the least recently used going first; 0 keeps none."""

    def __init__(self, capacity: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._capacity = capacity
        self.clock = clock
        self._lock = threading.Lock()
        self._tiles: OrderedDict[Key, Tile] = OrderedDict()
        self._cells: defaultdict[tuple[str, str, int], dict[tuple[int, int], set[Key]]]
        self._cells = defaultdict(dict)
        self._flights: set[Flight] = set()
        self._joinable: dict[Key, Flight] = {}
        self._confirmed = -math.inf
        self._applied = 0
        self.size = 0

    def __len__(self) -> int:
        return len(self._tiles)

    def get(self, key: Key) -> Tile | None:
        """The tile, if it is here and changes were looked at recently."""
        with self._lock:
            tile = self._tiles.get(key)
            if tile is None or not self._is_confirmed():
                return None
            self._tiles.move_to_end(key)
            return tile

    def join(self, key: Key) -> tuple[Flight, bool]:
        """The build of a tile, and whether the caller must do it and then ``land`` or ``fail``.

        A build that a change has overtaken, or might have unseen, is not joined any more.
        """
        with self._lock:
            under_way = self._joinable.get(key)
            if under_way is not None and self._is_confirmed():
                return under_way, False
            flight = self._joinable[key] = Flight(key, self._applied)
            self._flights.add(flight)
            return flight, True

    def land(self, flight: Flight, tile: Tile) -> int | None:
        """Give the tile to all who wait, and keep it unless a change overtook its snapshot.

        Returns the last change up to which the tile is known to hold; None when one overtook it.
        """
        holds = None
        with self._lock:
            self._close(flight)
            if not flight.void and flight.touched <= tile.position:
                holds = max(tile.position, self._applied)
                self._store(flight.key, tile)
        flight.result.set_result(tile)
        return holds

    def abandon(self, flight: Flight) -> None:
        """Let nobody join a build that is being stopped."""
        with self._lock:
            self._leave_alone(flight)

    def add_form(self, key: Key, tile: Tile, encoding: str, body: bytes) -> None:
        """Keep one more encoding of a tile, if the tile is still kept."""
        with self._lock:
            if self._tiles.get(key) is tile:
                self._store(key, replace(tile, forms={**tile.forms, encoding: body}))

    def fail(self, flight: Flight, error: BaseException) -> None:
        """Tell all who wait that there is no tile. Nothing happens when it has ended already."""
        with self._lock:
            self._close(flight)
        if not flight.result.done():
            # One who leaves (CancelledError) must not make the others leave.
            ended = error if isinstance(error, Exception) else RuntimeError("the build was ended")
            flight.result.set_exception(ended)

    def touch(self, layer: str, seq: int, boxes: Iterable[Box], dimension: int = 2) -> None:
        """Drop what was built without change ``seq`` and meets any of ``boxes``, at every zoom.

        ``dimension`` of the layer's geometry says how far from it a tile may show a change.
        """
        for box in boxes:
            # The lock is taken anew for each, so that readers are never held for long.
            with self._lock:
                for key in self._meeting(layer, box, dimension):
                    if self._tiles[key].position < seq:
                        self._drop(key)
                for flight in [f for f in self._flights if _meets(f.key, layer, box, dimension)]:
                    self._overtake(flight, seq)

    def touch_layer(self, layer: str, seq: int) -> None:
        """The same for a change that may be anywhere in the layer."""
        with self._lock:
            for key in [key for key in self._tiles if key.layer == layer]:
                if self._tiles[key].position < seq:
                    self._drop(key)
            for flight in [f for f in self._flights if f.key.layer == layer]:
                self._overtake(flight, seq)

    def forget(self, layer: str | None = None) -> None:
        """Drop every tile of a layer, or of all, whatever was seen by whoever is building one."""
        with self._lock:
            for key in [key for key in self._tiles if layer in (None, key.layer)]:
                self._drop(key)
            for flight in [f for f in self._flights if layer in (None, f.key.layer)]:
                flight.void = True
                self._leave_alone(flight)

    def confirm(self, instant: float, position: int) -> None:
        """All changes visible at ``instant`` of the clock have been applied, up to ``position``."""
        with self._lock:
            self._confirmed, self._applied = instant, position

    @property
    def is_confirmed(self) -> bool:
        """Whether changes were looked at recently, so that what is kept may be answered with."""
        with self._lock:
            return self._is_confirmed()

    def _is_confirmed(self) -> bool:
        return self.clock() - self._confirmed <= MAX_SILENCE_SECONDS

    def _close(self, flight: Flight) -> None:
        self._flights.discard(flight)
        self._leave_alone(flight)

    def _leave_alone(self, flight: Flight) -> None:
        if self._joinable.get(flight.key) is flight:
            del self._joinable[flight.key]

    def _overtake(self, flight: Flight, seq: int) -> None:
        flight.touched = max(flight.touched, seq)
        self._leave_alone(flight)

    def _store(self, key: Key, tile: Tile) -> None:
        former = self._tiles.get(key)
        if former is not None and former.position > tile.position:
            return
        if former is not None:
            self._drop(key)
        size = tile.size + len(key.variant)
        if size > self._capacity:
            return
        self._tiles[key] = tile
        cells = self._cells[key.layer, key.grid, key.zoom]
        cells.setdefault((key.row, key.column), set()).add(key)
        self.size += size
        while self.size > self._capacity:
            self._drop(next(iter(self._tiles)))

    def _drop(self, key: Key) -> None:
        self.size -= self._tiles.pop(key).size + len(key.variant)
        cells = self._cells[key.layer, key.grid, key.zoom]
        keys = cells[key.row, key.column]
        keys.discard(key)
        if not keys:
            del cells[key.row, key.column]

    def _meeting(self, layer: str, box: Box, dimension: int) -> list[Key]:
        """Stored keys whose tile meets ``box``: by place when few, else by looking at all."""
        found: list[Key] = []
        for (name, grid, zoom), cells in self._cells.items():
            if name != layer or not cells:
                continue
            rows, columns = GRIDS[grid].span(box, zoom, reach(dimension, zoom))
            if len(rows) * len(columns) < len(cells):
                places = [(r, c) for r in rows for c in columns if (r, c) in cells]
            else:
                places = [(r, c) for r, c in cells if r in rows and c in columns]
            found += [key for place in places for key in cells[place]]
        return found


def _meets(key: Key, layer: str, box: Box, dimension: int) -> bool:
    if key.layer != layer:
        return False
    rows, columns = GRIDS[key.grid].span(box, key.zoom, reach(dimension, key.zoom))
    return key.row in rows and key.column in columns
