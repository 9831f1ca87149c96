"""Vector tiles: of one layer, of several, their description and grid."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fastapi import APIRouter
from starlette.requests import Request

from api import documents, links
from api.links import Link
from api.negotiation import JSON, MVT, choose
from api.params import FILTER, read_filter, read_integer, read_moment, read_parameters
from api.responses import respond, to_json
from api.routes._shared import READ, access_of, by_class, layer_of, states_of, system_of
from api.schemas import property_schema
from api.tile_limits import extent_of, refuse_outside
from api.turns import REFUSAL
from gis.errors import InvalidRequest, NotFound
from gis.features import reading
from gis.tiles import GRIDS, TILE_MATRIX_SET, Grid, grid_of, read_tile, tilejson

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.responses import Response

    from gis.contract import Layer
    from gis.filters import Filter
    from gis.store import LayerState

router = APIRouter()
TILESETS = "/api/collections/{name}/tiles"
TILESET = TILESETS + "/{grid}"
LISTED = (
    "title", "dataType", "crs", "tileMatrixSetId", "tileMatrixSetURI", "tileMatrixSetLimits",
)  # fmt: skip
"""What a list says of each tile set, besides its links."""


@router.api_route("/api/tileMatrixSets", methods=READ)
def matrix_sets(request: Request) -> Response:
    """The grids there are."""
    read_parameters(request)
    choose(request, JSON)
    grids = [
        {
            "id": grid.id,
            "title": grid.title,
            "uri": grid.uri,
            "crs": grid.crs.uri,
            "links": links.documents([_scheme(request, grid, "self")]),
        }
        for grid in GRIDS.values()
    ]
    return respond(request, to_json({"tileMatrixSets": grids}), JSON.media_type)


@router.api_route("/api/tileMatrixSets/{grid}", methods=READ)
def matrix(request: Request, grid: str) -> Response:
    """One grid."""
    read_parameters(request)
    choose(request, JSON)
    return respond(request, to_json(grid_of(grid).document()), JSON.media_type)


@router.api_route(TILESETS, methods=READ)
def tilesets(request: Request, name: str) -> Response:
    """The tile sets of a layer: one for each grid."""
    read_parameters(request)
    choose(request, JSON)
    layer = _tiled(request, name)
    base = f"{links.collection_path(name)}/tiles"
    return _list(request, base, lambda grid: _of_layer(request, layer, grid))


@router.api_route("/api/tiles", methods=READ)
def dataset_tilesets(request: Request) -> Response:
    """The tile sets of all layers together: one for each grid."""
    read_parameters(request)
    choose(request, JSON)
    return _list(request, "/api/tiles", lambda grid: _of_all(request, grid))


def _list(request: Request, base: str, described: Callable[[Grid], dict[str, Any]]) -> Response:
    """Of each tile set what finds its tiles: what they hold is in its own document."""
    tilesets = []
    for grid in GRIDS.values():
        whole = described(grid)
        href = links.address(request, f"{base}/{grid.id}", {"f": "json"})
        itself = links.documents([Link("self", href, JSON.media_type, "Descripción")])
        others = [link for link in whole["links"] if link["rel"] not in ("self", "alternate")]
        tilesets.append({name: whole[name] for name in LISTED} | {"links": [*itself, *others]})
    own = links.representations(request, JSON, (JSON,))
    document = {"links": links.documents(own), "tilesets": tilesets}
    return respond(request, to_json(document), JSON.media_type)


@router.api_route(TILESET, methods=READ)
def tileset(request: Request, name: str, grid: str) -> Response:
    """What a layer's tiles hold."""
    read_parameters(request)
    choose(request, JSON)
    known, layer = grid_of(grid), _tiled(request, name)
    return respond(request, to_json(_of_layer(request, layer, known)), JSON.media_type)


def _of_layer(request: Request, layer: Layer, grid: Grid) -> dict[str, Any]:
    states = states_of(request)
    title = documents.shown_title(layer, states.get(layer.name))
    document = _tileset(request, grid, title, [layer], states)
    document["links"] += links.documents(documents.tileset_links(request, layer, grid))
    return document


@router.api_route("/api/tiles/{grid}", methods=READ)
def dataset_tileset(request: Request, grid: str) -> Response:
    """What the tiles of all layers hold."""
    read_parameters(request)
    choose(request, JSON)
    return respond(request, to_json(_of_all(request, grid_of(grid))), JSON.media_type)


def _of_all(request: Request, grid: Grid) -> dict[str, Any]:
    catalog = system_of(request).catalog
    layers = [layer for layer in catalog if layer.geometry_for(access_of(request, layer))]
    document = _tileset(request, grid, catalog.entity.name, layers, states_of(request))
    template = "/{tileMatrix}/{tileRow}/{tileCol}?f=mvt"
    href = f"{links.root(request)}/api/tiles/{grid.id}{template}"
    item = Link("item", href, MVT.media_type, "Teselas vectoriales", templated=True)
    document["links"] += links.documents([item])
    return document


def _tileset(
    request: Request,
    grid: Grid,
    title: str,
    layers: list[Layer],
    states: dict[str, LayerState],
) -> dict[str, Any]:
    entity = system_of(request).catalog.entity
    lowest = min((grid.zoom_of(layer.tiles.minzoom) for layer in layers), default=0)
    highest = max((grid.zoom_of(layer.tiles.maxzoom) for layer in layers), default=0)
    if len(layers) == 1:
        only = layers[0]
        extent = documents.shown_extent(
            only, access_of(request, only), states.get(only.name), entity
        )
    else:
        extent = extent_of(layers, entity)
    limits = extent.union(extent_of(layers, entity))
    found = [*links.representations(request, JSON, (JSON,)), _scheme(request, grid)]
    return {
        "title": title,
        "dataType": "vector",
        "crs": grid.crs.uri,
        "tileMatrixSetId": grid.id,
        "tileMatrixSetURI": grid.uri,
        "tileMatrixSetLimits": grid.limits(limits, lowest, highest),
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
                "minTileMatrix": str(grid.zoom_of(layer.tiles.minzoom)),
                "maxTileMatrix": str(grid.zoom_of(layer.tiles.maxzoom)),
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


def _scheme(request: Request, grid: Grid, rel: str = links.TILING_SCHEME) -> Link:
    href = links.address(request, f"/api/tileMatrixSets/{grid.id}", {"f": "json"})
    return Link(rel, href, JSON.media_type, "Cuadrícula")


@router.api_route(TILESET + "/tilejson", methods=READ)
def describe_tiles(request: Request, name: str, grid: str) -> Response:
    """TileJSON 3 of a layer, for map clients."""
    read_parameters(request)
    choose(request, JSON)
    if grid_of(grid).id != TILE_MATRIX_SET:
        raise NotFound(f"TileJSON solo describe teselas de {TILE_MATRIX_SET}")
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
    """One tile of a layer; nothing in it is 200 without bytes, 404 outside its limits."""
    if REFUSAL in request.scope:
        raise request.scope[REFUSAL]
    values = read_parameters(request, ("as-of", *FILTER))
    condition = read_filter(values)
    return _tiles(request, grid, [_tiled(request, name)], values, (zoom, row, column), condition)


@router.api_route("/api/tiles/{grid}/{zoom}/{row}/{column}", methods=READ)
def several(request: Request, grid: str, zoom: str, row: str, column: str) -> Response:
    """One tile of several layers: those of ``collections``, or all."""
    if REFUSAL in request.scope:
        raise request.scope[REFUSAL]
    values = read_parameters(request, ("as-of", "collections"))
    catalog = system_of(request).catalog
    if "collections" not in values:
        layers = [layer for layer in catalog if layer.geometry_for(access_of(request, layer))]
    else:
        layers = [_asked(request, name) for name in dict.fromkeys(values["collections"].split(","))]
    return _tiles(request, grid, layers, values, (zoom, row, column))


def _tiles(
    request: Request,
    grid: str,
    layers: list[Layer],
    values: dict[str, str],
    place: tuple[str, str, str],
    condition: Filter | None = None,
) -> Response:
    known = grid_of(grid)
    choose(request, MVT)
    names = ("tileMatrix", "tileRow", "tileCol")
    zoom, row, column = map(read_integer, names, place)
    known.check(zoom, row, column)
    drawn: dict[str, bytes] = {}
    for access, seen in by_class(request, layers).items():
        with reading(system_of(request).readers[access]) as conn:
            for layer in seen:
                drawn[layer.name] = read_tile(
                    conn,
                    layer,
                    access,
                    zoom,
                    row,
                    column,
                    as_of=read_moment(conn, layer, access, values),
                    grid=known,
                    condition=condition,
                )
    content = b"".join(drawn[layer.name] for layer in layers)
    if not content:
        entity = system_of(request).catalog.entity
        refuse_outside(known, (zoom, row, column), layers, entity)
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
