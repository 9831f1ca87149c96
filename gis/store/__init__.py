"""The store: PostgreSQL with PostGIS. Engines, migrations, the tables and views of each layer."""

from gis.store.engine import make_engine, migrate
from gis.store.state import (
    LayerState,
    Standing,
    changeset_at,
    layer_state,
    layer_states,
    standings,
)
from gis.store.sync import sync_layers
from gis.store.tables import history_view, table, view

__all__ = [
    "LayerState",
    "Standing",
    "changeset_at",
    "history_view",
    "layer_state",
    "layer_states",
    "make_engine",
    "migrate",
    "standings",
    "sync_layers",
    "table",
    "view",
]
