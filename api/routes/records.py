"""``/api/records``: the catalogue by OGC API Records, an API of its own with one catalogue in it.

It says of what is published, as the catalogue of our own holds it; its layers' features are at
``/api``. Pages for people are those of ``/datos``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fastapi import APIRouter
from starlette.requests import Request

from api import links
from api.links import Link
from api.negotiation import GEOJSON, HTML, JSON, OPENAPI, SCHEMA, choose
from api.openapi_records import CONFORMANCE, describe
from api.params import read_parameters
from api.record_search import PARAMETERS, SORTABLES, Search, matching, read_search
from api.records import shown_records
from api.responses import respond, to_json
from api.routes._shared import READ, system_of
from gis.crs import CRS84
from gis.errors import NotFound
from publishers import ogc_records
from publishers.metadata import INSTANT

if TYPE_CHECKING:
    from starlette.responses import Response

    from api.negotiation import Form
    from publishers.metadata import Record

router = APIRouter(prefix="/api/records")
ROOT = "/api/records"
CATALOGUE = "datos"
PATH = f"{ROOT}/collections/{CATALOGUE}"
Json = dict[str, Any]


@router.api_route("", methods=READ)
@router.api_route("/", methods=READ)
def landing(request: Request) -> Response:
    """Where this API begins."""
    read_parameters(request)
    choose(request, JSON)
    entity = system_of(request).catalog.entity
    found = [
        _self(request, JSON),
        _to(request, "service-desc", "/openapi.json", OPENAPI, "Descripción OpenAPI 3.0"),
        _to(request, "conformance", "/conformance", JSON, "Clases de conformidad"),
        _to(request, "data", "/collections", JSON, "El catálogo"),
        _to(request, "ogc-catalog", f"/collections/{CATALOGUE}", JSON, "El catálogo"),
        Link("service-doc", links.address(request, "/datos"), HTML.media_type, "Datos abiertos"),
    ]
    document = {
        "title": f"Catálogo de datos abiertos — {entity.name}",
        "description": "Los conjuntos de datos publicados, por la interfaz OGC API Records.",
        "links": links.documents(found),
    }
    return respond(request, to_json(document), JSON.media_type)


@router.api_route("/conformance", methods=READ)
def conformance(request: Request) -> Response:
    """The conformance classes that hold here."""
    read_parameters(request)
    choose(request, JSON)
    document = {"conformsTo": list(CONFORMANCE), "links": [_self(request, JSON).as_dict()]}
    return respond(request, to_json(document), JSON.media_type)


@router.api_route("/openapi.json", methods=READ)
def openapi(request: Request) -> Response:
    """The description of this API (OpenAPI 3.0)."""
    read_parameters(request)
    choose(request, OPENAPI)
    document = describe(system_of(request).catalog.entity, links.root(request) + ROOT)
    return respond(request, to_json(document), OPENAPI.media_type)


@router.api_route("/collections", methods=READ)
def collections(request: Request) -> Response:
    """The one catalogue there is."""
    read_parameters(request)
    choose(request, JSON)
    document = {"collections": [_catalogue(request)], "links": [_self(request, JSON).as_dict()]}
    return respond(request, to_json(document), JSON.media_type)


@router.api_route("/collections/{name}", methods=READ)
def catalogue(request: Request, name: str) -> Response:
    """The catalogue: what it is of, where and until when."""
    read_parameters(request)
    choose(request, JSON)
    _check(name)
    return respond(request, to_json(_catalogue(request)), JSON.media_type)


@router.api_route("/collections/{name}/sortables", methods=READ)
def sortables(request: Request, name: str) -> Response:
    """By what records may be ordered."""
    read_parameters(request)
    choose(request, SCHEMA)
    _check(name)
    document = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": links.address(request, f"{PATH}/sortables"),
        "type": "object",
        "title": "Propiedades por las que se ordena",
        "properties": {key: {"title": title, "type": "string"} for key, title in SORTABLES.items()},
        "additionalProperties": False,
    }
    return respond(request, to_json(document), SCHEMA.media_type)


@router.api_route("/collections/{name}/items", methods=READ)
def items(request: Request, name: str) -> Response:
    """The records that hold all that is asked, a page of them."""
    values = read_parameters(request, PARAMETERS)
    choose(request, GEOJSON)
    _check(name)
    search = read_search(values)
    records = shown_records(system_of(request))
    found = matching((ogc_records.feature(record) for record in records), search)
    page = found[search.offset : search.offset + search.limit]
    latest = max((record.modified for record in records), default=None)
    document = {
        "type": "FeatureCollection",
        **({"timeStamp": latest.strftime(INSTANT)} if latest else {}),
        "numberMatched": len(found),
        "numberReturned": len(page),
        "features": [_placed(request, feature) for feature in page],
        "links": links.documents(_pages(request, search, len(found))),
    }
    headers = {"Content-Crs": f"<{CRS84.uri}>"}
    return respond(request, to_json(document), GEOJSON.media_type, headers)


@router.api_route("/collections/{name}/items/{identifier}", methods=READ)
def item(request: Request, name: str, identifier: str) -> Response:
    """One record, by its UUID."""
    read_parameters(request)
    choose(request, GEOJSON)
    _check(name)
    for record in shown_records(system_of(request)):
        if record.identifier == identifier:
            feature = _placed(request, ogc_records.feature(record), _page_of(request, record))
            headers = {"Content-Crs": f"<{CRS84.uri}>"}
            return respond(request, to_json(feature), GEOJSON.media_type, headers)
    raise NotFound(f"El catálogo no tiene el registro «{identifier}»", record=identifier)


def _check(name: str) -> None:
    if name != CATALOGUE:
        raise NotFound(f"No existe el catálogo «{name}»; el que hay es «{CATALOGUE}»")


def _catalogue(request: Request) -> Json:
    entity = system_of(request).catalog.entity
    records = shown_records(system_of(request))
    dates = {}
    if records:
        dates = {
            "created": min(record.issued for record in records).strftime(INSTANT),
            "updated": max(record.modified for record in records).strftime(INSTANT),
        }
    return {
        "id": CATALOGUE,
        "type": "Collection",
        "itemType": "record",
        "title": f"Datos abiertos de {entity.municipality}",
        "description": f"Los conjuntos de datos que publica {entity.name}.",
        "extent": {"spatial": {"bbox": [list(entity.extent.as_tuple())], "crs": CRS84.uri}},
        "crs": [CRS84.uri],
        "language": {"code": "es", "name": "Español"},
        "license": "other",
        "conformsTo": list(CONFORMANCE),
        "defaultSortOrder": ["title"],
        **dates,
        "links": links.documents(_catalogue_links(request)),
    }


def _catalogue_links(request: Request) -> list[Link]:
    path = f"/collections/{CATALOGUE}"
    pages, html = links.address(request, "/datos"), HTML.media_type
    return [
        _to(request, "self", path, JSON, "Este catálogo"),
        _to(request, "items", f"{path}/items", GEOJSON, "Los registros"),
        _to(request, links.SORTABLES, f"{path}/sortables", SCHEMA, "Por qué se ordenan"),
        Link("alternate", pages, html, "Para personas"),
        Link("license", pages, html, "La de cada conjunto de datos"),
    ]


def _placed(request: Request, feature: Json, more: tuple[Link, ...] = ()) -> Json:
    """The feature with the links of where it is served."""
    path = f"/collections/{CATALOGUE}"
    own = (
        _to(request, "self", f"{path}/items/{feature['id']}", GEOJSON, "Este registro"),
        _to(request, "collection", path, JSON, "El catálogo"),
        *more,
    )
    return {**feature, "links": links.documents(own) + feature["links"]}


def _page_of(request: Request, record: Record) -> tuple[Link, ...]:
    address = links.address(request, f"/datos/{record.dataset}")
    return (Link("alternate", address, HTML.media_type, "Para personas"),)


def _pages(request: Request, search: Search, matched: int) -> list[Link]:
    found = [
        _self(request, GEOJSON),
        _to(request, "collection", f"/collections/{CATALOGUE}", JSON, "El catálogo"),
        Link("alternate", links.address(request, "/datos"), HTML.media_type, "Para personas"),
    ]
    places = {"next": search.offset + search.limit, "prev": search.offset - search.limit}
    for rel, offset in places.items():
        if (rel == "next" and offset < matched) or (rel == "prev" and search.offset):
            address = links.here(request, offset=str(max(offset, 0)))
            found.append(Link(rel, address, GEOJSON.media_type))
    return found


def _self(request: Request, form: Form) -> Link:
    return Link("self", links.here(request), form.media_type, "Este documento")


def _to(request: Request, rel: str, path: str, form: Form, title: str) -> Link:
    return Link(rel, links.address(request, ROOT + path), form.media_type, title)
