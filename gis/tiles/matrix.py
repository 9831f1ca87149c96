"""The tile grid: WebMercatorQuad (OGC Two Dimensional Tile Matrix Set 2.0, annex D.1)."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from gis.errors import NotFound

if TYPE_CHECKING:
    from gis.contract import Extent

TILE_MATRIX_SET = "WebMercatorQuad"
TILE_MATRIX_SET_URI = "http://www.opengis.net/def/tilematrixset/OGC/1.0/WebMercatorQuad"
MAX_ZOOM = 22
HALF_WORLD = 20_037_508.342_789_244
"""Metres of EPSG:3857 from the middle of the world to its side."""
PIXEL_M = 0.000_28
"""Size of a pixel that scale denominators assume (OGC)."""


def check_tile(zoom: int, row: int, column: int) -> None:
    """Raise :class:`NotFound` unless the grid has such a tile."""
    if not (0 <= zoom <= MAX_ZOOM and 0 <= row < 2**zoom and 0 <= column < 2**zoom):
        raise NotFound(
            f"La cuadrícula {TILE_MATRIX_SET} no tiene la tesela {zoom}/{row}/{column} "
            f"(zoom de 0 a {MAX_ZOOM}; fila y columna de 0 a 2^zoom - 1)",
            tile=f"{zoom}/{row}/{column}",
        )


def matrix_set() -> dict[str, Any]:
    """The tile matrix set as its JSON encoding."""
    return {
        "id": TILE_MATRIX_SET,
        "title": "Google Maps Compatible for the World",
        "uri": TILE_MATRIX_SET_URI,
        "crs": "http://www.opengis.net/def/crs/EPSG/0/3857",
        "orderedAxes": ["X", "Y"],
        "wellKnownScaleSet": "http://www.opengis.net/def/wkss/OGC/1.0/GoogleMapsCompatible",
        "tileMatrices": [_matrix(zoom) for zoom in range(MAX_ZOOM + 1)],
    }


def _matrix(zoom: int) -> dict[str, Any]:
    cell = 2 * HALF_WORLD / 256 / 2**zoom
    return {
        "id": str(zoom),
        "scaleDenominator": cell / PIXEL_M,
        "cellSize": cell,
        "cornerOfOrigin": "topLeft",
        "pointOfOrigin": [-HALF_WORLD, HALF_WORLD],
        "matrixWidth": 2**zoom,
        "matrixHeight": 2**zoom,
        "tileWidth": 256,
        "tileHeight": 256,
    }


def limits(extent: Extent, minzoom: int, maxzoom: int) -> list[dict[str, Any]]:
    """Which tiles of each zoom meet ``extent`` (``tileMatrixSetLimits``)."""
    return [
        {
            "tileMatrix": str(zoom),
            "minTileRow": _row(extent.north, zoom),
            "maxTileRow": _row(extent.south, zoom),
            "minTileCol": _column(extent.west, zoom),
            "maxTileCol": _column(extent.east, zoom),
        }
        for zoom in range(minzoom, maxzoom + 1)
    ]


def _column(longitude: float, zoom: int) -> int:
    last: int = 2**zoom - 1
    return min(last, int((longitude + 180) / 360 * (last + 1)))


def _row(latitude: float, zoom: int) -> int:
    sine = math.sin(math.radians(max(-85.0, min(85.0, latitude))))
    place = 0.5 - math.log((1 + sine) / (1 - sine)) / (4 * math.pi)
    last: int = 2**zoom - 1
    return min(last, int(place * (last + 1)))
