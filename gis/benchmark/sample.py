"""Which tiles are measured: those that people would open, by zoom."""

from __future__ import annotations

from typing import TYPE_CHECKING

from psycopg2 import sql

from gis.store.engine import driver_cursor

if TYPE_CHECKING:
    from collections.abc import Iterable

    import sqlalchemy as sa

    from gis.contract.layer import Layer

_TILES = sql.SQL(
    """
    WITH places AS (
        SELECT ST_Transform(ST_PointOnSurface(geom), 4326) AS p FROM {source}
         WHERE geom IS NOT NULL ORDER BY hashint8(_fid) LIMIT 20000
    ), cells AS (
        SELECT floor((ST_X(p) + 180) / 360 * 2 ^ %(z)s)::int AS x,
               floor((1 - asinh(tan(radians(ST_Y(p)))) / pi()) / 2 * 2 ^ %(z)s)::int AS y
          FROM places
    )
    SELECT x, y FROM cells GROUP BY x, y ORDER BY count(*) DESC, x, y
    """
)


def sample_tiles(
    connection: sa.Connection, layer: Layer, zooms: Iterable[int], per_zoom: int
) -> list[tuple[int, int, int]]:
    """Zoom, row and column of up to ``per_zoom`` tiles a zoom: the fullest, and then every n-th
    down to the emptiest that has anything."""
    statement = _TILES.format(source=sql.Identifier("data", layer.name))
    found: list[tuple[int, int, int]] = []
    for zoom in zooms:
        with driver_cursor(connection) as cursor:
            cursor.execute(statement, {"z": zoom})
            cells = cursor.fetchall()
        step = max(1, len(cells) // per_zoom)
        found += [(zoom, y, x) for x, y in cells[::step][:per_zoom]]
    return found
