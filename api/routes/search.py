"""``/api/search``: one box for addresses, places, streets, layers and datasets."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fastapi import APIRouter
from starlette.requests import Request

from api import links
from api.negotiation import JSON, choose
from api.params import read_limit, read_parameters
from api.responses import respond, to_json
from api.routes._shared import READ, system_of
from gis.errors import InvalidRequest
from gis.features import reading
from gis.geocode.kept import KeptGazetteer
from gis.geocode.search import LONGEST, MOST, search, why_none

if TYPE_CHECKING:
    from starlette.responses import Response

    from gis.geocode.search import Found

router = APIRouter()
DEFAULT = "10"
CLOSE_ZOOM = 17


@router.api_route("/api/search", methods=READ)
def search_all(request: Request) -> Response:
    """What some words may name, the likeliest first. It knows what is public and nothing else."""
    values = read_parameters(request, ("q", "limit"))
    choose(request, JSON)
    limit = min(read_limit(values.get("limit", DEFAULT)), MOST)
    text = _read_text(values)
    system = system_of(request)
    with reading(system.reader) as conn:
        gazetteer = request.app.state.shared.of(KeptGazetteer).at(conn, system.catalog)
        found = search(text, gazetteer, system.catalog, conn, limit)
        why = "" if found else why_none(text, gazetteer)
    document = {"q": text, "resultados": [_result(request, each) for each in found], "motivo": why}
    return respond(request, to_json(document), JSON.media_type)


def _read_text(values: dict[str, str]) -> str:
    text = values.get("q", "").strip()
    if not text or len(text) > LONGEST or "\x00" in text:
        raise InvalidRequest(
            f"«q» debe decir qué se busca, en hasta {LONGEST} caracteres",
            parameter="q",
            value=text[:LONGEST],
        )
    return text


def _result(request: Request, found: Found) -> dict[str, Any]:
    result: dict[str, Any] = {
        "tipo": found.kind,
        "clase": found.kind_label,
        "etiqueta": found.label,
        "contexto": found.context,
        "puntaje": round(found.score, 3),
        "links": links.documents(_links(request, found)),
    }
    if found.position is not None:
        result |= {"posicion": list(found.position), "bbox": list(found.bbox or ())}
    if found.error_m is not None:
        result["error_m"] = found.error_m
    if found.match:
        result["hallado"] = found.match
    if found.warnings:
        result["advertencias"] = list(found.warnings)
    if found.layer:
        result["capa"] = found.layer
    if found.feature:
        result["elemento"] = found.feature
    if found.dataset:
        result["conjunto"] = found.dataset
    return result


def _links(request: Request, found: Found) -> list[links.Link]:
    """What to open: the map at the place, the feature, the layer, the dataset's page."""
    html, json = "text/html", JSON.media_type
    made: list[links.Link] = []
    if found.position is not None:
        lon, lat = found.position
        view = {"lat": f"{lat:.5f}", "lon": f"{lon:.5f}", "z": str(CLOSE_ZOOM)}
        if found.feature:
            view |= {"capas": found.layer, "sel": f"{found.layer}/{found.feature}"}
        made.append(links.Link("alternate", links.address(request, "/", view), html, "En el mapa"))
    elif found.layer:
        view = {"capas": found.layer}
        if found.feature:
            view["sel"] = f"{found.layer}/{found.feature}"
        made.append(links.Link("alternate", links.address(request, "/", view), html, "En el mapa"))
    if found.layer:
        path = links.collection_path(found.layer)
        title = "La colección"
        if found.feature:
            path, title = links.item_path(found.layer, found.feature), "El elemento"
        made.append(links.Link("item", links.address(request, path), json, title))
    if found.dataset:
        page = links.address(request, f"/datos/{found.dataset}")
        made.append(links.Link("alternate", page, html, "El conjunto de datos"))
    return made
