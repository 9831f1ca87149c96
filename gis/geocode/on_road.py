"""Where a kilometre of a road is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import shapely

from gis.geocode.address import Along, Kilometre
from gis.geocode.answer import Candidate, Match
from gis.geocode.grammar import read
from gis.geocode.streets import name_key

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gis.geocode.streets import Streets

Point = tuple[float, float]
KILOMETRE_M = 500.0
SHARE = 0.15
"""Expected error: so much, and that share of the distance. Where kilometre 0 is, is supposed."""


def along_road(form: Kilometre, streets: Streets, missing: list[str]) -> Iterator[Candidate]:
    """So far along a road from its end that is nearest to the numbered streets."""
    roads = _roads(form.road, streets)
    if not roads:
        missing.append(f"la vía «{form.road or 'sin nombre'}» no está en la malla vial")
    metres = form.km * 1000 + form.metres
    for one in roads:
        street = streets.streets[one]
        line = max(shapely.get_parts(street.shape), key=lambda part: part.length)
        if metres > line.length + KILOMETRE_M:
            missing.append(f"{street.label} mide {line.length / 1000:.1f} km en la malla vial")
            continue
        far = metres if _begins(streets, one, line) else line.length - metres
        point = line.interpolate(far)
        why = (
            f"A {metres / 1000:.1f} km por {street.label} desde su extremo urbano: la malla vial "
            "no dice dónde empieza a contarse"
        )
        place, error = (point.x, point.y), KILOMETRE_M + SHARE * metres
        yield on_streets(streets, Match.KILOMETRE, place, error, street.label, (one,), why)


def _roads(road: str, streets: Streets) -> list[int]:
    """Roads all of whose words are in what the address calls it."""
    form = read(road).address
    if form is not None and isinstance(form.form, Along):
        found, _ = streets.find(form.form.street)
        if found:
            return list(found)
    words = set(name_key(road).split())
    keys = [key for key in streets.named if key and set(key.split()) <= words]
    longest = max((len(key.split()) for key in keys), default=0)
    return [n for key in keys if len(key.split()) == longest for n in streets.named[key]]


def _begins(streets: Streets, one: int, line: Any) -> bool:
    """Whether the road leaves the numbered streets at the beginning of its line."""
    ends = [shapely.Point(line.coords[i]) for i in (0, -1)]
    numbered = [
        street.shape
        for n, street in enumerate(streets.streets)
        if n != one and street.way.number is not None
    ]
    if not numbered:
        return True
    first, last = (float(shapely.distance(numbered, end).min()) for end in ends)
    return first <= last


def on_streets(
    streets: Streets,
    match: Match,
    point: Point,
    error: float,
    label: str,
    found: tuple[int, ...],
    why: str,
) -> Candidate:
    """A candidate that rests on the pieces of some streets that are nearest to it."""
    features = tuple((streets.streets[n].layer, streets.edge_at(n, point)) for n in found)
    x, y = point
    return Candidate(match, x, y, match.confidence, error, label, (why,), (), features)
