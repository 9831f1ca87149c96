"""Tiles of a layer (MVT 2.1), as one access class may see it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from gis.crs import WEB_MERCATOR
from gis.errors import NotFound
from gis.features.boxes import Bbox
from gis.features.rows import rows
from gis.tiles.matrix import HALF_WORLD, check_tile

if TYPE_CHECKING:
    from gis.contract import Access, Layer

EXTENT = 4096
MARGIN = 64
"""Tile units drawn beyond the sides."""


def read_tile(
    conn: sa.Connection,
    layer: Layer,
    access: Access,
    zoom: int,
    row: int,
    column: int,
    as_of: int | None = None,
) -> bytes:
    """One tile in EPSG:3857; no bytes when nothing lies there or the zoom is below ``minzoom``.

    Tiles of several layers may be joined end to end. Raises :class:`NotFound` for a tile that the
    grid lacks and for a layer without a geometry to see.
    """
    check_tile(zoom, row, column)
    if not layer.geometry_for(access):
        raise NotFound(f"La capa «{layer.name}» no tiene teselas: es una tabla", layer=layer.name)
    if zoom < layer.tiles.minzoom:
        return b""
    statement = (
        _current(layer, access, zoom, row, column)
        if as_of is None
        else _past(layer, access, zoom, row, column, as_of)
    )
    return bytes(conn.execute(statement).scalar() or b"")


def _current(layer: Layer, access: Access, zoom: int, row: int, column: int) -> sa.Select[Any]:
    function = getattr(getattr(sa.func, access.value), f"{layer.name}__tile")
    return sa.select(function(zoom, column, row, type_=sa.LargeBinary))


def _past(
    layer: Layer, access: Access, zoom: int, row: int, column: int, as_of: int
) -> sa.Select[Any]:
    """Superseded rows have no generalised copies: drawn from the stored geometry."""
    source = rows(layer, access, as_of)
    tile = sa.func.ST_TileEnvelope(zoom, column, row)
    shape = sa.func.ST_Transform(source.c.geom, WEB_MERCATOR.srid)
    fields = layer.fields_for(access)
    features = (
        sa.select(
            sa.func.ST_AsMVTGeom(shape, tile, EXTENT, MARGIN).label("mvt"),
            source.c["_fid"],
            source.c["_id"],
            *(field.type.tile(source.c[field.name]).label(field.name) for field in fields),
        )
        .where(_around(zoom, row, column).condition(source.c.geom))
        .subquery("f")
    )
    row_of = features.table_valued()
    return sa.select(
        sa.func.ST_AsMVT(row_of, layer.name, EXTENT, "mvt", "_fid", type_=sa.LargeBinary)
    ).select_from(features)


def _around(zoom: int, row: int, column: int) -> Bbox:
    """The tile with its margin, as a search box."""
    side = 2 * HALF_WORLD / 2**zoom
    margin = side * MARGIN / EXTENT
    west, north = column * side - HALF_WORLD, HALF_WORLD - row * side
    return Bbox(
        west - margin, north - side - margin, west + side + margin, north + margin, WEB_MERCATOR
    )
