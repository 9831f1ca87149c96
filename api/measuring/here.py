"""«¿Qué hay aquí?» against the best single statement for the same, and against small layers."""

from __future__ import annotations

import statistics
import time
from typing import TYPE_CHECKING

from api.measuring.figures import Bar, Check, Figure
from api.measuring.stage import ENTITY, public_reader
from gis.benchmark import here, sample
from gis.benchmark.layers import PARCELS
from gis.features import reading
from gis.here import Asking, Spot, ask

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import sqlalchemy as sa

    from api.measuring.stage import Stage

PART = "here"
PLACES = 60
ZOOM = 15
BAR, SIZE = Bar(1.5, 2), Bar(1.5, 2)


def measure(stage: Stage, tell: Callable[[str], None]) -> Iterator[Figure | Check]:
    """The same places asked in turns of ours, of the statement, and of the small layers."""
    tell("¿Qué hay aquí?, en lugares al azar …")
    reader = public_reader(stage)
    try:
        with stage.engine.connect() as connection:
            spread = sample.some_features(connection, PARCELS, PLACES, ZOOM)
        places = [(each.longitude, each.latitude) for each in spread]
        yield from _compared(reader, places)
    finally:
        reader.dispose()


def _compared(reader: sa.Engine, places: list[tuple[float, float]]) -> Iterator[Figure | Check]:
    whole, small = (Asking(here.asked(ENTITY, small=each)) for each in (False, True))
    ours, theirs, few = [], [], []
    told = found = 0
    with here.by_hand(reader) as plain:
        _ask(reader, whole, places[0])
        _ask(reader, small, places[0])
        for place in places:
            start = time.perf_counter()
            found += _ask(reader, whole, place)
            ours.append((time.perf_counter() - start) * 1000)
            start = time.perf_counter()
            rows = plain.ask(*place)
            theirs.append((time.perf_counter() - start) * 1000)
            told += sum(row[0] != "s" for row in rows) + any(row[0] == "s" for row in rows)
            start = time.perf_counter()
            _ask(reader, small, place)
            few.append((time.perf_counter() - start) * 1000)
    middle = statistics.median(ours)
    note = f"mediana de {len(places)} lugares"
    yield Figure(PART, "¿Qué hay aquí?", middle, statistics.median(theirs), "ms", note, BAR)
    note = f"{note}, frente a capas de 1 000"
    work = "¿Qué hay aquí?, según el tamaño de las capas"
    yield Figure(PART, work, middle, statistics.median(few), "ms", note, SIZE)
    yield Check(PART, "¿Qué hay aquí?: lo hallado es lo de la orden simple", told, found)


def _ask(reader: sa.Engine, asking: Asking, place: tuple[float, float]) -> int:
    with reading(reader) as conn:
        answer = ask(conn, asking, Spot(*place, is_inside=False))
    return sum(len(said.found) for part in answer.parts for said in part.said)
