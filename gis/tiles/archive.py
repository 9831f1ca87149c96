"""A layer's tiles as one PMTiles file (version 3): a public map that needs no server of ours.

One snapshot, the tiles in the order of the archive (Hilbert's, zoom by zoom), so that the same
state gives the same bytes. Tiles go to disk as they are made; only their places stay in memory.
"""

from __future__ import annotations

import gzip
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pmtiles.tile import Compression, TileType, zxy_to_tileid
from pmtiles.writer import Writer

from gis.errors import InvalidRequest
from gis.tiles.read import read_tile
from gis.tiles.tilejson import vector_layer, visibility
from gis.tiles.walk import first_level, next_level

if TYPE_CHECKING:
    from collections.abc import Callable

    import sqlalchemy as sa

    from gis.contract import Access, Extent, Layer

LEVEL = 6
"""Of gzip: the file is read far more often than it is written."""


@dataclass(frozen=True, slots=True)
class Archive:
    """What is written into the file besides the tiles. ``extent`` is of the features, CRS84."""

    title: str
    attribution: str
    notice: str
    extent: Extent
    zooms: range


def write_archive(
    conn: sa.Connection,
    layer: Layer,
    access: Access,
    path: Path,
    archive: Archive,
    tell: Callable[[int, int], None] = lambda done, total: None,
) -> int:
    """Write what the class may see of the layer; the number of tiles. ``path`` appears whole or
    not at all. ``tell`` hears how many tiles have been looked at, and how many there are so far.

    Raises :class:`InvalidRequest` when nothing is drawn at those zooms.
    """
    if not layer.geometry_for(access):
        raise InvalidRequest(f"La capa «{layer.name}» no tiene teselas: es una tabla")
    with tempfile.TemporaryDirectory(dir=path.absolute().parent, prefix=".pmtiles-") as folder:
        draft = Path(folder) / path.name
        with draft.open("wb") as file:
            writer: Any = Writer(file)  # type: ignore[no-untyped-call]
            writer.tile_f.close()  # It would lie in the system's folder, which may be small.
            with tempfile.TemporaryFile(dir=folder) as writer.tile_f:
                _write_tiles(conn, layer, access, archive, writer, tell)
                if not writer.addressed_tiles:
                    raise InvalidRequest(
                        f"La capa «{layer.name}» no dibuja nada en los zooms "
                        f"{archive.zooms[0]}–{archive.zooms[-1]}",
                        parameter="zoom",
                    )
                writer.finalize(_header(archive), _metadata(layer, access, archive))
        draft.replace(path)
    return int(writer.addressed_tiles)


def _write_tiles(
    conn: sa.Connection,
    layer: Layer,
    access: Access,
    archive: Archive,
    writer: Any,
    tell: Callable[[int, int], None],
) -> None:
    level = first_level(archive.extent, archive.zooms[0])
    done, total = 0, len(level)
    for zoom in archive.zooms:
        drawn = []
        for tile, row, column in sorted((zxy_to_tileid(zoom, c, r), r, c) for r, c in level):
            body = read_tile(conn, layer, access, zoom, row, column)
            if body:
                writer.write_tile(tile, gzip.compress(body, LEVEL, mtime=0))
                drawn.append((row, column))
            done += 1
            tell(done, total)
        # Below its first zoom a layer has empty tiles all the same.
        level = next_level(layer, zoom, drawn if zoom >= layer.tiles.minzoom else level)
        total += len(level) if zoom != archive.zooms[-1] else 0


def _header(archive: Archive) -> dict[str, Any]:
    west, south, east, north = archive.extent.as_tuple()
    return {
        "tile_type": TileType.MVT,
        "tile_compression": Compression.GZIP,
        "min_lon_e7": round(west * 1e7),
        "min_lat_e7": round(south * 1e7),
        "max_lon_e7": round(east * 1e7),
        "max_lat_e7": round(north * 1e7),
        "center_zoom": archive.zooms[0],
        "center_lon_e7": round((west + east) / 2 * 1e7),
        "center_lat_e7": round((south + north) / 2 * 1e7),
    }


def _metadata(layer: Layer, access: Access, archive: Archive) -> dict[str, Any]:
    words = (archive.notice, layer.metadata.abstract, visibility(layer, access))
    described = vector_layer(layer, access)
    zooms = {"minzoom": archive.zooms[0], "maxzoom": archive.zooms[-1]}
    return {
        "name": archive.title,
        "description": " ".join(filter(None, words)),
        "attribution": archive.attribution,
        "type": "overlay",
        "license": layer.metadata.license,
        "vector_layers": [described | zooms],
    }
