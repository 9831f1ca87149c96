"""From what people write to places on the ground, and back: what an answer needs of a geocoder."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    import sqlalchemy as sa

    from gis.here.answer import Told

DEGREES = re.compile(r"\s*(-?\d{1,3}(?:[.,]\d+)?)\s*°?\s*[,;\s]\s*(-?\d{1,3}(?:[.,]\d+)?)\s*°?\s*")


@dataclass(frozen=True, slots=True)
class Candidate:
    """A place that a text may mean. ``error_m``: how far from it the true place may be."""

    label: str
    kind: str
    """What kind of match it is, for people: «Cruce de vías», «Barrio»."""
    lon: float
    lat: float
    error_m: float | None = None
    note: str = ""
    """What was read otherwise than written."""
    warnings: tuple[str, ...] = ()
    """What is against it."""
    is_sure: bool = True
    """Whether, being alone, it is what was meant; else somebody must say so."""


@dataclass(frozen=True, slots=True)
class Listed:
    """What is called as what was written and is no place: a layer, a list to look in; or a feature
    of one."""

    title: str
    layer: str


@dataclass(frozen=True, slots=True)
class Unplaced:
    """What is registered, and nobody has established where it is."""

    title: str
    kind: str
    layer: str
    feature: str
    told: tuple[Told, ...] = ()
    """What is known of it."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What a text may mean, the best first; one place alone and sure is what it means."""

    candidates: tuple[Candidate, ...] = ()
    why: str = ""
    """What is lacking to find it; empty where it was found, or where nobody can say."""
    unplaced: tuple[Unplaced, ...] = ()
    lists: tuple[Listed, ...] = ()
    """Where to look; candidates are of the first, where it is a kind of place that was named."""


@dataclass(frozen=True, slots=True)
class Address:
    """What a place is called: approximate, by ``error_m`` metres."""

    text: str
    error_m: float | None = None


class Finder(Protocol):
    """What a geocoder does for an answer, in the snapshot of ``conn``."""

    def find(self, conn: sa.Connection, text: str) -> Finding:
        """What ``text`` may mean."""
        ...

    def address(self, conn: sa.Connection, lon: float, lat: float) -> Address | None:
        """What the place is called, None where nobody knows."""
        ...


class OnlyCoordinates:
    """Where there are neither streets nor names: coordinates are all that is understood."""

    def find(self, conn: sa.Connection, text: str) -> Finding:
        """The place of a pair of coordinates, nothing else."""
        found = coordinates(text)
        return Finding() if found is None else Finding((found,))

    def address(self, conn: sa.Connection, lon: float, lat: float) -> Address | None:
        """None."""
        return None


def coordinates(text: str) -> Candidate | None:
    """A place written as degrees: latitude first as people write it, or the other way round where
    only that can be meant (a latitude of Colombia is never below −5).

    >>> coordinates("4.4389, -75.2322").lon, coordinates("-75,2322; 4,4389").lat
    (-75.2322, 4.4389)
    """
    match = DEGREES.fullmatch(text)
    if match is None:
        return None
    lat, lon = (float(part.replace(",", ".")) for part in match.groups())
    if lat < -60 < lon:
        lat, lon = lon, lat
    if not (-90 <= lat <= 90 and -180 <= lon <= 180):
        return None
    return Candidate(f"{lat:.5f}, {lon:.5f}", "Coordenadas", lon, lat)
