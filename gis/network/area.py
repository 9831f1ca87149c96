"""How far one gets from a place in some time, along the streets."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import shapely
import sqlalchemy as sa
from shapely.ops import substring

from gis.network.edges import envelope
from gis.network.settled import settled
from gis.network.tree import tree, within

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gis.network.edges import Streets
    from gis.network.spots import Spot

BESIDE_M = 30.0
"""How far from a street that one reaches its lots are: the half-width of the surface told."""
HOLE_M2 = 10_000.0
"""A hole smaller than this is the inside of a block, and served as its sides are."""


@dataclass(frozen=True, slots=True)
class Reached:
    """The streets reached in some seconds (EPSG:9377), and the surface within :data:`BESIDE_M` of
    them, small holes filled. Where no street is reached nothing is claimed."""

    seconds: float
    metres: float
    """Of street reached, each counted once."""
    streets: shapely.MultiLineString
    area: shapely.MultiPolygon
    start: Spot


def service_area(
    connection: sa.Connection,
    streets: Streets,
    start: tuple[float, float],
    seconds: Sequence[float],
) -> list[Reached]:
    """What is reached in each of ``seconds``, in their order; nothing where there is no street.

    A street reached in part is told in part. Exact: one who starts there cannot leave the edges
    that are read.
    """
    spot = settled(connection, streets, start)
    if spot is None:
        return []
    rows = connection.execute(_edges_reached(streets, spot, max(seconds))).all()
    return [_reached(spot, rows, limit) for limit in seconds]


def _edges_reached(streets: Streets, spot: Spot, seconds: float) -> sa.Select[Any]:
    """Edges with an end that is reached, and the seconds to each end."""
    nodes = tree(streets, spot, seconds).cte("tree").prefix_with("MATERIALIZED")
    a, b = nodes.alias("a"), nodes.alias("b")
    edges = streets.view
    there, back = streets.costs(edges)
    return (
        sa.select(
            edges.c.id,
            there.label("there"),
            back.label("back"),
            a.c.seconds.label("to_source"),
            b.c.seconds.label("to_target"),
            sa.func.ST_AsBinary(edges.c.geom).label("line"),
        )
        .select_from(
            edges.outerjoin(a, a.c.node == edges.c.source).outerjoin(b, b.c.node == edges.c.target)
        )
        .where(
            edges.c.geom.op("&&")(envelope(within(streets, spot, seconds))),
            streets.passable(edges),
            sa.or_(a.c.node.is_not(None), b.c.node.is_not(None)),
        )
    )


def _reached(spot: Spot, rows: Sequence[Any], limit: float) -> Reached:
    whole, parts = [], []
    for row in rows:
        if row.id == spot.edge:
            continue
        ahead = _share(row.there, row.to_source, limit)
        behind = _share(row.back, row.to_target, limit)
        if ahead + behind >= 1:
            whole.append(bytes(row.line))
        elif ahead + behind > 0:
            line = shapely.from_wkb(bytes(row.line))
            parts += _parts(line, [(0.0, ahead), (1 - behind, 1.0)])
    own = next((row for row in rows if row.id == spot.edge), None)
    parts += _parts(spot.line, _own(spot, own, limit))
    drawn = shapely.multilinestrings([*shapely.from_wkb(whole), *parts])
    return Reached(limit, drawn.length, drawn, _surface(drawn), spot)


def _share(pace: float, reached_at: float | None, limit: float) -> float:
    """How much of an edge is travelled from an end of it that is reached, from 0 to 1."""
    if pace < 0 or reached_at is None or reached_at > limit:
        return 0.0
    return 1.0 if pace == 0 else min(1.0, (limit - reached_at) / pace)


def _own(spot: Spot, row: Any, limit: float) -> list[tuple[float, float]]:
    """Stretches of the edge where one starts: from there, and from its ends, reached around."""
    there, back = (
        limit / pace if pace > 0 else float(pace == 0) for pace in (spot.there, spot.back)
    )
    from_here = (max(0.0, spot.share - back), min(1.0, spot.share + there))
    if row is None:
        return [from_here]
    ahead = _share(row.there, row.to_source, limit)
    behind = _share(row.back, row.to_target, limit)
    return [from_here, (0.0, ahead), (1 - behind, 1.0)]


def _parts(
    line: shapely.LineString, stretches: list[tuple[float, float]]
) -> list[shapely.LineString]:
    """Stretches of a line (shares of its length), those that overlap as one."""
    joined: list[tuple[float, float]] = []
    for start, end in sorted(stretch for stretch in stretches if stretch[0] < stretch[1]):
        if joined and start <= joined[-1][1]:
            joined[-1] = joined[-1][0], max(end, joined[-1][1])
        else:
            joined.append((start, end))
    return [substring(line, start, end, normalized=True) for start, end in joined]


def _surface(lines: shapely.MultiLineString) -> shapely.MultiPolygon:
    surface = shapely.buffer(lines, BESIDE_M, quad_segs=2)
    parts = [part for part in shapely.get_parts(surface) if not part.is_empty]
    return shapely.multipolygons([_filled(part) for part in parts])


def _filled(part: shapely.Polygon) -> shapely.Polygon:
    rings = [ring for ring in part.interiors if shapely.Polygon(ring).area >= HOLE_M2]
    return shapely.Polygon(part.exterior, rings)
