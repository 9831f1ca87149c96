"""``sig bench``: measures this machine, in ratios that can be compared with another's."""

from __future__ import annotations

import os
import platform
import socket
import statistics
import tempfile
import threading
import time
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import requests
import typer
import uvicorn

from api.app import create_app
from api.console import Json, err, out, print_json
from api.settings import Settings
from api.wiring import PUBLIC_ROLE, System
from gis import benchmark, changesets, conform, store
from gis.cluster import Cluster
from gis.contract import Extent
from gis.contract.catalog import Catalog
from gis.contract.entity import Contact, Entity
from gis.surroundings import CurrentFeatures

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gis.contract import Layer

ENTITY = Entity(
    name="Medición",
    municipality="Medición",
    department="Medición",
    divipola="00000",
    extent=Extent(-77, 3, -73, 6),
    contacts={"medicion": Contact("Medición", "medicion@example.org")},
)
BANDS = ((8, 10), (11, 12), (13, 17))
"""Zooms reported together (design: bars per band)."""
REPEATS = 3
ENOUGH_SECONDS = 1.0
"""A pair that takes this long is not repeated: chance is small beside it."""


@dataclass(frozen=True, slots=True)
class Figure:
    """One line of the report. ``ratio`` is ours over the reference, in the same run."""

    work: str
    ours: float
    reference: float
    unit: str
    note: str = ""

    @property
    def ratio(self) -> float:
        """Below one is faster (or smaller) than the reference."""
        return self.ours / self.reference if self.reference else float("nan")


def register(app: typer.Typer) -> None:
    """Add ``sig bench``."""
    app.command("bench", help="Mide cargas y teselas en esta máquina, con datos sintéticos.")(bench)


def bench(
    points: Annotated[int, typer.Option(min=1000, help="Puntos que se cargan.")] = 1_000_000,
    roads: Annotated[int, typer.Option(min=100, help="Tramos de vía.")] = 80_000,
    zones: Annotated[int, typer.Option(min=1, help="Zonas de amenaza.")] = 12,
    vertices: Annotated[int, typer.Option(min=100, help="Vértices de cada zona.")] = 80_000,
    tiles: Annotated[int, typer.Option(min=1, help="Teselas por zoom y capa.")] = 5,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="Escribe el informe en este Markdown.")
    ] = None,
    as_json: Json = False,
) -> None:
    with _throwaway_system() as system, tempfile.TemporaryDirectory() as folder:
        figures = [*_loads(system, Path(folder), points, roads, zones, vertices)]
        with _served(system) as address:
            for layer in system.catalog:
                figures += _tiles(system, address, layer, tiles)
    report = _markdown(figures)
    if output is not None:
        output.write_text(report, encoding="utf-8")
    if as_json:
        print_json([{**_plain(figure), "ratio": figure.ratio} for figure in figures])
    else:
        out.print(report, markup=False, soft_wrap=True)


def _plain(figure: Figure) -> dict[str, Any]:
    return {name: getattr(figure, name) for name in Figure.__dataclass_fields__}


@contextmanager
def _throwaway_system() -> Iterator[System]:
    """A database of its own, durable as in service, deleted at the end."""
    layers = (benchmark.POINTS, benchmark.ROADS, benchmark.ZONES)
    catalog = Catalog(ENTITY, {layer.name: layer for layer in layers})
    with tempfile.TemporaryDirectory(prefix="sig-bench-") as home:
        cluster = Cluster(Path(home))
        try:
            with cluster.held():
                engine = store.make_engine(cluster.url())
                store.migrate(engine)
                store.sync_layers(engine, catalog)
                reader = store.make_engine(cluster.reader_url, role=PUBLIC_ROLE)
                # Nothing in memory: cold tiles are what is compared.
                settings = Settings(home=Path(home), tile_cache_mb=0)
                yield System(settings, catalog, engine, reader)
                engine.dispose()
                reader.dispose()
        finally:
            cluster.remove()


def _loads(
    system: System, folder: Path, points: int, roads: int, zones: int, vertices: int
) -> Iterator[Figure]:
    files = {
        benchmark.POINTS: folder / "puntos.csv",
        benchmark.ROADS: folder / "vias.parquet",
        benchmark.ZONES: folder / "zonas.parquet",
    }
    err.print("Generando datos …")
    benchmark.points(points).to_csv(files[benchmark.POINTS], index=False)
    benchmark.roads(roads).to_parquet(files[benchmark.ROADS])
    benchmark.zones(zones, vertices).to_parquet(files[benchmark.ZONES])
    for layer, path in files.items():
        err.print(f"Cargando {path.name} …")
        conforming, writing = _load(system, layer, path)
        copying = benchmark.CopyReference(system.engine, layer).seconds()
        count = f"{layer.title}, primera carga"
        note = f"leer y revisar {conforming:.1f} s, escribir {writing:.1f} s; frente a COPY"
        yield Figure(count, conforming + writing, copying, "s", note)
        conforming, writing = _load(system, layer, path)
        note = f"leer y revisar {conforming:.1f} s, comparar {writing:.1f} s; frente a COPY"
        yield Figure(f"{layer.title}, la misma otra vez", conforming + writing, copying, "s", note)


def _load(system: System, layer: Layer, path: Path) -> tuple[float, float]:
    start = time.perf_counter()
    conformed = conform.prepare(
        path,
        layer,
        extent=ENTITY.extent,
        surroundings=CurrentFeatures(system.engine, system.catalog),
    )
    conformed_at = time.perf_counter()
    changesets.load(system.engine, layer, conformed, actor="sig bench")
    return conformed_at - start, time.perf_counter() - conformed_at


@contextmanager
def _served(system: System) -> Iterator[str]:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port = listener.getsockname()[1]
        # The plain statement may take longer than a server waits for the next request.
        config = uvicorn.Config(create_app(system), log_level="error", timeout_keep_alive=600)
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, args=([listener],), daemon=True)
        thread.start()
        while not server.started:
            time.sleep(0.05)
        yield f"http://127.0.0.1:{port}"
        server.should_exit = True
        thread.join()


def _tiles(system: System, address: str, layer: Layer, per_zoom: int) -> list[Figure]:
    err.print(f"Teselas de {layer.title} …")
    figures = []
    plain = benchmark.PlainTiles(system.engine, layer)
    session = requests.Session()
    for low, high in BANDS:
        with system.engine.connect() as connection:
            tiles = benchmark.sample_tiles(connection, layer, range(low, high + 1), per_zoom)
        pairs = [_pair(plain, session, address, layer, tile) for tile in tiles]
        ratios = [ours / reference for ours, reference, *_ in pairs]
        ours_bytes = statistics.mean(pair[2] for pair in pairs) / 1000
        note = (
            f"media geométrica de las razones {statistics.geometric_mean(ratios):.2f}; "
            f"la más lenta {max(p[0] for p in pairs) * 1000:.0f} ms frente a "
            f"{max(p[1] for p in pairs) * 1000:.0f} ms; {ours_bytes:.0f} kB por tesela"
        )
        figures.append(
            Figure(
                f"{layer.title}, z{low}–{high}, tesela fría por HTTP",
                statistics.mean(pair[0] for pair in pairs) * 1000,
                statistics.mean(pair[1] for pair in pairs) * 1000,
                "ms",
                note,
            )
        )
    plain.close()
    return figures


def _pair(
    plain: benchmark.PlainTiles, session: requests.Session, address: str, layer: Layer, tile: Any
) -> tuple[float, float, int]:
    """Seconds over HTTP and by the plain statement, medians of repeats by turns; and bytes."""
    zoom, row, column = tile
    path = f"/api/collections/{layer.name}/tiles/WebMercatorQuad/{zoom}/{row}/{column}"
    ours, reference, size = [], [], 0
    for _ in range(REPEATS):
        start = time.perf_counter()
        answer = session.get(address + path, timeout=300)
        ours.append(time.perf_counter() - start)
        answer.raise_for_status()
        size = len(answer.content)
        start = time.perf_counter()
        plain.read(zoom, row, column)
        reference.append(time.perf_counter() - start)
        if ours[-1] + reference[-1] > ENOUGH_SECONDS:
            break
    return statistics.median(ours), statistics.median(reference), size


def _markdown(figures: list[Figure]) -> str:
    lines = [
        f"Medido el {time.strftime('%Y-%m-%d')} en {os.cpu_count()} núcleos "
        f"({platform.machine()}), Python {platform.python_version()}. "
        "Las razones se comparan; los tiempos son de esta máquina.",
        "",
        "| Trabajo | Nuestro | Referencia | Razón | Detalle |",
        "|---|---:|---:|---:|---|",
    ]
    lines += [
        f"| {f.work} | {f.ours:.1f} {f.unit} | {f.reference:.1f} {f.unit} "
        f"| {f.ratio:.2f} | {f.note} |"
        for f in figures
    ]
    return "\n".join(lines) + "\n"
