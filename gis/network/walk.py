"""From one place to the nearest of many, by time along the streets."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import shapely
import sqlalchemy as sa

from gis.network.settled import settled
from gis.network.spots import spots
from gis.network.tree import tree

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from gis.network.edges import Link, Streets
    from gis.network.spots import Spot

LONGEST_S = 3600.0
"""Beyond so long nobody is told to walk."""
DETOUR = 1.5
"""How much longer than the straight line ways usually are: how far is looked at first."""
GROWTH = 2.0


@dataclass(frozen=True, slots=True)
class Target:
    """Somewhere one may want to go (EPSG:9377). The nearest are chosen within each ``group``."""

    id: str
    x: float
    y: float
    group: str = ""


@dataclass(frozen=True, slots=True)
class Walk:
    """The way to one target. ``gaps_m`` are the straight lines from the place to the street and
    from the street to the target: they are drawn, and no time or length counts them."""

    target: Target
    seconds: float
    metres: float
    gaps_m: tuple[float, float]
    way: shapely.LineString


@dataclass(frozen=True, slots=True)
class _Arrival:
    """How one gets to a target: by the last part of its edge, or (None) without leaving the first
    edge."""

    target: Target
    spot: Spot
    seconds: float
    last: Link | None


@dataclass(frozen=True, slots=True)
class _Step:
    """How one gets to a node: seconds, and the edge by which one arrives from another node, with
    its line (WKB) as it is drawn."""

    seconds: float
    edge: int
    former: int
    is_forward: bool
    line: bytes


def walk_to(
    connection: sa.Connection,
    streets: Streets,
    start: tuple[float, float],
    targets: Sequence[Target],
    *,
    most: int = 1,
    longest_s: float = LONGEST_S,
) -> list[Walk]:
    """The ``most`` nearest targets of each group by time, nearest first; those farther than
    ``longest_s``, or that no way leads to, are not there."""
    first = settled(connection, streets, start)
    if first is None:
        return []
    others = spots(connection, streets, [(t.x, t.y) for t in targets])
    placed = [(target, spot) for target, spot in zip(targets, others, strict=True) if spot]
    seconds = min(_first_guess(streets, first, placed, most), longest_s)
    while True:
        steps = _reached(connection, streets, first, seconds)
        arrivals = _nearest(_arrivals(first, placed, steps, seconds), most)
        if seconds >= longest_s or len(arrivals) >= _wanted(targets, most):
            break
        seconds = min(seconds * GROWTH, longest_s)
    return [_drawn(first, steps, arrival) for arrival in arrivals]


def _first_guess(
    streets: Streets, start: Spot, placed: list[tuple[Target, Spot]], most: int
) -> float:
    """Seconds in which each group's nearest are likely reached."""
    apart: dict[str, list[float]] = {}
    for target, spot in placed:
        apart.setdefault(target.group, []).append(math.dist(start.point, spot.point))
    farthest = max((sorted(some)[:most][-1] for some in apart.values()), default=0.0)
    return (DETOUR * farthest + 50.0) / streets.fastest


def _wanted(targets: Iterable[Target], most: int) -> int:
    counts: dict[str, int] = {}
    for target in targets:
        counts[target.group] = counts.get(target.group, 0) + 1
    return sum(min(count, most) for count in counts.values())


def _reached(
    connection: sa.Connection, streets: Streets, start: Spot, seconds: float
) -> dict[int, _Step]:
    found = tree(streets, start, seconds).subquery("tree")
    edge = streets.edge(found.c.edge)
    rows = connection.execute(
        sa.select(
            found, edge.c.source, edge.c.target, sa.func.ST_AsBinary(edge.c.geom).label("line")
        ).select_from(found.outerjoin(edge, sa.true()))
    )
    return {row.node: _step(row) for row in rows}


def _step(row: Any) -> _Step:
    is_forward = row.target == row.node
    former = row.source if is_forward else row.target
    return _Step(row.seconds, row.edge, former, is_forward, row.line)


def _arrivals(
    start: Spot, placed: list[tuple[Target, Spot]], steps: dict[int, _Step], longest: float
) -> Iterator[_Arrival]:
    for target, spot in placed:
        ways: list[tuple[float, Link | None]] = [
            (steps[link.source].seconds + link.seconds, link)
            for link in spot.arriving()
            if link.source in steps
        ]
        straight = start.straight_to(spot)
        if straight is not None:
            ways.append((straight, None))
        seconds, last = min(ways, key=lambda way: way[0], default=(math.inf, None))
        if seconds <= longest:  # beyond what was looked at, another way may be shorter
            yield _Arrival(target, spot, seconds, last)


def _nearest(arrivals: Iterable[_Arrival], most: int) -> list[_Arrival]:
    told: dict[str, int] = {}
    nearest = []
    for arrival in sorted(arrivals, key=lambda a: (a.seconds, a.spot.gap_m, a.target.id)):
        group = arrival.target.group
        told[group] = told.get(group, 0) + 1
        if told[group] <= most:
            nearest.append(arrival)
    return nearest


def _drawn(start: Spot, steps: dict[int, _Step], arrival: _Arrival) -> Walk:
    spot, last = arrival.spot, arrival.last
    if last is None:
        parts = [start.part(start.share, spot.share)]
    else:
        parts = [spot.part(last.end, spot.share)]
        step = steps[last.source]
        while step.edge > 0:
            line = shapely.from_wkb(bytes(step.line))
            parts.append(line if step.is_forward else line.reverse())
            step = steps[step.former]
        # Below 0 is the part of the first edge, from where one starts to one of its ends.
        parts.append(start.part(start.share, start.leaving()[-1 - step.edge].end))
    drawn = joined(reversed(parts))
    gaps = (start.gap_m, spot.gap_m)
    return Walk(arrival.target, arrival.seconds, drawn.length, gaps, drawn)


def joined(parts: Iterable[shapely.LineString]) -> shapely.LineString:
    """One line of lines that follow each other, without repeated points."""
    points: list[tuple[float, ...]] = []
    for part in parts:
        for point in part.coords:
            if not points or point != points[-1]:
                points.append(point)
    return shapely.LineString(points if len(points) > 1 else points * 2)
