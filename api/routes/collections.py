"""Collections: what layers there are, what can be asked of each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fastapi import APIRouter
from starlette.requests import Request

from api import documents, links
from api.negotiation import HTML, JSON, SCHEMA, choose
from api.pages import render
from api.params import read_parameters
from api.responses import respond, to_json
from api.routes._shared import READ, access_of, layer_of, span_of, system_of
from gis.crs import OUTPUT
from gis.features import reading
from gis.store import layer_states

if TYPE_CHECKING:
    from collections.abc import Iterable

    from starlette.responses import Response

    from gis.contract import Layer

router = APIRouter()


@router.api_route("/api/collections", methods=READ)
def collections(request: Request) -> Response:
    """Every layer."""
    read_parameters(request)
    form = choose(request, JSON, HTML)
    found = links.representations(request, form, (JSON, HTML))
    document = {
        "links": links.documents(found),
        "crs": [crs.uri for crs in OUTPUT],
        "collections": _documents(request, system_of(request).catalog),
    }
    headers = {"Link": links.header(found)}
    if form is HTML:
        page = render(request, "collections.html", title="Colecciones", document=document)
        return respond(request, page, HTML.media_type, headers)
    return respond(request, to_json(document), JSON.media_type, headers)


@router.api_route("/api/collections/{name}", methods=READ)
def collection(request: Request, name: str) -> Response:
    """One layer."""
    read_parameters(request)
    form = choose(request, JSON, HTML)
    layer = layer_of(request, name)
    document = _documents(request, [layer])[0]
    if form is HTML:
        page = render(
            request,
            "collection.html",
            title=document["title"],
            document=document,
            layer=layer,
            fields=layer.fields_for(access_of(request)),
        )
        return respond(request, page, HTML.media_type)
    return respond(request, to_json(document), JSON.media_type)


def _documents(request: Request, layers: Iterable[Layer]) -> list[dict[str, Any]]:
    system = system_of(request)
    with reading(system.reader) as conn:
        states = layer_states(conn, access_of(request))
        return [
            documents.collection(
                request,
                layer,
                states.get(layer.name),
                span_of(request, conn, layer, states.get(layer.name)),
                system.catalog.entity,
            )
            for layer in layers
        ]


@router.api_route("/api/collections/{name}/queryables", methods=READ)
def queryables(request: Request, name: str) -> Response:
    """The fields a query may name."""
    read_parameters(request)
    layer = layer_of(request, name)
    document = documents.queryables(request, layer, access_of(request))
    return _schema(request, layer, document, "Campos de consulta")


@router.api_route("/api/collections/{name}/schema", methods=READ)
def schema(request: Request, name: str) -> Response:
    """What a feature looks like."""
    read_parameters(request)
    layer = layer_of(request, name)
    document = documents.schema(request, layer, access_of(request))
    return _schema(request, layer, document, "Esquema")


def _schema(request: Request, layer: Layer, document: dict[str, Any], what: str) -> Response:
    if choose(request, SCHEMA, HTML) is HTML:
        page = render(
            request,
            "schema.html",
            title=f"{what} de {layer.title}",
            document=document,
            layer=layer,
        )
        return respond(request, page, HTML.media_type)
    return respond(request, to_json(document), SCHEMA.media_type)
