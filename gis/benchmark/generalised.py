"""Our zoom bands as plain tables, so that another server may draw tiles from them."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from psycopg2 import sql

from gis.store.engine import driver_cursor

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import sqlalchemy as sa

    from gis.contract.layer import Layer

SCHEMA = "medicion"
FINEST = {0: 14, 1: 12, 2: 14}
"""Last zoom that a band serves, by dimension; beyond it features are drawn from where they are."""
_MERGED = sql.SQL("SELECT cantidad, style, geom FROM {merged} WHERE band = {band}")
_ALL = sql.SQL(
    """
    SELECT 1::bigint AS cantidad, style, geom FROM {own} WHERE band = {band} AND cell IS NULL
     UNION ALL
    SELECT cantidad, style, geom FROM {merged} WHERE band = {band}
    """
)
_TABLE = sql.SQL(
    """
    CREATE TABLE {table} AS
    SELECT row_number() OVER (ORDER BY geom) AS id, cantidad, style,
           geom::geometry(Geometry, 3857) AS geom
      FROM ({rows}) AS r ORDER BY geom;
    ALTER TABLE {table} ADD PRIMARY KEY (id);
    CREATE INDEX ON {table} USING gist (geom);
    ANALYZE {table}
    """
)
_CREATE = sql.SQL("CREATE SCHEMA {schema}")
_DROP = sql.SQL("DROP SCHEMA {schema} CASCADE")


def served_by(layer: Layer, zoom: int) -> tuple[str, str]:
    """Schema and table that a tile of a zoom is best drawn from."""
    band = _band(layer, zoom)
    return ("data", layer.name) if band is None else (SCHEMA, f"{layer.name}_b{band}")


def _band(layer: Layer, zoom: int) -> int | None:
    assert layer.geometry is not None
    if zoom > FINEST[layer.geometry.dimension]:
        return None
    return zoom if layer.geometry.dimension == 0 else zoom + zoom % 2


@contextmanager
def tables(engine: sa.Engine, layers: Sequence[Layer], coarsest: int = 8) -> Iterator[None]:
    """One table for each band from ``coarsest`` on, in a schema of their own, while it lasts."""
    name = {"schema": sql.Identifier(SCHEMA)}
    with engine.begin() as connection, driver_cursor(connection) as cursor:
        cursor.execute(_CREATE.format(**name))
        for layer in layers:
            zooms = range(coarsest, 15)
            for band in sorted({b for z in zooms if (b := _band(layer, z)) is not None}):
                cursor.execute(_table(layer, band))
    try:
        yield
    finally:
        with engine.begin() as connection, driver_cursor(connection) as cursor:
            cursor.execute(_DROP.format(**name))


def _table(layer: Layer, band: int) -> sql.Composed:
    assert layer.geometry is not None
    rows = _ALL if layer.geometry.dimension else _MERGED
    parts = {
        "own": sql.Identifier("tiles", layer.name),
        "merged": sql.Identifier("tiles", layer.name + "__merged"),
        "band": sql.Literal(band),
    }
    table = sql.Identifier(SCHEMA, f"{layer.name}_b{band}")
    return _TABLE.format(table=table, rows=rows.format(**parts))
