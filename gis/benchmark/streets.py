"""Travelling by hand: the single statements that the best answers over the streets are compared
with, over the same edges, with every number written in."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import numpy as np
from psycopg2 import sql

from gis.benchmark.data import EAST, HEIGHT, NORTH, SEED, WIDTH
from gis.network import BESIDE_M
from gis.store.engine import driver_cursor

if TYPE_CHECKING:
    import sqlalchemy as sa

    from gis.contract.layer import Layer
    from gis.network import Target

Point = tuple[float, float]
BOX_M = 1.3
"""How much wider than the walk the box of a statement by hand is."""


def places(count: int) -> list[Point]:
    """Places within the middle of the synthetic city (EPSG:9377)."""
    draw = np.random.default_rng(SEED)
    x = EAST + WIDTH * draw.uniform(0.2, 0.8, count)
    y = NORTH + HEIGHT * draw.uniform(0.2, 0.8, count)
    return list(zip(map(float, x), map(float, y), strict=True))


def graph_seconds(engine: sa.Engine, layer: Layer) -> float:
    """Time that a layer's whole graph takes, made as in a first load; undone after."""
    with engine.connect() as connection, connection.begin() as transaction:
        with driver_cursor(connection) as cursor:
            cursor.execute(_EMPTY.format(**_named(layer)))
            start = time.perf_counter()
            cursor.execute("SELECT sig.rebuild_network(%s)", (layer.name,))
            taken = time.perf_counter() - start
        transaction.rollback()
    return taken


def isochrone_by_hand(
    connection: sa.Connection, layer: Layer, start: Point, seconds: float, metres: float
) -> float:
    """Metres of street reached; the surface is made too, and left where it is."""
    given = {"x": start[0], "y": start[1], "seconds": seconds, "reach": metres, "side": BESIDE_M}
    return float(_read(connection, _ISOCHRONE, layer, given)[0][0])


def nearest_by_hand(
    connection: sa.Connection, layer: Layer, start: Point, targets: list[Target]
) -> tuple[str, float]:
    """The nearest target on foot and the seconds to it; its way is made too."""
    far = max(abs(v) for t in targets for v in (t.x - start[0], t.y - start[1]))
    given = {
        "x": start[0],
        "y": start[1],
        "reach": BOX_M * far,
        "ids": [t.id for t in targets],
        "xs": [t.x for t in targets],
        "ys": [t.y for t in targets],
    }
    row = _read(connection, _NEAREST, layer, given)[0]
    return str(row[0]), float(row[1])


def _read(
    connection: sa.Connection, statement: sql.SQL, layer: Layer, given: dict[str, Any]
) -> list[tuple[Any, ...]]:
    with driver_cursor(connection) as cursor:
        cursor.execute(statement.format(**_named(layer)), given)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    return rows


def _named(layer: Layer) -> dict[str, sql.Composable]:
    edge = layer.name + "__edge"
    return {
        "edges": sql.Identifier("network", edge),
        "lines": sql.Identifier("network", layer.name + "__line"),
        "read": _EDGES.format(text=sql.Literal(f"network.{edge}")),
        "by_geom": sql.Identifier("network", edge + "_g"),
        "by_fid": sql.Identifier("network", edge + "_f"),
        "line_geom": sql.Identifier("network", layer.name + "__line_g"),
        "line_fid": sql.Identifier("network", layer.name + "__line_f"),
    }


_EMPTY = sql.SQL(
    "TRUNCATE {edges}, {lines}; DROP INDEX IF EXISTS {by_geom}, {by_fid}, {line_geom}, {line_fid}"
)
_EDGES = sql.SQL(
    """
    format('SELECT id, source, target, walk AS cost, walk AS reverse_cost FROM %%s
            WHERE walk >= 0 AND geom && ST_MakeEnvelope(%%s, %%s, %%s, %%s, 9377)', {text},
           %(x)s::float8 - %(reach)s::float8, %(y)s::float8 - %(reach)s::float8,
           %(x)s::float8 + %(reach)s::float8, %(y)s::float8 + %(reach)s::float8)
    """
)
_ISOCHRONE = sql.SQL(
    """
    WITH place AS (SELECT ST_SetSRID(ST_MakePoint(%(x)s, %(y)s), 9377) AS g),
    start AS (
        SELECT id, ST_LineLocatePoint(geom, g) AS share
          FROM place, {edges} WHERE walk >= 0 ORDER BY geom <-> (SELECT g FROM place) LIMIT 1
    ), tree AS MATERIALIZED (
        SELECT node, agg_cost FROM start, pgr_withPointsDD(
            {read},
            format('SELECT 1 AS pid, %%s AS edge_id, %%s::float8 AS fraction', id, share),
            -1, %(seconds)s::float8, true)
    ), reached AS (
        SELECT CASE WHEN ahead + behind >= 1 THEN geom
                    ELSE ST_Union(ST_LineSubstring(geom, 0, ahead),
                                  ST_LineSubstring(geom, 1 - behind, 1)) END AS geom
          FROM (SELECT e.geom,
                       least(1, coalesce((%(seconds)s - a.agg_cost) / walk, 0)) AS ahead,
                       least(1, coalesce((%(seconds)s - b.agg_cost) / walk, 0)) AS behind
                  FROM {edges} AS e LEFT JOIN tree AS a ON a.node = e.source
                       LEFT JOIN tree AS b ON b.node = e.target
                 WHERE walk >= 0 AND e.geom && ST_Expand((SELECT g FROM place), %(reach)s)
                   AND (a.node IS NOT NULL OR b.node IS NOT NULL)) AS shares
    )
    SELECT sum(ST_Length(geom)), ST_AsBinary(ST_Buffer(ST_Collect(geom), %(side)s, 'quad_segs=2'))
      FROM reached
    """
)
_NEAREST = sql.SQL(
    """
    WITH place AS (SELECT ST_SetSRID(ST_MakePoint(%(x)s, %(y)s), 9377) AS g),
    given AS (
        SELECT 0 AS pid, NULL AS name, g FROM place
         UNION ALL
        SELECT n, name, ST_SetSRID(ST_MakePoint(x, y), 9377)
          FROM unnest(%(ids)s::text[], %(xs)s::float8[], %(ys)s::float8[])
               WITH ORDINALITY AS t(name, x, y, n)
    ), spot AS MATERIALIZED (
        SELECT pid + 1 AS pid, name, e.id, ST_LineLocatePoint(e.geom, g) AS share
          FROM given CROSS JOIN LATERAL (
               SELECT id, geom FROM {edges} WHERE walk >= 0 ORDER BY geom <-> g LIMIT 1) AS e
    ), way AS MATERIALIZED (
        SELECT * FROM pgr_withPoints(
            {read},
            (SELECT string_agg(format('SELECT %%s AS pid, %%s AS edge_id, %%s::float8 AS fraction',
                                      pid, id, share), ' UNION ALL ') FROM spot),
            -1, (SELECT array_agg(-pid) FROM spot WHERE pid > 1), true, 'b', true)
    ), best AS (
        SELECT end_pid, agg_cost FROM way WHERE edge = -1 ORDER BY agg_cost LIMIT 1
    )
    SELECT (SELECT name FROM spot WHERE pid = -best.end_pid), best.agg_cost,
           ST_AsBinary(ST_Collect(e.geom))
      FROM best JOIN way USING (end_pid) JOIN {edges} AS e ON e.id = way.edge
     GROUP BY best.end_pid, best.agg_cost
    """
)
