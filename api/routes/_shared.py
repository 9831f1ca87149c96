"""What every route starts from: the system, the layer asked for, and what the caller may see."""

from __future__ import annotations

from typing import TYPE_CHECKING

from api.access import access_of
from gis.contract import Access
from gis.errors import NotFound
from gis.features import reading
from gis.store import layer_states

if TYPE_CHECKING:
    from collections.abc import Iterable

    import sqlalchemy as sa
    from starlette.requests import Request

    from api.wiring import System
    from gis.contract import Layer
    from gis.store import LayerState

__all__ = [
    "READ", "access_of", "by_class", "layer_of", "reader_of", "span_of", "states_of", "system_of",
]  # fmt: skip
READ = ["GET", "HEAD"]


def system_of(request: Request) -> System:
    """The wired system."""
    system: System = request.app.state.system
    return system


def reader_of(request: Request, layer: Layer) -> sa.Engine:
    """Where the caller's view of ``layer`` is read: an engine of that access class and no other."""
    return system_of(request).readers[access_of(request, layer)]


def layer_of(request: Request, name: str) -> Layer:
    """The layer of a collection; :class:`NotFound` otherwise, and where the caller sees no rows."""
    layer = system_of(request).catalog.layer(name)
    if not layer.is_for(access_of(request, layer)):
        raise NotFound(f"No existe la capa «{name}»", layer=name)
    return layer


def seen_layers(request: Request) -> list[Layer]:
    """The layers that are there for the caller."""
    catalog = system_of(request).catalog
    return [layer for layer in catalog if layer.is_for(access_of(request, layer))]


def by_class(request: Request, layers: Iterable[Layer]) -> dict[Access, list[Layer]]:
    """The layers by what the caller may see of them."""
    found: dict[Access, list[Layer]] = {}
    for layer in layers:
        found.setdefault(access_of(request, layer), []).append(layer)
    return found


def states_of(request: Request) -> dict[str, LayerState]:
    """What each layer is like now, each read as the class that the caller has for it."""
    system = system_of(request)
    states: dict[str, LayerState] = {}
    for access, layers in by_class(request, system.catalog).items():
        with reading(system.readers[access]) as conn:
            known = layer_states(conn, access)
        states |= {layer.name: known[layer.name] for layer in layers if layer.name in known}
    return states


def span_of(
    request: Request, conn: sa.Connection, layer: Layer, state: LayerState | None
) -> tuple[str | None, str | None] | None:
    """First and last time of a layer's features."""
    if state is None:
        return None
    span: tuple[str | None, str | None] | None = request.app.state.extents.of(
        conn, layer, access_of(request, layer), state
    )
    return span
