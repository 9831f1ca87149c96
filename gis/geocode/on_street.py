"""Where on the streets an address is: plates, crossings, blocks between two streets, kilometres."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import shapely

from gis.geocode.address import (
    USUAL,
    Address,
    Along,
    Between,
    Crossing,
    Kilometre,
    Plate,
    Way,
    WayKind,
    Word,
)
from gis.geocode.answer import Candidate, Match
from gis.geocode.on_road import along_road, on_streets
from gis.geocode.streets import rank

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from gis.geocode.streets import Rung, Streets

Point = tuple[float, float]
CROSSING_M = 15.0
"""Expected error of a crossing: half the width of the streets."""
PLATE_M = 12.0
PLATE_SHARE = 0.1
"""Expected error of a plate: so much, and that share of its metres."""
BESIDE_M = 100.0
"""Two streets that do not meet but pass so near may be what the address means."""
OVER_M = 20.0
OVER_SHARE = 0.5
"""A plate may pass the block's length by so much, and that share of it: plates are paced out."""
MOST_PLATE = 999
"""No block is longer: a larger number is no plate."""
BLOCK_M = 150.0
"""A block whose length is not looked for."""
REFUSED = 0.5
"""What a plate that cannot be leaves of the confidence in its crossing."""
FARTHEST_M = 1500.0
"""Beyond, a crossing street says nothing of the direction in which plates grow."""
BRACKET = 6
"""Streets missing between two that are there, at most, to say that an address is between them."""
LONG_M = 2000.0
"""A longer street says too little of where an address on it is."""


class OnStreet:
    """Looks for the streets of one address."""

    def __init__(self, streets: Streets, address: Address) -> None:
        self.streets = streets
        self.address = address
        words = address.values(Word.LUGAR, Word.SECTOR)
        self._words = frozenset(word for value in words for word in value.split())
        self.missing: list[str] = []
        """What was looked for in vain."""
        self._used: set[str] = set()

    @property
    def words_used(self) -> frozenset[str]:
        """Words of the address that are of the names of its streets."""
        return frozenset(self._used)

    def candidates(self) -> list[Candidate]:
        """Every place on a street that the address may mean."""
        form = self.address.form
        if isinstance(form, Plate):
            return self._plates(form)
        if isinstance(form, Crossing):
            return self._crossings(form.first, form.second)
        if isinstance(form, Between):
            return list(self._between(form))
        if isinstance(form, Kilometre):
            return list(along_road(form, self.streets, self.missing))
        if isinstance(form, Along):
            return [self._whole(street, note) for street, note in self.named(form.street)]
        return []

    def named(self, way: Way, *, tell: bool = True) -> list[tuple[int, str]]:
        """The streets so called; those of which the address says more come alone."""
        found, note = self.streets.find(way)
        if not found:
            if tell:
                self.missing.append(f"la vía «{way}» no está en la malla vial")
            return []
        self._used |= set(str(way).split())
        told = [n for n in found if self.streets.streets[n].words & self._words]
        for number in told:
            self._used |= self.streets.streets[number].words
        plain = [n for n in found if not self.streets.streets[n].words]
        return [(n, note) for n in (told or plain or found)]

    def usual(self, main: Way, cross: Way) -> Iterator[Way]:
        """The cross street with the kind that the address leaves unsaid."""
        if cross.kind is not None or cross.number is None:
            yield cross
            return
        usual = USUAL.get(main.kind) if main.kind and main.number is not None else None
        for kind in (usual,) if usual else (WayKind.CALLE, WayKind.CARRERA):
            yield replace(cross, kind=kind)

    # Plates ---------------------------------------------------------------------------------

    def _plates(self, plate: Plate) -> list[Candidate]:
        pairs = list(_sides(plate))
        found = [c for main, cross in pairs for c in self._exact(main, cross, plate.number)]
        if not found:
            found = [c for main, cross in pairs for c in self._bracketed(main, cross)]
        if not found:
            found = [
                self._whole(street, note)
                for street, note in self.named(plate.main, tell=False)
                if self.streets.streets[street].length_m <= LONG_M
            ]
        return found

    def _exact(self, main: Way, cross: Way, metres: int) -> Iterator[Candidate]:
        mains = self.named(main)
        for way in self.usual(main, cross):
            crosses = self.named(way)
            met = False
            for one, note in mains:
                for other, also in crosses:
                    for point in self.streets.meeting(one, other):
                        met = True
                        yield self._plate(one, other, way, point, metres, (note, also))
            if mains and crosses and not met:
                self.missing.append(f"«{main}» y «{way}» no se cruzan en la malla vial")

    def _plate(
        self, one: int, other: int, cross: Way, point: Point, metres: int, notes: tuple[str, ...]
    ) -> Candidate:
        street = self.streets.streets[one]
        corner = f"{street.label} con {self.streets.streets[other].label}"
        ahead = self._ahead(one, other, cross, point)
        if ahead is None or metres > MOST_PLATE:
            return _noted(self._corner(one, corner, point, metres), notes)
        to, limit = ahead
        if metres > limit + OVER_M + OVER_SHARE * limit:
            why = f"La placa {metres} no cabe en la cuadra, que mide {limit:.0f} m: se da el cruce"
            return _noted(self._refused(one, corner, point, limit, why), notes)
        walked = min(float(metres), limit)
        place, (dx, dy) = _walk(street.shape, point, to, walked)
        why = f"A {metres} m del cruce de {corner}"
        error = PLATE_M + PLATE_SHARE * metres + (metres - walked)
        if street.even_side:
            right = (street.even_side == "derecha") == (metres % 2 == 0)
            turn = street.offset_m if right else -street.offset_m
            place = (place[0] + dy * turn, place[1] - dx * turn)
            why += f", al lado {'derecho' if right else 'izquierdo'}"
        else:
            error += street.offset_m
        found = self._candidate(Match.PLATE, place, error, street.label, one, why)
        if metres > walked + 1:
            found = found.less(0.7, f"la cuadra mide {limit:.0f} m: la placa pasa de ella")
        return _noted(found, notes)

    def _corner(self, one: int, corner: str, point: Point, metres: int) -> Candidate:
        """The crossing of a plate that cannot be walked to."""
        if metres > MOST_PLATE:
            why = f"«{metres}» no puede ser una placa: se da el cruce"
            return self._refused(one, corner, point, BLOCK_M, why)
        why = f"Está el cruce de {corner}, pero no hacia dónde crecen las placas"
        made = self._candidate(Match.CROSSING, point, CROSSING_M + metres, corner, one, why)
        return made.less(0.7)

    def _refused(self, one: int, corner: str, point: Point, error: float, why: str) -> Candidate:
        """The crossing where a plate is wrong: somewhere in the blocks around it."""
        told = f"Cruce de {corner}"
        made = self._candidate(Match.CROSSING, point, CROSSING_M + error, corner, one, told)
        return made.doubted(REFUSED, why)

    def _ahead(self, one: int, other: int, cross: Way, point: Point) -> tuple[Point, float] | None:
        """A point towards which plates grow, and how far the block reaches that way."""
        if cross.number is None or cross.kind is None:
            return None
        rungs = self.streets.ladder(one, cross.kind, cross.quadrant or "")
        own = rank(cross)
        higher = [r for r in rungs if r.rank > own and 1 < _far(r.point, point) < FARTHEST_M]
        if higher:
            near = min(higher, key=lambda r: (_far(r.point, point), r.rank))
            return near.point, _far(near.point, point)
        lower = [r for r in rungs if r.rank < own and 1 < _far(r.point, point) < FARTHEST_M]
        if not lower:
            return None
        near = min(lower, key=lambda r: _far(r.point, point))
        x, y = (2 * a - b for a, b in zip(point, near.point, strict=True))
        return (x, y), math.inf

    def _bracketed(self, main: Way, cross: Way) -> Iterator[Candidate]:
        """Between the two streets there are, where that of the address is not known."""
        for way in self.usual(main, cross):
            if way.kind is None or way.number is None:
                continue
            for one, note in self.named(main, tell=False):
                rungs = self.streets.ladder(one, way.kind, way.quadrant or "")
                low = [r for r in rungs if r.rank < rank(way)]
                high = [r for r in rungs if r.rank > rank(way)]
                if low and high:
                    yield from self._in_gap(one, way, low[-1], high[0], note)

    def _in_gap(self, one: int, way: Way, low: Rung, high: Rung, note: str) -> Iterator[Candidate]:
        if high.rank[0] - low.rank[0] > BRACKET or _far(low.point, high.point) > FARTHEST_M:
            return
        street = self.streets.streets[one]
        ends = [self.streets.streets[rung.street].label for rung in (low, high)]
        far = _far(low.point, high.point)
        place, _ = _walk(street.shape, low.point, high.point, far / 2)
        why = f"«{way}» no cruza {street.label} en la malla vial; está entre {ends[0]} y {ends[1]}"
        found = self._candidate(Match.BETWEEN, place, far / 2 + 20, street.label, one, why)
        yield _noted(found.less(0.6), (note,))

    # Crossings ------------------------------------------------------------------------------

    def _crossings(self, first: Way, second: Way) -> list[Candidate]:
        found, beside = [], []
        for way in self.usual(first, second):
            for one, note in self.named(first):
                for other, also in self.named(way):
                    labels = [self.streets.streets[n].label for n in (one, other)]
                    corner = " con ".join(labels)
                    for point in self.streets.meeting(one, other):
                        made = self._candidate(
                            Match.CROSSING, point, CROSSING_M, corner, one,
                            f"Cruce de {corner}", other,
                        )  # fmt: skip
                        found.append(_noted(made, (note, also)))
                    if not self.streets.meeting(one, other):
                        beside += self._beside(one, other, corner, (note, also))
        return found or beside

    def _beside(self, one: int, other: int, corner: str, notes: tuple[str, ...]) -> list[Candidate]:
        """Where two streets pass nearest, if that is near."""
        shapes = [self.streets.streets[n].shape for n in (one, other)]
        far = float(shapely.distance(*shapes))
        if far > BESIDE_M:
            self.missing.append(f"{corner.replace(' con ', ' y ')} no se cruzan en la malla vial")
            return []
        (x1, y1), (x2, y2) = shapely.get_coordinates(shapely.shortest_line(*shapes))
        point = ((x1 + x2) / 2, (y1 + y2) / 2)
        why = f"{corner}: no se cruzan, pero pasan a {far:.0f} m"
        made = self._candidate(Match.CROSSING, point, CROSSING_M + far, corner, one, why, other)
        return [_noted(made.less(0.6), notes)]

    def _between(self, form: Between) -> Iterator[Candidate]:
        for one, note in self.named(form.street):
            street = self.streets.streets[one]
            first, second = (self._meetings(one, form.street, w) for w in (form.first, form.second))
            for a in first:
                near = min(second, key=lambda b: _far(a, b), default=None)
                label = f"{street.label} entre {form.first} y {form.second}"
                if near is None or _far(a, near) > FARTHEST_M:
                    why = f"«{form.second}» no cruza {street.label}: se da el otro cruce"
                    made = self._candidate(Match.CROSSING, a, 100.0, label, one, why).less(0.7)
                else:
                    far = _far(a, near)
                    place, _ = _walk(street.shape, a, near, far / 2)
                    why = f"Mitad de la cuadra de {label}"
                    made = self._candidate(Match.BETWEEN, place, far / 2 + 10, label, one, why)
                yield _noted(made, (note,))
            if second and not first:
                why = f"«{form.first}» no cruza {street.label}: se da el otro cruce"
                for b in second:
                    made = self._candidate(Match.CROSSING, b, 100.0, street.label, one, why)
                    yield _noted(made.less(0.7), (note,))

    def _meetings(self, one: int, main: Way, cross: Way) -> list[Point]:
        return [
            point
            for way in self.usual(main, cross)
            for other, _ in self.named(way)
            for point in self.streets.meeting(one, other)
        ]

    # Whole streets --------------------------------------------------------------------------

    def _whole(self, one: int, note: str) -> Candidate:
        street = self.streets.streets[one]
        line = max(shapely.get_parts(street.shape), key=lambda part: part.length)
        point = line.interpolate(0.5, normalized=True)
        why = f"{street.label}: la dirección no dice, o la malla no deja saber, en qué parte"
        made = self._candidate(
            Match.STREET, (point.x, point.y), street.length_m / 2, street.label, one, why
        )
        return _noted(made, (note,))

    def _candidate(
        self,
        match: Match,
        point: Point,
        error: float,
        label: str,
        one: int,
        why: str,
        other: int | None = None,
    ) -> Candidate:
        found = (one,) if other is None else (one, other)
        return on_streets(self.streets, match, point, error, label, found, why)


def _sides(plate: Plate) -> Iterator[tuple[Way, Way]]:
    """The streets of a plate; a side of the city written after it may be of either."""
    main, cross, side = plate.main, plate.cross, plate.quadrant
    if side is None:
        yield main, cross
        return
    if cross.quadrant is None:
        yield main, replace(cross, quadrant=side)
    if main.quadrant is None and main.number is not None:
        yield replace(main, quadrant=side), cross
    if cross.quadrant is not None and main.quadrant is not None:
        yield main, cross


def _noted(candidate: Candidate, notes: Iterable[str]) -> Candidate:
    for note in notes:
        if note:
            candidate = candidate.less(0.9, note)
    return candidate


def _far(one: Point, other: Point) -> float:
    return math.hypot(one[0] - other[0], one[1] - other[1])


def _walk(shape: Any, start: Point, to: Point, metres: float) -> tuple[Point, Point]:
    """The point so many metres from ``start`` towards ``to``, along the street where its line
    joins both, and the direction there (a unit vector)."""
    far = _far(start, to) or 1.0
    ahead = ((to[0] - start[0]) / far, (to[1] - start[1]) / far)
    beginning, end = shapely.Point(start), shapely.Point(to)
    for line in shapely.get_parts(shape):
        if line.distance(beginning) < 5 and line.distance(end) < 5:
            here, there = line.project(beginning), line.project(end)
            if abs(there - here) < far * 1.5:
                sign = 1 if there >= here else -1
                place = line.interpolate(here + sign * metres)
                back = line.interpolate(here + sign * max(metres - 1, 0))
                step = (place.x - back.x, place.y - back.y)
                size = math.hypot(*step)
                turned = (step[0] / size, step[1] / size) if size > 0.1 else ahead
                return (place.x, place.y), turned
    return (start[0] + ahead[0] * metres, start[1] + ahead[1] * metres), ahead
