"""The table: every requirement in its order, with the function that proves it."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from publishers.compliance import content, metadata_rows, service_rows
from publishers.compliance.criteria import Score, Seal, scores, seal
from publishers.compliance.verdict import Status

if TYPE_CHECKING:
    from collections.abc import Callable

    from publishers.compliance.evidence import Evidence
    from publishers.compliance.verdict import Verdict


@dataclass(frozen=True, slots=True)
class Row:
    """One requirement of one dataset, and its verdict."""

    number: int
    requirement: str
    norm: str
    blocks: str
    """What a failure keeps from happening: «publicación», «entrega», «avisa», «informa»."""
    status: Status
    evidence: str


@dataclass(frozen=True, slots=True)
class Assessment:
    """The whole table of a dataset as it was published, with the 17 criteria and the seal."""

    dataset: str
    title: str
    changeset: int
    at: str
    """When it was computed, ISO 8601."""
    rows: tuple[Row, ...]
    criteria: tuple[Score, ...]
    seal: Seal

    def row(self, number: int) -> Row:
        """The row so numbered."""
        return next(row for row in self.rows if row.number == number)

    @property
    def counts(self) -> dict[str, int]:
        """How many rows there are of each status."""
        return {status: sum(r.status is status for r in self.rows) for status in Status}

    def as_dict(self) -> dict[str, Any]:
        """JSON-ready values."""
        return {**asdict(self), "counts": self.counts}


def assess(e: Evidence) -> Assessment:
    """Compute every row. Pure: the same evidence gives the same table."""
    found = scores(e)
    reached = seal(e, found)
    rows = []
    for number, (requirement, norm, blocks, prove) in enumerate(TABLE, 1):
        verdict = prove(e)
        rows.append(Row(number, requirement, norm, blocks, verdict.status, verdict.evidence))
    return Assessment(
        dataset=e.record.dataset,
        title=e.record.shown_title,
        changeset=e.record.changeset,
        at=e.now.isoformat(timespec="seconds"),
        rows=tuple(rows),
        criteria=found,
        seal=reached,
    )


_M, _C, _S = metadata_rows, content, service_rows
TABLE: tuple[tuple[str, str, str, Callable[[Evidence], Verdict]], ...] = (
    ("Coordenadas en Origen Nacional", "Res. IGAC 370/2021", "publicación", _C.origin),
    ("Sistema de referencia declarado", "ISO 19115-1", "publicación", _M.reference_systems),
    ("Metadatos ISO 19115-3 válidos", "LAMP v2", "publicación", _M.valid_metadata),
    ("Extensión, cuenta y fechas iguales a las de los datos", "ICDE", "publicación", _M.computed),
    ("Catálogo de objetos completo", "NTC 5661 / ISO 19110", "publicación", _M.catalogue),
    ("Especificación del producto", "NTC 5662 / ISO 19131", "informa", _M.specification),
    ("Calidad medida", "NTC 5043 / ISO 19157", "publicación", _M.quality),
    ("Catálogo cosechable", "Nodo ICDE", "informa", _S.harvestable),
    ("Servicios conformes", "OGC", "informa", _S.conformant),
    ("Content-Crs, 400 y límites", "OGC API Features 1 y 2", "informa", _S.well_behaved),
    ("Visible en datos.gov.co", "Res. MinTIC 1519/2020, anexo 4", "publicación", _S.on_portal),
    ("Publicar dos veces no envía nada", "–", "informa", _S.idempotent),
    ("data.json válido", "DCAT-US 1.1", "informa", _M.federated),
    ("Licencia abierta", "Ley 1712/2014; guía MinTIC", "publicación", _M.licence),
    ("Promesa de actualización cumplida", "Guía MinTIC, criterio 2", "avisa", _S.up_to_date),
    ("17 criterios y sello", "Guía MinTIC", "sello < 1", _S.criteria),
    ("Sin datos personales", "Ley 1581/2012; Ley 1712/2014, art. 18", "publicación", _C.impersonal),
    ("Conteos con k-anonimidad", "Guía de anonimización", "publicación", _C.anonymous),
    ("Registro de activos e índice", "Ley 1712/2014, arts. 13 y 20", "informa", _S.registered),
    ("Geometría apta para el portal", "Socrata", "publicación", _C.portal_geometry),
    ("Accesibilidad", "Res. MinTIC 1519/2020, anexo 1", "entrega", _S.accessible),
    ("Barra GOV.CO, pie y declaración", "Res. 1519/2020, anexo 2; Ley 2345/2023", "entrega",
     _S.identity),
    ("Cabeceras de seguridad y TLS", "Res. MinTIC 1519/2020, anexo 3", "entrega", _S.secure),
    ("Advertencia: no es un concepto", "Decreto 1077/2015", "entrega", _S.disclaimed),
    ("Trazabilidad", "Guía MinTIC, criterio 16", "publicación", _S.traceable),
    ("Recuperabilidad", "Guía MinTIC, criterio 14", "informa", _S.recoverable),
    ("Vocabularios cerrados", "ISO 19157, medida 18", "publicación", _C.closed_vocabularies),
    ("Topología de vías", "ISO 19157, medidas 23 y 24", "informa", _C.road_topology),
)  # fmt: skip
