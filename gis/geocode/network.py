"""From the features of network layers to the streets of the municipality."""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from gis.geocode.address import Along, Crossing, Named, Way, WayKind, Word
from gis.geocode.grammar import read
from gis.geocode.streets import Point, Street, Streets, name_key
from gis.geocode.typos import Names

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

JOIN_M = 150.0
"""Stretches of one name that near are one street; farther ones are two streets of that name."""
SAME_CROSSING_M = 60.0
"""Meeting points of two streets that near are one crossing: both carriageways of an avenue."""


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
        near = next((g for g in groups if math.dist(g[0], point) < SAME_CROSSING_M), None)
        if near is None:
            groups.append([point])
        else:
            near.append(point)
    return tuple((sum(x for x, _ in g) / len(g), sum(y for _, y in g) / len(g)) for g in groups)
