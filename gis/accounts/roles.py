"""What somebody may do: an action over the layers of a secretaría, or over one layer.

A secretaría is the contact that answers for a layer (``metadata.contact``, a key of the entity's
file). Nothing follows from anything else but that whoever may see what is *reservado* may see what
is *clasificado*: to administer accounts is not to read reserved data (Ley 1712 de 2014, art. 19).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from gis.contract.access import Access

if TYPE_CHECKING:
    from gis.contract.layer import Layer

ANY = "*"
"""Every secretaría, or every layer."""


class Action(StrEnum):
    """What a grant allows, in the words of the law and of the people who do it."""

    VER_CLASIFICADA = "ver-clasificada"
    """Read fields and places that are *clasificados* (Ley 1712, art. 18)."""
    VER_RESERVADA = "ver-reservada"
    """Read those that are *reservados* too (art. 19)."""
    ENTREGAR = "entregar"
    """Hand in a delivery, which somebody else may have to accept."""
    EDITAR = "editar"
    """Create, change and remove single features."""
    ACEPTAR = "aceptar"
    """Apply a delivery, put bad rows in quarantine, undo a changeset."""
    PUBLICAR = "publicar"
    """Send datasets to portals."""
    ADMINISTRAR = "administrar"
    """Create accounts, and grant and revoke what others may do."""

    @property
    def label(self) -> str:
        """The action for people."""
        return _LABELS[self]


_LABELS = {
    Action.VER_CLASIFICADA: "Ver lo clasificado",
    Action.VER_RESERVADA: "Ver lo reservado",
    Action.ENTREGAR: "Entregar datos",
    Action.EDITAR: "Editar elementos",
    Action.ACEPTAR: "Aceptar entregas",
    Action.PUBLICAR: "Publicar",
    Action.ADMINISTRAR: "Administrar cuentas",
}


@dataclass(frozen=True, slots=True, order=True)
class Grant:
    """One action over the layers of ``secretaria`` that are ``layer``; :data:`ANY` for all."""

    secretaria: str
    layer: str
    action: Action

    def covers(self, action: Action, layer: Layer) -> bool:
        """Whether this allows ``action`` on ``layer``."""
        return (
            self.action is action
            and self.secretaria in (ANY, layer.metadata.contact)
            and self.layer in (ANY, layer.name)
        )

    def meet(self, other: Grant) -> Grant | None:
        """What both allow; None when that is nothing.

        >>> salud = Grant("salud", ANY, Action.EDITAR)
        >>> salud.meet(Grant(ANY, "centros", Action.EDITAR))
        Grant(secretaria='salud', layer='centros', action=<Action.EDITAR: 'editar'>)
        """
        secretaria = _narrower(self.secretaria, other.secretaria)
        layer = _narrower(self.layer, other.layer)
        if secretaria is None or layer is None or self.action is not other.action:
            return None
        return Grant(secretaria, layer, self.action)


def _narrower(one: str, other: str) -> str | None:
    if one in (ANY, other):
        return other
    return one if other == ANY else None


@dataclass(frozen=True, slots=True)
class Principal:
    """Who asks. How they proved it (a session, a token, one day another server) is over by now.

    ``name`` is empty for the anonymous, who have no grants; ``title`` is for people to read.
    """

    name: str = ""
    grants: frozenset[Grant] = frozenset()
    title: str = ""

    @property
    def is_anonymous(self) -> bool:
        """Whether nobody said who they are."""
        return not self.name

    def may(self, action: Action, layer: Layer) -> bool:
        """Whether the principal may do ``action`` on ``layer``."""
        return any(grant.covers(action, layer) for grant in self.grants)

    def access(self, layer: Layer) -> Access:
        """The strictest class of ``layer`` that the principal may see."""
        if self.may(Action.VER_RESERVADA, layer):
            return Access.RESERVADA
        if self.may(Action.VER_CLASIFICADA, layer):
            return Access.CLASIFICADA
        return Access.PUBLICA


ANONYMOUS = Principal()
