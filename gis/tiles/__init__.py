"""Vector tiles: the grid, the tiles of a layer now or as of a changeset, their TileJSON."""

from gis.tiles.matrix import MAX_ZOOM, TILE_MATRIX_SET, TILE_MATRIX_SET_URI, limits, matrix_set
from gis.tiles.read import read_tile
from gis.tiles.tilejson import tilejson, vector_layer

__all__ = [
    "MAX_ZOOM",
    "TILE_MATRIX_SET",
    "TILE_MATRIX_SET_URI",
    "limits",
    "matrix_set",
    "read_tile",
    "tilejson",
    "vector_layer",
]
