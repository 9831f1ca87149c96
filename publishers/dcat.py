"""DCAT-AP 3 and GeoDCAT-AP: the catalogue as JSON-LD and Turtle.

The JSON-LD context is written inside the document, so that nobody has to fetch one.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import rdflib

from gis.contract.metadata import CC_BY_4, Topic
from publishers.json_ld import Json, dump
from publishers.metadata import CRS84, Party, told

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gis.contract.entity import Entity
    from publishers.metadata import Distribution, Link, Record

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
EU_THEME = "http://publications.europa.eu/resource/authority/data-theme/"
EU_THEMES = {
    "farming": "AGRI",
    "boundaries": "REGI",
    "economy": "ECON",
    "environment": "ENVI",
    "geoscientificInformation": "ENVI",
    "health": "HEAL",
    "location": "REGI",
    "planningCadastre": "REGI",
    "society": "SOCI",
    "structure": "GOVE",
    "transportation": "TRAN",
    "utilitiesCommunication": "TECH",
}
TOPICS = {topic.code: topic.label for topic in Topic}
EU_FILE_TYPE = "http://publications.europa.eu/resource/authority/file-type/"
EU_FILE_TYPES = {
    "CSV": "CSV",
    "GeoJSON": "GEOJSON",
    "GeoPackage": "GPKG",
    "XLSX": "XLSX",
    "JSON": "JSON",
    "XML": "XML",
    "Shapefile": "SHP",
}
PUBLIC = "http://publications.europa.eu/resource/authority/access-right/PUBLIC"
SPANISH = {
    "@id": "http://publications.europa.eu/resource/authority/language/SPA",
    "@type": "dct:LinguisticSystem",
}
SERVICES = {
    "OGC API Features": "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/core",
    "OGC API Tiles": "http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/core",
}
"""What a service of each protocol conforms to."""
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
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
}


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
        "dct:language": SPANISH,
        "foaf:homepage": _a("foaf:Document", address),
        "dct:license": _a("dct:LicenseDocument", CC_BY_4),
        "dct:spatial": _location(entity.extent.as_tuple()),
        "dcat:themeTaxonomy": {
            **_a("skos:ConceptScheme", EU_THEME.rstrip("/")),
            "dct:title": {"@value": "Data theme", "@language": "en"},
        },
        "dcat:dataset": [dataset(record) for record in records],
        "dcat:record": [_catalog_record(record) for record in records],
        "dcat:service": _services(records),
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
        "dcat:theme": [
            _concept(EU_THEME + EU_THEMES[record.topic], EU_THEMES[record.topic], "en"),
            _concept(ISO_TOPIC + record.topic, TOPICS[record.topic], "es"),
        ],
        "dct:publisher": _agent(record.publisher, record.landing_page.rsplit("/", 1)[0]),
        "dcat:contactPoint": _contact(record.contact),
        "dct:issued": _instant(record.issued.isoformat()),
        "dct:modified": _instant(record.modified.isoformat()),
        "dcat:version": str(record.changeset),
        "dct:accrualPeriodicity": _a(
            "dct:Frequency", EU_FREQUENCY + EU_FREQUENCIES[record.frequency]
        ),
        "dct:language": SPANISH,
        "dct:accessRights": _a("dct:RightsStatement", PUBLIC),
        "dct:provenance": _provenance(record),
        "dcat:landingPage": _a("foaf:Document", record.landing_page),
        "dcat:distribution": [_distribution(record, d) for d in record.data],
        "foaf:page": [
            _a("foaf:Document", url)
            for url in (
                *(d.url for d in record.documents),
                *(link.url for link in record.links if link.rel != "service"),
            )
        ],
        "dqv:hasQualityMeasurement": _measurements(record),
    }
    if record.crs:
        node["dct:conformsTo"] = [_a("dct:Standard", CRS_URI.format(code)) for code in record.crs]
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


def _distribution(record: Record, file: Distribution) -> Json:
    node: Json = {
        "@id": file.url,
        "@type": "dcat:Distribution",
        "dct:title": _es(file.title),
        "dct:license": _a("dct:LicenseDocument", record.license),
        "dcat:accessURL": _a("rdfs:Resource", record.landing_page),
        "dcat:downloadURL": _a("rdfs:Resource", file.url),
        "dcat:mediaType": _a("dct:MediaType", IANA + file.media_type),
        "dct:format": _format(file.format),
        "dcat:byteSize": {"@value": file.size, "@type": "xsd:nonNegativeInteger"},
        "spdx:checksum": {
            "@type": "spdx:Checksum",
            "spdx:algorithm": _a("spdx:ChecksumAlgorithm", "spdx:checksumAlgorithm_sha256"),
            "spdx:checksumValue": {"@value": file.sha256, "@type": "xsd:hexBinary"},
        },
    }
    if file.crs is not None:
        crs84 = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
        uri = crs84 if file.crs == CRS84 else CRS_URI.format(file.crs)
        node["dct:conformsTo"] = _a("dct:Standard", uri)
    return node


def _format(name: str) -> Json:
    if name in EU_FILE_TYPES:
        return _a("dct:MediaTypeOrExtent", EU_FILE_TYPE + EU_FILE_TYPES[name])
    return {"@type": "dct:MediaTypeOrExtent", "rdfs:label": name}


def _provenance(record: Record) -> list[Json]:
    texts = [record.lineage, *(told(step) for step in record.steps)]
    return [{"@type": "dct:ProvenanceStatement", "rdfs:label": _es(text)} for text in texts]


def _catalog_record(record: Record) -> Json:
    """The record apart from what it describes: when it was made, by which standard, from what."""
    standard = "http://data.europa.eu/930/"  # GeoDCAT-AP
    node: Json = {
        "@id": f"{record.landing_page}#registro",
        "@type": "dcat:CatalogRecord",
        "dct:identifier": record.identifier,
        "dct:issued": _instant(record.issued.isoformat()),
        "dct:modified": _instant(record.modified.isoformat()),
        "dct:conformsTo": _a("dct:Standard", standard),
        "dct:language": SPANISH,
        "foaf:primaryTopic": _a("dcat:Resource", record.landing_page),
    }
    master = next((d.url for d in record.documents if d.file.endswith("iso19115-3.xml")), "")
    return {**node, "rdfs:seeAlso": _a("rdfs:Resource", master)} if master else node


def _services(records: Sequence[Record]) -> list[Json]:
    """Each service once, with the datasets that it serves."""
    served: dict[str, list[str]] = {}
    found: dict[str, tuple[Link, Record]] = {}
    for record in records:
        for link in record.links:
            if link.rel == "service":
                served.setdefault(link.url, []).append(record.landing_page)
                found.setdefault(link.url, (link, record))
    return [_service(*found[url], served[url]) for url in found]


def _service(link: Link, record: Record, served: list[str]) -> Json:
    return {
        "@id": f"{link.url}#servicio",
        "@type": "dcat:DataService",
        "dct:title": _es(f"{link.title}: {record.layer}"),
        "dcat:endpointURL": _a("rdfs:Resource", link.url),
        "dct:conformsTo": _a("dct:Standard", SERVICES[link.protocol]),
        "dct:license": _a("dct:LicenseDocument", record.license),
        "dcat:servesDataset": [{"@id": address} for address in served],
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
        "@type": ["vcard:Organization", "vcard:Kind"],
        "vcard:fn": party.name,
        "vcard:hasEmail": {"@id": f"mailto:{party.email}"},
    }


def _a(kind: str, uri: str) -> Json:
    """A reference that says what it is of: DCAT-AP's own shapes look for the class in the data."""
    return {"@id": uri, "@type": kind}


def _concept(uri: str, label: str, language: str) -> Json:
    return {
        **_a("skos:Concept", uri),
        "skos:prefLabel": {"@value": label, "@language": language},
    }


def _es(text: str) -> Json:
    return {"@value": text, "@language": "es"}


def _instant(text: str) -> Json:
    return {"@value": text, "@type": "xsd:dateTime"}


def _day(text: str) -> Json:
    kind = "xsd:dateTime" if "T" in text else "xsd:date"
    return {"@value": text, "@type": kind}
