"""DCAT-US 1.1 (``data.json``): the vocabulary with which datos.gov.co federates catalogues.

What the portal's audit teaches: a distribution in ``text/csv`` always, an identifier that never
changes, and no key without a value.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from gis.contract.entity import Entity
    from publishers.json_ld import Json
    from publishers.metadata import Distribution, Record

DATA_JSON = "https://project-open-data.cio.gov/v1.1/schema"


def data_json(entity: Entity, records: Iterable[Record]) -> Json:
    """The catalogue as DCAT-US 1.1, the vocabulary with which datos.gov.co federates."""
    return {
        "@context": f"{DATA_JSON}/catalog.jsonld",
        "@id": f"{entity.base_url}/data.json",
        "@type": "dcat:Catalog",
        "conformsTo": DATA_JSON,
        "describedBy": f"{DATA_JSON}/catalog.json",
        "dataset": [us_dataset(record) for record in records],
    }


def us_dataset(record: Record) -> Json:
    """One DCAT-US 1.1 dataset: no key is present without a value."""
    west_to_north = record.bbox and ",".join(f"{degree:.7f}" for degree in record.bbox)
    values: Json = {
        "@type": "dcat:Dataset",
        "identifier": record.identifier,
        "title": record.shown_title,
        "description": record.statement,
        "keyword": [*record.keywords, *record.places],
        "modified": record.modified.isoformat(),
        "issued": record.issued.isoformat(),
        "publisher": {"@type": "org:Organization", "name": record.publisher.name},
        "contactPoint": {
            "@type": "vcard:Contact",
            "fn": record.contact.name,
            "hasEmail": f"mailto:{record.contact.email}",
        },
        "accessLevel": "public",
        "license": record.license,
        "spatial": west_to_north,
        "temporal": record.period and "/".join(record.period),
        "theme": [record.category],
        "accrualPeriodicity": record.accrual,
        "landingPage": record.landing_page,
        "language": ["es"],
        "describedBy": _url_of(record, "diccionario.csv"),
        "describedByType": "text/csv",
        "references": [d.url for d in record.documents],
        "distribution": [_us_distribution(d) for d in record.data],
    }
    return {name: value for name, value in values.items() if value}


def _us_distribution(file: Distribution) -> Json:
    return {
        "@type": "dcat:Distribution",
        "title": file.title,
        "downloadURL": file.url,
        "mediaType": file.media_type,
        "format": file.format,
    }


def _url_of(record: Record, ending: str) -> str:
    return next((d.url for d in record.distributions if d.file.endswith(ending)), "")
