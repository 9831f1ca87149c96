"""Making a package: data files by :mod:`gis.export`, and the files that tell about them.

Only what the public role sees is ever read; a dataset's own choice of fields narrows it further.
The same state gives the same bytes.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from gis import export
from gis.contract.access import Access
from gis.errors import ContractError
from gis.later import Later
from publishers.documents import DOCUMENTS, ISO_19139
from publishers.metadata import (
    DEMONSTRATION,
    Distribution,
    Record,
    published_fields,
)
from publishers.package import RECORD, Package, digest

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    import sqlalchemy as sa

    from gis.contract.layer import Dataset, Layer
    from gis.export import FormatName
    from publishers import schemas
    from publishers.documents import Document
else:
    schemas = Later("publishers.schemas")


@dataclass(frozen=True, slots=True)
class _Format:
    name: FormatName
    title: str
    table_title: str
    """Its title where the layer has no geometry."""


FORMATS = (
    _Format("csv", "Tabla de datos (CSV)", "Tabla de datos (CSV)"),
    _Format("geojson", "Datos geográficos (GeoJSON)", "Datos (GeoJSON sin geometría)"),
    _Format(
        "gpkg",
        "Datos geográficos en Origen Nacional, EPSG:9377 (GeoPackage)",
        "Tabla de datos (GeoPackage)",
    ),
)


def build(
    conn: sa.Connection,
    layer: Layer,
    dataset: Dataset,
    record: Record,
    folder: Path,
    *,
    file_url: Callable[[str, str], str],
) -> Package:
    """Write every file of ``dataset`` into ``folder`` (which must exist) and describe them.

    ``conn`` is the reader's, in the snapshot from which ``record`` was made; ``file_url`` gives
    the address each file will have.
    """
    maker = _Maker(record, folder, file_url)
    notice = DEMONSTRATION if record.demonstration else ""
    fields = tuple(field.name for field in published_fields(layer, dataset))
    for form in FORMATS:
        offered = export.FORMATS[form.name]
        path = folder / f"{dataset.name}.{offered.extension}"
        export.write(
            conn,
            layer,
            Access.PUBLICA,
            path,
            form.name,
            fields=fields,
            where=dataset.where,
            crs=offered.crs,
            notice=notice,
        )
        title = form.title if record.geometry_type else form.table_title
        crs = offered.crs if record.geometry_type else None
        maker.add(path.name, title, offered.label, offered.media_type, crs)
    for document in DOCUMENTS:
        maker.write(document)
    text = json.dumps(maker.record.as_dict(), ensure_ascii=False, indent=1)
    (folder / RECORD).write_text(text, encoding="utf-8")
    key = layer.key if set(layer.key) <= set(fields) else ()
    return Package(maker.record, folder, key)


def table_before(
    conn: sa.Connection, layer: Layer, dataset: Dataset, folder: Path, changeset: int, notice: str
) -> Path:
    """The dataset's table (CSV) as it was after ``changeset``, in ``folder``."""
    path = folder / f"{dataset.name}.antes.csv"
    fields = tuple(field.name for field in published_fields(layer, dataset))
    export.write(
        conn,
        layer,
        Access.PUBLICA,
        path,
        "csv",
        fields=fields,
        where=dataset.where,
        crs=export.FORMATS["csv"].crs,
        as_of=changeset,
        notice=notice,
    )
    return path


class _Maker:
    """Collects the files of a package as they are made."""

    def __init__(self, record: Record, folder: Path, file_url: Callable[[str, str], str]) -> None:
        self.record = record
        self._folder = folder
        self._file_url = file_url

    def add(
        self,
        file: str,
        title: str,
        label: str,
        media_type: str,
        crs: int | None,
        role: Literal["data", "documentation"] = "data",
    ) -> None:
        """Take note of a file that is already in the folder."""
        path = self._folder / file
        made = Distribution(
            file=file,
            title=title,
            format=label,
            media_type=media_type,
            url=self._file_url(self.record.dataset, file),
            size=path.stat().st_size,
            sha256=digest(path),
            crs=crs,
            role=role,
        )
        self.record = replace(self.record, distributions=(*self.record.distributions, made))

    def write(self, document: Document) -> None:
        """Write a file that tells about the dataset and the files made before it."""
        file = f"{self.record.dataset}.{document.ending}"
        content = document.write(self.record)
        if document.ending == ISO_19139:
            _check(self.record, content)
        (self._folder / file).write_bytes(content)
        kind = (document.title, document.label, document.media_type)
        self.add(file, *kind, None, "documentation")


def _check(record: Record, content: bytes) -> None:
    """Nothing leaves with metadata that harvesters would refuse."""
    found = schemas.faults(content)
    if found:
        raise ContractError(
            f"Los metadatos ISO 19139 no son válidos: {'; '.join(found[:3])}. Revise la "
            "declaración de la capa",
            layer=record.layer,
        )
