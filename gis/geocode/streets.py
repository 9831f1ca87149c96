"""The streets of a network as addresses name them: where each is, and where two meet.

Everything is EPSG:9377, metres. Built once per generation of the layers; asked in microseconds.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from gis.geocode.address import Way, WayKind

if TYPE_CHECKING:
    from collections.abc import Iterable

    from gis.geocode.typos import Names

Point = tuple[float, float]
NEAR_M = 30.0
SAME_NAME = 0.6
"""How alike a name must be to that of a street to be the same one mistyped."""
NUMBERED_ALSO: dict[WayKind, tuple[WayKind, ...]] = {
    WayKind.CALLE: (WayKind.AVENIDA_CALLE, WayKind.AVENIDA),
    WayKind.AVENIDA_CALLE: (WayKind.CALLE, WayKind.AVENIDA),
    WayKind.CARRERA: (WayKind.AVENIDA_CARRERA, WayKind.AVENIDA),
    WayKind.AVENIDA_CARRERA: (WayKind.CARRERA, WayKind.AVENIDA),
    WayKind.AVENIDA: (
        WayKind.AVENIDA_CALLE, WayKind.CALLE, WayKind.AVENIDA_CARRERA, WayKind.CARRERA
    ),
}  # fmt: skip
"""What a numbered street may also be called."""
ARTICLES = frozenset(["A", "AL", "DE", "DEL", "EL", "LA", "LAS", "LOS", "Y", "NACIONAL"])


@dataclass(frozen=True, slots=True)
class Street:
    """One street: its stretches hang together."""

    layer: str
    label: str
    """As the layer writes it."""
    way: Way
    aliases: tuple[Way, ...]
    """What else it is called."""
    words: frozenset[str]
    """What the layer says beside the nomenclature: ``TAMANA``."""
    shape: Any
    """Merged lines."""
    even_side: str = ""
    offset_m: float = 0.0

    @property
    def length_m(self) -> float:
        return float(self.shape.length)


@dataclass(frozen=True, slots=True)
class Streets:
    """All streets of the municipality."""

    streets: tuple[Street, ...]
    ids: tuple[str, ...]
    """Feature id of each edge."""
    edges: Any
    owners: np.ndarray[Any, Any]
    """Street of each edge; -1 where it has no name."""
    tree: Any
    numbered: dict[tuple[WayKind, str, str], tuple[int, ...]]
    named: dict[str, tuple[int, ...]]
    names: Names
    meets: dict[tuple[int, int], tuple[Point, ...]]
    neighbours: dict[int, tuple[int, ...]]
    _ladders: dict[tuple[int, WayKind, str], tuple[Rung, ...]] = field(
        default_factory=dict, repr=False
    )

    def find(self, way: Way) -> tuple[tuple[int, ...], str]:
        """Streets so called, and a note when they are called somewhat else."""
        if way.number is not None:
            return self._find_number(way)
        key = name_key(way.name)
        if key in self.named:
            return self.named[key], ""
        words = key.split()
        for count in range(len(words) - 1, 0, -1):
            found = self.named.get(" ".join(words[:count]))
            if found:
                rest = " ".join(words[count:])
                return found, f"«{rest}» no es del nombre de la vía"
        near = self.names.meant(key, SAME_NAME, 2)
        if not near or (len(near) == 2 and near[1][1] > near[0][1] - 0.05):
            return (), ""
        found = self.named[near[0][0]]
        return found, f"«{way.name}» se leyó como «{self.streets[found[0]].label}»"

    def _find_number(self, way: Way) -> tuple[tuple[int, ...], str]:
        if way.kind is None:
            return (), ""
        side = way.quadrant or ""
        for kind in (way.kind, *NUMBERED_ALSO.get(way.kind, ())):
            found = self.numbered.get((kind, way.named, side))
            if found:
                note = "" if kind is way.kind else f"«{way}» está como «{replace(way, kind=kind)}»"
                return found, note
        return (), ""

    def meeting(self, one: int, other: int) -> tuple[Point, ...]:
        """Where two streets meet; none when they do not."""
        return self.meets.get((min(one, other), max(one, other)), ())

    def ladder(self, street: int, kind: WayKind, side: str) -> tuple[Rung, ...]:
        """The streets of a kind that cross another one, from low to high."""
        asked = (street, kind, side)
        if asked not in self._ladders:
            self._ladders[asked] = tuple(sorted(self._rungs(*asked), key=lambda rung: rung.rank))
        return self._ladders[asked]

    def _rungs(self, street: int, kind: WayKind, side: str) -> Iterable[Rung]:
        kinds = (kind, *NUMBERED_ALSO.get(kind, ()))
        for other in self.neighbours.get(street, ()):
            for way in (self.streets[other].way, *self.streets[other].aliases):
                if way.kind in kinds and way.number is not None and (way.quadrant or "") == side:
                    for point in self.meeting(street, other):
                        yield Rung(rank(way), point, other)
                    break

    def edge_at(self, street: int, point: Point) -> str:
        """The feature of a street that is nearest to a point."""
        x, y = point
        near = self.tree.query(shapely.box(x - NEAR_M, y - NEAR_M, x + NEAR_M, y + NEAR_M))
        own = [edge for edge in near if self.owners[edge] == street]
        if not own:
            own = list(np.flatnonzero(self.owners == street))
        distances = shapely.distance(self.edges[own], shapely.Point(point))
        return str(self.ids[own[int(np.argmin(distances))]])


@dataclass(frozen=True, slots=True)
class Rung:
    """A street that crosses another, and where."""

    rank: tuple[int, str]
    point: Point
    street: int


def rank(way: Way) -> tuple[int, str]:
    """Order of numbered streets: 37, 37 BIS, 37A, 37A BIS, 37B, 38."""
    first, _, rest = way.suffix.partition(" ")
    if first == "BIS":
        return way.number or 0, f" {rest}"
    return way.number or 0, f"{first} {rest}" if first else ""


def name_key(name: str) -> str:
    """The words of a street's name that count."""
    return " ".join(word for word in name.split() if word not in ARTICLES) or name
