"""Findings gathered while a delivery is conformed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gis.conform.catalogue import CHECKS
from gis.findings import Finding, Severity

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

LONGEST = 200
"""Characters of a value that a finding shows."""


class Collector:
    """Collects findings; refuses an id that the catalogue does not have."""

    def __init__(self, notes: Iterable[Finding] = ()) -> None:
        self.findings: list[Finding] = list(notes)
        self.refused: set[int] = set()

    def whole(
        self,
        rule: str,
        message: str,
        remedy: str,
        *,
        field: str | None = None,
        severity: Severity | None = None,
    ) -> None:
        """A finding about the delivery, of no row."""
        self.findings.append(
            Finding(rule, severity or CHECKS[rule].severity, message, remedy, field=field)
        )

    def rows(
        self,
        rule: str,
        rows: Iterable[Any],
        message: str | Sequence[str],
        remedy: str | Sequence[str],
        *,
        field: str | None = None,
        values: Sequence[Any] | None = None,
        severity: Severity | None = None,
    ) -> None:
        """One finding per row; message, remedy and value are shared or one per row."""
        weight = severity or CHECKS[rule].severity
        numbers = [int(row) for row in rows]
        messages = [message] * len(numbers) if isinstance(message, str) else message
        remedies = [remedy] * len(numbers) if isinstance(remedy, str) else remedy
        shown = [None] * len(numbers) if values is None else [_shown(v) for v in values]
        self.findings.extend(
            Finding(rule, weight, text, todo, row, None, field, value)
            for row, text, todo, value in zip(numbers, messages, remedies, shown, strict=True)
        )
        if weight is Severity.BLOCKING:
            self.refused.update(numbers)


def _shown(value: Any) -> str | None:
    if value is None:
        return None
    text = str(value)
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"
