"""The answer about a place: typed, frozen, and ready to be told in any form.

Coordinates are CRS84 degrees, longitude first; lengths are metres. Every text is for people, in
Spanish; nothing in it comes from a field that is not public.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from gis.contract.questions import Zone

if TYPE_CHECKING:
    from datetime import date, datetime

    from gis.contract.entity import Call, Procedure
    from gis.contract.questions import Section

LonLat = tuple[float, float]
NEAR_M = 60.0
"""Error of a place beyond which its neighbour may be in another zone."""
LOOKED_M = 500.0
"""How far from a place that may be elsewhere the limits of zones are looked for; one that may be
farther away is told to be of one point only (:attr:`Spot.caution`)."""


class Status(StrEnum):
    """What it means that a layer says what it says."""

    FOUND = "hallado"
    UNKNOWN = "sin-dato"
    """It has data, and none about this place: which is not to be safe."""
    EMPTY = "sin-cargar"
    """Nobody has delivered the layer yet: nothing can be concluded from it anywhere."""


@dataclass(frozen=True, slots=True)
class Told:
    """One field of what was found. ``raw`` is its value as programs read it."""

    name: str
    label: str
    value: str
    raw: object
    meaning: str = ""
    """What the value means in plain words; empty where it says itself."""


@dataclass(frozen=True, slots=True)
class Advice:
    """What to do in a case, and where that comes from."""

    about: str
    text: str
    source: str


@dataclass(frozen=True, slots=True)
class Walk:
    """How one gets to what was found. ``seconds`` None: nobody knows the way, only how far it is
    in a straight line."""

    metres: float
    seconds: float | None = None
    line: tuple[LonLat, ...] = ()

    @property
    def is_straight(self) -> bool:
        """Whether it is the distance that birds fly."""
        return self.seconds is None


@dataclass(frozen=True, slots=True)
class Found:
    """One feature that speaks of the place. ``told`` begins with what names it."""

    feature: str
    told: tuple[Told, ...]
    level: Told | None = None
    """The field whose meaning is the answer, also one of ``told``."""
    advice: Advice | None = None
    at: LonLat | None = None
    walk: Walk | None = None
    reach_m: float | None = None
    """How far what it gives reaches, measured straight; None where it has no reach."""
    is_inside: bool | None = None
    """Whether the place is within ``reach_m``."""

    @property
    def title(self) -> str:
        """What it is called."""
        return self.told[0].value


@dataclass(frozen=True, slots=True)
class Edge:
    """A zone beside the place, so near that the place may be in it: neither the map nor the place
    is exact."""

    title: str
    level: Told | None
    metres: float


@dataclass(frozen=True, slots=True)
class Said:
    """What one layer says. ``more`` counts what was found and is not told; ``unplaced`` the
    features that nobody knows where they are."""

    layer: str
    title: str
    status: Status
    words: str = ""
    """What is said where nothing was found, and of each case in ``untold``."""
    found: tuple[Found, ...] = ()
    untold: tuple[str, ...] = ()
    """Cases that the layer studies apart, and of which it says nothing here."""
    edges: tuple[Edge, ...] = ()
    more: int = 0
    unplaced: int = 0
    demonstration: bool = False
    means: Zone | None = None
    """What lying on what was found means."""

    @property
    def is_municipality(self) -> bool:
        """Whether it only says in which municipality the place is."""
        return self.means is Zone.MUNICIPALITY


@dataclass(frozen=True, slots=True)
class Part:
    """One section of the answer, its layers in order."""

    section: Section
    said: tuple[Said, ...]


@dataclass(frozen=True, slots=True)
class Spot:
    """The place that was asked about. ``address`` is approximate: ``error_m`` says how much."""

    lon: float
    lat: float
    is_inside: bool
    zone: Zone | None = None
    address: str = ""
    error_m: float | None = None
    asked: str = ""
    """What somebody wrote, where they wrote something."""
    kind: str = ""
    """What was found of it: «Cruce de dos vías», «Barrio»."""
    doubt_m: float = 0.0
    """How far from it what was meant may be; 0 where the place itself was given."""
    warnings: tuple[str, ...] = ()
    """What is against it being what was meant."""
    is_bounded: bool = True
    """Whether the municipality's limit is known; else ``is_inside`` says only that it may be."""

    @property
    def caution(self) -> str:
        """What is against the place, and where it may be far from what was meant, that what follows
        is of one point."""
        told = [f"{warning.rstrip('.')}." for warning in self.warnings]
        if self.doubt_m > NEAR_M:
            far = (
                f"{self.doubt_m:.0f} m"
                if self.doubt_m < 1000
                else f"{self.doubt_m / 1000:.1f} km".replace(".", ",")
            )
            named = f"«{self.asked}»" if self.asked else "El lugar"
            by = f" por {self.kind[:1].lower()}{self.kind[1:]}" if self.kind else " por un texto"
            told.append(
                f"{named} se ubicó{by}: lo que sigue es de un solo punto, y el suyo puede estar a "
                f"{far}. Para otro punto, escriba la dirección completa o tóquelo en el mapa."
            )
        return " ".join(told)

    @property
    def title(self) -> str:
        """What the place is called: its address, what was asked, or its coordinates."""
        return self.address or self.asked or self.coordinates

    @property
    def coordinates(self) -> str:
        """Latitude and longitude as people write them in Colombia."""
        return f"{self.lat:.5f}, {self.lon:.5f}"


@dataclass(frozen=True, slots=True)
class Basis:
    """The state of a layer on which the answer rests."""

    layer: str
    title: str
    changeset: int | None
    generation: int
    sealed_at: datetime | None
    reference_date: date | None
    """What day the data describe, where their delivery said it."""
    demonstration: bool


@dataclass(frozen=True, slots=True)
class Chain:
    """Place in the chain of changesets, and its hash there: what was true, and cannot be changed
    unnoticed."""

    seq: int
    hash: str


@dataclass(frozen=True, slots=True)
class Answer:
    """All that is known of a place, what is not, and what all of it rests on."""

    spot: Spot
    summary: str
    parts: tuple[Part, ...]
    advice: tuple[Advice, ...]
    calls: tuple[Call, ...]
    procedures: tuple[Procedure, ...]
    notices: tuple[str, ...]
    basis: tuple[Basis, ...]
    chain: Chain
    moment: datetime
    demonstration: bool

    def part(self, section: Section) -> Part | None:
        """One section, None where no layer speaks in it."""
        return next((part for part in self.parts if part.section is section), None)
