"""Pages of features over HTTP against the best single statement for the same bytes."""

from __future__ import annotations

import statistics
import time
from typing import TYPE_CHECKING
from urllib.parse import quote

from api.measuring.figures import Bar, Check, Figure
from gis.benchmark import pages, sample
from gis.benchmark.layers import POINTS
from gis.benchmark.pages import plain_page
from gis.contract import PUBLICA
from gis.features.query import Query, make_token

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from api.measuring.stage import Client, Stage
    from gis.benchmark.pages import PlainPage, Question

PART = "features"
REPEATS = 21
LIMIT = 1000
BAR, DEEP = Bar(1.5, 2), Bar(1.2)
DEEP_ROW = 500_000
LEAST = 500
"""Values below which the filter's number must be: one in twenty."""
ITEMS = f"/api/collections/{POINTS.name}/items"
START, END = b'"features":[', b"]}"


def measure(stage: Stage, client: Client, tell: Callable[[str], None]) -> Iterator[Figure | Check]:
    """Each question both ways, then the first page against a deep one."""
    tell("Elementos: páginas, filtros y uno solo …")
    for work, path, asked, limit in _questions(stage):
        with plain_page(stage.engine, POINTS, asked, limit) as plain:
            yield from _compared(client, plain, work, path)
    yield from _deep(stage, client)


def _questions(stage: Stage) -> Iterator[tuple[str, str, Question, int]]:
    with stage.engine.connect() as connection:
        box = sample.box_around(connection, POINTS, LIMIT * 5 // 4)
        _, feature = sample.at_row(connection, POINTS, 700)
    sides = ",".join(f"{side:.7f}" for side in box)
    box = tuple(float(side) for side in sides.split(","))  # type: ignore[assignment]
    words = quote(f"nivel = 'alta' AND entero_0 < {LEAST}")
    limit = f"limit={LIMIT}"
    yield "Página de 1 000", f"{ITEMS}?{limit}", pages.after(), LIMIT
    yield "1 000 en un recuadro", f"{ITEMS}?{limit}&bbox={sides}", pages.inside(*box), LIMIT
    asked = pages.level_and_number("nivel", "entero_0", LEAST)
    yield "1 000 con un filtro CQL2", f"{ITEMS}?{limit}&filter={words}", asked, LIMIT
    yield "Un elemento", f"{ITEMS}/{quote(feature)}", pages.named(feature), 1


def _compared(client: Client, plain: PlainPage, work: str, path: str) -> Iterator[Figure | Check]:
    ours, reference, body, text = [], [], b"", ""
    for _ in range(REPEATS):
        answer = client.get(path)
        assert answer.status == 200, answer.body[:300]
        ours.append(answer.seconds * 1000)
        start = time.perf_counter()
        text = plain.read()
        reference.append((time.perf_counter() - start) * 1000)
        body = answer.body
    found = _features(body)
    note = f"mediana de {REPEATS}; {len(body) / 1000:.0f} kB"
    middle, plainly = statistics.median(ours), statistics.median(reference)
    yield Figure(PART, work, middle, plainly, "ms", note, BAR)
    expected = text.encode() if START in body else text.encode()[:-1]
    same = len(expected) if expected == found else 0
    yield Check(PART, f"{work}: bytes iguales a los de la orden simple", len(expected), same)


def _features(body: bytes) -> bytes:
    """The features of a collection as they were written; one feature without its links."""
    if START in body:
        return body[body.index(START) + len(START) : -len(END)]
    return body[: body.rindex(b',"links":')]


def _deep(stage: Stage, client: Client) -> Iterator[Figure]:
    with stage.engine.connect() as connection:
        row = min(DEEP_ROW, sample.rows_of(connection, POINTS) // 2)
        fid, _ = sample.at_row(connection, POINTS, row)
    token = make_token(Query(), POINTS, PUBLICA, fid)
    first, deep = [], []
    for _ in range(REPEATS):
        first.append(client.get(f"{ITEMS}?limit={LIMIT}").seconds * 1000)
        answer = client.get(f"{ITEMS}?limit={LIMIT}&token={token}")
        assert answer.status == 200, answer.body[:300]
        deep.append(answer.seconds * 1000)
    work, note = f"Página de 1 000 desde la fila {row}", "por llave, frente a la primera página"
    ours, reference = statistics.median(deep), statistics.median(first)
    yield Figure(PART, work, ours, reference, "ms", note, DEEP)
