"""A file of tiles by tippecanoe, made from the same features: made once, and never fresh."""

from __future__ import annotations

import shutil
import statistics
import subprocess
import time
from typing import TYPE_CHECKING, Any

from pmtiles.reader import MmapSource, Reader

from api.measuring.figures import Side
from api.measuring.tiles import BANDS, chosen, represented
from gis.benchmark.layers import LAYERS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from api.measuring.stage import Client, Stage
    from gis.contract import Layer

NAME = "tippecanoe"
FINEST = 14
"""Beyond it a client enlarges what it has."""


def measure(
    stage: Stage, client: Client, per_zoom: int, beside: Path, tell: Callable[[str], None]
) -> Iterator[Side | str]:
    """Its tiles for the zooms it makes. The program is on the path or in the folder ``beside``."""
    program = shutil.which(NAME) or shutil.which(NAME, path=str(beside))
    if program is None:
        yield "tippecanoe: no está instalado"
        return
    for layer in LAYERS:
        tell(f"{layer.title}: tippecanoe …")
        target = stage.folder / f"{layer.name}.pmtiles"
        taken = _make(stage, client, layer, program, target)
        with target.open("rb") as file:
            reader: Any = Reader(MmapSource(file))  # type: ignore[no-untyped-call]
            for low, high in BANDS:
                tiles = chosen(stage, layer, low, min(high, FINEST), per_zoom)
                yield _side(reader, layer, tiles, f"z{low}–{min(high, FINEST)}", taken)


def _make(stage: Stage, client: Client, layer: Layer, program: str, target: Path) -> float:
    """Seconds from the features to the file, their own export included."""
    features = stage.folder / f"{layer.name}.geojson"
    taken = client.save(f"/api/collections/{layer.name}/items?f=geojson", features)
    command = [program, "-q", "-f", "-o", str(target), "-l", layer.name, "-Z8", f"-z{FINEST}"]
    start = time.perf_counter()
    subprocess.run(
        [*command, "--drop-densest-as-needed", str(features)], check=True, capture_output=True
    )
    features.unlink()
    return taken + time.perf_counter() - start


def _side(
    reader: Any, layer: Layer, tiles: list[tuple[int, int, int]], zooms: str, made: float
) -> Side:
    spent, size, kept = [], 0, 0
    for zoom, row, column in tiles:
        start = time.perf_counter()
        body = reader.get(zoom, column, row) or b""
        spent.append((time.perf_counter() - start) * 1000)
        size += len(body)
        kept += represented(body)
    server = f"tippecanoe (su archivo, hecho en {made:.0f} s)"
    mean = statistics.mean(spent)
    return Side(f"{layer.title}, {zooms}", server, mean, None, size / len(tiles) / 1000, kept)
