"""What a process stands on: the layers in one snapshot, as the public sees them.

Every process answers as the public, whoever asks: an answer can be shared, kept and shown, and
nothing that is not public can be worked out by asking.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar

from gis.contract.access import PUBLICA
from gis.demonstration import NOTICE
from gis.errors import NotFound
from gis.store import standings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    import sqlalchemy as sa

    from gis.contract.access import Access
    from gis.contract.catalog import Catalog
    from gis.contract.layer import Layer
    from gis.store import Standing

Kept = TypeVar("Kept")


class Shared:
    """What the questions of one server keep between them (an index of streets, say), by class."""

    def __init__(self) -> None:
        self._made: dict[type, Any] = {}
        self._lock = threading.Lock()

    def of(self, kind: type[Kept]) -> Kept:
        """The one ``kind`` of this server, made at the first asking."""
        with self._lock:
            if kind not in self._made:
                self._made[kind] = kind()
            made: Kept = self._made[kind]
            return made


def _silent(share: float, message: str) -> None:
    return None


@dataclass(frozen=True, slots=True)
class Ground:
    """The layers as the public sees them now. ``connection`` is one snapshot, read only."""

    catalog: Catalog
    connection: sa.Connection
    shared: Shared = field(default_factory=Shared)
    progress: Callable[[float, str], None] = _silent
    """Told how far a long question is: from 0 to 1, and what is being done, for people."""
    access: Access = PUBLICA
    _rests: dict[str, Standing] = field(default_factory=dict, repr=False)

    def state(self, layer: Layer) -> Standing:
        """What is known of the layer; from then on the answer rests on it, and says so."""
        self.rest_on((layer,))
        return self._rests[layer.name]

    def rest_on(self, layers: Iterable[Layer]) -> None:
        """Have the answer say that it rests on these layers; many cost as much as one.

        :class:`gis.errors.NotFound` when the store has no such layer.
        """
        names = [layer.name for layer in layers if layer.name not in self._rests]
        if not names:
            return
        found = standings(self.connection, names, self.access)
        for name in names:
            if name not in found:
                raise NotFound(f"No existe la capa «{name}»", layer=name)
            self._rests[name] = found[name]

    def told(self) -> dict[str, Any]:
        """What every answer says at its end: the layers it rests on, with the changeset and the
        moment of each and the date it describes, and the notices that go with them."""
        rests = [_source(self.catalog.layer(name), one) for name, one in self._rests.items()]
        return {"fuentes": rests, "avisos": self._notices()}

    def _notices(self) -> list[str]:
        layers = [self.catalog.layer(name) for name in self._rests]
        notices = [layer.metadata.notice for layer in layers if layer.metadata.notice]
        if any(one.demonstration for one in self._rests.values()):
            notices.insert(0, NOTICE)
        return list(dict.fromkeys(notices))


def _source(layer: Layer, one: Standing) -> dict[str, Any]:
    updated, day = one.updated_at, one.reference_date
    return {
        "capa": layer.name,
        "titulo": layer.title,
        "cambio": one.changeset,
        "corte": day.isoformat() if day else None,
        "actualizada": updated.isoformat(timespec="seconds") if updated else None,
        "demostracion": one.demonstration,
    }
