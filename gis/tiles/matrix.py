"""The tile grids (OGC Two Dimensional Tile Matrix Set 2.0, annex D.1 and D.2), by morecantile."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import morecantile

from gis.crs import CRS84, WEB_MERCATOR, Crs
from gis.errors import NotFound

if TYPE_CHECKING:
    from gis.contract import Extent

HALF_WORLD = 20_037_508.342_789_244
"""Metres of EPSG:3857 from the middle of the world to its side."""
EARTH_M = 6_378_137.0


class Box(NamedTuple):
    """An extent, in the unit that whoever makes it says: metres of EPSG:3857 unless said."""

    west: float
    south: float
    east: float
    north: float


@dataclass(frozen=True, slots=True)
class Grid:
    """A quad of tiles: each zoom has tiles of half the side. Rows count from the north."""

    id: str
    title: str
    crs: Crs
    max_zoom: int
    west: float
    north: float
    side: float
    """Of a tile of zoom 0, in units of ``crs``, as ``west`` and ``north``."""
    columns: int
    rows: int
    """Tiles of zoom 0."""
    ahead: int
    """Zooms by which its tiles show more than those of Web Mercator so numbered."""

    @property
    def uri(self) -> str:
        return f"http://www.opengis.net/def/tilematrixset/OGC/1.0/{self.id}"

    def zoom_of(self, zoom: int) -> int:
        """The zoom of this grid that shows what one of Web Mercator does."""
        return max(0, min(self.max_zoom, zoom - self.ahead))

    def has(self, zoom: int, row: int, column: int) -> bool:
        """Whether the grid has such a tile."""
        return (
            0 <= zoom <= self.max_zoom
            and 0 <= row < self.rows << zoom
            and 0 <= column < self.columns << zoom
        )

    def check(self, zoom: int, row: int, column: int) -> None:
        """Raise :class:`NotFound` unless the grid has such a tile."""
        if not self.has(zoom, row, column):
            raise NotFound(
                f"La cuadrícula {self.id} no tiene la tesela {zoom}/{row}/{column} "
                f"(zoom de 0 a {self.max_zoom}; fila y columna, las que le caben)",
                tile=f"{zoom}/{row}/{column}",
            )

    def bounds(self, zoom: int, row: int, column: int) -> Box:
        """The extent of a tile in units of ``crs``."""
        side = self.side / 2**zoom
        west, north = self.west + column * side, self.north - row * side
        return Box(west, north - side, west + side, north)

    def span(self, box: Box, zoom: int, margin: float = 0.0) -> tuple[range, range]:
        """Rows and columns of the tiles of a zoom that meet ``box`` (of EPSG:3857).

        ``margin`` is how much of its side each tile shows beyond it.
        """
        if self.crs is CRS84:
            box = Box(*_degrees(box.west, box.south), *_degrees(box.east, box.north))
        side = self.side / 2**zoom
        west, east = (box.west - self.west) / side, (box.east - self.west) / side
        north, south = (self.north - box.north) / side, (self.north - box.south) / side
        return (
            _between(north - margin, south + margin, self.rows << zoom),
            _between(west - margin, east + margin, self.columns << zoom),
        )

    def meets(self, extent: Extent, zoom: int, row: int, column: int) -> bool:
        """Whether a tile meets ``extent``."""
        rows, columns = self.span(_box(extent), zoom)
        return row in rows and column in columns

    def limits(self, extent: Extent, minzoom: int, maxzoom: int) -> list[dict[str, Any]]:
        """Which tiles of each zoom meet ``extent`` (``tileMatrixSetLimits``)."""
        found = []
        for zoom in range(minzoom, maxzoom + 1):
            rows, columns = self.span(_box(extent), zoom)
            sides = (rows[0], rows[-1], columns[0], columns[-1])
            names = ("minTileRow", "maxTileRow", "minTileCol", "maxTileCol")
            found.append({"tileMatrix": str(zoom), **dict(zip(names, sides, strict=True))})
        return found

    def document(self) -> dict[str, Any]:
        """The tile matrix set as its JSON encoding."""
        whole: dict[str, Any] = json.loads(_set(self.id).model_dump_json(exclude_none=True))
        return whole | {"tileMatrices": whole["tileMatrices"][: self.max_zoom + 1]}


def _box(extent: Extent) -> Box:
    return Box(*in_metres(extent.west, extent.south), *in_metres(extent.east, extent.north))


def _between(first: float, last: float, count: int) -> range:
    return range(max(0, math.floor(first)), min(count - 1, math.floor(last)) + 1)


def _degrees(x: float, y: float) -> tuple[float, float]:
    return math.degrees(x / EARTH_M), math.degrees(math.atan(math.sinh(y / EARTH_M)))


def in_metres(longitude: float, latitude: float) -> tuple[float, float]:
    """Longitude and latitude in EPSG:3857, cut to the latitudes that it has."""
    sine = math.sin(math.radians(max(-85.0, min(85.0, latitude))))
    return math.radians(longitude) * EARTH_M, math.atanh(sine) * EARTH_M


def _set(name: str) -> morecantile.TileMatrixSet:
    return morecantile.tms.get(name)


def _grid(name: str, title: str, crs: Crs, max_zoom: int, *, ahead: int) -> Grid:
    top = _set(name).tileMatrices[0]
    west, north = top.pointOfOrigin
    side = top.cellSize * top.tileWidth
    columns, rows = top.matrixWidth, top.matrixHeight
    return Grid(name, title, crs, max_zoom, west, north, side, columns, rows, ahead)


WEB_MERCATOR_QUAD = _grid("WebMercatorQuad", "Web Mercator", WEB_MERCATOR, 22, ahead=0)
WORLD_CRS84_QUAD = _grid("WorldCRS84Quad", "CRS84 (grados)", CRS84, 21, ahead=1)
GRIDS = {grid.id: grid for grid in (WEB_MERCATOR_QUAD, WORLD_CRS84_QUAD)}
"""The grids that tiles come in; the first is the one that maps use."""
TILE_MATRIX_SET = WEB_MERCATOR_QUAD.id
MAX_ZOOM = WEB_MERCATOR_QUAD.max_zoom


def grid_of(name: str) -> Grid:
    """The grid so named; :class:`NotFound` says which there are."""
    if name not in GRIDS:
        raise NotFound(f"No existe la cuadrícula «{name}»; las hay: {', '.join(GRIDS)}")
    return GRIDS[name]
