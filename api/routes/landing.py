"""Landing page, conformance and the description of the API."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from fastapi import APIRouter
from starlette.requests import Request

from api import links
from api.conformance import CLASSES
from api.links import Link
from api.negotiation import HTML, JSON, OPENAPI, choose
from api.openapi import describe
from api.pages import render
from api.params import read_parameters
from api.responses import respond, to_json
from api.routes._shared import READ, access_of, system_of

if TYPE_CHECKING:
    from starlette.responses import Response

router = APIRouter()


@router.api_route("/api", methods=READ)
@router.api_route("/api/", methods=READ)
def landing(request: Request) -> Response:
    """Where everything begins (OGC API Common)."""
    read_parameters(request)
    form = choose(request, JSON, HTML)
    entity = system_of(request).catalog.entity
    found = links.representations(request, form, (JSON, HTML)) + _links(request)
    document = {
        "title": f"Datos geográficos — {entity.name}",
        "description": (
            f"Capas geográficas de {entity.municipality}, {entity.department}, por las interfaces "
            "OGC API Features y Tiles."
        ),
        "attribution": entity.name,
        "links": links.documents(found),
    }
    headers = {"Link": links.header(found)}
    if form is HTML:
        page = render(request, "landing.html", title="Servicios de datos", document=document)
        return respond(request, page, HTML.media_type, headers)
    return respond(request, to_json(document), JSON.media_type, headers)


def _links(request: Request) -> list[Link]:
    def to(rel: str, path: str, kind: str, title: str, form: str = "json") -> Link:
        return Link(rel, links.address(request, path, {"f": form}), kind, title)

    json, html = JSON.media_type, HTML.media_type
    return [
        to("service-desc", "/api/openapi.json", OPENAPI.media_type, "Descripción OpenAPI 3.0"),
        to("service-doc", "/api/docs", html, "Documentación", "html"),
        to("conformance", "/api/conformance", json, "Clases de conformidad"),
        to("data", "/api/collections", json, "Colecciones"),
        to(links.TILESETS, "/api/tiles", json, "Teselas vectoriales de todas las capas"),
        to(links.TILING_SCHEMES, "/api/tileMatrixSets", json, "Cuadrículas de teselas"),
        to(links.PROCESSES, "/api/processes", json, "Preguntas sobre un lugar o una capa"),
        to(links.JOBS, "/api/jobs", json, "Trabajos pedidos con la cuenta propia"),
        to("ogc-catalog", "/api/records", json, "Catálogo de datos abiertos (OGC API Records)"),
        to(links.STYLES, "/api/styles", json, "Estilo MapLibre de todas las capas"),
    ]


@router.api_route("/api/conformance", methods=READ)
def conformance(request: Request) -> Response:
    """The conformance classes that hold."""
    read_parameters(request)
    form = choose(request, JSON, HTML)
    found = links.representations(request, form, (JSON, HTML))
    document = {"conformsTo": list(CLASSES), "links": links.documents(found)}
    if form is HTML:
        page = render(request, "conformance.html", title="Clases de conformidad", document=document)
        return respond(request, page, HTML.media_type)
    return respond(request, to_json(document), JSON.media_type)


@router.api_route("/api/openapi.json", methods=READ)
def openapi(request: Request) -> Response:
    """The API's description (OpenAPI 3.0)."""
    read_parameters(request)
    choose(request, OPENAPI)
    return respond(request, to_json(_described(request)), OPENAPI.media_type)


@router.api_route("/api/docs", methods=READ)
def docs(request: Request) -> Response:
    """The same description for people."""
    read_parameters(request)
    choose(request, HTML)
    page = render(
        request, "docs.html", title="Documentación de los servicios", document=_described(request)
    )
    return respond(request, page, HTML.media_type)


def _described(request: Request) -> dict[str, Any]:
    access = partial(access_of, request)
    return describe(system_of(request).catalog, access, links.root(request))
