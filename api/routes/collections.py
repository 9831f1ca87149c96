"""Collections: what layers there are, what can be asked of each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fastapi import APIRouter
from starlette.requests import Request

from api import documents, links, schemas
from api.negotiation import HTML, JSON, SCHEMA, choose
from api.pages import render
from api.params import read_parameters
from api.profiles import PROFILE, profile_links, read_profiles
from api.responses import respond, to_json
from api.routes._shared import READ, access_of, by_class, layer_of, seen_layers, span_of, system_of
from gis.contract.metadata import OPEN_LICENCES
from gis.crs import OUTPUT
from gis.features import reading
from gis.store import layer_states

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from starlette.responses import Response

    from gis.contract import Access, Layer
    from gis.store import LayerState

router = APIRouter()


@router.api_route("/api/collections", methods=READ)
def collections(request: Request) -> Response:
    """Every layer."""
    read_parameters(request)
    form = choose(request, JSON, HTML)
    found = links.representations(request, form, (JSON, HTML))
    described = _described(request, seen_layers(request))
    document = {
        "links": links.documents(found),
        "crs": [crs.uri for crs in OUTPUT],
        "collections": [one for _, _, one in described],
    }
    headers = {"Link": links.header(found)}
    if form is HTML:
        layers = sorted(described, key=lambda found: found[0].metadata.topic.label)
        page = render(request, "collections.html", title="Colecciones", layers=layers)
        return respond(request, page, HTML.media_type, headers)
    return respond(request, to_json(document), JSON.media_type, headers)


@router.api_route("/api/collections/{name}", methods=READ)
def collection(request: Request, name: str) -> Response:
    """One layer."""
    read_parameters(request)
    form = choose(request, JSON, HTML)
    layer = layer_of(request, name)
    ((_, state, document),) = _described(request, [layer])
    if form is HTML:
        page = render(
            request,
            "collection.html",
            title=document["title"],
            document=document,
            layer=layer,
            notice=documents.notice(layer, state),
            licence=OPEN_LICENCES[layer.metadata.license],
            fields=layer.fields_for(access_of(request, layer)),
        )
        return respond(request, page, HTML.media_type)
    return respond(request, to_json(document), JSON.media_type)


def _described(
    request: Request, layers: Collection[Layer]
) -> list[tuple[Layer, LayerState | None, dict[str, Any]]]:
    system = system_of(request)
    found: dict[str, tuple[Layer, LayerState | None, dict[str, Any]]] = {}
    for access, seen in by_class(request, layers).items():
        with reading(system.readers[access]) as conn:
            states = layer_states(conn, access)
            spans = {one.name: span_of(request, conn, one, states.get(one.name)) for one in seen}
        for layer in seen:
            state, span = states.get(layer.name), spans[layer.name]
            document = documents.collection(
                request, layer, access, state, span, system.catalog.entity
            )
            found[layer.name] = (layer, state, document)
    return [found[layer.name] for layer in layers]


@router.api_route("/api/collections/{name}/queryables", methods=READ)
def queryables(request: Request, name: str) -> Response:
    """The fields a query may name."""
    return _schema(request, name, schemas.queryables, "Campos de consulta")


@router.api_route("/api/collections/{name}/sortables", methods=READ)
def sortables(request: Request, name: str) -> Response:
    """The fields a page may be sorted by."""
    return _schema(request, name, schemas.sortables, "Campos de orden")


@router.api_route("/api/collections/{name}/schema", methods=READ)
def schema(request: Request, name: str) -> Response:
    """What a feature looks like."""
    return _schema(request, name, schemas.schema, "Esquema")


@router.api_route("/api/collections/{name}/schema/feature", methods=READ)
def feature_schema(request: Request, name: str) -> Response:
    """What a feature looks like in GeoJSON."""
    read_parameters(request)
    choose(request, SCHEMA)
    layer = layer_of(request, name)
    document = schemas.feature_schema(request, layer, access_of(request, layer))
    return respond(request, to_json(document), SCHEMA.media_type)


def _schema(
    request: Request,
    name: str,
    made: Callable[[Request, Layer, Access], dict[str, Any]],
    what: str,
) -> Response:
    read_profiles(read_parameters(request, (PROFILE,)).get(PROFILE))
    layer = layer_of(request, name)
    document = made(request, layer, access_of(request, layer))
    if choose(request, SCHEMA, HTML) is HTML:
        page = render(
            request,
            "schema.html",
            title=f"{what} de {layer.title}",
            document=document,
            layer=layer,
        )
        return respond(request, page, HTML.media_type)
    profiles = profile_links(schemas.PROFILES, SCHEMA.media_type)
    headers = {"Link": links.header(profiles)}
    return respond(request, to_json(document), SCHEMA.media_type, headers)
