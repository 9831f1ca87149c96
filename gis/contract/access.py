"""Access classes of information (Ley 1712 de 2014, arts. 6, 18 and 19)."""

from __future__ import annotations

from enum import StrEnum


class Access(StrEnum):
    """Who may see a field. A field is ``RESERVADA`` until its declaration says otherwise."""

    PUBLICA = "publica"
    """Anyone (art. 6 b)."""
    CLASIFICADA = "clasificada"
    """Belongs to a natural or legal person; only the roles that need it (art. 18)."""
    RESERVADA = "reservada"
    """Its release harms a public interest; only by express authorisation (art. 19)."""

    @property
    def rank(self) -> int:
        """0 for public, growing with strictness."""
        return _STRICTNESS.index(self)

    def covers(self, other: Access) -> bool:
        """Whether somebody cleared for this class may see a field of class ``other``."""
        return self.rank >= other.rank


PUBLICA, CLASIFICADA, RESERVADA = _STRICTNESS = tuple(Access)
