"""Which address is at a place: an estimate from the streets that cross near it."""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import shapely

from gis.geocode.address import USUAL, Address, Along, Crossing, Plate, Way, WayKind
from gis.geocode.answer import Match
from gis.geocode.on_street import CROSSING_M
from gis.geocode.positions import to_metres

if TYPE_CHECKING:
    from gis.geocode.gazetteer import Gazetteer
    from gis.geocode.places import Place
    from gis.geocode.streets import Rung, Streets

Point = tuple[float, float]
REACH_M = 150.0
"""A farther street says nothing of where somebody is."""


@dataclass(frozen=True, slots=True)
class Nearby:
    """The address at a place. ``address`` is None where no street is near."""

    x: float
    y: float
    address: Address | None = None
    match: Match | None = None
    street: str = ""
    """As its layer writes it."""
    distance_m: float = math.inf
    """How far the street is."""
    error_m: float = 0.0
    features: tuple[tuple[str, str], ...] = ()
    within: tuple[Place, ...] = ()
    """Named surfaces on which it lies, smallest kind first."""
    why: str = ""
    """What is not known, for people."""
    is_outside: bool = False
    """Of the municipality: nothing is known there."""


def reverse(lon: float, lat: float, gazetteer: Gazetteer) -> Nearby:
    """The street nearest to a place (CRS84 degrees) with the plate that it would have there."""
    x, y = to_metres(lon, lat)
    if gazetteer.is_outside(x, y):
        why = f"El lugar está fuera de {gazetteer.municipality}"
        return Nearby(x, y, why=why, is_outside=True)
    within = tuple(gazetteer.places.covering(x, y))
    edge = _nearest(gazetteer.streets, (x, y))
    if edge is None:
        why = f"No hay una vía con nombre a menos de {REACH_M:.0f} m"
        return Nearby(x, y, within=within, why=why)
    streets = gazetteer.streets
    owner = int(streets.owners[edge])
    street = streets.streets[owner]
    line = streets.edges[edge]
    far = float(line.distance(shapely.Point(x, y)))
    foot = line.interpolate(line.project(shapely.Point(x, y)))
    address, match, error = _address(streets, owner, (foot.x, foot.y), (x, y))
    features = ((street.layer, streets.ids[edge]),)
    return Nearby(x, y, address, match, street.label, far, error, features, within)


def _nearest(streets: Streets, place: Point) -> int | None:
    """The named edge nearest to a place; of those as near, that of a numbered street."""
    x, y = place
    box = shapely.box(x - REACH_M, y - REACH_M, x + REACH_M, y + REACH_M)
    near = [int(n) for n in streets.tree.query(box) if streets.owners[n] >= 0]
    if not near:
        return None
    far = shapely.distance(streets.edges[near], shapely.Point(place))
    best = int(np.argmin(far))
    return near[best] if far[best] <= REACH_M else None


def _address(
    streets: Streets, owner: int, foot: Point, place: Point
) -> tuple[Address, Match, float]:
    """A plate between two crossings, else the crossing that is near, else the street."""
    street = streets.streets[owner]
    block = min(
        (pair for pair in _blocks(streets, owner) if _holds(pair, foot)),
        key=lambda pair: _far(pair[0].point, pair[1].point),
        default=None,
    )
    if block is not None:
        low, high = block
        cross = _crossing_way(streets, low, street.way)
        metres = max(1, round(_far(low.point, foot)))
        if street.even_side:
            metres = _with_parity(metres, _is_even(street.even_side, low.point, high.point, place))
        error = 12.0 + 0.1 * metres
        return Address(Plate(street.way, cross, metres)), Match.PLATE, error
    rungs = [rung for pair in _ladders(streets, owner) for rung in pair]
    near = min(rungs, key=lambda rung: _far(rung.point, foot), default=None)
    if near is None or _far(near.point, foot) > REACH_M:
        return Address(Along(street.way)), Match.STREET, street.length_m / 2
    other = streets.streets[near.street].way
    error = CROSSING_M + _far(near.point, foot)
    return Address(Crossing(street.way, other)), Match.CROSSING, error


def _ladders(streets: Streets, owner: int) -> list[tuple[Rung, ...]]:
    """The numbered streets that cross one, by kind and side of the city."""
    asked = {
        (way.kind, way.quadrant or "")
        for other in streets.neighbours.get(owner, ())
        for way in (streets.streets[other].way,)
        if way.kind is not None and way.number is not None
    }
    return [streets.ladder(owner, kind, side) for kind, side in sorted(asked)]


def _blocks(streets: Streets, owner: int) -> list[tuple[Rung, Rung]]:
    return [
        pair
        for ladder in _ladders(streets, owner)
        for pair in itertools.pairwise(ladder)
        if pair[0].rank < pair[1].rank
    ]


def _holds(pair: tuple[Rung, Rung], foot: Point) -> bool:
    """Whether a place on the street is between two crossings."""
    low, high = pair[0].point, pair[1].point
    return _far(low, foot) + _far(foot, high) <= 1.1 * _far(low, high) + 5


def _crossing_way(streets: Streets, low: Rung, main: Way) -> Way:
    """The lower cross street, its kind left out where it is the usual one."""
    way = streets.streets[low.street].way
    usual: WayKind | None = USUAL.get(main.kind) if main.kind else None
    kind = None if way.kind is usual else way.kind
    return Way(kind, way.number, way.suffix, way.quadrant, way.name)


def _is_even(even_side: str, low: Point, high: Point, place: Point) -> bool:
    dx, dy = high[0] - low[0], high[1] - low[1]
    right = dx * (place[1] - low[1]) - dy * (place[0] - low[0]) < 0
    return right == (even_side == "derecha")


def _with_parity(metres: int, even: bool) -> int:
    return metres if (metres % 2 == 0) == even else metres + 1


def _far(one: Point, other: Point) -> float:
    return math.hypot(one[0] - other[0], one[1] - other[1])
