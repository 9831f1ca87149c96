"""DCAT 3 (JSON-LD, Turtle), DCAT-US 1.1 ``data.json`` and schema.org, from the same records.

The JSON-LD context is written inside the document, so that nobody has to fetch one.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import rdflib

from publishers.metadata import CRS84, Party, iso_day

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from gis.contract.entity import Entity
    from publishers.metadata import Distribution, Record, Variable

Json = dict[str, Any]

IANA = "https://www.iana.org/assignments/media-types/"
EU_FREQUENCY = "http://publications.europa.eu/resource/authority/frequency/"
EU_FREQUENCIES = {
    "continual": "CONT",
    "daily": "DAILY",
    "weekly": "WEEKLY",
    "fortnightly": "BIWEEKLY",
    "monthly": "MONTHLY",
    "quarterly": "QUARTERLY",
    "biannually": "ANNUAL_2",
    "annually": "ANNUAL",
    "asNeeded": "IRREG",
    "notPlanned": "NEVER",
}
ISO_TOPIC = "http://standards.iso.org/iso/19139/resources/gmxCodelists.xml#MD_TopicCategoryCode_"
CRS_URI = "http://www.opengis.net/def/crs/EPSG/0/{}"
CONTEXT: Json = {
    "dcat": "http://www.w3.org/ns/dcat#",
    "dct": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "vcard": "http://www.w3.org/2006/vcard/ns#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
    "spdx": "http://spdx.org/rdf/terms#",
    "dqv": "http://www.w3.org/ns/dqv#",
    "geo": "http://www.opengis.net/ont/geosparql#",
    "adms": "http://www.w3.org/ns/adms#",
}
DATA_JSON = "https://project-open-data.cio.gov/v1.1/schema"


def catalog(entity: Entity, records: Sequence[Record]) -> Json:
    """The whole catalogue as a JSON-LD document."""
    modified = max((record.modified for record in records), default=None)
    address = f"{entity.base_url}/datos"
    document: Json = {
        "@context": CONTEXT,
        "@id": address,
        "@type": "dcat:Catalog",
        "dct:title": _es(f"Datos abiertos de {entity.municipality}"),
        "dct:description": _es(f"Catálogo de datos abiertos de {entity.name}."),
        "dct:publisher": _agent(Party(entity.name, "", website=entity.website), address),
        "dct:language": {"@id": "http://publications.europa.eu/resource/authority/language/SPA"},
        "foaf:homepage": {"@id": address},
        "dcat:dataset": [dataset(record) for record in records],
    }
    if modified is not None:
        document["dct:modified"] = _instant(modified.isoformat())
    return document


def dataset(record: Record) -> Json:
    """One ``dcat:Dataset`` node, without context."""
    node: Json = {
        "@id": record.landing_page,
        "@type": "dcat:Dataset",
        "dct:identifier": record.identifier,
        "dct:title": _es(record.shown_title),
        "dct:description": _es(record.statement),
        "dcat:keyword": [_es(word) for word in (*record.keywords, *record.places)],
        "dcat:theme": {"@id": ISO_TOPIC + record.topic},
        "dct:publisher": _agent(record.publisher, record.landing_page.rsplit("/", 1)[0]),
        "dcat:contactPoint": _contact(record.contact),
        "dct:issued": _instant(record.issued.isoformat()),
        "dct:modified": _instant(record.modified.isoformat()),
        "dcat:version": str(record.changeset),
        "dct:accrualPeriodicity": {"@id": EU_FREQUENCY + EU_FREQUENCIES[record.frequency]},
        "dct:language": {"@id": "http://publications.europa.eu/resource/authority/language/SPA"},
        "dct:accessRights": {
            "@id": "http://publications.europa.eu/resource/authority/access-right/PUBLIC"
        },
        "dct:provenance": {"@type": "dct:ProvenanceStatement", "dct:description": record.lineage},
        "dcat:landingPage": {"@id": record.landing_page},
        "dcat:distribution": [_distribution(record, d) for d in record.data],
        "foaf:page": [{"@id": d.url} for d in record.documents],
        "dqv:hasQualityMeasurement": _measurements(record),
    }
    if record.crs:
        node["dct:conformsTo"] = [{"@id": CRS_URI.format(code)} for code in record.crs]
    if record.bbox is not None:
        node["dct:spatial"] = _location(record.bbox)
    if record.period is not None:
        node["dct:temporal"] = {
            "@type": "dct:PeriodOfTime",
            "dcat:startDate": _day(record.period[0]),
            "dcat:endDate": _day(record.period[1]),
        }
    return node


def standalone(record: Record) -> bytes:
    """One dataset as a JSON-LD document of its own, which travels with its files."""
    return dump({"@context": CONTEXT, **dataset(record)})


def turtle(document: Json) -> str:
    """A JSON-LD document of ours as Turtle."""
    graph = rdflib.Graph()
    graph.parse(data=json.dumps(document), format="json-ld")
    return graph.serialize(format="turtle")


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


def schema_org(record: Record) -> Json:
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


def dump(document: Json) -> bytes:
    """JSON as it is served and stored: UTF-8, two spaces, order of the document."""
    return (json.dumps(document, ensure_ascii=False, indent=2) + "\n").encode()


def _distribution(record: Record, file: Distribution) -> Json:
    node: Json = {
        "@id": file.url,
        "@type": "dcat:Distribution",
        "dct:title": _es(file.title),
        "dct:license": {"@id": record.license},
        "dcat:accessURL": {"@id": record.landing_page},
        "dcat:downloadURL": {"@id": file.url},
        "dcat:mediaType": {"@id": IANA + file.media_type},
        "dct:format": file.format,
        "dcat:byteSize": {"@value": file.size, "@type": "xsd:nonNegativeInteger"},
        "spdx:checksum": {
            "@type": "spdx:Checksum",
            "spdx:algorithm": {"@id": "spdx:checksumAlgorithm_sha256"},
            "spdx:checksumValue": {"@value": file.sha256, "@type": "xsd:hexBinary"},
        },
    }
    if file.crs is not None:
        crs84 = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
        node["dct:conformsTo"] = {"@id": crs84 if file.crs == CRS84 else CRS_URI.format(file.crs)}
    return node


def _us_distribution(file: Distribution) -> Json:
    return {
        "@type": "dcat:Distribution",
        "title": file.title,
        "downloadURL": file.url,
        "mediaType": file.media_type,
        "format": file.format,
    }


def _measurements(record: Record) -> list[Json]:
    return [
        {
            "@type": "dqv:QualityMeasurement",
            "dqv:isMeasurementOf": {
                "@type": "dqv:Metric",
                "dct:identifier": f"{m.code_space}:{m.id}",
                "dct:title": _es(f"{m.name} ({m.field})" if m.field else m.name),
            },
            "dqv:value": {"@value": str(round(float(m.value), 6)), "@type": "xsd:decimal"},
        }
        for m in record.quality.measures
    ]


def _location(bbox: tuple[float, float, float, float]) -> Json:
    west, south, east, north = bbox
    ring = ((west, south), (east, south), (east, north), (west, north), (west, south))
    text = ",".join(f"{x:.7f} {y:.7f}" for x, y in ring)
    return {
        "@type": "dct:Location",
        "dcat:bbox": {"@value": f"POLYGON(({text}))", "@type": "geo:wktLiteral"},
    }


def _agent(party: Party, address: str) -> Json:
    node: Json = {"@id": f"{address}#editor", "@type": "foaf:Agent", "foaf:name": party.name}
    if party.website:
        node["foaf:homepage"] = {"@id": party.website}
    return node


def _contact(party: Party) -> Json:
    return {
        "@type": "vcard:Organization",
        "vcard:fn": party.name,
        "vcard:hasEmail": {"@id": f"mailto:{party.email}"},
    }


def _variable(variable: Variable) -> Json:
    node = {
        "@type": "PropertyValue",
        "name": variable.name,
        "description": f"{variable.label}. {variable.definition}",
    }
    return {**node, "unitText": variable.unit} if variable.unit else node


def _url_of(record: Record, ending: str) -> str:
    return next((d.url for d in record.distributions if d.file.endswith(ending)), "")


def _es(text: str) -> Json:
    return {"@value": text, "@language": "es"}


def _instant(text: str) -> Json:
    return {"@value": text, "@type": "xsd:dateTime"}


def _day(text: str) -> Json:
    kind = "xsd:dateTime" if "T" in text else "xsd:date"
    return {"@value": text, "@type": kind}
