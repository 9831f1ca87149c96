"""The documents that travel with a dataset's files: one line here per encoding of the record.

Order is that of writing, and each sees the files written before it: those that list the others
come last. Pages, catalogues and CSW find a document by its ending.
"""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from typing import TYPE_CHECKING

from gis.later import Later
from publishers import dcat
from publishers.json_ld import dump
from publishers.metadata import DEMONSTRATION

if TYPE_CHECKING:
    from collections.abc import Callable

    from publishers import iso19110, iso19115_3, iso19139, iso19157
    from publishers.metadata import Record
else:
    iso19110 = Later("publishers.iso19110")
    iso19115_3 = Later("publishers.iso19115_3")
    iso19139 = Later("publishers.iso19139")
    iso19157 = Later("publishers.iso19157")

DICTIONARY_COLUMNS = (
    "campo", "etiqueta", "definicion", "tipo", "unidad", "obligatorio", "codigos",
)  # fmt: skip
KINDS = {
    "text": "texto",
    "integer": "entero",
    "number": "número",
    "boolean": "sí o no",
    "date": "fecha",
    "timestamp": "fecha y hora",
}


@dataclass(frozen=True, slots=True)
class Document:
    """One encoding of a record. Its file is ``<dataset>.<ending>``."""

    ending: str
    title: str
    label: str
    """Short name of the format, for people."""
    media_type: str
    write: Callable[[Record], bytes]
    """The same bytes for the same record."""


def dictionary(record: Record) -> bytes:
    """The data dictionary as CSV in UTF-8, one row per field, codes as «1 = Alta; 2 = Media»."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(DICTIONARY_COLUMNS)
    for variable in record.variables:
        codes = "; ".join(f"{code} = {label}" for code, label, _ in variable.codes)
        required = "sí" if variable.required else "no"
        kind = KINDS[variable.kind]
        unit = variable.unit
        row = (variable.name, variable.label, variable.definition, kind, unit, required, codes)
        writer.writerow(row)
    if record.demonstration:
        writer.writerow(("", "Aviso", DEMONSTRATION, "", "", "", ""))
    return text.getvalue().encode()


def quality_report(record: Record) -> bytes:
    """The quality report as JSON."""
    report = {"conjunto": record.dataset, **record.quality.as_dict()}
    if record.demonstration:
        report = {"aviso": DEMONSTRATION, **report}
    return dump(report)


XML = "application/xml"
ISO_19110, ISO_19115, ISO_19139, ISO_19157 = (
    "iso19110.xml", "iso19115-3.xml", "iso19139.xml", "iso19157.xml",
)  # fmt: skip
DOCUMENTS = (
    Document("diccionario.csv", "Diccionario de datos", "CSV", "text/csv", dictionary),
    Document(
        "calidad.json", "Reporte de calidad (ISO 19157)", "JSON", "application/json", quality_report
    ),
    Document(ISO_19157, "Reporte de calidad (ISO 19157)", "XML", XML, lambda r: iso19157.write(r)),
    Document(ISO_19110, "Catálogo de objetos (ISO 19110)", "XML", XML, lambda r: iso19110.write(r)),
    Document(ISO_19115, "Metadatos ISO 19115-3", "XML", XML, lambda r: iso19115_3.write(r)),
    Document(ISO_19139, "Metadatos ISO 19139", "XML", XML, lambda r: iso19139.write(r)),
    Document("dcat.jsonld", "Metadatos DCAT 3", "JSON-LD", "application/ld+json", dcat.standalone),
)
