"""Which tiles, boxes and features are measured: those that people would ask for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from psycopg2 import sql

from gis.store.engine import driver_cursor

if TYPE_CHECKING:
    from collections.abc import Iterable

    import sqlalchemy as sa

    from gis.contract.layer import Layer

WORLD = 40_075_016.685578488
"""Length of the equator in EPSG:3857."""
_EXTENT = sql.SQL(
    """
    SELECT ST_XMin(b), ST_YMin(b), ST_XMax(b), ST_YMax(b)
      FROM (SELECT ST_Extent(ST_Transform(geom, 3857)) AS b FROM {source}) AS extent
    """
)
_NEAREST = sql.SQL(
    """
    WITH middle AS (
        SELECT ST_SetSRID(ST_MakePoint(avg(ST_X(c)), avg(ST_Y(c))), 9377) AS m
          FROM (SELECT ST_Centroid(geom) AS c FROM {source} LIMIT 10000) AS seen
    ), near AS (
        SELECT ST_Transform(geom, 4326) AS p FROM {source}, middle ORDER BY geom <-> m LIMIT %(n)s
    )
    SELECT ST_XMin(b), ST_YMin(b), ST_XMax(b), ST_YMax(b)
      FROM (SELECT ST_Extent(p) AS b FROM near) AS e
    """
)
_AT_ROW = sql.SQL("SELECT _fid, _id FROM {source} ORDER BY _fid OFFSET %(row)s LIMIT 1")
_ROWS = sql.SQL("SELECT count(*) FROM {source}")
_EVERY = sql.SQL(
    """
    SELECT _id, x, y,
           floor((x + 180) / 360 * 2 ^ %(z)s)::int,
           floor((1 - asinh(tan(radians(y))) / pi()) / 2 * 2 ^ %(z)s)::int
      FROM (SELECT _id, ST_X(p) AS x, ST_Y(p) AS y
              FROM (SELECT _id, ST_Transform(ST_PointOnSurface(geom), 4326) AS p FROM {source}
                     WHERE ST_NPoints(geom) < 1000 ORDER BY hashint8(_fid) LIMIT %(n)s) AS a) AS b
    """
)
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


def _one(connection: sa.Connection, statement: sql.SQL, layer: Layer, **values: int) -> Any:
    return _all(connection, statement, layer, **values)[0]


def _all(connection: sa.Connection, statement: sql.SQL, layer: Layer, **values: int) -> list[Any]:
    with driver_cursor(connection) as cursor:
        cursor.execute(statement.format(source=sql.Identifier("data", layer.name)), values)
        rows: list[Any] = cursor.fetchall()
    return rows


def tiles_over(connection: sa.Connection, layer: Layer, zoom: int) -> list[tuple[int, int, int]]:
    """Zoom, row and column of every tile that meets the layer's extent."""
    west, south, east, north = _one(connection, _EXTENT, layer)
    first, last = _cell(west, zoom), _cell(east, zoom)
    top, bottom = _cell(-north, zoom), _cell(-south, zoom)
    return [
        (zoom, row, column) for row in range(top, bottom + 1) for column in range(first, last + 1)
    ]


def _cell(metres: float, zoom: int) -> int:
    return int((metres / WORLD + 0.5) * 2**zoom)


def box_around(
    connection: sa.Connection, layer: Layer, count: int
) -> tuple[float, float, float, float]:
    """West, south, east, north (degrees) around the ``count`` features nearest to the middle."""
    west, south, east, north = _one(connection, _NEAREST, layer, n=count)
    return (west, south, east, north)


def at_row(connection: sa.Connection, layer: Layer, row: int) -> tuple[int, str]:
    """``_fid`` and id of the feature at a row, counted from 0 in the order of ``_fid``."""
    fid, feature = _one(connection, _AT_ROW, layer, row=row)
    return (fid, feature)


def rows_of(connection: sa.Connection, layer: Layer) -> int:
    """How many features the layer has."""
    (count,) = _one(connection, _ROWS, layer)
    return int(count)


@dataclass(frozen=True, slots=True)
class Placed:
    """A feature, a point of it in degrees, and the tile that point is in."""

    feature: str
    longitude: float
    latitude: float
    tile: tuple[int, int, int]


def some_features(connection: sa.Connection, layer: Layer, count: int, zoom: int) -> list[Placed]:
    """Up to ``count`` features, spread over the layer, none of a thousand vertices or more."""
    rows = _all(connection, _EVERY, layer, n=count, z=zoom)
    return [Placed(name, lon, lat, (zoom, y, x)) for name, lon, lat, x, y in rows]
