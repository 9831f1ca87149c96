"""The time a layer's features cover."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from gis.features.rows import rows, time_columns

if TYPE_CHECKING:
    from gis.contract import Access, Layer
    from gis.store import LayerState

Span = tuple[str | None, str | None]


class TemporalExtents:
    """First and last time of each layer, looked up once per generation of its data."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, Access], tuple[int, Span | None]] = {}

    def of(
        self, conn: sa.Connection, layer: Layer, access: Access, state: LayerState
    ) -> Span | None:
        """ISO 8601 start and end, either None when open; None for a layer without time."""
        key = (layer.name, access)
        known = self._known.get(key)
        if known is None or known[0] != state.generation:
            known = (state.generation, _look_up(conn, layer, access))
            self._known[key] = known
        return known[1]


def _look_up(conn: sa.Connection, layer: Layer, access: Access) -> Span | None:
    source = rows(layer, access)
    columns = time_columns(source, layer, access)
    if not columns:
        return None
    ends = sa.select(sa.func.min(columns[0]), sa.func.max(columns[-1])).select_from(source)
    first, last = conn.execute(ends).one()
    return (_iso(first), _iso(last))


def _iso(value: Any) -> str | None:
    if value is None:
        return None
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    return f"{value.isoformat()}T00:00:00Z"
