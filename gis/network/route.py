"""The shortest way between two places, by time."""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import shapely
import sqlalchemy as sa

from gis.network.edges import END, START, Link, ellipse
from gis.network.settled import settled
from gis.network.spots import spots
from gis.network.walk import joined
from gis.store.tables import view

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gis.network.edges import Box, Streets
    from gis.network.spots import Spot

DETOUR = 1.4
"""How much longer than the straight line the way likely is: what is read first."""
LEAST_M = 300.0
"""Beyond both places, what is read at least."""


@dataclass(frozen=True, slots=True)
class Step:
    """A stretch along one street, by its name; empty where it has none."""

    name: str
    metres: float
    seconds: float


@dataclass(frozen=True, slots=True)
class Route:
    """The way (EPSG:9377), from where the street is nearest to the start to where it is nearest to
    the end. The lines to and from it are straight and counted in nothing."""

    seconds: float
    metres: float
    way: shapely.LineString
    steps: tuple[Step, ...]
    start: Spot
    end: Spot


def route(
    connection: sa.Connection,
    streets: Streets,
    start: tuple[float, float],
    end: tuple[float, float],
) -> Route | None:
    """The way that takes least time; None where none leads there, or the layer has no street.

    It is read first around both places, and proved: a way through what was not read would take
    longer, or what it could use is read too. Where no way leads from the nearest street to the
    nearest, those that :func:`settled` prefers are tried.
    """
    nearest = spots(connection, streets, [start, end])
    found = _between(connection, streets, *nearest)
    if found is not None:
        return found
    better = [settled(connection, streets, point) for point in (start, end)]
    return None if better == nearest else _between(connection, streets, *better)


def _between(
    connection: sa.Connection, streets: Streets, first: Spot | None, last: Spot | None
) -> Route | None:
    if first is None or last is None:
        return None
    apart = math.dist(first.point, last.point)
    length = DETOUR * apart + LEAST_M
    found = _found(connection, streets, first, last, ellipse(first.point, last.point, length))
    if not found:  # None near: wherever it is.
        found = _found(connection, streets, first, last, None)
    elif (needed := _seconds(found) * streets.fastest) > length:
        wider = ellipse(first.point, last.point, needed + 1.0)
        found = _found(connection, streets, first, last, wider)
    return _route(first, last, found) if found else None


def _found(
    connection: sa.Connection, streets: Streets, start: Spot, end: Spot, box: Box | None
) -> list[Any]:
    """The edges of the way within a box, in order; none without a way."""
    text = streets.text(box, _links(start, end))
    way = sa.func.pgr_dijkstra(text, START, END, sa.true())
    rows = way.table_valued(*(sa.column(name, kind) for name, kind in _COLUMNS)).alias("r")
    edge = streets.edge(rows.c.edge)
    features = view(streets.layer, streets.access)
    name = features.c[streets.network.name].label("name")
    street = sa.select(name).where(features.c["_fid"] == _feature(edge, rows, start, end))
    named = street.limit(1).lateral("street")
    return list(
        connection.execute(
            sa.select(
                rows.c.node,
                rows.c.edge,
                rows.c.cost,
                edge.c.source,
                named.c.name,
                sa.func.ST_AsBinary(edge.c.geom).label("line"),
            )
            .select_from(rows.outerjoin(edge, sa.true()).outerjoin(named, sa.true()))
            .order_by(rows.c.path_seq)
        )
    )


def _feature(edge: sa.FromClause, rows: Any, start: Spot, end: Spot) -> sa.ColumnElement[Any]:
    """The feature of an edge; of the parts of edges at both ends, that of their edge."""
    leaving = len(start.leaving())
    return sa.case(
        (rows.c.edge >= 0, edge.c.fid),
        (rows.c.edge >= -leaving, sa.literal(start.edge >> 20)),
        else_=sa.literal(end.edge >> 20),
    )


def _links(start: Spot, end: Spot) -> list[Link]:
    links = [*start.leaving(), *end.arriving()]
    straight = start.straight_to(end)
    if straight is not None:
        links.append(Link(START, END, straight, end.share))
    return links


def _seconds(found: list[Any]) -> float:
    return float(sum(row.cost for row in found))


def _route(start: Spot, end: Spot, found: list[Any]) -> Route:
    links = _links(start, end)
    stretches = []
    for row in found[:-1]:  # the last row is the arrival
        if row.edge > 0:
            line = shapely.from_wkb(bytes(row.line))
            part = line if row.node == row.source else line.reverse()
        else:
            link = links[-1 - row.edge]
            if link.source == START:
                part = start.part(start.share, link.end)
            else:
                part = end.part(link.end, end.share)
        stretches.append((row.name or "", part, row.cost))
    way = joined(part for _, part, _ in stretches)
    return Route(_seconds(found), way.length, way, tuple(_steps(stretches)), start, end)


def _steps(stretches: list[tuple[str, shapely.LineString, float]]) -> Iterator[Step]:
    for name, some in itertools.groupby(stretches, key=lambda stretch: stretch[0]):
        parts = [(part.length, seconds) for _, part, seconds in some]
        metres, seconds = (sum(values) for values in zip(*parts, strict=True))
        if metres > 0:
            yield Step(name, metres, seconds)


_COLUMNS: tuple[tuple[str, Any], ...] = (
    ("path_seq", sa.Integer),
    ("node", sa.BigInteger),
    ("edge", sa.BigInteger),
    ("cost", sa.Float),
)
