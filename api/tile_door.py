"""Tiles answered ahead of the framework: of one layer or of several, from memory where they are.

Only ``GET`` and ``HEAD`` of somebody who shows no credentials, with parameters that are known. All
the rest goes on to the routes, which word every refusal too.
"""

from __future__ import annotations

import hashlib
import secrets
import time
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType, SimpleNamespace
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import parse_qsl

from starlette.requests import Request

from api.access import SESSION
from api.encodings import WORTH_COMPRESSING, best_encoding, encode
from api.middleware import CORS, SECURITY
from api.negotiation import MVT, choose
from api.params import FILTER, FORMAT
from api.responses import matches
from api.tile_limits import refuse_outside
from api.tile_maker import Part, plain
from api.turns import REFUSAL, Caller
from gis.contract import PUBLICA
from gis.errors import NotAcceptable, QueryAbandoned
from gis.tiles.cache import Key
from gis.tiles.matrix import GRIDS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.types import ASGIApp, Receive, Scope, Send

    from api.encodings import Encoding
    from api.metrics import Metrics
    from api.tile_maker import TileMaker
    from api.wiring import System
    from gis.contract import Layer
    from gis.tiles.cache import Tile
    from gis.tiles.composed import Bodies
    from gis.tiles.matrix import Grid

ONE = SimpleNamespace(path="/api/collections/{name}/tiles/{grid}/{zoom}/{row}/{column}")
SEVERAL = SimpleNamespace(path="/api/tiles/{grid}/{zoom}/{row}/{column}")
VARIANTS = ("as-of", *FILTER)
LONGEST_VARIANT = 4_000
"""Characters of parameters beyond which a tile is left to the routes, and not kept."""
ADDRESSES = 4_096
"""Addresses whose meaning is remembered: reading one costs as much as finding its tile."""
Headers = list[tuple[bytes, bytes]]


def _encoded(headers: dict[str, str]) -> Headers:
    return [(name.lower().encode(), value.encode()) for name, value in headers.items()]


VARY = "Accept, Accept-Encoding, Origin, Authorization, Cookie"
BASE = _encoded({"Cache-Control": "no-cache", "Vary": VARY, **SECURITY})
TYPE = _encoded({"Content-Type": MVT.media_type})
SHARED = _encoded(CORS)


class Place(NamedTuple):
    """What a path asks for. ``layer`` None: those that the query names."""

    layer: Layer | None
    grid: str
    zoom: int
    row: int
    column: int


class Words(NamedTuple):
    """What a query asks for: the form is said, these layers, this variant."""

    said: bool
    collections: str | None
    variant: str
    values: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Asked:
    """A request that the door answers."""

    parts: tuple[Part, ...]
    single: bool
    encoding: Encoding
    condition: bytes
    foreign: bool


class TileDoor:
    """ASGI middleware, ahead of all others. Whoever passes it is of the public."""

    def __init__(
        self, app: ASGIApp, *, system: System, maker: TileMaker, bodies: Bodies, metrics: Metrics
    ) -> None:
        self.app = app
        self.maker = maker
        self.bodies = bodies
        self.metrics = metrics
        self.entity = system.catalog.entity
        self.layers = {layer.name: layer for layer in system.catalog if layer.geometry_for(PUBLICA)}
        self._wanted = lru_cache(ADDRESSES)(self._read)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        asked = self._asked(scope) if scope["type"] == "http" else None
        if asked is None:
            await self.app(scope, receive, send)
            return
        started = time.perf_counter()
        try:
            ready = self._ready(asked)
            if ready is None:
                tiles = self._remembered(asked) or await self._made(asked, scope, receive)
                ready = await self._body(asked, tiles)
            etag, body, encoding = ready
            if not body and asked.parts:
                self._check_limits(asked)
        except QueryAbandoned:
            return
        except Exception as error:
            scope[REFUSAL] = error
            await self.app(scope, receive, send)
            return
        status = await _send(send, asked, etag, body, encoding)
        scope["route"] = ONE if asked.single else SEVERAL
        self.metrics.observe(scope, status, time.perf_counter() - started)

    def _ready(self, asked: Asked) -> tuple[str, bytes, Encoding] | None:
        """The shortest way, which most requests go: one tile, in memory as it will be sent."""
        tile = self.maker.cache.get(asked.parts[0].key) if asked.single else None
        body = tile.forms.get(asked.encoding) if tile is not None else None
        if tile is None or body is None:
            return None
        return _etag(tile.digest, asked.encoding), body, asked.encoding

    def _remembered(self, asked: Asked) -> list[Tile] | None:
        found = []
        for part in asked.parts:
            tile = self.maker.cache.get(part.key)
            if tile is None:
                return None
            found.append(tile)
        return found

    def _check_limits(self, asked: Asked) -> None:
        key = asked.parts[0].key
        layers = [part.layer for part in asked.parts]
        place = (key.zoom, key.row, key.column)
        refuse_outside(GRIDS[key.grid], place, layers, self.entity)

    async def _made(self, asked: Asked, scope: Scope, receive: Receive) -> list[Tile]:
        caller = Caller(scope, receive)
        wanted = asked.encoding if asked.single else "gzip"
        try:
            return await self.maker.tiles(asked.parts, wanted, caller)
        finally:
            caller.forget()

    async def _body(self, asked: Asked, tiles: list[Tile]) -> tuple[str, bytes, Encoding]:
        """ETag, bytes and their encoding: those of the one tile, or of all of them end to end."""
        if asked.single:
            (tile,) = tiles
            encoding: Encoding = "identity" if "identity" in tile.forms else asked.encoding
            body = tile.forms.get(encoding)
            if body is None:
                body = await self.maker.form(asked.parts[0].key, tile, encoding)
            return _etag(tile.digest, encoding), body, encoding
        # Named by its parts: while none of them changes, it has been put together already.
        names = "".join(tile.digest for tile in tiles)
        digest = hashlib.blake2b(names.encode(), digest_size=12).hexdigest()
        kept = self.bodies.get((digest, asked.encoding))
        if kept is None:
            whole = b"".join(map(plain, tiles))
            encoding = asked.encoding if len(whole) >= WORTH_COMPRESSING else "identity"
            kept = (encoding, await self.maker.press(encode, whole, encoding))
            self.bodies.keep((digest, asked.encoding), kept)
        return _etag(digest, kept[0]), kept[1], kept[0]

    def _asked(self, scope: Scope) -> Asked | None:
        """What is asked for; None when it is no tile or something about it is odd."""
        path: str = scope["path"]
        if not path.startswith(("/api/collections/", "/api/tiles/")):
            return None
        if scope["method"] not in ("GET", "HEAD") or scope.get("root_path"):
            return None
        wanted = self._wanted(path, scope["query_string"])
        if wanted is None:
            return None
        parts, single, said = wanted
        headers: dict[bytes, bytes] = {}
        for name, value in scope["headers"]:
            if name == b"authorization" or (name == b"cookie" and SESSION.encode() in value):
                return None
            headers.setdefault(name, value)
        if not said and not _accepts_tiles(headers.get(b"accept", b"*/*")):
            return None
        encoding = _encoding(headers.get(b"accept-encoding", b""))
        condition = headers.get(b"if-none-match", b"")
        return Asked(parts, single, encoding, condition, b"origin" in headers)

    def _read(self, path: str, query: bytes) -> tuple[tuple[Part, ...], bool, bool] | None:
        """The tiles that an address names, whether it is of one layer, and whether it says its
        form; None for any other address."""
        place = self._place(path.split("/"))
        words = _words(query) if place is not None else None
        layers = self._layers(place, words) if place is not None and words is not None else None
        if place is None or words is None or layers is None:
            return None
        variant = (place.grid, words.variant)
        parts = tuple(
            Part(layer, Key(layer.name, PUBLICA, *place[2:], *variant), words.values)
            for layer in layers
        )
        return parts, place.layer is not None, words.said

    def _place(self, parts: list[str]) -> Place | None:
        """``/api/collections/{layer}/tiles/{grid}/z/row/column`` or ``/api/tiles/{grid}/…``."""
        layer = None
        if len(parts) == 9 and parts[4] == "tiles":
            layer = self.layers.get(parts[3])
            if layer is None:
                return None
        elif len(parts) != 7 or parts[2] != "tiles":
            return None
        grid = GRIDS.get(parts[-4])
        numbers = _numbers(grid, *parts[-3:]) if grid is not None else None
        return None if grid is None or numbers is None else Place(layer, grid.id, *numbers)

    def _layers(self, place: Place, words: Words) -> list[Layer] | None:
        """The layers asked for, each once; None when one is unknown or what is said odd."""
        if place.layer is not None:
            return [place.layer] if words.collections is None else None
        if "filter" in words.values:
            return None
        if words.collections is None:
            return list(self.layers.values())
        names = dict.fromkeys(words.collections.split(","))
        found = [self.layers[name] for name in names if name in self.layers]
        return found if len(found) == len(names) else None


def _numbers(grid: Grid, zoom: str, row: str, column: str) -> tuple[int, int, int] | None:
    """The tile's place in the grid; None when the grid has no such tile."""
    if not all(
        text.isascii() and text.isdigit() and len(text) <= 9 for text in (zoom, row, column)
    ):
        return None
    z, y, x = int(zoom), int(row), int(column)
    return (z, y, x) if grid.has(z, y, x) else None


@lru_cache(256)
def _words(query: bytes) -> Words | None:
    """A query of known parameters, each once; None otherwise."""
    if not query:
        return Words(False, None, "", MappingProxyType({}))
    if len(query) > LONGEST_VARIANT:
        return None
    pairs = parse_qsl(query.decode("latin-1"), keep_blank_values=True)
    values = dict(pairs)
    known = {FORMAT, "collections", *VARIANTS}
    if len(values) != len(pairs) or not values.keys() <= known:
        return None
    if values.get(FORMAT, MVT.word) != MVT.word:
        return None
    variants = {name: values[name] for name in VARIANTS if name in values}
    variant = repr(list(variants.items())) if variants else ""
    return Words(FORMAT in values, values.get("collections"), variant, MappingProxyType(variants))


@lru_cache(256)
def _accepts_tiles(accept: bytes) -> bool:
    try:
        choose(_request(b"accept", accept), MVT)
    except NotAcceptable:
        return False
    return True


@lru_cache(256)
def _encoding(accepted: bytes) -> Encoding:
    return best_encoding(accepted.decode("latin-1"))


def _request(name: bytes, value: bytes) -> Request:
    return Request({"type": "http", "query_string": b"", "headers": [(name, value)]})


def _etag(digest: str, encoding: Encoding) -> str:
    return f'"{digest}"' if encoding == "identity" else f'"{digest}-{encoding}"'


async def _send(send: Send, asked: Asked, etag: str, body: bytes, encoding: Encoding) -> int:
    """The same headers as the routes give; the status."""
    headers = [(b"etag", etag.encode()), *BASE]
    headers.append((b"x-request-id", secrets.token_hex(8).encode()))
    if asked.foreign:
        headers += SHARED
    status = 200
    if asked.condition and matches(asked.condition.decode("latin-1"), etag):
        status, body = 304, b""
    else:
        headers += TYPE
        headers.append((b"content-length", str(len(body)).encode()))
        if encoding != "identity":
            headers.append((b"content-encoding", encoding.encode()))
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
    return status
