"""The streets of a network as addresses name them: where each is, and where two meet.

Everything is EPSG:9377, metres. Built once per generation of the layers; asked in microseconds.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from gis.geocode.address import Along, Crossing, Named, Way, WayKind, Word
from gis.geocode.grammar import read
from gis.geocode.typos import Names

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

Point = tuple[float, float]
JOIN_M = 150.0
"""Stretches of one name that near are one street; farther ones are two streets of that name."""
SAME_CROSSING_M = 60.0
"""Meeting points of two streets that near are one crossing: both carriageways of an avenue."""
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
class Stretches:
    """Features of a network layer: equally long, EPSG:9377 lines."""

    layer: str
    ids: Sequence[str]
    names: Sequence[str | None]
    shapes: np.ndarray[Any, Any]
    tolerance_m: float = 0.5
    even_side: str = ""
    offset_m: float = 0.0


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


def build(networks: Iterable[Stretches]) -> Streets:
    """Make the streets of every network layer."""
    networks = tuple(networks)
    shapes = [each.shapes for each in networks]
    edges = np.concatenate(shapes) if shapes else np.array([], dtype=object)
    ids = tuple(itertools.chain.from_iterable(each.ids for each in networks))
    streets, owners = _streets(networks)
    tree = shapely.STRtree(edges)
    tolerance = max((each.tolerance_m for each in networks), default=0.5)
    meets = _meets(edges, owners, tree, tolerance)
    neighbours: dict[int, list[int]] = {}
    for one, other in meets:
        neighbours.setdefault(one, []).append(other)
        neighbours.setdefault(other, []).append(one)
    numbered, named = _keys(streets)
    return Streets(
        streets, ids, edges, owners, tree, numbered, named, Names.of(named), meets,
        {one: tuple(others) for one, others in neighbours.items()},
    )  # fmt: skip


def _keys(
    streets: Sequence[Street],
) -> tuple[dict[tuple[WayKind, str, str], tuple[int, ...]], dict[str, tuple[int, ...]]]:
    numbered: dict[tuple[WayKind, str, str], list[int]] = {}
    named: dict[str, list[int]] = {}
    for number, street in enumerate(streets):
        for way in (street.way, *street.aliases):
            if way.number is None:
                named.setdefault(name_key(way.name), []).append(number)
            elif way.kind is not None:
                numbered.setdefault((way.kind, way.named, way.quadrant or ""), []).append(number)
    return (
        {key: tuple(found) for key, found in numbered.items()},
        {key: tuple(found) for key, found in named.items()},
    )


def _streets(
    networks: Sequence[Stretches],
) -> tuple[tuple[Street, ...], np.ndarray[Any, Any]]:
    """Streets, and which of them each edge is of."""
    streets: list[Street] = []
    owners = np.full(sum(len(each.ids) for each in networks), -1, dtype=np.int64)
    start = 0
    for network in networks:
        for name, members in _by_name(network.names).items():
            ways, words = called(name)
            for part in _together(network.shapes, members):
                owners[np.asarray(part) + start] = len(streets)
                shape = shapely.line_merge(
                    shapely.multilinestrings(shapely.get_parts(network.shapes[part]))
                )
                streets.append(
                    Street(network.layer, name, ways[0], ways[1:], words, shape,
                           network.even_side, network.offset_m)
                )  # fmt: skip
        start += len(network.ids)
    return tuple(streets), owners


def _by_name(names: Sequence[str | None]) -> dict[str, list[int]]:
    found: dict[str, list[int]] = {}
    for number, name in enumerate(names):
        if name and name.strip():
            found.setdefault(" ".join(name.split()), []).append(number)
    return _same_street(found)


def _same_street(by_name: dict[str, list[int]]) -> dict[str, list[int]]:
    """Spellings of one nomenclature together, under the first of them."""
    first: dict[object, str] = {}
    found: dict[str, list[int]] = {}
    for name, members in by_name.items():
        label = first.setdefault(called(name), name)
        found.setdefault(label, []).extend(members)
    return found


def called(name: str) -> tuple[tuple[Way, ...], frozenset[str]]:
    """The nomenclature in a street's name, and the words beside it.

    >>> [str(way) for way in called("Carrera 4 (Avenida Ferrocarril)")[0]]
    ['KR 4', 'AV FERROCARRIL']
    """
    address = read(name).address
    if address is None:
        return (Way(None, name=name.upper()),), frozenset()
    form = address.form
    if isinstance(form, Crossing):
        return (form.first, form.second), frozenset()
    if not isinstance(form, Along):
        text = form.place.value if isinstance(form, Named) else str(form)
        return (Way(None, name=text),), frozenset()
    ways, words = [form.street], []
    for value in address.values(Word.LUGAR):
        other = read(value).address
        if other is not None and isinstance(other.form, Along):
            ways.append(other.form.street)
        else:
            words += value.split()
    return tuple(ways), frozenset(words)


def _together(shapes: np.ndarray[Any, Any], members: list[int]) -> list[list[int]]:
    """Edges of one name in groups that hang together."""
    if len(members) == 1:
        return [members]
    lines = shapes[members]
    parts = shapely.get_parts(shapely.line_merge(shapely.multilinestrings(
        shapely.get_parts(lines)
    )))  # fmt: skip
    if len(parts) == 1:
        return [members]
    tree = shapely.STRtree(lines)
    ones, others = tree.query(lines, predicate="dwithin", distance=JOIN_M)
    roots = _roots(len(members), ones, others)
    groups: dict[int, list[int]] = {}
    for member, root in zip(members, roots, strict=True):
        groups.setdefault(root, []).append(member)
    return list(groups.values())


def _roots(count: int, ones: Iterable[int], others: Iterable[int]) -> list[int]:
    """Which group each is in, given pairs that are together."""
    parent = list(range(count))

    def root(number: int) -> int:
        while parent[number] != number:
            parent[number] = parent[parent[number]]
            number = parent[number]
        return number

    for one, other in zip(map(int, ones), map(int, others), strict=True):
        if one < other:
            parent[root(other)] = root(one)
    return [root(number) for number in range(count)]


def _meets(
    edges: np.ndarray[Any, Any], owners: np.ndarray[Any, Any], tree: Any, tolerance_m: float
) -> dict[tuple[int, int], tuple[Point, ...]]:
    """Where each two streets meet: pieces nearer than the tolerance, by geometry."""
    if not len(edges):
        return {}
    ones, others = tree.query(edges, predicate="dwithin", distance=tolerance_m)
    first, second = owners[ones], owners[others]
    keep = (first < second) & (first >= 0)
    ones, others, first, second = ones[keep], others[keep], first[keep], second[keep]
    ends = shapely.get_coordinates(shapely.shortest_line(edges[ones], edges[others]))
    middles = ends.reshape(-1, 2, 2).mean(axis=1)
    found: dict[tuple[int, int], list[Point]] = {}
    for one, other, (x, y) in zip(first.tolist(), second.tolist(), middles.tolist(), strict=True):
        points = found.setdefault((one, other), [])
        if not any(abs(x - a) + abs(y - b) < 0.01 for a, b in points):
            points.append((x, y))
    return {pair: _crossings(points) for pair, points in found.items()}


def _crossings(points: list[Point]) -> tuple[Point, ...]:
    """Points that are near each other as one, in their middle."""
    groups: list[list[Point]] = []
    for point in points:
        near = next((g for g in groups if _distance(g[0], point) < SAME_CROSSING_M), None)
        if near is None:
            groups.append([point])
        else:
            near.append(point)
    return tuple((sum(x for x, _ in g) / len(g), sum(y for _, y in g) / len(g)) for g in groups)


def _distance(one: Point, other: Point) -> float:
    return float(np.hypot(one[0] - other[0], one[1] - other[1]))
