"""Gathering, once, all that the rows look at: record, files, ledger, catalogue, probes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from gis.contract.derived import Counted
from publishers import dcat_us, schemas
from publishers.compliance.files import Shapes, Table, origin_error_m, read_shapes, read_table
from publishers.documents import ISO_19139
from publishers.package import digest

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import datetime
    from pathlib import Path

    from gis.contract.catalog import Catalog
    from gis.contract.derived import Register
    from gis.contract.layer import Dataset, Layer
    from gis.publications import Publication
    from publishers.json_ld import Json
    from publishers.metadata import Record


@dataclass(frozen=True, slots=True)
class Probe:
    """What asking the running service showed, of the rows that only it can prove."""

    at: str
    """When, ISO 8601."""
    address: str
    found: Mapping[str, str]
    """What was seen, by name: ``content-crs``, ``bad-limit``…; a missing one was not looked at."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """Everything the rows look at. Nothing is read again while they are computed."""

    now: datetime
    record: Record
    layer: Layer
    dataset: Dataset
    table: Table | None
    """None when there is no CSV to read."""
    shapes: Shapes | None
    """None for a table."""
    documents: Mapping[str, bytes]
    """Contents of the documents by ending (``iso19139.xml``)."""
    data_json: Json
    """The dataset's entry in ``/data.json``."""
    missing: tuple[str, ...]
    """Files that the record lists and are not there as it says."""
    origin_error_m: float
    schema_faults: tuple[str, ...] | None
    """Of ISO 19139; None when the schemas are not at hand."""
    ledger: tuple[Publication, ...]
    """Publications of the dataset anywhere, newest first."""
    kinds: Mapping[str, str]
    """Kind of each of the entity's targets."""
    earlier: tuple[str, ...]
    """Versions kept that can be put back: whole, with the digests of their record."""
    harvest: frozenset[str] | None
    """Identifiers that the CSW has; None when it is not running."""
    shown: int
    """Datasets that the catalogue shows."""
    registers: Mapping[Register, str]
    """Text of the registers of law that are published."""
    personal: tuple[str, ...] | None
    """What looks like persons' data in the files; None when nobody looked."""
    probe: Probe | None = None


def gather(
    catalog: Catalog,
    record: Record,
    folder: Path,
    *,
    now: datetime,
    ledger: Sequence[Publication],
    earlier: Sequence[str] = (),
    harvest: frozenset[str] | None = None,
    records: Sequence[Record] = (),
    registers: Mapping[Register, str] | None = None,
    look: Callable[[Path], Sequence[str]] | None = None,
    probe: Probe | None = None,
) -> Evidence:
    """Read what ``folder`` holds of ``record``. ``look`` searches a file for persons' data."""
    layer, dataset = catalog.dataset(record.dataset)
    documents = {
        d.file.removeprefix(f"{record.dataset}."): (folder / d.file).read_bytes()
        for d in record.documents
        if (folder / d.file).is_file()
    }
    counted = layer.derived.aggregate.count if isinstance(layer.derived, Counted) else ""
    return Evidence(
        now=now,
        record=record,
        layer=layer,
        dataset=dataset,
        table=_table(record, folder, counted),
        shapes=_shapes(record, folder),
        documents=documents,
        data_json=dcat_us.us_dataset(record),
        missing=tuple(_missing(record, folder)),
        origin_error_m=origin_error_m(),
        schema_faults=_schema_faults(documents),
        ledger=tuple(ledger),
        kinds={target.name: target.kind for target in catalog.entity.targets},
        earlier=tuple(earlier),
        harvest=harvest,
        shown=len(records),
        registers=dict(registers or {}),
        personal=None if look is None else tuple(_personal(record, folder, look)),
        probe=probe,
    )


def _file(record: Record, folder: Path, ending: str) -> Path | None:
    path = folder / f"{record.dataset}.{ending}"
    return path if path.is_file() else None


def _table(record: Record, folder: Path, counted: str) -> Table | None:
    path = _file(record, folder, "csv")
    return None if path is None else read_table(path, counted)


def _shapes(record: Record, folder: Path) -> Shapes | None:
    geojson, package = (_file(record, folder, ending) for ending in ("geojson", "gpkg"))
    if not record.geometry_type or geojson is None or package is None:
        return None
    return read_shapes(geojson, package)


def _missing(record: Record, folder: Path) -> list[str]:
    return [
        d.file
        for d in record.distributions
        if not (folder / d.file).is_file() or digest(folder / d.file) != d.sha256
    ]


def _schema_faults(documents: Mapping[str, bytes]) -> tuple[str, ...] | None:
    if ISO_19139 not in documents:
        return ("no hay registro ISO 19139",)
    found = schemas.faults(documents[ISO_19139])
    return None if found is None else tuple(found)


def _personal(record: Record, folder: Path, look: Callable[[Path], Sequence[str]]) -> list[str]:
    paths = [folder / d.file for d in record.distributions]
    return [fault for path in paths if path.is_file() for fault in look(path)]
