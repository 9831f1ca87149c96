"""MinTIC's 17 criteria of quality of open data, each from 0 to 10, and the Sello de Excelencia.

The guide names and explains them; how each is computed is the project's own reading where it gives
no formula (docs/metadatos.md says each). All from what was published and measured.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from gis.contract.metadata import OPEN_LICENCES, Frequency

if TYPE_CHECKING:
    from collections.abc import Callable

    from publishers.compliance.evidence import Evidence

BEST = 10.0
FEW_ROWS = 50
OPEN_FORMATS = frozenset({"CSV", "GeoJSON", "GeoPackage", "JSON", "XML", "FlatGeobuf", "GeoParquet",
                          "PMTiles", "KML"})  # fmt: skip
HALF_OPEN = frozenset({"XLSX", "ODS", "Shapefile", "SHP"})
LEVELS = {0: "sin sello", 1: "Sello 1", 2: "Sello 2", 3: "Sello 3"}


@dataclass(frozen=True, slots=True)
class Score:
    """One criterion. ``evidence`` says what it was computed from."""

    number: int
    name: str
    value: float
    evidence: str


@dataclass(frozen=True, slots=True)
class Seal:
    """The level of the Sello de Excelencia that can be proved, and what the next one lacks."""

    level: int
    name: str
    next_lacks: tuple[str, ...]


Measured = tuple[float, str]


def scores(e: Evidence) -> tuple[Score, ...]:
    """The 17, in the guide's order."""
    return tuple(
        Score(number, name, round(min(max(value, 0.0), BEST), 2), evidence)
        for number, (name, measure) in enumerate(CRITERIA, 1)
        for value, evidence in [measure(e)]
    )


def seal(e: Evidence, found: tuple[Score, ...]) -> Seal:
    """Level 1 asks for actualidad 10, consistencia and completitud over 8 and an open licence. What
    level 2 adds, an incentive to use the data, no program can prove."""
    by_name = {score.name: score.value for score in found}
    lacks = [
        f"{name} {by_name[name]:g}".replace(".", ",")
        for name, least in (("Actualidad", BEST), ("Consistencia", 8.01), ("Completitud", 8.01))
        if by_name[name] < least
    ]
    if e.record.license not in OPEN_LICENCES:
        lacks.append("licencia abierta")
    if lacks:
        return Seal(0, LEVELS[0], tuple(lacks))
    lacks = [] if by_name["Portabilidad"] >= 8 else ["formatos estándar"]
    return Seal(1, LEVELS[1], (*lacks, "incentivo de uso (no se prueba por programa)"))


def age_days(e: Evidence) -> int:
    """Whole days since the last publication that left or was found as it is."""
    last = max((p.finished_at for p in e.ledger if p.finished_at), default=e.record.modified)
    return max((e.now - last).days, 0)


def promised_days(e: Evidence) -> int | None:
    """Days between updates that the contract promises; None when it promises none."""
    return {f.value.iso: f.value.days for f in Frequency}[e.record.frequency]


def _accessibility(e: Evidence) -> Measured:
    tags, pages = len(e.record.keywords) >= 3, bool(e.record.links)
    return 5.0 * tags + 5.0 * pages, "etiquetas y documentación enlazada, sin registro"


def _currency(e: Evidence) -> Measured:
    days, age = promised_days(e), age_days(e)
    if days is None:
        return BEST if e.record.frequency == "notPlanned" else 5.0, "sin periodo prometido"
    return BEST * (age <= days), f"{age} días desde la última publicación, prometidos {days}"


def _completeness(e: Evidence) -> Measured:
    if e.table is None or not e.table.rows:
        return 0.0, "sin tabla"
    required = [v.name for v in e.record.variables if v.required]
    names = [name for name in required if name in e.table.empty] or list(e.table.columns)
    empty = sum(e.table.empty[name] for name in names)
    half = sum(e.table.empty[name] * 2 > e.table.rows for name in names)
    cells = len(names) * e.table.rows
    what = "obligatorios" if required else "(ninguno es obligatorio: todos)"
    return BEST * (1 - empty / cells) - 0.5 * half, f"{empty} vacíos en {cells} valores {what}"


def _comprehensibility(e: Evidence) -> Measured:
    defined = sum(bool(v.definition and v.label) for v in e.record.variables)
    total = len(e.record.variables)
    return BEST * defined / max(total, 1), f"{defined} de {total} campos con nombre y definición"


def _conformity(e: Evidence) -> Measured:
    rates = [m.value for m in e.record.quality.measures if m.id == "18"]
    worst = max(rates, default=0.0)
    return BEST * (1 - worst), f"medida 18 en {len(rates)} campos, la peor {worst:.2%}"


def _confidentiality(e: Evidence) -> Measured:
    if e.personal is None:
        return 5.0, "solo salen campos públicos; el contenido no se revisó"
    return BEST * (not e.personal), f"{len(e.personal)} hallazgos en los archivos"


def _consistency(e: Evidence) -> Measured:
    judged = [m.passed for m in e.record.quality.measures if m.passed is not None]
    return BEST * sum(judged) / max(len(judged), 1), f"{sum(judged)} de {len(judged)} medidas"


def _credibility(e: Evidence) -> Measured:
    r = e.record
    weighed = ((4, r.publisher.name), (3, r.contact.email), (2, r.lineage), (1, r.landing_page))
    return float(sum(w for w, text in weighed if text)), "editor, contacto, linaje y página"


def _availability(e: Evidence) -> Measured:
    total = len(e.record.distributions)
    there = total - len(e.missing)
    return BEST * there / max(total, 1), f"{there} de {total} archivos, con su resumen"


def _efficiency(e: Evidence) -> Measured:
    largest = max((d.size for d in e.record.data), default=0)
    return BEST if largest <= 100e6 else 5.0, f"el archivo mayor tiene {largest} bytes"


def _accuracy(e: Evidence) -> Measured:
    wrong = [m for m in e.record.quality.measures if m.id in ("16", "26", "27") and m.value]
    return BEST if not wrong else 0.0, "dominios y geometrías (medidas 16, 26 y 27)"


def _portability(e: Evidence) -> Measured:
    def of(name: str) -> float:
        return BEST if name in OPEN_FORMATS else 6.0 if name in HALF_OPEN else 2.0

    values = [of(d.format) for d in e.record.data]
    return sum(values) / max(len(values), 1), ", ".join(d.format for d in e.record.data)


def _precision(e: Evidence) -> Measured:
    totals = e.table.totals if e.table else 0
    return BEST * (totals == 0), f"{totals} filas de totales"


def _recoverability(e: Evidence) -> Measured:
    first = len([p for p in e.ledger if p.result == "publicada"]) <= 1
    return BEST if e.earlier or first else 0.0, f"{len(e.earlier)} versiones anteriores"


def _relevance(e: Evidence) -> Measured:
    rows = e.table.rows if e.table else 0
    return 5.0 * bool(e.record.category) + 5.0 * (rows >= FEW_ROWS), f"categoría y {rows} filas"


def _traceability(e: Evidence) -> Measured:
    steps, chained = bool(e.record.steps), bool(e.ledger and e.ledger[0].chain_head)
    return 6.0 * steps + 4.0 * chained, "cambios de la capa y cadena de custodia"


def _uniqueness(e: Evidence) -> Measured:
    if e.table is None or not e.table.rows:
        return 0.0, "sin tabla"
    rate = e.table.duplicates / e.table.rows
    return BEST * (1 - rate), f"{e.table.duplicates} filas repetidas de {e.table.rows}"


CRITERIA: tuple[tuple[str, Callable[[Evidence], Measured]], ...] = (
    ("Accesibilidad", _accessibility),
    ("Actualidad", _currency),
    ("Completitud", _completeness),
    ("Comprensibilidad", _comprehensibility),
    ("Conformidad", _conformity),
    ("Confidencialidad", _confidentiality),
    ("Consistencia", _consistency),
    ("Credibilidad", _credibility),
    ("Disponibilidad", _availability),
    ("Eficiencia", _efficiency),
    ("Exactitud", _accuracy),
    ("Portabilidad", _portability),
    ("Precisión", _precision),
    ("Recuperabilidad", _recoverability),
    ("Relevancia", _relevance),
    ("Trazabilidad", _traceability),
    ("Unicidad", _uniqueness),
)
