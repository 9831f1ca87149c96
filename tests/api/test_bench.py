"""What `sig bench` measures is all there, and what it compares is the same."""

from __future__ import annotations

import json
import math
from typing import TYPE_CHECKING

import pytest

from api.measuring.figures import Bar, Check, Figure, Report, worst
from api.measuring.run import Sizes, measure
from api.measuring.stage import prepared

if TYPE_CHECKING:
    from pathlib import Path

    from tests.databases import Database

TINY = Sizes(
    points=1500,
    roads=200,
    risk=12,
    parcels=60,
    streets=3000,
    vertices=2000,
    tiles=1,
    edits=3,
    warm_seconds=1,
)
BANDS = ("z8–10", "z11–12", "z13–17")
LAYERS = ("Puntos", "Vías", "Riesgo", "Predios")
WORKS = {
    "loads": {
        f"{layer}, {work}"
        for layer in LAYERS
        for work in ("primera carga", "la misma otra vez", "bandas de zoom")
    },
    "tiles": {f"{layer}, {band}, tesela fría por HTTP" for layer in LAYERS for band in BANDS}
    | {f"{layer}, la tesela de más bytes (gzip, frente a 500 kB)" for layer in LAYERS},
    "features": {
        "Página de 1 000",
        "1 000 en un recuadro",
        "1 000 con un filtro CQL2",
        "Un elemento",
        "Página de 1 000 desde la fila 750",
    },
    "here": {"¿Qué hay aquí?", "¿Qué hay aquí?, según el tamaño de las capas"},
    "questions": {"Los 5 más cercanos, puntos", "Los 5 más cercanos, vías"},
    "network": {
        "Red, el grafo",
        "Isócrona de 15 minutos a pie",
        "El servicio más cercano a pie",
    },
    "exports": {"Exportar a CSV", "Exportar a GeoJSON", "Exportar, memoria"},
    "edits": {
        "De la edición confirmada a su tesela fresca, p50",
        "De la edición confirmada a su tesela fresca, p99",
        *(f"{layer}, editar un elemento" for layer in LAYERS),
    },
}


@pytest.mark.heavy
def test_every_bar_is_measured_and_everything_compared_is_the_same(
    empty_database: Database, tmp_path: Path
) -> None:
    told: list[str] = []
    with prepared(tmp_path, empty_database.url, empty_database.reader_url) as stage:
        report = measure(stage, TINY, (), told.append)
    for part, works in WORKS.items():
        found = {figure.work for figure in report.figures if figure.part == part}
        assert works <= found, part
    assert all(math.isfinite(figure.ours) and figure.ours > 0 for figure in report.figures)
    assert [check for check in report.checks if not check.holds] == []
    assert len(report.checks) >= 2 * len(LAYERS) + 4 + 3
    assert told
    document = json.loads(json.dumps(report.document()))
    assert {"figures", "checks", "side_by_side", "absent", "measured"} == set(document)
    lines = report.markdown().splitlines()
    assert len([line for line in lines if line.startswith("| ")]) == len(report.figures) + 1


@pytest.mark.parametrize(
    ("bar", "ours", "reference", "kept"),
    [
        (Bar(1.5, 2), 17.0, 10.0, True),
        (Bar(1.5, 2), 17.1, 10.0, False),
        (Bar(0.5, more_is_better=True, enough=10_000), 10_000.0, 40_000.0, True),
        (Bar(0.5, more_is_better=True, enough=10_000), 9_000.0, 40_000.0, False),
        (Bar(0.5, more_is_better=True, enough=10_000), 9_000.0, 18_000.0, True),
    ],
)
def test_a_bar_is_kept_or_not(bar: Bar, ours: float, reference: float, kept: bool) -> None:
    assert Figure("tiles", "x", ours, reference, "ms", bar=bar).is_met is kept


def test_what_is_not_the_same_is_told() -> None:
    report = Report()
    report.add(Check("tiles", "Puntos", 10, worst([10, 9, 10], 10)), "nginx: no está instalado")
    text = report.markdown()
    assert "✘ Puntos: 9 de 10" in text
    assert "- nginx: no está instalado" in text
    assert report.document()["checks"][0]["holds"] is False
