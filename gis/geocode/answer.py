"""What is answered to an address: candidates with what they rest on, or why there are none."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import Enum
from typing import TYPE_CHECKING

from gis.contract.questions import PlaceKind

if TYPE_CHECKING:
    from gis.geocode.address import Address
    from gis.geocode.places import Place


class Match(Enum):
    """What was found of an address: code, what people read, and confidence before anything that
    takes from it (docs/direcciones.md)."""

    PLATE = ("placa", "Placa estimada sobre la vía", 0.95)
    CROSSING = ("cruce", "Cruce de dos vías", 0.9)
    BETWEEN = ("cuadra", "Cuadra entre dos vías", 0.85)
    BLOCK = ("manzana", "Manzana", 0.8)
    SITE = ("sitio", "Sitio", 0.8)
    NEIGHBOURHOOD = ("barrio", "Barrio", 0.7)
    SETTLEMENT = ("centro_poblado", "Centro poblado", 0.7)
    VEREDA = ("vereda", "Vereda", 0.7)
    KILOMETRE = ("kilometro", "Kilómetro de una vía", 0.5)
    DISTRICT = ("comuna", "Comuna o corregimiento", 0.4)
    STREET = ("via", "Vía, sin saber en qué parte", 0.3)

    def __init__(self, code: str, label: str, confidence: float) -> None:
        self.code = code
        self.label = label
        self.confidence = confidence


OF_PLACE = {
    PlaceKind.BLOCK: Match.BLOCK,
    PlaceKind.SITE: Match.SITE,
    PlaceKind.NEIGHBOURHOOD: Match.NEIGHBOURHOOD,
    PlaceKind.SETTLEMENT: Match.SETTLEMENT,
    PlaceKind.VEREDA: Match.VEREDA,
    PlaceKind.DISTRICT: Match.DISTRICT,
}


@dataclass(frozen=True, slots=True)
class Candidate:
    """A place where the address may be. ``x``, ``y`` are EPSG:9377, metres."""

    match: Match
    x: float
    y: float
    confidence: float
    """From 0 to 1."""
    error_m: float
    """How far the true place is expected to be at most, two times out of three or more."""
    label: str
    why: tuple[str, ...] = ()
    """What was found, what was not, and what was supposed: for people."""
    warnings: tuple[str, ...] = ()
    """What contradicts it."""
    features: tuple[tuple[str, str], ...] = ()
    """Layer and id of the features that it rests on."""
    within: tuple[Place, ...] = ()
    """Named surfaces on which it lies."""

    def less(self, share: float, *why: str) -> Candidate:
        """The same, trusted less."""
        return replace(self, confidence=self.confidence * share, why=(*self.why, *why))

    def doubted(self, share: float, warning: str) -> Candidate:
        """The same with something against it."""
        return replace(self, confidence=self.confidence * share, warnings=(*self.warnings, warning))


@dataclass(frozen=True, slots=True)
class Answer:
    """``candidates`` best first; none: ``why`` says what is lacking. More than one of like
    confidence is an ambiguity that nobody resolves for the person who asked."""

    text: str
    address: Address | None = None
    candidates: tuple[Candidate, ...] = ()
    why: str = ""
    notes: tuple[str, ...] = field(default=())
    """What was supposed to read it."""

    @property
    def normal(self) -> str:
        """The address's normal form; empty where it could not be read."""
        return "" if self.address is None else str(self.address)

    @property
    def best(self) -> Candidate | None:
        """The first candidate."""
        return self.candidates[0] if self.candidates else None

    @property
    def is_ambiguous(self) -> bool:
        """Whether another candidate is as good as the first."""
        near = [c for c in self.candidates if c.confidence > 0.8 * self.candidates[0].confidence]
        return len(near) > 1
