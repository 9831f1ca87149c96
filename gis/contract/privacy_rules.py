"""Rules that keep persons out of what is public (Ley 1581 de 2012)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from gis.findings import Finding, Severity
from gis.spelling import fold

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pandas as pd

    from gis.contract.rules import Surroundings

SHARED_WORDS = 2
"""A name and a surname in common tell a person; one word may be anybody's."""


@dataclass(frozen=True, slots=True)
class NamesNoPerson:
    """A public name does not give away the natural person who holds the thing.

    Where ``kind`` says that ``holder`` is a natural person, ``field`` may not carry two words of
    the holder's name (all of them, when it has fewer). Nulls pass. The finding never repeats
    either name. ISO 19157 measure 10.
    """

    field: str
    holder: str
    kind: str
    natural: str = "natural"
    severity: Severity = Severity.BLOCKING
    id: ClassVar[str] = "names-a-person"
    measure: ClassVar[int | None] = 10

    def check(self, rows: pd.DataFrame, surroundings: Surroundings) -> Iterator[Finding]:
        """One finding per row whose public name names its holder."""
        named = rows[rows[self.kind].eq(self.natural).fillna(False).to_numpy(dtype=bool)]
        for row, name, holder in zip(
            named.index, named[self.field], named[self.holder], strict=True
        ):
            if isinstance(name, str) and isinstance(holder, str) and _gives_away(name, holder):
                yield Finding(
                    rule=self.id,
                    severity=self.severity,
                    message=f"«{self.field}» nombra a la persona natural de «{self.holder}»",
                    remedy=f"Deje vacío «{self.field}»: el nombre de una persona no se publica",
                    row=int(row),
                    field=self.field,
                )


def _gives_away(name: str, holder: str) -> bool:
    person = {word for word in fold(holder).split() if len(word) > 2}
    return bool(person) and len(person & set(fold(name).split())) >= min(SHARED_WORDS, len(person))
