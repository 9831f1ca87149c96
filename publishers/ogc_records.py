"""A record as OGC API Records asks (record-core): a GeoJSON feature that describes a dataset."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gis.contract.metadata import CC_BY_4, CC_BY_SA_4, ODBL_1
from publishers.metadata import INSTANT

if TYPE_CHECKING:
    from publishers.metadata import Party, Record

Json = dict[str, Any]

CORE = "http://www.opengis.net/spec/ogcapi-records-1/1.0/req/record-core"
PROFILE = "http://www.opengis.net/def/profile/OGC/0/ogc-record"
TOPICS = (
    "http://standards.iso.org/iso/19115/resources/Codelists/cat/codelists.xml#MD_TopicCategoryCode"
)
SPDX = {CC_BY_4: "CC-BY-4.0", CC_BY_SA_4: "CC-BY-SA-4.0", ODBL_1: "ODbL-1.0"}
"""Licences by their identifiers of SPDX, which the standard demands."""
OWN = "conjunto"
"""Scheme of the external identifier that is the dataset's name here."""


def feature(record: Record) -> Json:
    """The record without the links that depend on where it is served (self, collection)."""
    return {
        "id": record.identifier,
        "type": "Feature",
        "conformsTo": [CORE],
        "time": _time(record),
        "geometry": _geometry(record),
        "properties": {
            "type": "dataset",
            "title": record.shown_title,
            "description": record.statement,
            "keywords": [*record.keywords, *record.places],
            "themes": [{"concepts": [{"id": record.topic}], "scheme": TOPICS}],
            "language": {"code": "es", "name": "Español"},
            "resourceLanguages": [{"code": "es", "name": "Español"}],
            "externalIds": [
                {"scheme": OWN, "value": record.dataset},
                {"value": record.landing_page},
            ],
            "formats": _formats(record),
            "contacts": [
                _contact(record.contact, "pointOfContact"),
                _contact(record.publisher, "publisher"),
            ],
            "created": record.issued.strftime(INSTANT),
            "updated": record.modified.strftime(INSTANT),
            "license": SPDX[record.license],
            "rights": record.license_name,
        },
        "links": _links(record),
    }


def _time(record: Record) -> Json | None:
    if record.period is None:
        return None
    first, last = record.period
    if first != last:
        return {"interval": [first, last]}
    return {"timestamp" if "T" in first else "date": first}


def _geometry(record: Record) -> Json | None:
    if record.bbox is None:
        return None
    west, south, east, north = record.bbox
    if (west, south) == (east, north):
        return {"type": "Point", "coordinates": [west, south]}
    if west == east or south == north:
        return {"type": "LineString", "coordinates": [[west, south], [east, north]]}
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    return {"type": "Polygon", "coordinates": [ring]}


def _formats(record: Record) -> list[Json]:
    found = {d.format: d.media_type for d in record.data}
    return [{"name": name, "mediaType": kind} for name, kind in found.items()]


def _contact(party: Party, role: str) -> Json:
    contact: Json = {
        "organization": party.name,
        "emails": [{"value": party.email}],
        "roles": [role],
    }
    if party.phone:
        contact["phones"] = [{"value": party.phone}]
    if party.website:
        contact["links"] = [{"rel": "about", "href": party.website, "type": "text/html"}]
    return contact


def _links(record: Record) -> list[Json]:
    def link(rel: str, href: str, kind: str, title: str, **more: Any) -> Json:
        return {"rel": rel, "href": href, "type": kind, "title": title, **more}

    return [
        *(link("enclosure", d.url, d.media_type, d.title, length=d.size) for d in record.data),
        *(link("describedby", d.url, d.media_type, d.title) for d in record.documents),
        *(
            link("service" if found.rel == "service" else "about", found.url, "text/html",
                 found.title)
            for found in record.links
        ),
        link("about", record.landing_page, "text/html", "Página del conjunto de datos"),
        link("license", record.license, "text/html", record.license_name),
        link("profile", PROFILE, "text/html", "OGC API Records"),
    ]  # fmt: skip
