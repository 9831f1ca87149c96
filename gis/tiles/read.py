"""Tiles of a layer (MVT 2.1), as one access class may see it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from gis.errors import NotFound
from gis.tiles.general import general_tile, place_of
from gis.tiles.matrix import WEB_MERCATOR_QUAD, Grid

if TYPE_CHECKING:
    from gis.contract import Access, Layer
    from gis.filters import Filter


def read_tile(
    conn: sa.Connection,
    layer: Layer,
    access: Access,
    zoom: int,
    row: int,
    column: int,
    *,
    as_of: int | None = None,
    grid: Grid = WEB_MERCATOR_QUAD,
    condition: Filter | None = None,
) -> bytes:
    """One tile of ``grid``; no bytes when nothing lies there or the zoom is below ``minzoom``.

    ``as_of`` is a changeset whose state is drawn, ``condition`` what the features drawn must meet.
    Tiles of several layers may be joined end to end. Raises :class:`NotFound` for a tile that the
    grid lacks and for a layer without a geometry to see, :class:`InvalidRequest` for a condition
    that names what the class does not see.
    """
    grid.check(zoom, row, column)
    if not layer.geometry_for(access):
        raise NotFound(f"La capa «{layer.name}» no tiene teselas: es una tabla", layer=layer.name)
    plain = as_of is None and condition is None and grid is WEB_MERCATOR_QUAD
    if plain and zoom < layer.tiles.minzoom:
        return b""
    if plain:
        return bytes(conn.execute(_current(layer, access, zoom, row, column)).scalar() or b"")
    place = place_of(grid, zoom, row, column)
    statement = general_tile(layer, access, place, as_of, condition)  # Also to check its names.
    if place.zoom < layer.tiles.minzoom or place.around is None:
        return b""
    return bytes(conn.execute(statement).scalar() or b"")


def _current(layer: Layer, access: Access, zoom: int, row: int, column: int) -> sa.Select[Any]:
    function = getattr(getattr(sa.func, access.value), f"{layer.name}__tile")
    return sa.select(function(zoom, column, row, type_=sa.LargeBinary))
