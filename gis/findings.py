"""Findings: one rule broken by one feature. Values, collected whole, never raised."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


MAX_TEXT = 1000
"""Characters of a message or of a value as delivered; the row itself is in the quarantine."""


class Severity(StrEnum):
    """How much a finding weighs. Values are what reports and the store show."""

    BLOCKING = "bloqueante"
    """The row cannot enter as it is; the delivery is refused unless the row goes to quarantine."""
    WARNING = "advertencia"
    """The row enters; the steward should look at it."""
    INFO = "informativo"
    """Something was normalised without loss (a cast, a promotion to Multi), and is said."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One rule broken by one feature of a delivery.

    ``row`` is the number a person sees in the source (line of a CSV or sheet with its heading as
    line 1; feature number from 1 elsewhere), None for the whole delivery. ``feature`` is the
    layer's key as text. ``lon``/``lat`` (CRS84 degrees) place it on a map when known.
    """

    rule: str
    severity: Severity
    message: str
    remedy: str
    row: int | None = None
    feature: str | None = None
    field: str | None = None
    value: str | None = None
    lon: float | None = None
    lat: float | None = None

    def __post_init__(self) -> None:
        # A cell may hold megabytes: a report, a terminal and the store must not.
        for name in ("message", "value"):
            text = getattr(self, name)
            if text is not None and len(text) > MAX_TEXT:
                object.__setattr__(self, name, text[: MAX_TEXT - 1] + "…")

    def as_dict(self) -> dict[str, str | int | float | None]:
        """The finding as JSON-ready values, in a stable order of keys."""
        return {**asdict(self), "severity": str(self.severity)}


def blocking(findings: Iterable[Finding]) -> list[Finding]:
    """The findings that stop a delivery."""
    return [f for f in findings if f.severity is Severity.BLOCKING]
