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
from gis.store import layer_states, reference_dates

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    import sqlalchemy as sa

    from gis.contract.access import Access
    from gis.contract.catalog import Catalog
    from gis.contract.layer import Layer
    from gis.store import LayerState

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
    _known: dict[str, LayerState] = field(default_factory=dict, repr=False)
    _states: dict[str, LayerState] = field(default_factory=dict, repr=False)

    def state(self, layer: Layer) -> LayerState:
        """What the layer is like; from then on the answer rests on it, and says so.

        :class:`gis.errors.NotFound` when the store has no such layer.
        """
        if not self._known:
            self._known.update(layer_states(self.connection, self.access))
        if layer.name not in self._states:
            if layer.name not in self._known:
                raise NotFound(f"No existe la capa «{layer.name}»", layer=layer.name)
            self._states[layer.name] = self._known[layer.name]
        return self._states[layer.name]

    def told(self) -> dict[str, Any]:
        """What every answer says at its end: the layers it rests on, with the changeset and the
        moment of each and the date it describes, and the notices that go with them."""
        days = reference_dates(self.connection, self._states, self.access)
        rests = [
            _source(self.catalog.layer(name), state, days.get(name))
            for name, state in self._states.items()
        ]
        return {"fuentes": rests, "avisos": self._notices()}

    def _notices(self) -> list[str]:
        layers = [self.catalog.layer(name) for name in self._states]
        notices = [layer.metadata.notice for layer in layers if layer.metadata.notice]
        if any(state.demonstration for state in self._states.values()):
            notices.insert(0, NOTICE)
        return list(dict.fromkeys(notices))


def _source(layer: Layer, state: LayerState, day: date | None) -> dict[str, Any]:
    updated = state.updated_at
    return {
        "capa": layer.name,
        "titulo": layer.title,
        "cambio": state.changeset,
        "corte": day.isoformat() if day else None,
        "actualizada": updated.isoformat(timespec="seconds") if updated else None,
        "demostracion": state.demonstration,
    }
