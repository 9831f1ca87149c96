"""Quality of a layer as of a changeset, in the measures of ISO 19157 (NTC 5043, NTC 5660).

Everything is counted by the store over the rows that the reader's access class sees; nothing is
estimated. What needs ground truth (positional accuracy, misclassification) is absent rather than
made up. Own measures, which ISO does not list, carry the code space :data:`OWN`.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Literal

import sqlalchemy as sa

if TYPE_CHECKING:
    from datetime import datetime

ISO = "ISO 19157"
OWN = "sig-municipal"

Unit = Literal["count", "rate"]


@dataclass(frozen=True, slots=True)
class Summary:
    """What a catalogue says of some features: how many, where, when."""

    feature_count: int
    without_geometry: int
    bbox: tuple[float, float, float, float] | None
    """West, south, east, north in CRS84 degrees; None when no feature has a geometry."""
    period: tuple[str, str] | None
    """First and last of the features' own time, ISO 8601; None when the layer declares none."""


@dataclass(frozen=True, slots=True)
class Measure:
    """One result. ``passed`` None means that nothing is demanded of it."""

    id: str
    """Identifier in ``code_space``: «4», «18»…"""
    element: str
    """Class of the result in ISO 19115/19139: ``DQ_DomainConsistency``…"""
    name: str
    value: float
    unit: Unit
    field: str = ""
    """Field it was measured on; empty for the whole feature."""
    passed: bool | None = None
    blocking: bool = False
    """Whether a failure must keep the layer from being published."""
    code_space: str = ISO
    note: str = ""


@dataclass(frozen=True, slots=True)
class Quality:
    """The measures of one layer as of one changeset."""

    layer: str
    changeset: int
    evaluated_at: datetime
    """When the changeset was sealed: the same state always gives the same report."""
    feature_count: int
    measures: tuple[Measure, ...]

    @property
    def failures(self) -> tuple[Measure, ...]:
        """The blocking measures that did not pass."""
        return tuple(m for m in self.measures if m.blocking and m.passed is False)

    def measure(self, id: str, field: str = "") -> Measure:
        """The result of measure ``id`` on ``field``; KeyError when it was not measured."""
        for measure in self.measures:
            if measure.id == id and measure.field == field:
                return measure
        raise KeyError(id)

    def as_dict(self) -> dict[str, Any]:
        """JSON-ready values."""
        return {**asdict(self), "evaluated_at": self.evaluated_at.isoformat()}
