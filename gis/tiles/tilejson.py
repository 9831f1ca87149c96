"""TileJSON 3.0.0: what a map client must know of a layer's tiles."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gis.tiles.reach import USUALLY_MERGED_UP_TO

if TYPE_CHECKING:
    from gis.contract import Access, Extent, Layer

_TYPES = {"integer": "Number", "number": "Number", "boolean": "Boolean"}


def tilejson(
    layer: Layer, access: Access, *, url: str, extent: Extent, attribution: str, notice: str = ""
) -> dict[str, Any]:
    """The document for one layer. ``url`` has ``{z}``, ``{x}`` and ``{y}``; ``extent`` is CRS84.

    Below ``minzoom`` the layer is not drawn, and the description says so.
    """
    west, south, east, north = extent.as_tuple()
    return {
        "tilejson": "3.0.0",
        "name": layer.title,
        "description": " ".join(
            filter(None, (notice, layer.metadata.abstract, visibility(layer, access)))
        ),
        "attribution": attribution,
        "scheme": "xyz",
        "tiles": [url],
        "minzoom": layer.tiles.minzoom,
        "maxzoom": layer.tiles.maxzoom,
        "bounds": [west, south, east, north],
        "center": [(west + east) / 2, (south + north) / 2, layer.tiles.minzoom],
        "vector_layers": [vector_layer(layer, access)],
    }


def vector_layer(layer: Layer, access: Access) -> dict[str, Any]:
    """The layer's entry of ``vector_layers``, with the fields the class may see."""
    fields = {"_id": "String", "cantidad": "Number"} | {
        field.name: _TYPES.get(field.type.kind, "String") for field in layer.fields_for(access)
    }
    return {
        "id": layer.name,
        "description": layer.title,
        "minzoom": layer.tiles.minzoom,
        "maxzoom": layer.tiles.maxzoom,
        "fields": fields,
    }


def visibility(layer: Layer, access: Access) -> str:
    """In words, from which zoom on the layer, all its fields and each of its features are in the
    tiles that a class sees."""
    tiles = layer.tiles
    words = f"Visible desde el zoom {tiles.minzoom}"
    if tiles.detail_zoom > tiles.minzoom:
        words += f"; con todos sus atributos desde el zoom {tiles.detail_zoom}"
    merged = _merged_up_to(layer, access)
    if merged >= tiles.minzoom:
        words += (
            f"; hasta el zoom {merged}, y más cerca donde son miles, los elementos muy juntos o "
            "muy pequeños se dibujan unidos, con su «cantidad»"
        )
    return words + "."


def _merged_up_to(layer: Layer, access: Access) -> int:
    """Places that a class sees coarsened are never merged."""
    if layer.geometry is None or not access.covers(layer.geometry.access):
        return -1
    return USUALLY_MERGED_UP_TO[layer.geometry.dimension]
