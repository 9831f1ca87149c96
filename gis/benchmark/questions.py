"""The best single statements for questions, written by hand and prepared once: no HTTP, no checks
of what is asked, nothing said of what the answer rests on."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from psycopg2 import sql

from gis.benchmark.pages import FEATURE, fields_of
from gis.store.engine import driver_cursor

if TYPE_CHECKING:
    from collections.abc import Iterator

    import sqlalchemy as sa

    from gis.contract.layer import Layer

_NEAREST = sql.SQL(
    """
    PREPARE plain_nearest (float8, float8) AS
    WITH place AS (
        SELECT ST_Transform(ST_SetSRID(ST_MakePoint($1, $2), 4326), 9377) AS here
    ), near AS (
        SELECT *, ST_Distance(geom, (SELECT here FROM place)) AS metres FROM {source}
         ORDER BY geom <-> (SELECT here FROM place) LIMIT {count}
    )
    SELECT '[' || string_agg({feature}, ',' ORDER BY metres, _id) || ']'
      FROM near AS r, LATERAL (SELECT {fields}, round(metres::numeric, 1) AS distancia_m) AS p
    """
)
_EXECUTE = sql.SQL("EXECUTE plain_nearest (%s, %s)")
_FORGET = sql.SQL("DEALLOCATE plain_nearest")


class PlainNearest:
    """The ``count`` features nearest to a place."""

    def __init__(self, connection: sa.Connection, layer: Layer, count: int) -> None:
        self._connection = connection
        statement = _NEAREST.format(
            source=sql.Identifier("data", layer.name),
            feature=FEATURE,
            fields=fields_of(layer),
            count=sql.Literal(count),
        )
        with driver_cursor(connection) as cursor:
            cursor.execute("SET LOCAL plan_cache_mode = force_generic_plan")
            cursor.execute(statement)

    def read(self, longitude: float, latitude: float) -> str:
        """The features as a JSON array."""
        with driver_cursor(self._connection) as cursor:
            cursor.execute(_EXECUTE, (longitude, latitude))
            (text,) = cursor.fetchone()
        return text or "[]"


@contextmanager
def plain_nearest(engine: sa.Engine, layer: Layer, count: int) -> Iterator[PlainNearest]:
    """The statement, prepared while the block lasts."""
    with engine.connect() as connection:
        yield PlainNearest(connection, layer, count)
        with driver_cursor(connection) as cursor:
            cursor.execute(_FORGET)
