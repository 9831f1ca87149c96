"""Findings and refused rows as files, to correct and to deliver again."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from gis.conform.report import harmless, summary, write_findings, write_quarantine
from gis.errors import InvalidRequest
from gis.findings import MAX_TEXT, Severity
from tests.unit.delivering import deliver, layer, write_csv

DELIVERIES = Path(__file__).parents[1] / "data" / "deliveries"


def rows_in(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream))


def test_summary_puts_what_blocks_first() -> None:
    told = summary(deliver(DELIVERIES / "codigos.csv", layer()).findings)
    assert [s.severity for s in told] == sorted(
        (s.severity for s in told), key=list(Severity).index
    )
    first = next(s for s in told if s.rule == "unknown-code")
    assert (first.count, first.rows, first.measure) == (2, (3, 4), 16)
    assert first.title == "Código fuera de la lista"


def test_findings_file_has_a_line_per_finding(tmp_path: Path) -> None:
    findings = deliver(DELIVERIES / "textos.csv", layer()).findings
    assert write_findings(findings, tmp_path / "h.csv") == len(findings)
    told = rows_in(tmp_path / "h.csv")
    assert len(told) == len(findings)
    risky = next(row for row in told if row["regla"] == "formula-text")
    assert risky["valor"].startswith("'=HYPERLINK")


def test_file_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    with pytest.raises(InvalidRequest, match="No se puede escribir"):
        write_findings([], tmp_path / "no" / "h.csv")


def test_finding_never_carries_a_cell_of_megabytes(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "a.csv", "codigo,nombre", f"{'x' * 5_000_000},uno")
    findings = deliver(path, layer(None)).findings
    assert findings
    assert all(len(f.message) <= MAX_TEXT and len(f.value or "") <= MAX_TEXT for f in findings)


def test_quarantined_rows_corrected_are_accepted(tmp_path: Path) -> None:
    done = deliver(DELIVERIES / "codigos.csv", layer())
    path = tmp_path / "cuarentena.csv"
    assert write_quarantine(done.delivered, done.findings, path, crs=done.source.crs) == 2
    rows = rows_in(path)
    assert [row["codigo"] for row in rows] == ["A2", "A3"]
    assert "¿Quiso decir «alta»?" in rows[0]["motivo"]
    fixed = [row | {"nivel": "alta", "cupos": "3", "fecha": "2024-01-31"} for row in rows]
    again = write_csv(
        tmp_path / "corregido.csv",
        ",".join(fixed[0]),
        *(",".join(f'"{v}"' for v in r.values()) for r in fixed),
    )
    corrected = deliver(again, layer())
    assert corrected.rows["codigo"].tolist() == ["A2", "A3"]
    assert not corrected.refused


def test_quarantined_shapes_keep_their_geometry(tmp_path: Path) -> None:
    zones = layer("MultiPolygon")
    done = deliver(DELIVERIES / "anillos_invalidos.geojson", zones)
    path = tmp_path / "cuarentena.csv"
    write_quarantine(done.delivered, done.findings, path, crs=done.source.crs)
    again = deliver(path, zones, "make_valid", crs=4326)
    assert again.rows["codigo"].tolist() == ["corbatin", "hueco_afuera"]


def test_quarantine_as_a_map(tmp_path: Path) -> None:
    done = deliver(DELIVERIES / "anillos_invalidos.geojson", layer("MultiPolygon"))
    path = tmp_path / "cuarentena.geojson"
    write_quarantine(done.delivered, done.findings, path, crs=done.source.crs)
    features = json.loads(path.read_text(encoding="utf-8"))["features"]
    assert [f["geometry"] and f["geometry"]["type"] for f in features] == [
        "Polygon", "Polygon", "Polygon", None,
    ]  # fmt: skip
    assert features[0]["properties"]["motivo"]


def test_numbers_with_a_sign_are_not_formulas() -> None:
    assert [harmless(v) for v in ("-75.2", "+3", "-cmd", "=1", None, 5)] == [
        "-75.2", "+3", "'-cmd", "'=1", "", 5,
    ]  # fmt: skip
