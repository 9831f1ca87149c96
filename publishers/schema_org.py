"""schema.org's ``Dataset``, for the page of each dataset: what search engines read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from publishers.metadata import iso_day

if TYPE_CHECKING:
    from publishers.json_ld import Json
    from publishers.metadata import Record, Variable


def dataset(record: Record) -> Json:
    """A schema.org ``Dataset`` for the dataset's own page (search engines)."""
    node: Json = {
        "@context": "https://schema.org",
        "@type": "Dataset",
        "@id": record.landing_page,
        "url": record.landing_page,
        "identifier": record.identifier,
        "name": record.shown_title,
        "description": record.statement[:5000],
        "keywords": [*record.keywords, *record.places],
        "license": record.license,
        "inLanguage": "es",
        "isAccessibleForFree": True,
        "version": str(record.changeset),
        "dateCreated": iso_day(record.issued),
        "dateModified": iso_day(record.modified),
        "creator": {"@type": "GovernmentOrganization", "name": record.publisher.name},
        "creditText": record.citation,
        "variableMeasured": [_variable(v) for v in record.variables],
        "distribution": [
            {
                "@type": "DataDownload",
                "name": d.title,
                "contentUrl": d.url,
                "encodingFormat": d.media_type,
                "contentSize": f"{d.size} B",
                "sha256": d.sha256,
            }
            for d in record.data
        ],
    }
    if record.bbox is not None:
        west, south, east, north = record.bbox
        shape = {"@type": "GeoShape", "box": f"{south} {west} {north} {east}"}
        name = ", ".join(record.places[:2])
        node["spatialCoverage"] = {"@type": "Place", "name": name, "geo": shape}
    if record.period is not None:
        node["temporalCoverage"] = "/".join(record.period)
    return node


def _variable(variable: Variable) -> Json:
    node = {
        "@type": "PropertyValue",
        "name": variable.name,
        "description": f"{variable.label}. {variable.definition}",
    }
    return {**node, "unitText": variable.unit} if variable.unit else node
