"""What a load or an undo did, or would do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from gis.findings import Finding


@dataclass(frozen=True, slots=True)
class Change:
    """One feature that a changeset touches; ``fields`` are those whose value differs."""

    op: Literal["added", "changed", "removed"]
    feature: str
    row: int | None
    fields: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class LoadReport:
    """Counts of features. ``changeset`` is None when nothing was written: a dry run, or a
    delivery that leaves the current state as it is. ``sample`` shows some of the changes."""

    layer: str
    changeset: int | None
    dry_run: bool
    added: int
    changed: int
    removed: int
    unchanged: int
    refused: int
    findings: tuple[Finding, ...] = ()
    sample: tuple[Change, ...] = ()

    @property
    def is_noop(self) -> bool:
        """Whether the current state is already what was delivered."""
        return self.added + self.changed + self.removed + self.refused == 0
