"""Vector tiles: the grids, the tiles of a layer now or as of a changeset, their TileJSON."""

from gis.tiles.matrix import GRIDS, MAX_ZOOM, TILE_MATRIX_SET, Grid, grid_of
from gis.tiles.read import read_tile
from gis.tiles.tilejson import tilejson, vector_layer

__all__ = [
    "GRIDS",
    "MAX_ZOOM",
    "TILE_MATRIX_SET",
    "Grid",
    "grid_of",
    "read_tile",
    "tilejson",
    "vector_layer",
]
