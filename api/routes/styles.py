"""Styles, and what the map application must know of the layers."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from fastapi import APIRouter
from starlette.requests import Request

from api import documents, links
from api.negotiation import JSON, choose
from api.params import read_parameters
from api.responses import respond, to_json
from api.routes._shared import READ, access_of, layer_of, seen_layers, states_of, system_of
from gis.contract import Reference, Topic
from gis.errors import NotFound
from gis.styles import layer_style, legend, style
from gis.styles.legend import painted_by

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.responses import Response

    from gis.contract import Field, Layer
    from gis.contract.entity import Entity
    from gis.store import LayerState

router = APIRouter()


@router.api_route("/api/styles", methods=READ)
def whole_style(request: Request) -> Response:
    """One MapLibre style of all layers: the base map below, the thematic layers above."""
    read_parameters(request)
    choose(request, JSON)
    catalog = system_of(request).catalog
    document = style(
        catalog,
        partial(access_of, request),
        _tilejson(request),
        name=f"Mapa de {catalog.entity.municipality}",
        center=center(catalog.entity),
        zoom=catalog.entity.zoom,
    )
    return respond(request, to_json(document), JSON.media_type)


@router.api_route("/api/styles/{name}", methods=READ)
def one_style(request: Request, name: str) -> Response:
    """The MapLibre style of one layer."""
    read_parameters(request)
    choose(request, JSON)
    layer, entity = layer_of(request, name), system_of(request).catalog.entity
    if not layer.geometry_for(access_of(request, layer)):
        raise NotFound(f"La capa «{name}» no tiene geometría que pintar", layer=name)
    document = layer_style(
        layer,
        access_of(request, layer),
        _tilejson(request),
        center=center(entity),
        zoom=entity.zoom,
    )
    return respond(request, to_json(document), JSON.media_type)


@router.api_route("/api/map", methods=READ)
def map_application(request: Request) -> Response:
    """The entity and its layers by sector, as the map application shows them."""
    read_parameters(request)
    choose(request, JSON)
    catalog, states = system_of(request).catalog, states_of(request)
    seen = seen_layers(request)
    sectors = []
    for topic in Topic:
        layers = [layer for layer in seen if layer.metadata.topic is topic]
        if layers:
            shown = [_layer(request, layer, states.get(layer.name)) for layer in layers]
            sectors.append({"code": topic.code, "label": topic.label, "layers": shown})
    document = {"entity": _entity(catalog.entity), "sectors": sectors}
    return respond(request, to_json(document), JSON.media_type)


def center(entity: Entity) -> tuple[float, float]:
    """Longitude and latitude a map opens on."""
    west, south, east, north = entity.extent.as_tuple()
    return entity.center or ((west + east) / 2, (south + north) / 2)


def _tilejson(request: Request) -> Callable[[Layer], str]:
    def url(layer: Layer) -> str:
        path = f"{links.collection_path(layer.name)}/tiles/WebMercatorQuad/tilejson"
        return links.address(request, path, {"f": "json"})

    return url


def _entity(entity: Entity) -> dict[str, Any]:
    return {
        "name": entity.name,
        "municipality": entity.municipality,
        "department": entity.department,
        "divipola": entity.divipola,
        "center": center(entity),
        "zoom": entity.zoom,
        "extent": entity.extent.as_tuple(),
        "primary_color": entity.primary_color,
        "nit": entity.nit,
        "website": entity.website,
        "links": entity.links,
    }


def _layer(request: Request, layer: Layer, state: LayerState | None) -> dict[str, Any]:
    access = access_of(request, layer)
    drawn = layer.geometry_for(access)
    updated = state.updated_at if state else None
    by = painted_by(layer, access) if drawn else None
    symbol = layer.style.symbol
    return {
        "name": layer.name,
        "title": layer.title,
        "description": layer.metadata.abstract,
        "role": layer.style.role,
        "visible": layer.style.visible,
        "order": layer.style.order,
        "geometry_type": layer.geometry.type if layer.geometry and drawn else None,
        "minzoom": layer.tiles.minzoom,
        "maxzoom": layer.tiles.maxzoom,
        "demonstration": bool(state and state.demonstration),
        "feature_count": state.feature_count if state else 0,
        "without_geometry": state.without_geometry if state else 0,
        "updated_at": updated.isoformat() if updated else None,
        "notice": documents.notice(layer, state),
        "label": layer.label,
        "by": by.name if by else "",
        "symbol": {"width": symbol.width, "radius": symbol.radius, "dashed": symbol.dashed},
        "datasets": [{"name": d.name, "title": d.title or layer.title} for d in layer.datasets],
        "legend": [entry.as_dict() for entry in legend(layer, access)] if drawn else [],
        "fields": [_field(field) for field in layer.fields_for(access)],
        "tilejson": _tilejson(request)(layer) if drawn else None,
        "style": links.address(request, f"/api/styles/{layer.name}") if drawn else None,
        "items": links.address(request, f"{links.collection_path(layer.name)}/items"),
    }


def _field(field: Field) -> dict[str, Any]:
    return {
        "name": field.name,
        "label": field.label,
        "definition": field.definition,
        "unit": field.type.unit,
        "kind": field.type.kind,
        "reference": field.type.layer if isinstance(field.type, Reference) else "",
        "codes": {code.code: code.label for code in field.type.codes},
    }
