"""Travelling over the streets against the best single statement written by hand for the same."""

from __future__ import annotations

import math
import statistics
import time
from typing import TYPE_CHECKING

from api.measuring.figures import Bar, Check, Figure
from api.measuring.loads import load
from api.measuring.stage import public_reader
from gis import network
from gis.benchmark import data, streets
from gis.benchmark.layers import NETWORK
from gis.network import Streets, Target

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    import sqlalchemy as sa

    from api.measuring.stage import Stage

PART = "network"
PLACES, SERVICES = 21, 10
SECONDS = 900.0
SHARE, BAR = Bar(1), Bar(1.5)
SAME_M, SAME_S = 1.0, 0.5
"""How far apart two answers may be that are the same: they are cut and added in another order."""
WALKING = Streets(NETWORK)


def measure(stage: Stage, count: int, tell: Callable[[str], None]) -> Iterator[Figure | Check]:
    """Load ``count`` edges; then each question at some places, both ways by turns."""
    tell(f"Red: {count} tramos y su grafo …")
    path = stage.folder / "red.parquet"
    data.roads(count).to_parquet(path)
    first = sum(load(stage, NETWORK, path))
    graph = streets.graph_seconds(stage.engine, NETWORK)
    note = "nodos, tramos e índices, frente al resto de la primera carga"
    yield Figure(PART, "Red, el grafo", graph, max(first - graph, 0.001), "s", note, SHARE)
    tell("Red: isócronas y lo más cercano …")
    reader = public_reader(stage)
    try:
        with reader.connect() as ours, stage.engine.connect() as theirs:
            yield from _isochrones(ours, theirs)
            yield from _nearest(ours, theirs)
    finally:
        reader.dispose()


def _isochrones(ours: sa.Connection, theirs: sa.Connection) -> Iterator[Figure | Check]:
    reach = SECONDS * WALKING.fastest
    mine, plain, same = [], [], 0
    for place in streets.places(PLACES):
        start = time.perf_counter()
        (found,) = network.service_area(ours, WALKING, place, [SECONDS])
        middle = time.perf_counter()
        metres = streets.isochrone_by_hand(theirs, NETWORK, place, SECONDS, reach)
        mine.append(middle - start)
        plain.append(time.perf_counter() - middle)
        same += abs(metres - found.metres) <= SAME_M
    yield from _compared("Isócrona de 15 minutos a pie", mine, plain, same)


def _nearest(ours: sa.Connection, theirs: sa.Connection) -> Iterator[Figure | Check]:
    mine, plain, same = [], [], 0
    for place, services in _asked():
        start = time.perf_counter()
        (found,) = network.walk_to(ours, WALKING, place, services)
        middle = time.perf_counter()
        name, seconds = streets.nearest_by_hand(theirs, NETWORK, place, services)
        mine.append(middle - start)
        plain.append(time.perf_counter() - middle)
        same += found.target.id == name and abs(found.seconds - seconds) <= SAME_S
    yield from _compared("El servicio más cercano a pie", mine, plain, same)


def _asked() -> Iterator[tuple[tuple[float, float], list[Target]]]:
    """Places, each with the services nearest to it in a straight line, some blocks away."""
    for x, y in streets.places(PLACES):
        turns = [2 * math.pi * n / SERVICES for n in range(SERVICES)]
        yield (
            (x, y),
            [
                Target(str(n), x + (500 + 70 * n) * math.cos(a), y + (500 + 70 * n) * math.sin(a))
                for n, a in enumerate(turns)
            ],
        )


def _compared(
    work: str, mine: Sequence[float], plain: Sequence[float], same: int
) -> Iterator[Figure | Check]:
    ratio = statistics.geometric_mean(a / b for a, b in zip(mine, plain, strict=True))
    ours, reference = (statistics.median(some) * 1000 for some in (mine, plain))
    note = f"mediana de {PLACES} lugares; la razón, media geométrica de las suyas"
    yield Figure(
        PART, work, ours, reference, "ms", note, BAR, mean_ratio=ratio, mean_share=ratio / BAR.times
    )
    yield Check(PART, f"{work}: la misma respuesta que la orden a mano", PLACES, same)
