"""Loads against COPY, and what the zoom bands of tiles add."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from api.measuring.figures import Bar, Check, Figure, worst
from api.measuring.stage import CATALOG, ENTITY
from gis import changesets, conform
from gis.benchmark import bands, data, risk
from gis.benchmark.layers import LAYERS, PARCELS, POINTS, RISK, ROADS, few
from gis.benchmark.plain import CopyReference
from gis.surroundings import CurrentFeatures

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    import pandas as pd

    from api.measuring.stage import Stage
    from gis.contract import Layer

PART = "loads"
FIRST, AGAIN, BANDS = Bar(4), Bar(1.5), Bar(1)
TWIN = 1000
"""Features of a layer's small twin."""


def fill(
    stage: Stage,
    counts: Mapping[str, int],
    vertices: int,
    tell: Callable[[str], None],
    *,
    whole: bool = True,
) -> Iterator[Figure]:
    """Make the data and load them, each layer and its small twin; the ``whole`` measurement also
    loads them again and makes the bands once more. ``counts`` are features by layer."""
    for layer in LAYERS:
        tell(f"{layer.title}: datos y primera carga …")
        path = _write(layer, counts[layer.name], vertices, stage.folder)
        conforming, writing = load(stage, layer, path)
        copying = CopyReference(stage.engine, layer).seconds()
        bar = FIRST if layer is POINTS else None
        note = f"leer y revisar {conforming:.1f} s, escribir {writing:.1f} s; frente a COPY"
        work = f"{layer.title}, primera carga"
        yield Figure(PART, work, conforming + writing, copying, "s", note, bar)
        twin = few(layer)
        small = min(TWIN, counts[layer.name])
        load(stage, twin, _write(twin, small, min(1000, vertices), stage.folder))
        if whole:
            yield from _measured(stage, layer, path, conforming + writing, copying)


def _measured(
    stage: Stage, layer: Layer, path: Path, first: float, copying: float
) -> Iterator[Figure]:
    conforming, comparing = load(stage, layer, path)
    note = f"leer y revisar {conforming:.1f} s, comparar {comparing:.1f} s; frente a COPY"
    work = f"{layer.title}, la misma otra vez"
    bar = AGAIN if layer is POINTS else None
    yield Figure(PART, work, conforming + comparing, copying, "s", note, bar)
    taken = bands.band_seconds(stage.engine, layer)
    note = "filas e índices de todas las bandas, frente al resto de la primera carga"
    work = f"{layer.title}, bandas de zoom"
    yield Figure(PART, work, taken, max(first - taken, 0.001), "s", note, BANDS)


def exact(stage: Stage) -> Iterator[Check]:
    """Every band stands for every feature."""
    with stage.engine.connect() as connection:
        for layer in LAYERS:
            placed = bands.placed_features(connection, layer)
            found = bands.features_by_band(connection, layer)
            work = f"{layer.title}, elementos que representa cada banda ({len(found)})"
            yield Check("tiles", work, placed, worst(found.values(), placed))


def _write(layer: Layer, count: int, vertices: int, folder: Path) -> Path:
    made: dict[str, Callable[[], pd.DataFrame]] = {
        POINTS.name: lambda: data.points(count),
        ROADS.name: lambda: data.roads(count),
        RISK.name: lambda: risk.risk(count, vertices),
        PARCELS.name: lambda: data.parcels(count),
    }
    frame = next(make for name, make in made.items() if layer.name.startswith(name))()
    path = folder / f"{layer.name}{'.parquet' if hasattr(frame, 'crs') else '.csv'}"
    if path.suffix == ".csv":
        frame.to_csv(path, index=False)
    else:
        frame.to_parquet(path)
    return path


def load(stage: Stage, layer: Layer, path: Path) -> tuple[float, float]:
    """Deliver a file to a layer: seconds of reading it and checking it, and of writing it."""
    start = time.perf_counter()
    conformed = conform.prepare(
        path,
        layer,
        extent=ENTITY.extent,
        surroundings=CurrentFeatures(stage.engine, CATALOG),
    )
    conformed_at = time.perf_counter()
    changesets.load(stage.engine, layer, conformed, actor="sig bench")
    return conformed_at - start, time.perf_counter() - conformed_at
