"""Rows placed by their address, where a person asks for it: what was found is said of each."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from gis.conform import reference
from gis.conform.columns import named
from gis.contract.convert import as_text, is_blank
from gis.errors import InvalidRequest
from gis.findings import Severity
from gis.geocode.locate import locate_many
from gis.spelling import counted, figure

if TYPE_CHECKING:
    import pandas as pd

    from gis.conform.collector import Collector
    from gis.conform.columns import Columns
    from gis.contract import Layer
    from gis.geocode.answer import Answer
    from gis.geocode.gazetteer import Gazetteer
    from gis.sources import Delivered

LEAST = 0.8
"""Confidence from which a place is taken: a plate, a crossing, a block; not a whole barrio."""
POINTS = ("Point", "MultiPoint")


@dataclass(frozen=True, slots=True)
class Addresses:
    """The choice to place rows by the addresses in a column."""

    column: str
    gazetteer: Gazetteer
    least: float = LEAST
    """Confidence below which a row is refused (0 to 1)."""

    @property
    def options(self) -> dict[str, str]:
        """The choice as the ledger keeps it."""
        return {"geocode": self.column, "geocode-confidence": f"{self.least:g}"}


def by_address(
    delivered: Delivered,
    table: pd.DataFrame,
    layer: Layer,
    columns: Columns,
    addresses: Addresses,
    found: Collector,
) -> Delivered:
    """The delivery as if its addresses were the geometry of its rows; a finding for each of them.

    A row whose address is not found, is ambiguous, or is found with less confidence than asked for
    is refused. Raises :class:`InvalidRequest` for a column that is not there, for a file with
    coordinates and for a layer whose features are not points.
    """
    if delivered.shapes is not None or columns.places:
        raise InvalidRequest(
            "El archivo trae coordenadas: --geocode es para los que solo traen direcciones",
            parameter="--geocode",
        )
    points = _points(table, layer, addresses, found)
    return replace(delivered, shapes=points, crs=f"EPSG:{reference.STORAGE}")


def _points(
    table: pd.DataFrame, layer: Layer, addresses: Addresses, found: Collector
) -> np.ndarray[Any, Any]:
    """One point (EPSG:9377) or None per row."""
    if layer.geometry is None or layer.geometry.type not in POINTS:
        raise InvalidRequest(
            f"«{layer.name}» no es de puntos: una dirección no da su geometría",
            parameter="--geocode",
        )
    column = table[named(table.columns, addresses.column, "--geocode")]
    blank = is_blank(column).to_numpy()
    texts = as_text(column).to_numpy(dtype=object)
    answers = list(locate_many(texts[~blank], addresses.gazetteer))
    shapes = np.full(len(table), None, dtype=object)
    rows = table.index[~blank]
    for at, answer in zip(np.flatnonzero(~blank), answers, strict=True):
        if not _why_not(answer, addresses.least) and answer.best is not None:
            shapes[at] = shapely.Point(answer.best.x, answer.best.y)
    _say(rows, texts[~blank], answers, addresses, found)
    return shapes


def _say(
    rows: pd.Index[int], texts: Any, answers: list[Answer], addresses: Addresses, found: Collector
) -> None:
    refused = [bool(_why_not(answer, addresses.least)) for answer in answers]
    doubtful = [bool(a.best and a.best.warnings) for a in answers]
    for severity, chosen in (
        (Severity.INFO, [not r and not d for r, d in zip(refused, doubtful, strict=True)]),
        (Severity.WARNING, [not r and d for r, d in zip(refused, doubtful, strict=True)]),
    ):
        some = [n for n, each in enumerate(chosen) if each]
        found.rows(
            "geocoded", rows[some], [_told(answers[n]) for n in some],
            "Mire en el mapa que cae en su sitio: es un lugar estimado, no uno tomado allí",
            field=addresses.column, values=texts[some], severity=severity,
        )  # fmt: skip
    some = [n for n, each in enumerate(refused) if each]
    found.rows(
        "not-geocoded", rows[some], [_why_not(answers[n], addresses.least) for n in some],
        "Corrija la dirección, dé la coordenada, o acepte menos con --geocode-confidence",
        field=addresses.column, values=texts[some],
    )  # fmt: skip
    found.whole(
        "geocoded",
        f"El lugar se estimó por la dirección de «{addresses.column}»: "
        f"{counted(len(answers) - len(some), 'fila')} de {len(answers)} que la traen",
        "Ninguno: se pidió así",
    )


def _why_not(answer: Answer, least: float) -> str:
    """Why an address places no row; empty when it does."""
    best = answer.best
    if best is None:
        return f"La dirección no se halló: {answer.why}"
    if answer.is_ambiguous:
        labels = dict.fromkeys(candidate.label for candidate in answer.candidates)
        return f"La dirección puede ser de {len(answer.candidates)} lugares: {'; '.join(labels)}"
    if best.confidence < least:
        return f"{_told(answer)}: menos que la confianza pedida, {figure(least, 2)}"
    return ""


def _told(answer: Answer) -> str:
    best = answer.best
    assert best is not None
    told = (
        f"Ubicada por su dirección como {best.match.code} («{best.label}»), con confianza "
        f"{figure(best.confidence, 2)} y un error esperado de {best.error_m:.0f} m"
    )
    return ". ".join((told, *best.warnings))
