"""What the zoom bands of tiles cost, and whether every feature is in each of them."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from psycopg2 import sql

from gis.store.engine import driver_cursor

if TYPE_CHECKING:
    from gis.contract.layer import Layer

_FORGET = sql.SQL(
    """
    DO $$
    DECLARE
        found record;
    BEGIN
        FOR found IN
            SELECT schemaname, indexname FROM pg_indexes
             WHERE schemaname = 'tiles' AND tablename LIKE {tables} LOOP
            EXECUTE format('DROP INDEX IF EXISTS %I.%I', found.schemaname, found.indexname);
        END LOOP;
    END $$
    """
)
_POINTS = sql.SQL("SELECT band, sum(cantidad)::bigint FROM {merged} GROUP BY band ORDER BY band")
_OTHERS = sql.SQL(
    """
    SELECT band, sum(n)::bigint FROM (
        SELECT band, count(DISTINCT _fid) AS n FROM {own} WHERE cell IS NULL GROUP BY band
         UNION ALL
        SELECT band, sum(cantidad) FROM {merged} GROUP BY band
    ) AS parts GROUP BY band ORDER BY band
    """
)
_PLACED = sql.SQL("SELECT count(*) FROM {source} WHERE geom IS NOT NULL AND NOT ST_IsEmpty(geom)")


def band_seconds(engine: sa.Engine, layer: Layer) -> float:
    """Time that the rows of every band and their indexes take, as in a first load; undone after."""
    with engine.connect() as connection, connection.begin() as transaction:
        with driver_cursor(connection) as cursor:
            cursor.execute(_FORGET.format(tables=sql.Literal(layer.name + r"\_\_%")))
        start = time.perf_counter()
        connection.execute(sa.select(sa.func.sig.rebuild_tiles(layer.name)))
        connection.execute(sa.select(sa.func.sig.ensure_tile_indexes(layer.name)))
        taken = time.perf_counter() - start
        transaction.rollback()
    return taken


def features_by_band(connection: sa.Connection, layer: Layer) -> dict[int, int]:
    """For each band, how many features its rows stand for."""
    assert layer.geometry is not None
    counting = _OTHERS if layer.geometry.dimension else _POINTS
    return {int(band): int(n) for band, n in _rows(connection, counting, layer)}


def placed_features(connection: sa.Connection, layer: Layer) -> int:
    """How many features have a place."""
    return int(_rows(connection, _PLACED, layer)[0][0])


def _rows(connection: sa.Connection, statement: sql.SQL, layer: Layer) -> list[tuple[Any, ...]]:
    parts = {
        "source": sql.Identifier("data", layer.name),
        "own": sql.Identifier("tiles", layer.name),
        "merged": sql.Identifier("tiles", layer.name + "__merged"),
    }
    with driver_cursor(connection) as cursor:
        cursor.execute(statement.format(**parts))
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    return rows
