"""The published records that may be shown: what every catalogue of this installation lists."""

from __future__ import annotations

from typing import TYPE_CHECKING

from api import portals
from gis.errors import NotFound
from publishers.metadata import may_be_shown
from publishers.targets import estatico

if TYPE_CHECKING:
    from pathlib import Path

    from api.wiring import System
    from publishers.metadata import Record


def catalogue_of(system: System) -> Path:
    """Folder of the catalogue of our own; :class:`NotFound` when the entity declares none."""
    root = portals.catalogue(system)
    if root is None:
        raise NotFound("Esta instalación no tiene catálogo propio de datos abiertos")
    return root


def shown_record(system: System, dataset: str) -> Record | None:
    """The published record of a declared dataset, None when nothing of it may be shown;
    :class:`NotFound` when none is so named."""
    layer, declared = system.catalog.dataset(dataset)
    record = estatico.read_record(catalogue_of(system), dataset)
    if record is None or not may_be_shown(record, system.catalog.entity, layer, declared):
        return None
    return record


def shown_records(system: System) -> list[Record]:
    """Every published dataset that is still declared, and still public."""
    catalog = system.catalog
    declared = {dataset.name: (layer, dataset) for layer, dataset in catalog.datasets()}
    return [
        record
        for record in estatico.read_records(catalogue_of(system))
        if record.dataset in declared
        and may_be_shown(record, catalog.entity, *declared[record.dataset])
    ]
