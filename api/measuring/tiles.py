"""Cold tiles over HTTP against the plain statement, and whether any feature is missing."""

from __future__ import annotations

import gzip
import statistics
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pyogrio

from api.measuring import wire
from api.measuring.figures import Bar, Check, Figure, worst
from gis.benchmark import bands, sample
from gis.benchmark.layers import LAYERS, RISK
from gis.benchmark.plain import PlainTiles

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from api.measuring.stage import Client, Stage
    from gis.contract import Layer

PART = "tiles"
BANDS = ((8, 10), (11, 12), (13, 17))
"""Zooms reported together (design: bars per band)."""
REPEATS = 3
ENOUGH_SECONDS = 1.0
"""A pair that takes this long is not repeated: chance is small beside it."""
SLOW_PLAIN_MS = 8_000
HEAVY_BAR = Bar(0.05)
"""Of the heaviest tile, where the plain statement takes so long."""
GZIP_BAR = Bar(1)
MOST_GZIP_KB = 500.0
FIRST_WHOLE, WHOLE_UP_TO = 5, 13
"""Zooms at which the tiles over all the data are asked for and their features added up."""
GDAL_MOST = 10 * 2**20
"""Bytes of the largest tile that GDAL reads."""
Tile = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class Pair:
    """One tile made both ways: milliseconds, and our compressed bytes."""

    tile: Tile
    ours: float
    plain: float
    gzip_bytes: int


def measure(
    stage: Stage, client: Client, per_zoom: int, tell: Callable[[str], None]
) -> Iterator[Figure]:
    """Every layer and band, then the heaviest tile of all."""
    heaviest: list[tuple[Layer, Pair]] = []
    for layer in LAYERS:
        pairs: list[Pair] = []
        for low, high in BANDS:
            tell(f"{layer.title}: teselas frías, z{low}–{high} …")
            found = _pairs(stage, client, layer, chosen(stage, layer, low, high, per_zoom))
            yield _figure(layer, low, high, found)
            pairs += found
        heaviest.append((layer, max(pairs, key=lambda pair: pair.plain)))
        yield _largest(layer, pairs)
    yield _heaviest(*max(heaviest, key=lambda each: each[1].plain))


def chosen(stage: Stage, layer: Layer, low: int, high: int, per_zoom: int) -> list[Tile]:
    """The tiles that are measured."""
    with stage.engine.connect() as connection:
        return sample.sample_tiles(connection, layer, range(low, high + 1), per_zoom)


def path_of(layer: Layer, tile: Tile) -> str:
    """Where our server has a tile."""
    return f"/api/collections/{layer.name}/tiles/WebMercatorQuad/" + "/".join(map(str, tile))


def fetch(client: Client, path: str) -> tuple[float, bytes]:
    """Seconds and bytes, compressed by gzip when that is worth it."""
    answer = client.get(path, Accept_Encoding="gzip")
    assert answer.status in (200, 204), f"{path}: {answer.status} {answer.body[:300]!r}"
    return answer.seconds, answer.body


class PlainTimer:
    """The plain statement, prepared while the block lasts."""

    def __init__(self, stage: Stage, layer: Layer) -> None:
        self._plain = PlainTiles(stage.engine, layer)

    def seconds(self, tile: Tile) -> float:
        """What it takes for a tile."""
        start = time.perf_counter()
        self._plain.read(*tile)
        return time.perf_counter() - start

    def __enter__(self) -> PlainTimer:
        return self

    def __exit__(self, *exception: object) -> None:
        self._plain.close()


def _pairs(stage: Stage, client: Client, layer: Layer, tiles: Sequence[Tile]) -> list[Pair]:
    with PlainTimer(stage, layer) as plain:
        return [_pair(plain, client, layer, tile) for tile in tiles]


def _pair(plain: PlainTimer, client: Client, layer: Layer, tile: Tile) -> Pair:
    """Medians of repeats by turns."""
    ours, reference, body = [], [], b""
    for _ in range(REPEATS):
        seconds, body = fetch(client, path_of(layer, tile))
        ours.append(seconds * 1000)
        reference.append(plain.seconds(tile) * 1000)
        if ours[-1] + reference[-1] > ENOUGH_SECONDS * 1000:
            break
    return Pair(tile, statistics.median(ours), statistics.median(reference), len(body))


def bar_of(layer: Layer, low: int) -> Bar:
    """What a band's tiles may cost."""
    if low < 13:
        return Bar(0.10 if low < 11 else 0.25)
    return Bar(0.8) if layer is RISK else Bar(1.3, 2)


def _figure(layer: Layer, low: int, high: int, pairs: list[Pair]) -> Figure:
    bar = bar_of(layer, low)
    slowest = max(pairs, key=lambda pair: pair.ours)
    kept = [bar.share(pair.ours, pair.plain) for pair in pairs]
    note = (
        f"{len(pairs)} teselas, razón media geométrica; la más lenta {slowest.ours:.0f} ms frente "
        f"a {slowest.plain:.0f} ms; {statistics.mean(p.gzip_bytes for p in pairs) / 1000:.0f} kB "
        f"gzip por tesela; cumplen la meta {sum(share <= 1 for share in kept)}"
    )
    return Figure(
        PART,
        f"{layer.title}, z{low}–{high}, tesela fría por HTTP",
        statistics.mean(pair.ours for pair in pairs),
        statistics.mean(pair.plain for pair in pairs),
        "ms",
        note,
        bar,
        statistics.geometric_mean([pair.ours / pair.plain for pair in pairs]),
        statistics.geometric_mean(kept),
    )


def _largest(layer: Layer, pairs: list[Pair]) -> Figure:
    most = max(pairs, key=lambda pair: pair.gzip_bytes)
    work = f"{layer.title}, la tesela de más bytes (gzip, frente a {MOST_GZIP_KB:.0f} kB)"
    return Figure(
        PART, work, most.gzip_bytes / 1000, MOST_GZIP_KB, "kB", _named(most.tile), GZIP_BAR
    )


def _heaviest(layer: Layer, pair: Pair) -> Figure:
    slow = pair.plain >= SLOW_PLAIN_MS
    note = f"{_named(pair.tile)}; {pair.gzip_bytes / 1000:.0f} kB gzip"
    if not slow:
        note += f"; la meta es para cuando la orden simple tarda {SLOW_PLAIN_MS / 1000:.0f} s"
    work = f"La tesela más pesada ({layer.title})"
    return Figure(PART, work, pair.ours, pair.plain, "ms", note, HEAVY_BAR if slow else None)


def _named(tile: Tile) -> str:
    return f"z{tile[0]}, fila {tile[1]}, columna {tile[2]}"


def exact(stage: Stage, client: Client) -> Iterator[Check]:
    """The features that tiles stand for are those of the layer, at each zoom where one tile holds
    them all; of points, which belong to one tile each, at every zoom."""
    for layer in LAYERS:
        assert layer.geometry is not None
        with stage.engine.connect() as connection:
            placed = bands.placed_features(connection, layer)
            over = {
                z: sample.tiles_over(connection, layer, z)
                for z in range(FIRST_WHOLE, WHOLE_UP_TO + 1)
            }
        found = {
            zoom: sum(represented(fetch(client, path_of(layer, tile))[1]) for tile in tiles)
            for zoom, tiles in over.items()
            if layer.geometry.dimension == 0 or len(tiles) == 1
        }
        zooms = f"z{min(found)}–{max(found)}"
        work = f"{layer.title}, suma de «cantidad» en las teselas de cada zoom ({zooms})"
        yield Check(PART, work, placed, worst(found.values(), placed))


def represented(body: bytes) -> int:
    """How many features a tile stands for: ``cantidad``, or one where there is none."""
    if body[:2] == b"\x1f\x8b":
        body = gzip.decompress(body)
    if not body:
        return 0
    if len(body) > GDAL_MOST:
        return wire.features_in(body)
    found, _, _, columns = pyogrio.raw.read(body, read_geometry=False, CLIP="NO")
    names = list(found["fields"])
    if "cantidad" not in names:
        return len(columns[0])
    counts = columns[names.index("cantidad")]
    return int(sum(1 if count != count or count is None else count for count in counts))
