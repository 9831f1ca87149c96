"""A million features as a file over HTTP, against ``COPY`` of the same text and ``ogr2ogr``."""

from __future__ import annotations

import subprocess
import time
from typing import TYPE_CHECKING

import pyogrio

from api.measuring.figures import Bar, Check, Figure
from api.measuring.processes import most_memory
from api.measuring.stage import environment
from gis.benchmark import files, sample
from gis.benchmark.layers import POINTS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from api.measuring.stage import Client, Server, Stage

PART = "exports"
BAR, MEMORY = Bar(1.3), Bar(1)
MOST_MB = 300.0
TAIL = b"]}\n"
ITEMS = f"/api/collections/{POINTS.name}/items"


def measure(
    stage: Stage, server: Server, client: Client, tell: Callable[[str], None]
) -> Iterator[Figure | Check | str]:
    """Each format, and the memory that our process took for it."""
    before = most_memory(server.pid, forget=True)
    yield from _text(stage, client, "csv", "CSV", tell)
    yield from _text(stage, client, "geojson", "GeoJSON", tell)
    yield from _geopackage(stage, client, tell)
    held = most_memory(server.pid)
    if held is None or before is None:
        yield "memoria del proceso que exporta: este sistema no la dice en /proc"
    else:
        note = (
            f"pico del proceso que sirve durante las tres, frente a {MOST_MB:.0f} MB; antes tenía "
            f"{before:.0f} MB"
        )
        yield Figure(PART, "Exportar, memoria", held, MOST_MB, "MB", note, MEMORY)


def _text(
    stage: Stage, client: Client, form: str, label: str, tell: Callable[[str], None]
) -> Iterator[Figure | Check]:
    tell(f"Exportar todos los puntos a {label} …")
    ours, plain = stage.folder / f"ours.{form}", stage.folder / f"plain.{form}"
    taken = client.save(f"{ITEMS}?f={form}", ours)
    copying = files.copy_csv if form == "csv" else files.copy_geojson
    start = time.perf_counter()
    copying(stage.engine, POINTS, plain)
    reference = time.perf_counter() - start
    size = ours.stat().st_size
    note = f"{size / 1e6:.0f} MB por HTTP, frente a COPY del mismo texto"
    yield Figure(PART, f"Exportar a {label}", taken, reference, "s", note, BAR)
    head, tail = (b"", b"") if form == "csv" else (_head(ours), TAIL)
    same = size if files.same_text(ours, plain, head, tail) else 0
    yield Check(PART, f"{label}: bytes iguales a los de COPY", size, same)
    ours.unlink()
    plain.unlink()


def _head(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.readline()


def _geopackage(
    stage: Stage, client: Client, tell: Callable[[str], None]
) -> Iterator[Figure | Check | str]:
    tell("Exportar todos los puntos a GeoPackage …")
    ours, plain = stage.folder / "ours.gpkg", stage.folder / "plain.gpkg"
    taken = client.save(f"{ITEMS}?f=gpkg", ours)
    with stage.engine.connect() as connection:
        count = sample.rows_of(connection, POINTS)
    yield Check(PART, "GeoPackage: filas", count, pyogrio.read_info(ours)["features"])
    known = files.ogr2ogr(stage.engine, POINTS, plain)
    if known is None:
        yield "GeoPackage frente a ogr2ogr: no está instalado (paquete gdal-bin)"
        return
    command, more = known
    start = time.perf_counter()
    subprocess.run(command, check=True, capture_output=True, env=environment(**more))
    reference = time.perf_counter() - start
    note = f"{ours.stat().st_size / 1e6:.0f} MB por HTTP, frente a ogr2ogr"
    yield Figure(PART, "Exportar a GeoPackage", taken, reference, "s", note, BAR)
