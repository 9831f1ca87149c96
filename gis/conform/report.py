"""A delivery's findings as plain values and files: to read, to correct, to deliver again."""

from __future__ import annotations

import csv
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TextIO

import shapely

from gis.conform.catalogue import CHECKS
from gis.errors import InvalidRequest
from gis.findings import Severity

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    import pandas as pd

    from gis.findings import Finding

COLUMNS = {
    "severity": "severidad", "rule": "regla", "row": "fila", "feature": "elemento",
    "field": "campo", "value": "valor", "message": "hallazgo", "remedy": "remedio",
    "lon": "longitud", "lat": "latitud",
}  # fmt: skip
"""Headings of the findings file, by attribute of a finding."""
REASON = "motivo"
RISKY = ("=", "+", "-", "@", "\t", "\r")
"""First characters that make a spreadsheet run a text (OWASP, CSV injection)."""


@dataclass(frozen=True, slots=True)
class RuleSummary:
    """How often a rule was broken, with an example to recognise it by."""

    rule: str
    title: str
    severity: Severity
    count: int
    rows: tuple[int, ...]
    """The first rows."""
    example: str
    remedy: str
    measure: int | None
    """ISO 19157 measure."""


def summary(findings: Iterable[Finding], rows: int = 5) -> list[RuleSummary]:
    """Findings by rule and severity: blocking first, then by how many there are."""
    groups: dict[tuple[Severity, str], list[Finding]] = {}
    for finding in findings:
        groups.setdefault((finding.severity, finding.rule), []).append(finding)
    order = list(Severity)
    told = [
        RuleSummary(
            rule=rule,
            title=CHECKS[rule].title if rule in CHECKS else rule,
            severity=severity,
            count=len(group),
            rows=tuple(f.row for f in group if f.row is not None)[:rows],
            example=group[0].message,
            remedy=group[0].remedy,
            measure=CHECKS[rule].measure if rule in CHECKS else None,
        )
        for (severity, rule), group in groups.items()
    ]
    return sorted(told, key=lambda s: (order.index(s.severity), -s.count, s.rule))


def write_findings(findings: Iterable[Finding], path: Path) -> int:
    """Write every finding as CSV (UTF-8 with mark, for Excel); the number of findings.

    A text that a spreadsheet would run is written after an apostrophe.
    """
    count = 0
    with _open(path) as stream:
        writer = csv.writer(stream)
        writer.writerow(COLUMNS.values())
        for finding in findings:
            writer.writerow([harmless(value) for value in _cells(finding)])
            count += 1
    return count


def write_quarantine(
    delivered: pd.DataFrame, findings: Sequence[Finding], path: Path, *, crs: int | None = None
) -> int:
    """Write the refused rows as delivered plus why, to correct and deliver again.

    ``.csv``: the delivered columns, geometry as WKT in ``geometria``. ``.geojson``: a map of them,
    in the delivery's own CRS (``crs``, an EPSG code) when that is degrees, else without shape.
    The number of rows.
    """
    reasons = _reasons(findings)
    rows = delivered.assign(**{REASON: [reasons.get(int(row), "") for row in delivered.index]})
    if path.suffix.lower() == ".geojson":
        _write_geojson(rows, findings, path, crs)
    else:
        with _open(path) as stream:
            writer = csv.writer(stream)
            writer.writerow([harmless(str(name)) for name in rows.columns])
            for row in rows.itertuples(index=False):
                writer.writerow([harmless(value) for value in row])
    return len(rows)


def _open(path: Path, encoding: str = "utf-8-sig") -> TextIO:
    try:
        return path.open("w", encoding=encoding, newline="")
    except OSError as error:
        raise InvalidRequest(
            f"No se puede escribir «{path}»: revise que la carpeta existe y se puede usar",
            parameter="report",
            value=str(path),
        ) from error


def harmless(value: Any) -> Any:
    """A value that no spreadsheet runs. Numbers with a sign stay as they are.

    >>> harmless("=1+1"), harmless("-75.2"), harmless("@cmd")
    ("'=1+1", '-75.2', "'@cmd")
    """
    if value is None:
        return ""
    if not isinstance(value, str) or not value.startswith(RISKY):
        return value
    try:
        float(value)
    except ValueError:
        return f"'{value}"
    return value


def _cells(finding: Finding) -> list[Any]:
    values = finding.as_dict()
    return [values[name] for name in COLUMNS]


def _reasons(findings: Iterable[Finding]) -> dict[int, str]:
    by_row: dict[int, list[str]] = {}
    for finding in findings:
        if finding.row is not None and finding.severity is Severity.BLOCKING:
            by_row.setdefault(finding.row, []).append(f"{finding.message}. {finding.remedy}")
    return {row: " | ".join(dict.fromkeys(reasons)) for row, reasons in by_row.items()}


def _write_geojson(
    rows: pd.DataFrame, findings: Sequence[Finding], path: Path, crs: int | None
) -> None:
    places = {f.row: (f.lon, f.lat) for f in findings if f.row and f.lon is not None}
    features = []
    for row, values in zip(rows.index, rows.to_dict("records"), strict=True):
        geometry = _geometry(values.pop("geometria", None),
                             crs, places.get(int(row)))  # fmt: skip
        features.append({"type": "Feature", "properties": values, "geometry": geometry})
    collection = {"type": "FeatureCollection", "features": features}
    with _open(path, encoding="utf-8") as stream:
        stream.write(json.dumps(collection, ensure_ascii=False))


def _geometry(wkt: str | None, crs: int | None, place: tuple[Any, Any] | None) -> Any:
    """The delivered shape when it is in degrees; otherwise the point where it was found."""
    if wkt and crs in (4326, 4686):
        shape = shapely.from_wkt(wkt)
        return json.loads(shapely.to_geojson(shape)) if not shape.is_empty else None
    return None if place is None else {"type": "Point", "coordinates": list(place)}
