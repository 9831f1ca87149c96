"""OGC API documents of a collection, derived from its declaration and its state."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from api import links
from api.downloads import file_forms
from api.links import Link
from api.negotiation import GEOJSON, HTML, JSON, MVT, SCHEMA
from gis.contract import Extent
from gis.contract.metadata import OPEN_LICENCES
from gis.crs import CRS84, OUTPUT, STORAGE
from gis.demonstration import MARK, NOTICE
from gis.tiles import TILE_MATRIX_SET

if TYPE_CHECKING:
    from starlette.requests import Request

    from gis.contract import Access, Layer
    from gis.contract.entity import Entity
    from gis.store import LayerState
    from gis.tiles import Grid

DEMONSTRATION = MARK
GREGORIAN = "http://www.opengis.net/def/uom/ISO-8601/0/Gregorian"


def shown_title(layer: Layer, state: LayerState | None) -> str:
    """The layer's title; demonstration data say so in it."""
    if state is None or not state.demonstration:
        return layer.title
    return f"{layer.title} ({DEMONSTRATION.lower()})"


def notice(layer: Layer, state: LayerState | None) -> str:
    """What must be read with the data: that they are demonstration, and their legal note."""
    words = [NOTICE] if state is not None and state.demonstration else []
    return " ".join([*words, layer.metadata.notice]).strip()


def shown_extent(layer: Layer, access: Access, state: LayerState | None, entity: Entity) -> Extent:
    """Where the features lie, in CRS84: measured, or as declared where measuring would tell the
    place of something that is not public, or there is nothing yet.

    Measured sides are rounded outwards to a thousandth of a degree, 111 m: the box of its corners
    in another CRS holds the features too, though the projection bends the sides between them.
    """
    declared = layer.extent or entity.extent
    if state is None or state.extent is None or layer.geometry is None:
        return declared
    if not access.covers(layer.geometry.access):
        return declared
    west, south, east, north = state.extent
    low = (math.floor(side * 1000) / 1000 for side in (west, south))
    high = (math.ceil(side * 1000) / 1000 for side in (east, north))
    measured = (*low, *high)
    return Extent(*measured) if west < east and south < north else declared


def collection(
    request: Request,
    layer: Layer,
    access: Access,
    state: LayerState | None,
    span: tuple[str | None, str | None] | None,
    entity: Entity,
) -> dict[str, Any]:
    """The collection document (OGC API Features Part 1 §7.14, Part 2 §6.2, Tiles)."""
    spatial = layer.geometry_for(access)
    extent: dict[str, Any] = {}
    if spatial:
        box = shown_extent(layer, access, state, entity).as_tuple()
        extent["spatial"] = {"bbox": [list(box)], "crs": CRS84.uri}
    if span is not None:
        extent["temporal"] = {"interval": [list(span)], "trs": GREGORIAN}
    document: dict[str, Any] = {
        "id": layer.name,
        "title": shown_title(layer, state),
        "description": " ".join(filter(None, (notice(layer, state), layer.metadata.abstract))),
        "keywords": list(layer.metadata.keywords),
        "attribution": entity.name,
        "license": layer.metadata.license,
        "itemType": "feature",
        "extent": extent,
        "crs": [crs.uri for crs in (OUTPUT if spatial else (CRS84,))],
        "storageCrs": (STORAGE if spatial else CRS84).uri,
        "links": links.documents(collection_links(request, layer, access)),
    }
    if state is not None and state.updated_at is not None:
        document["updated"] = state.updated_at.isoformat()
    return document


def collection_links(request: Request, layer: Layer, access: Access) -> list[Link]:
    """Every door of a collection."""
    path = links.collection_path(layer.name)

    def to(rel: str, tail: str, form: str, kind: str, title: str) -> Link:
        query = {"f": form} if form else None
        return Link(rel, links.address(request, path + tail, query), kind, title)

    found = [
        to("self", "", "json", JSON.media_type, "Esta colección"),
        to("alternate", "", "html", HTML.media_type, "Esta colección como página"),
        to("items", "/items", "json", GEOJSON.media_type, "Elementos como GeoJSON"),
        to("items", "/items", "html", HTML.media_type, "Elementos como página"),
        to(links.QUERYABLES, "/queryables", "json", SCHEMA.media_type, "Campos de consulta"),
        to(links.SORTABLES, "/sortables", "json", SCHEMA.media_type, "Campos de orden"),
        *(  # Relations know no case, GDAL up to 3.6 does.
            to(rel, "/schema/feature", "json", SCHEMA.media_type, "Esquema de un elemento GeoJSON")
            for rel in ("describedby", "describedBy")
        ),
        to(links.SCHEMA, "/schema", "json", SCHEMA.media_type, "Esquema de los elementos"),
        Link(
            "license",
            layer.metadata.license,
            "text/html",
            OPEN_LICENCES[layer.metadata.license],
        ),
    ]
    found += [
        to("enclosure", "/items", file.word, file.media_type, f"La capa como {file.label}")
        for file in file_forms(layer, access)
    ]
    if layer.geometry_for(access):
        style = links.address(request, f"/api/styles/{layer.name}", {"f": "json"})
        found += [
            to(links.TILESETS, "/tiles", "json", JSON.media_type, "Teselas vectoriales"),
            Link(links.STYLES, style, JSON.media_type, "Estilo MapLibre"),
        ]
    return found


def tileset_links(request: Request, layer: Layer, grid: Grid) -> list[Link]:
    """Where a layer's tiles of a grid are; TileJSON knows only that of maps."""
    base = f"{links.collection_path(layer.name)}/tiles/{grid.id}"
    template = links.root(request) + base + "/{tileMatrix}/{tileRow}/{tileCol}?f=mvt"
    found = [Link("item", template, MVT.media_type, "Teselas vectoriales", templated=True)]
    if grid.id == TILE_MATRIX_SET:
        tilejson = links.address(request, base + "/tilejson", {"f": "json"})
        found.append(Link("describedby", tilejson, JSON.media_type, "TileJSON"))
    return found
