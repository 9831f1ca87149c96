"""Tiles for the public: from memory, or made once for all who ask meanwhile.

One request's missing tiles are made together, by one thread over one connection in one snapshot,
when the process's turns allow. A build whose last waiter leaves is stopped.
"""

from __future__ import annotations

import asyncio
import hashlib
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, cast

import anyio
import anyio.to_thread

from api.encodings import WORTH_COMPRESSING, decode, encode
from api.params import read_filter, read_moment
from gis.features import reading
from gis.features.cancelling import Cancellation, abandoned
from gis.tiles import read_tile
from gis.tiles.cache import Tile
from gis.tiles.freshness import read_contracts, read_position
from gis.tiles.matrix import GRIDS
from gis.tiles.shelf import WORTH_SECONDS

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    import sqlalchemy as sa

    from api.encodings import Encoding
    from api.turns import Caller, Turns
    from gis.contract import Layer
    from gis.tiles.cache import Flight, Key, TileCache
    from gis.tiles.shelf import Shelf


@dataclass(frozen=True, slots=True)
class Part:
    """One layer's tile: where, and with the parameters that make it a variant."""

    layer: Layer
    key: Key
    values: Mapping[str, str]


@dataclass(slots=True, eq=False)
class Build:
    """Tiles being made together, and how many requests wait for any of them."""

    parts: list[tuple[Flight, Part]]
    waiting: int = 0
    cancellation: Cancellation = field(default_factory=Cancellation)
    queueing: anyio.CancelScope = field(default_factory=anyio.CancelScope)


class TileMaker:
    """Whoever makes tiles in a process."""

    def __init__(
        self, reader: sa.Engine, cache: TileCache, turns: Turns, shelf: Shelf | None = None
    ) -> None:
        self.cache = cache
        self._shelf = shelf
        self._reader = reader
        self._turns = turns
        self._threads = anyio.CapacityLimiter(turns.capacity)
        self._pressers = anyio.CapacityLimiter(2)
        self._builds: dict[Flight, Build] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    async def tiles(self, parts: Sequence[Part], encoding: Encoding, caller: Caller) -> list[Tile]:
        """The tile of each part. Raises what kept it from being made; :class:`QueryAbandoned`
        when the caller leaves first."""
        found: dict[Key, Tile] = {}
        flights: dict[Key, Flight] = {}
        led: list[tuple[Flight, Part]] = []
        for part in parts:
            tile = self.cache.get(part.key)
            if tile is not None:
                found[part.key] = tile
                continue
            flight, leads = self.cache.join(part.key)
            flight.wanted.add(encoding)
            flights[part.key] = flight
            if leads:
                led.append((flight, part))
        if led:
            self._begin(Build(led))
        found |= await self._landed(flights, caller)
        return [found[part.key] for part in parts]

    async def form(self, key: Key, tile: Tile, encoding: Encoding) -> bytes:
        """The tile's bytes in an encoding; compressed ones are kept for those who ask next."""
        body = tile.forms.get(encoding)
        if body is not None:
            return body
        if encoding == "identity":
            return plain(tile)
        body = await self.press(encode, plain(tile), encoding)
        self.cache.add_form(key, tile, encoding, body)
        return body

    async def press(self, work: Callable[..., bytes], *arguments: Any) -> bytes:
        """Compress, off the loop."""
        return await anyio.to_thread.run_sync(work, *arguments, limiter=self._pressers)

    def _begin(self, build: Build) -> None:
        for flight, _ in build.parts:
            self._builds[flight] = build
        task = asyncio.ensure_future(self._run(build))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _run(self, build: Build) -> None:
        try:
            with build.queueing:
                async with self._turns.turn():
                    await anyio.to_thread.run_sync(self._make, build, limiter=self._threads)
            if build.queueing.cancelled_caught:
                raise abandoned()
        except BaseException as error:
            # Also when the loop ends before the thread began: nobody may wait for ever.
            for flight, _ in build.parts:
                self.cache.fail(flight, error)
            if not isinstance(error, Exception):
                raise
        finally:
            for flight, _ in build.parts:
                del self._builds[flight]

    def _make(self, build: Build) -> None:
        """Take from the shelf what is there; make the rest, each tile in one process only."""
        with build.cancellation.covering():
            left = self._fetch(build.parts)
            if self._shelf is None or not left:
                self._draw(left)
                return
            keys = [part.key for _, part in left]
            with self._shelf.making(keys, build.cancellation.check) as waited:
                self._draw(self._fetch(left) if waited else left)

    def _fetch(self, parts: list[tuple[Flight, Part]]) -> list[tuple[Flight, Part]]:
        """Land what the shelf has that is as fresh as memory would be; give back the rest."""
        if self._shelf is None or not self.cache.is_confirmed:
            return parts
        left = []
        for flight, part in parts:
            tile = None if part.key.variant else self._shelf.get(part.key, flight.touched)
            if tile is None:
                left.append((flight, part))
            else:
                self.cache.land(flight, tile)
        return left

    def _draw(self, parts: list[tuple[Flight, Part]]) -> None:
        """Everything in one snapshot: what it holds, and which changes it has seen."""
        if not parts:
            return
        with reading(self._reader) as conn:
            position = read_position(conn, parts[0][1].key.access)
            contracts = read_contracts(conn) if self._shelf is not None else {}
            for flight, part in parts:
                started = time.perf_counter()
                tile = finished(_read(conn, part), flight.wanted, position)
                cost = time.perf_counter() - started
                holds = self.cache.land(flight, tile)
                if self._shelf is not None and holds is not None and cost >= WORTH_SECONDS:
                    self._shelf.put(
                        part.key, with_gzip(tile), holds, contracts[part.key.layer], cost
                    )

    async def _landed(self, flights: Mapping[Key, Flight], caller: Caller) -> dict[Key, Tile]:
        builds = {self._builds[flight] for flight in flights.values() if flight in self._builds}
        for build in builds:
            build.waiting += 1
        try:
            with anyio.CancelScope() as patience, caller.if_leaves(patience.cancel):
                return {
                    key: await asyncio.wrap_future(flight.result) for key, flight in flights.items()
                }
        finally:
            for build in builds:
                build.waiting -= 1
                if not build.waiting:
                    self._stop(build)
        raise abandoned()

    def _stop(self, build: Build) -> None:
        """Nobody waits for it any more: over already, still in the queue, or in the database."""
        left = [flight for flight, _ in build.parts if not flight.result.done()]
        if not left:
            return
        for flight in left:
            self.cache.abandon(flight)
        build.queueing.cancel()
        self._turns.stop(build.cancellation)


def _read(conn: sa.Connection, part: Part) -> bytes:
    key = part.key
    return read_tile(
        conn,
        part.layer,
        key.access,
        key.zoom,
        key.row,
        key.column,
        as_of=read_moment(conn, part.layer, key.access, dict(part.values)),
        grid=GRIDS[key.grid],
        condition=read_filter(dict(part.values)),
    )


def finished(body: bytes, wanted: set[str], position: int) -> Tile:
    """A tile in the encodings that are asked for, or as it is when it is small."""
    digest = hashlib.sha256(body).hexdigest()[:24]
    if len(body) < WORTH_COMPRESSING:
        return Tile(digest, {"identity": body}, position)
    encodings = sorted(wanted - {"identity"}) or ["gzip"]
    forms = {each: encode(body, cast("Encoding", each)) for each in encodings}
    return Tile(digest, forms, position)


def with_gzip(tile: Tile) -> Tile:
    """The tile in the one encoding that the shelf keeps."""
    if "identity" in tile.forms or "gzip" in tile.forms:
        return tile
    return Tile(tile.digest, {"gzip": encode(plain(tile), "gzip")}, tile.position)


def plain(tile: Tile) -> bytes:
    """The tile as it is, out of any of its encodings: a tenth of a millisecond for 100 kB."""
    encoding, body = next(iter(tile.forms.items()))
    return decode(body, cast("Encoding", encoding))
