"""How to get from the place to what is near: over a network where there is one."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from gis.contract.access import PUBLICA
from gis.geocode.positions import to_degrees, to_metres
from gis.here.answer import Walk
from gis.network import Streets, Target, walk_to

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import sqlalchemy as sa

    from gis.contract.catalog import Catalog
    from gis.here.answer import LonLat
    from gis.network import Walk as Travelled

NEAR_M = 2500.0
"""Beyond it, in a straight line, nobody is told to walk: about three quarters of an hour."""
GAP_M = 250.0
"""A place farther than this from any street is on none: nobody knows the way there."""
Walked = dict[tuple[str, int], Walk]
"""The way to each target that one leads to, by its group and place in it."""


class Walks(Protocol):
    """Ways on foot from one place to many, in the snapshot of ``conn``."""

    def to(
        self, conn: sa.Connection, place: LonLat, groups: Mapping[str, Sequence[LonLat]]
    ) -> Walked:
        """At least the way to the nearest target of each group, where one leads there."""
        ...


class NoNetwork:
    """Where there are no streets to walk on: every distance is a straight one."""

    def to(
        self, conn: sa.Connection, place: LonLat, groups: Mapping[str, Sequence[LonLat]]
    ) -> Walked:
        """No way at all."""
        return {}


@dataclass(frozen=True, slots=True)
class OnStreets:
    """On the streets of a layer, as the public sees them. ``most``: of each group."""

    streets: Streets
    most: int = 1

    @classmethod
    def of(cls, catalog: Catalog) -> OnStreets | NoNetwork:
        """On the first network of ``catalog`` that the public sees."""
        for layer in catalog:
            if layer.network is not None and layer.geometry_for(PUBLICA):
                return cls(Streets(layer))
        return NoNetwork()

    def to(
        self, conn: sa.Connection, place: LonLat, groups: Mapping[str, Sequence[LonLat]]
    ) -> Walked:
        """What is near in a straight line is looked for along the streets, all groups at once."""
        start = to_metres(*place)
        targets = [
            Target(str(number), *metres, group)
            for group, places in groups.items()
            for number, metres in enumerate(to_metres(*each) for each in places)
            if math.dist(start, metres) <= NEAR_M
        ]
        if not targets:
            return {}
        found = walk_to(conn, self.streets, start, targets, most=self.most)
        return {
            (walk.target.group, int(walk.target.id)): self._told(walk)
            for walk in found
            if max(walk.gaps_m) <= GAP_M
        }

    def _told(self, walk: Travelled) -> Walk:
        """The way with what lies beside the street at both ends, walked straight."""
        beside = sum(walk.gaps_m)
        seconds = walk.seconds + beside / self.streets.fastest
        line = tuple(to_degrees(x, y) for x, y in walk.way.coords)
        return Walk(walk.metres + beside, seconds, line)


def straight(metres: float) -> Walk:
    """What is known of a way when no network leads there."""
    return Walk(metres)
