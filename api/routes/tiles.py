"""Vector tiles: of one layer, of several, their description and grid."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fastapi import APIRouter
from starlette.requests import Request

from api import documents, links
from api.links import Link
from api.negotiation import JSON, MVT, choose
from api.params import read_integer, read_moment, read_parameters
from api.responses import respond, to_json
from api.routes._shared import READ, access_of, by_class, layer_of, states_of, system_of
from api.schemas import property_schema
from api.tile_door import REFUSAL
from gis.errors import InvalidRequest, NotFound
from gis.features import reading
from gis.tiles import (
    TILE_MATRIX_SET,
    TILE_MATRIX_SET_URI,
    limits,
    matrix_set,
    read_tile,
    tilejson,
)

if TYPE_CHECKING:
    from starlette.responses import Response

    from gis.contract import Layer
    from gis.store import LayerState

router = APIRouter()
WEB_MERCATOR = "http://www.opengis.net/def/crs/EPSG/0/3857"
TILESETS = "/api/collections/{name}/tiles"
TILESET = TILESETS + "/{grid}"


@router.api_route("/api/tileMatrixSets", methods=READ)
def matrix_sets(request: Request) -> Response:
    """The grids there are."""
    read_parameters(request)
    choose(request, JSON)
    link = links.address(request, f"/api/tileMatrixSets/{TILE_MATRIX_SET}", {"f": "json"})
    grid = {
        "id": TILE_MATRIX_SET,
        "title": "Web Mercator",
        "uri": TILE_MATRIX_SET_URI,
        "links": links.documents([Link("self", link, JSON.media_type)]),
    }
    return respond(request, to_json({"tileMatrixSets": [grid]}), JSON.media_type)


@router.api_route("/api/tileMatrixSets/{grid}", methods=READ)
def matrix(request: Request, grid: str) -> Response:
    """One grid."""
    read_parameters(request)
    choose(request, JSON)
    _check_grid(grid)
    return respond(request, to_json(matrix_set()), JSON.media_type)


@router.api_route(TILESETS, methods=READ)
def tilesets(request: Request, name: str) -> Response:
    """The tile sets of a layer: one."""
    read_parameters(request)
    choose(request, JSON)
    layer = _tiled(request, name)
    base = f"{links.collection_path(name)}/tiles"
    return _list(request, documents.shown_title(layer, states_of(request).get(name)), base)


@router.api_route("/api/tiles", methods=READ)
def dataset_tilesets(request: Request) -> Response:
    """The tile sets of all layers together: one."""
    read_parameters(request)
    choose(request, JSON)
    return _list(request, system_of(request).catalog.entity.name, "/api/tiles")


def _list(request: Request, title: str, base: str) -> Response:
    href = links.address(request, f"{base}/{TILE_MATRIX_SET}", {"f": "json"})
    found = [Link("self", href, JSON.media_type, "Descripción"), _scheme(request)]
    tileset = {
        "title": title,
        "dataType": "vector",
        "crs": WEB_MERCATOR,
        "tileMatrixSetURI": TILE_MATRIX_SET_URI,
        "links": links.documents(found),
    }
    itself = links.representations(request, JSON, (JSON,))
    document = {"links": links.documents(itself), "tilesets": [tileset]}
    return respond(request, to_json(document), JSON.media_type)


@router.api_route(TILESET, methods=READ)
def tileset(request: Request, name: str, grid: str) -> Response:
    """What a layer's tiles hold."""
    read_parameters(request)
    choose(request, JSON)
    _check_grid(grid)
    layer = _tiled(request, name)
    states = states_of(request)
    document = _tileset(request, documents.shown_title(layer, states.get(name)), [layer], states)
    document["links"] += links.documents(documents.tileset_links(request, layer))
    return respond(request, to_json(document), JSON.media_type)


@router.api_route("/api/tiles/{grid}", methods=READ)
def dataset_tileset(request: Request, grid: str) -> Response:
    """What the tiles of all layers hold."""
    read_parameters(request)
    choose(request, JSON)
    _check_grid(grid)
    catalog = system_of(request).catalog
    layers = [layer for layer in catalog if layer.geometry_for(access_of(request, layer))]
    document = _tileset(request, catalog.entity.name, layers, states_of(request))
    template = "/{tileMatrix}/{tileRow}/{tileCol}?f=mvt"
    href = f"{links.root(request)}/api/tiles/{TILE_MATRIX_SET}{template}"
    item = Link("item", href, MVT.media_type, "Teselas vectoriales", templated=True)
    document["links"] += links.documents([item])
    return respond(request, to_json(document), JSON.media_type)


def _tileset(
    request: Request, title: str, layers: list[Layer], states: dict[str, LayerState]
) -> dict[str, Any]:
    entity = system_of(request).catalog.entity
    lowest = min((layer.tiles.minzoom for layer in layers), default=0)
    highest = max((layer.tiles.maxzoom for layer in layers), default=0)
    if len(layers) == 1:
        only = layers[0]
        extent = documents.shown_extent(
            only, access_of(request, only), states.get(only.name), entity
        )
    else:
        extent = entity.extent
    found = [*links.representations(request, JSON, (JSON,)), _scheme(request)]
    return {
        "title": title,
        "dataType": "vector",
        "crs": WEB_MERCATOR,
        "tileMatrixSetURI": TILE_MATRIX_SET_URI,
        "tileMatrixSetLimits": limits(extent, lowest, highest),
        "boundingBox": {
            "lowerLeft": [extent.west, extent.south],
            "upperRight": [extent.east, extent.north],
            "crs": "http://www.opengis.net/def/crs/OGC/1.3/CRS84",
        },
        "layers": [
            {
                "id": layer.name,
                "title": documents.shown_title(layer, states.get(layer.name)),
                "dataType": "vector",
                "geometryDimension": layer.geometry.dimension if layer.geometry else None,
                "minTileMatrix": str(layer.tiles.minzoom),
                "maxTileMatrix": str(layer.tiles.maxzoom),
                "propertiesSchema": {
                    "type": "object",
                    "properties": {
                        f.name: property_schema(f)
                        for f in layer.fields_for(access_of(request, layer))
                    },
                },
            }
            for layer in layers
        ],
        "links": links.documents(found),
    }


def _scheme(request: Request) -> Link:
    href = links.address(request, f"/api/tileMatrixSets/{TILE_MATRIX_SET}", {"f": "json"})
    return Link(links.TILING_SCHEME, href, JSON.media_type, "Cuadrícula")


@router.api_route(TILESET + "/tilejson", methods=READ)
def describe_tiles(request: Request, name: str, grid: str) -> Response:
    """TileJSON 3 of a layer, for map clients."""
    read_parameters(request)
    choose(request, JSON)
    _check_grid(grid)
    layer, entity = _tiled(request, name), system_of(request).catalog.entity
    state = states_of(request).get(name)
    document = tilejson(
        layer,
        access_of(request, layer),
        url=f"{links.root(request)}{links.collection_path(name)}/tiles/{grid}/{{z}}/{{y}}/{{x}}",
        extent=documents.shown_extent(layer, access_of(request, layer), state, entity),
        attribution=entity.name,
        notice=documents.notice(layer, state),
    )
    document["name"] = documents.shown_title(layer, state)
    return respond(request, to_json(document), JSON.media_type)


@router.api_route(TILESET + "/{zoom}/{row}/{column}", methods=READ)
def tile(request: Request, name: str, grid: str, zoom: str, row: str, column: str) -> Response:
    """One tile of a layer; nothing in it is 200 without bytes."""
    if REFUSAL in request.scope:
        raise request.scope[REFUSAL]
    values = read_parameters(request, ("as-of",))
    _check_grid(grid)
    return _tiles(request, [_tiled(request, name)], values, (zoom, row, column))


@router.api_route("/api/tiles/{grid}/{zoom}/{row}/{column}", methods=READ)
def several(request: Request, grid: str, zoom: str, row: str, column: str) -> Response:
    """One tile of several layers: those of ``collections``, or all."""
    values = read_parameters(request, ("as-of", "collections"))
    _check_grid(grid)
    catalog = system_of(request).catalog
    if "collections" not in values:
        layers = [layer for layer in catalog if layer.geometry_for(access_of(request, layer))]
    else:
        layers = [_asked(request, name) for name in dict.fromkeys(values["collections"].split(","))]
    return _tiles(request, layers, values, (zoom, row, column))


def _tiles(
    request: Request, layers: list[Layer], values: dict[str, str], place: tuple[str, str, str]
) -> Response:
    choose(request, MVT)
    names = ("tileMatrix", "tileRow", "tileCol")
    zoom, row, column = map(read_integer, names, place)
    drawn: dict[str, bytes] = {}
    for access, seen in by_class(request, layers).items():
        with reading(system_of(request).readers[access]) as conn:
            for layer in seen:
                moment = read_moment(conn, layer, access, values)
                drawn[layer.name] = read_tile(conn, layer, access, zoom, row, column, moment)
    content = b"".join(drawn[layer.name] for layer in layers)
    return respond(request, content, MVT.media_type)


def _tiled(request: Request, name: str) -> Layer:
    layer = layer_of(request, name)
    if not layer.geometry_for(access_of(request, layer)):
        raise NotFound(f"La capa «{name}» no tiene geometría que mostrar en teselas", layer=name)
    return layer


def _asked(request: Request, name: str) -> Layer:
    try:
        return _tiled(request, name)
    except NotFound as error:
        raise InvalidRequest(
            f"«collections»: {error.message}", parameter="collections", value=name
        ) from None


def _check_grid(grid: str) -> None:
    if grid != TILE_MATRIX_SET:
        raise NotFound(f"No existe la cuadrícula «{grid}»; la que hay es {TILE_MATRIX_SET}")
