"""A record in CKAN's words: package, extras, resources.

Extras mirror those that Bogotá's CKAN shows (standards of the national infrastructure), plus
``spatial`` (GeoJSON, CRS84) for ckanext-spatial and the names that ckanext-dcat reads.
"""

from __future__ import annotations

import json
import re
import unicodedata
from typing import TYPE_CHECKING, Any

from publishers.metadata import DEMONSTRATION, iso_day

if TYPE_CHECKING:
    from publishers.metadata import Distribution, Record

Json = dict[str, Any]


def describe(record: Record) -> Json:
    """What a package says of itself, resources aside."""
    return {
        "title": record.shown_title,
        "notes": record.statement,
        "url": record.landing_page,
        "version": str(record.changeset),
        "author": record.publisher.name,
        "author_email": record.publisher.email,
        "maintainer": record.contact.name,
        "maintainer_email": record.contact.email,
        "tags": [{"name": name} for name in _tags(record)],
        "extras": [{"key": k, "value": v} for k, v in _extras(record).items() if v],
    }


def resource(file: Distribution, record: Record) -> Json:
    """What a resource says of itself; the file goes beside."""
    about = f"{file.title}. {DEMONSTRATION}" if record.demonstration else file.title
    return {
        "name": file.file,
        "description": about,
        "format": file.format,
        "mimetype": file.media_type,
        "hash": file.sha256,
    }


def slug(text: str) -> str:
    """A CKAN name: 2–100 of ``a-z 0-9 _ -``, accents dropped."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9_-]+", "-", plain).strip("-")[:100]


def _tags(record: Record) -> list[str]:
    """Keywords as tags: letters, digits, space, ``-_.``, at least two characters."""
    words = [re.sub(r"[^\w \-.]", " ", w).strip() for w in (*record.keywords, *record.places)]
    return list(dict.fromkeys(word[:100] for word in words if len(word) > 1))


def _extras(record: Record) -> dict[str, str]:
    kind = "vector" if record.geometry_type else "tabla"
    return {
        "identifier": record.identifier,
        "issued": record.issued.isoformat(),
        "modified": record.modified.isoformat(),
        "frequency": record.accrual,
        "theme": record.topic,
        "language": "es",
        "provenance": record.lineage,
        "spatial": _spatial(record),
        "Tipo de fecha del dato": "Revisión",
        "Fecha del dato": iso_day(record.modified),
        "Fecha de corte": record.reference_date,
        "Forma de presentación": "Mapa digital" if record.geometry_type else "Tabla digital",
        "Tipo de representación espacial": kind,
        "Tipo de Sistema de Referencia": ", ".join(f"EPSG:{code}" for code in record.crs),
        "Categoría Temática": record.category,
        "Frecuencia de Actualización": record.frequency_label,
        "Idioma": "Español",
        "Cobertura Geográfica": ", ".join(record.places),
        "Alcance de la calidad de los datos": "Conjunto de datos",
        "Reporte de la calidad": _quality(record),
        "Distribuidor": record.publisher.name,
        "Responsable del Metadato": record.contact.name,
        "Enlace metadato (ISOTC211/19115)": _metadata_link(record),
        "Número de elementos": str(record.feature_count),
        "Aviso": record.notice,
        "Demostración": "Sí" if record.demonstration else "",
        "Cómo citar": record.citation,
        "sig_changeset": str(record.changeset),
        "sig_fingerprint": record.fingerprint,
    }


def _spatial(record: Record) -> str:
    if record.bbox is None:
        return ""
    west, south, east, north = record.bbox
    if (west, south) == (east, north):
        return json.dumps({"type": "Point", "coordinates": [west, south]})
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    return json.dumps({"type": "Polygon", "coordinates": [ring]})


def _quality(record: Record) -> str:
    measured = [m for m in record.quality.measures if m.passed is not None]
    passed = sum(m.passed is True for m in measured)
    return f"{passed} de {len(measured)} medidas ISO 19157 cumplen"


def _metadata_link(record: Record) -> str:
    return next((d.url for d in record.distributions if d.file.endswith(".iso19139.xml")), "")
