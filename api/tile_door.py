"""Plain tiles of one layer, answered ahead of the framework from the tile cache.

Only ``GET`` and ``HEAD`` of ``…/tiles/WebMercatorQuad/{z}/{row}/{column}`` as they are now, to
somebody who shows no credentials. All the rest goes on to the routes, which word every refusal too.
"""

from __future__ import annotations

import asyncio
import secrets
import time
from dataclasses import dataclass
from functools import lru_cache
from types import SimpleNamespace
from typing import TYPE_CHECKING

import anyio.to_thread
from isal import igzip
from starlette.requests import Request

from api.middleware import CORS, SECURITY
from api.negotiation import MVT, choose
from api.responses import FAST, WORTH_COMPRESSING, accepts_gzip, etag_of, matches
from gis.contract import PUBLICA
from gis.errors import NotAcceptable
from gis.features import reading
from gis.tiles import MAX_ZOOM, TILE_MATRIX_SET, read_tile
from gis.tiles.cache import Key, Tile
from gis.tiles.freshness import read_position

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Scope, Send

    from api.metrics import Metrics
    from api.wiring import System
    from gis.contract import Layer
    from gis.tiles.cache import Flight, TileCache

REFUSAL = "sig.refusal"
"""Where the door leaves, for the route to raise, what kept it from making a tile."""
ROUTE = SimpleNamespace(path="/api/collections/{name}/tiles/{grid}/{zoom}/{row}/{column}")
PARTS = 9
PLAIN_QUERIES = (b"", b"f=mvt")
CREDENTIALS = (b"authorization", b"cookie")
Headers = list[tuple[bytes, bytes]]


def _encoded(headers: dict[str, str]) -> Headers:
    return [(name.lower().encode(), value.encode()) for name, value in headers.items()]


BASE = _encoded(
    {"Cache-Control": "no-cache", "Vary": "Accept, Accept-Encoding, Origin", **SECURITY}
)
TYPE = _encoded({"Content-Type": MVT.media_type})
GZIP = _encoded({"Content-Encoding": "gzip"})
SHARED = _encoded(CORS)


@dataclass(frozen=True, slots=True)
class Asked:
    """A request that the door answers."""

    layer: Layer
    key: Key
    condition: bytes
    foreign: bool


class TileDoor:
    """ASGI middleware, ahead of all others. Whoever passes it is of the public."""

    def __init__(self, app: ASGIApp, *, system: System, cache: TileCache, metrics: Metrics) -> None:
        self.app = app
        self.cache = cache
        self.metrics = metrics
        self.reader = system.reader
        self.layers = {layer.name: layer for layer in system.catalog if layer.geometry_for(PUBLICA)}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        asked = self._asked(scope) if scope["type"] == "http" else None
        if asked is None:
            await self.app(scope, receive, send)
            return
        started = time.perf_counter()
        tile = self.cache.get(asked.key)
        if tile is None:
            try:
                tile = await self._made(asked)
            except Exception as error:
                scope[REFUSAL] = error
                await self.app(scope, receive, send)
                return
        status = await _send(send, tile, asked)
        scope["route"] = ROUTE
        self.metrics.observe(scope, status, time.perf_counter() - started)

    def _asked(self, scope: Scope) -> Asked | None:
        """What is asked for; None when it is not a plain tile or something about it is odd."""
        path: str = scope["path"]
        if not path.startswith("/api/collections/") or scope["method"] not in ("GET", "HEAD"):
            return None
        parts = path.split("/")
        if len(parts) != PARTS or parts[4] != "tiles" or parts[5] != TILE_MATRIX_SET:
            return None
        layer = self.layers.get(parts[3])
        place = _place(*parts[6:])
        query: bytes = scope["query_string"]
        if layer is None or place is None or query not in PLAIN_QUERIES or scope.get("root_path"):
            return None
        headers: dict[bytes, bytes] = {}
        for name, value in scope["headers"]:
            if name in CREDENTIALS:
                return None
            headers.setdefault(name, value)
        if not query and not _accepts_tiles(headers.get(b"accept", b"*/*")):
            return None
        encoding = _encoding(headers.get(b"accept-encoding", b""))
        key = Key(layer.name, PUBLICA, *place, encoding)
        return Asked(layer, key, headers.get(b"if-none-match", b""), b"origin" in headers)

    async def _made(self, asked: Asked) -> Tile:
        """The tile from the store: by this request, or by the one that came first."""
        flight, leads = self.cache.join(asked.key)
        if not leads:
            return await asyncio.wrap_future(flight.result)
        try:
            await anyio.to_thread.run_sync(self._make, flight, asked.layer)
        except BaseException as error:
            # Also when this request ends before its thread began: nobody may wait for ever.
            self.cache.fail(flight, error)
            raise
        return flight.result.result()

    def _make(self, flight: Flight, layer: Layer) -> None:
        """Everything in one snapshot: what it holds, and which changes it has seen."""
        key = flight.key
        with reading(self.reader) as conn:
            position = read_position(conn, key.access)
            body = read_tile(conn, layer, key.access, key.zoom, key.row, key.column)
        self.cache.land(flight, _finished(body, key.encoding, position))


def _finished(body: bytes, encoding: str, position: int) -> Tile:
    compressed = encoding == "gzip" and len(body) >= WORTH_COMPRESSING
    etag = etag_of(body, compressed=compressed)
    if compressed:
        body = igzip.compress(body, compresslevel=FAST, mtime=0)
    return Tile(body, etag, compressed, position)


def _place(zoom: str, row: str, column: str) -> tuple[int, int, int] | None:
    """The tile's place in the grid; None when the grid has no such tile."""
    if not all(
        text.isascii() and text.isdigit() and len(text) <= 9 for text in (zoom, row, column)
    ):
        return None
    z, y, x = int(zoom), int(row), int(column)
    return (z, y, x) if z <= MAX_ZOOM and y < 2**z and x < 2**z else None


@lru_cache(256)
def _accepts_tiles(accept: bytes) -> bool:
    try:
        choose(_request(b"accept", accept), MVT)
    except NotAcceptable:
        return False
    return True


@lru_cache(256)
def _encoding(accepted: bytes) -> str:
    return "gzip" if accepts_gzip(_request(b"accept-encoding", accepted)) else "identity"


def _request(name: bytes, value: bytes) -> Request:
    return Request({"type": "http", "query_string": b"", "headers": [(name, value)]})


async def _send(send: Send, tile: Tile, asked: Asked) -> int:
    """The same headers as the routes give; the status."""
    headers = [(b"etag", tile.etag.encode()), *BASE]
    headers.append((b"x-request-id", secrets.token_hex(8).encode()))
    if asked.foreign:
        headers += SHARED
    status, body = 200, tile.body
    if asked.condition and matches(asked.condition.decode("latin-1"), tile.etag):
        status, body = 304, b""
    else:
        headers += TYPE
        headers.append((b"content-length", str(len(body)).encode()))
        if tile.compressed:
            headers += GZIP
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
    return status
