"""Where a place meets the streets: the nearest point of the nearest edge that one may travel."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import shapely
import sqlalchemy as sa
from shapely.ops import substring
from sqlalchemy.dialects import postgresql

from gis.network.edges import END, START, Link, finite
from gis.store.tables import SRID

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gis.network.edges import Streets

CORNER_M = 0.01
"""So near an end of an edge one is at the end."""
TIES = 6
"""Streets that may meet at one corner, of which always the same is taken."""
MANY = 24
"""Streets around a place among which one is chosen."""
_NUMBERS = postgresql.ARRAY(sa.Float)


class Passed(NamedTuple):
    """A nearer street that was not taken, as it leads nowhere: how far it is, and the metres of
    street of its piece of the network."""

    gap_m: float
    metres: float


@dataclass(frozen=True, slots=True)
class Spot:
    """A place on an edge. ``share`` is how far along it, from 0 to 1; ``gap_m`` is the straight
    line from the place asked for, which no time counts."""

    x: float
    y: float
    gap_m: float
    edge: int
    share: float
    source: int
    target: int
    there: float
    """Seconds along the whole edge as it is drawn; below 0 where one may not."""
    back: float
    line: shapely.LineString
    passed: Passed | None = None

    @property
    def point(self) -> tuple[float, float]:
        """Its easting and northing."""
        return self.x, self.y

    def leaving(self) -> list[Link]:
        """What leads from :data:`START`, put here, to the ends of the edge."""
        ahead, behind = self._seconds(self.there, self.back)
        links = [(self.target, ahead, 1.0), (self.source, behind, 0.0)]
        return [Link(START, node, cost, end) for node, cost, end in links if cost is not None]

    def arriving(self) -> list[Link]:
        """What leads from the ends of the edge to :data:`END`, put here."""
        ahead, behind = self._seconds(self.back, self.there)
        links = [(self.target, ahead, 1.0), (self.source, behind, 0.0)]
        return [Link(node, END, cost, end) for node, cost, end in links if cost is not None]

    def _seconds(self, ahead: float, behind: float) -> tuple[float | None, float | None]:
        """Between here and where the edge ends and begins, given what the whole of it takes; None
        where one may not. At a corner one is on every street that meets there."""
        if self.share * self.line.length < CORNER_M:
            behind = 0.0
        if (1 - self.share) * self.line.length < CORNER_M:
            ahead = 0.0
        return (
            (1 - self.share) * ahead if ahead >= 0 else None,
            self.share * behind if behind >= 0 else None,
        )

    def straight_to(self, other: Spot) -> float | None:
        """Seconds along the edge to another spot of the same one; None where one may not, or it
        is on another."""
        if self.edge != other.edge:
            return None
        apart = other.share - self.share
        pace = self.there if apart >= 0 else self.back
        return abs(apart) * pace if pace >= 0 or not apart else None

    def part(self, start: float, end: float) -> shapely.LineString:
        """The edge from one share to another, backwards where ``start`` is the greater."""
        return substring(self.line, start, end, normalized=True)


def spots(
    connection: sa.Connection, streets: Streets, points: Sequence[tuple[float, float]]
) -> list[Spot | None]:
    """Where each point meets the streets, in order; None where the layer has none to travel."""
    if not points:
        return []
    near = _near(streets, TIES)
    one = near.distinct(near.selected_columns.number)
    found = {row.number: _spot(row) for row in connection.execute(one, _given(points))}
    return [found.get(number) for number in range(1, len(points) + 1)]


def candidates(
    connection: sa.Connection, streets: Streets, point: tuple[float, float], extra_m: float
) -> list[Spot]:
    """Where a point may meet the streets: the nearest spot, and those of other edges that are no
    more than ``extra_m`` farther, nearest first."""
    rows = connection.execute(_near(streets, MANY), _given([point])).all()
    return [_spot(row) for row in rows if row.gap <= rows[0].gap + extra_m]


def _given(points: Sequence[tuple[float, float]]) -> dict[str, list[float]]:
    return {"xs": [finite(x) for x, _ in points], "ys": [finite(y) for _, y in points]}


def _near(streets: Streets, most: int) -> sa.Select[Any]:
    """The ``most`` edges nearest to each point, nearest first."""
    xs, ys = (sa.bindparam(name, type_=_NUMBERS) for name in ("xs", "ys"))
    given = (
        sa.func.unnest(xs, ys)
        .table_valued(sa.column("x", sa.Float), sa.column("y", sa.Float), with_ordinality="number")
        .render_derived(name="given")
    )
    point = sa.func.ST_SetSRID(sa.func.ST_MakePoint(given.c.x, given.c.y), SRID)
    edges = streets.view
    there, back = streets.costs(edges)
    apart = edges.c.geom.op("<->", return_type=sa.Float())(point)
    near = (
        sa.select(
            edges.c.id, edges.c.source, edges.c.target, edges.c.geom,
            there.label("there"), back.label("back"), point.label("point"), apart.label("apart"),
        )
        .where(streets.passable(edges))
        .order_by(apart)
        .limit(most)
        .lateral("near")
    )  # fmt: skip
    share = sa.func.ST_LineLocatePoint(near.c.geom, near.c.point)
    select = sa.select(
        given.c.number,
        *(near.c[name] for name in ("id", "source", "target", "there", "back")),
        share.label("share"),
        sa.func.ST_Distance(near.c.geom, near.c.point).label("gap"),
        sa.func.ST_AsBinary(near.c.geom).label("line"),
    ).select_from(given.join(near, sa.true()))
    # Sorted here, as the index only knows distances: at a corner several are at the same.
    return select.order_by(given.c.number, near.c.apart, near.c.id)


def _spot(row: Any) -> Spot:
    line = shapely.from_wkb(bytes(row.line))
    on = line.interpolate(row.share, normalized=True)
    return Spot(
        on.x, on.y, row.gap, row.id, row.share, row.source, row.target, row.there, row.back, line
    )
