"""What every route starts from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gis.contract import PUBLICA
from gis.features import reading
from gis.store import layer_states

if TYPE_CHECKING:
    import sqlalchemy as sa
    from starlette.requests import Request

    from api.wiring import System
    from gis.contract import Access, Layer
    from gis.store import LayerState

READ = ["GET", "HEAD"]


def system_of(request: Request) -> System:
    """The wired system."""
    system: System = request.app.state.system
    return system


def access_of(request: Request) -> Access:
    """What the caller may see. Nobody logs in yet: the public."""
    return PUBLICA


def layer_of(request: Request, name: str) -> Layer:
    """The layer of a collection; :class:`NotFound` otherwise."""
    return system_of(request).catalog.layer(name)


def states_of(request: Request) -> dict[str, LayerState]:
    """What each layer is like now."""
    with reading(system_of(request).reader) as conn:
        return layer_states(conn, access_of(request))


def span_of(
    request: Request, conn: sa.Connection, layer: Layer, state: LayerState | None
) -> tuple[str | None, str | None] | None:
    """First and last time of a layer's features."""
    if state is None:
        return None
    span: tuple[str | None, str | None] | None = request.app.state.extents.of(
        conn, layer, access_of(request), state
    )
    return span
