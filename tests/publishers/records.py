"""Records without a store, for tests of what is pure."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from gis.publications import PUBLISHED, Publication
from gis.quality import Measure, Quality
from gis.summary import Summary
from publishers.metadata import Distribution, Record, State, make_record
from tests.publishers.city import CATALOG, ENTITY

if TYPE_CHECKING:
    from gis.contract.layer import Dataset, Layer

SEALED = datetime(2026, 3, 4, 15, 30, tzinfo=UTC)
MEASURES = (
    Measure("4", "DQ_CompletenessCommission", "Duplicados", 0, "count", passed=True, blocking=True),
    Measure("7", "DQ_CompletenessOmission", "Ausentes", 0.25, "rate", field="codigo", passed=False),
    Measure("sin-geometria", "DQ_CompletenessOmission", "Sin lugar", 1, "count", code_space="own"),
)


def declared(dataset: str = "arboles") -> tuple[Layer, Dataset]:
    return CATALOG.dataset(dataset)


def a_record(dataset: str = "arboles", *, files: bool = True, **values: Any) -> Record:
    """A record of one of the city's datasets; ``values`` are of its :class:`State`."""
    layer, chosen = declared(dataset)
    place = (-75.2322, 4.43, -75.2, 4.4389) if layer.geometry else None
    period = ("2001-10-12", "2019-03-01") if layer.time else None
    given: dict[str, Any] = {
        "changeset": 7,
        "issued": SEALED,
        "modified": SEALED,
        "demonstration": False,
        "summary": Summary(3, 1 if layer.geometry else 0, place, period),
        "quality": Quality(layer.name, 7, SEALED, 3, MEASURES),
        "reference_date": "2026-02-28",
    }
    landing = f"{ENTITY.base_url}/datos/{dataset}"
    record = make_record(ENTITY, layer, chosen, State(**(given | values)), landing_page=landing)
    return with_files(record) if files else record


def with_files(record: Record) -> Record:
    from dataclasses import replace

    def file(ending: str, label: str, kind: str, crs: int | None, role: Any) -> Distribution:
        name = f"{record.dataset}.{ending}"
        url = f"{record.landing_page}/{name}"
        return Distribution(name, label, label, kind, url, 10, "ab" * 32, crs, role)

    placed = bool(record.geometry_type)
    made = (
        file("csv", "CSV", "text/csv", 4326 if placed else None, "data"),
        file("gpkg", "GeoPackage", "application/x", 9377 if placed else None, "data"),
        file("diccionario.csv", "CSV", "text/csv", None, "documentation"),
    )
    return replace(record, distributions=made)


def published(record: Record, **values: Any) -> Publication:
    """The ledger's row of a publication of ``record``."""
    files = tuple({"file": d.file, "sha256": d.sha256} for d in record.distributions)
    given: dict[str, Any] = {
        "id": 1,
        "dataset": record.dataset,
        "layer": record.layer,
        "target": "estatico",
        "changeset": record.changeset,
        "fingerprint": record.fingerprint,
        "result": PUBLISHED,
        "files": files,
        "feature_count": record.feature_count,
        "chain_head": "",
        "address": "",
        "started_at": SEALED,
        "finished_at": SEALED,
    }
    return Publication(**(given | values))
