"""Questions over HTTP against the best single statement for the same answer."""

from __future__ import annotations

import json
import statistics
import time
from typing import TYPE_CHECKING

from api.measuring.figures import Bar, Check, Figure
from gis.benchmark import sample
from gis.benchmark.layers import POINTS, ROADS
from gis.benchmark.questions import plain_nearest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from api.measuring.stage import Client, Stage
    from gis.contract.layer import Layer

PART = "questions"
PLACES = 60
COUNT = 5
BAR = Bar(1.5, 2)
TITLES = {POINTS.name: "puntos", ROADS.name: "vías"}


def measure(stage: Stage, client: Client, tell: Callable[[str], None]) -> Iterator[Figure | Check]:
    """Each question both ways, one after the other, at places all over the layer."""
    tell("Preguntas: lo más cercano …")
    for layer in (POINTS, ROADS):
        yield from _nearest(stage, client, layer)


def _nearest(stage: Stage, client: Client, layer: Layer) -> Iterator[Figure | Check]:
    with stage.engine.connect() as connection:
        places = sample.some_features(connection, layer, PLACES, 0)
    ours, reference, same = [], [], 0
    with plain_nearest(stage.engine, layer, COUNT) as plain:
        for place in places:
            lon, lat = place.longitude, place.latitude
            asked = {"inputs": {"lugar": [lon, lat], "capa": layer.name, "cuantos": COUNT}}
            answer = client.post("/api/processes/nearest/execution", asked)
            assert answer.status == 200, answer.body[:300]
            ours.append(answer.seconds * 1000)
            start = time.perf_counter()
            text = plain.read(lon, lat)
            reference.append((time.perf_counter() - start) * 1000)
            same += json.loads(answer.body)["features"] == json.loads(text)
    work = f"Los {COUNT} más cercanos, {TITLES[layer.name]}"
    note = f"mediana de {len(places)} lugares"
    middle, plainly = statistics.median(ours), statistics.median(reference)
    yield Figure(PART, work, middle, plainly, "ms", note, BAR)
    yield Check(PART, f"{work}: lo mismo que la orden simple", len(places), same)
