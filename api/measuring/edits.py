"""Edits of one feature: how soon its tile is fresh elsewhere, and what the layer's size costs."""

from __future__ import annotations

import statistics
import time
from typing import TYPE_CHECKING, Any

from api.measuring.figures import Bar, Figure
from api.measuring.stage import CATALOG, ENTITY
from api.measuring.tiles import path_of
from gis.benchmark import sample
from gis.benchmark.layers import LAYERS, POINTS, few
from gis.changesets import edit
from gis.changesets.proposal import Editor
from gis.contract import PUBLICA
from gis.crs import CRS84
from gis.surroundings import CurrentFeatures

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from api.measuring.stage import Client, Stage
    from gis.benchmark.sample import Placed
    from gis.contract import Layer

PART = "edits"
ZOOM = 15
MOVED = 0.0004
"""Degrees that a feature is moved, some 45 m: 19 pixels at :data:`ZOOM`."""
WARM_UP = 3
COSTED = 30
MOST_SECONDS = 2.0
FRESH, COST = Bar(1), Bar(1.5, 2)
LONGEST_WAIT = 10.0


def measure(
    stage: Stage, client: Client, count: int, tell: Callable[[str], None]
) -> Iterator[Figure]:
    """Freshness over ``count`` edits of points; then the cost of an edit in each layer and in its
    small twin. The edits are committed by this process and read from the server's."""
    tell(f"{count} ediciones, y la tesela de cada una …")
    waits = sorted(_waits(stage, client, count))
    for share, name in ((0.5, "p50"), (0.99, "p99")):
        wait = waits[min(len(waits) - 1, int(share * len(waits)))]
        work = f"De la edición confirmada a su tesela fresca, {name}"
        note = f"{len(waits)} ediciones, otra memoria de teselas; frente a {MOST_SECONDS:.0f} s"
        bar = FRESH if name == "p99" else None
        yield Figure(PART, work, wait, MOST_SECONDS, "s", note, bar)
    for layer in LAYERS:
        tell(f"{layer.title}: costo de una edición …")
        costed = min(count, COSTED)
        whole, small = _costs(stage, layer, costed), _costs(stage, few(layer), costed)
        work, note = f"{layer.title}, editar un elemento", "mediana, frente a la capa de 1 000"
        yield Figure(PART, work, whole, small, "ms", note, COST)


def _waits(stage: Stage, client: Client, count: int) -> Iterator[float]:
    """Seconds between each commit and the end of the first answer that shows it."""
    editor = _editor(stage, POINTS)
    for number, each in enumerate(_some(stage, POINTS, count + WARM_UP)):
        path = path_of(POINTS, each.tile)
        before = client.get(path).etag
        assert client.get(path, If_None_Match=before).status == 304
        _move(editor, each)
        committed = time.perf_counter()
        while True:
            fresh = client.get(path).etag != before
            waited = time.perf_counter() - committed
            if fresh or waited > LONGEST_WAIT:
                break
        if number >= WARM_UP:
            yield waited


def _costs(stage: Stage, layer: Layer, count: int) -> float:
    """Milliseconds of the middle one of some edits, each a changeset of its own."""
    editor, taken = _editor(stage, layer), []
    for each in _some(stage, layer, count + WARM_UP):
        start = time.perf_counter()
        _move(editor, each)
        taken.append((time.perf_counter() - start) * 1000)
    return statistics.median(taken[WARM_UP:])


def _some(stage: Stage, layer: Layer, count: int) -> list[Placed]:
    with stage.engine.connect() as connection:
        return sample.some_features(connection, layer, count, ZOOM)


def _editor(stage: Stage, layer: Layer) -> Editor:
    known = CurrentFeatures(stage.engine, CATALOG)
    return Editor(stage.engine, layer, PUBLICA, ENTITY.extent, known, actor="sig bench")


def _move(editor: Editor, each: Placed) -> None:
    """Give the feature a place beside its own, of the shape that the layer declares."""
    x, y, side = each.longitude + MOVED, each.latitude, MOVED / 4
    ring = [[x, y], [x + side, y], [x + side, y + side], [x, y]]
    assert editor.layer.geometry is not None
    shapes: dict[str, Any] = {
        "Point": [x, y],
        "LineString": [[x, y], [x + side, y + side]],
        "MultiPolygon": [[ring]],
    }
    kind = editor.layer.geometry.type
    shape = {"type": kind, "coordinates": shapes[kind]}
    done = edit.update(editor, each.feature, {"geometry": shape}, CRS84, None)
    assert done.changeset is not None
