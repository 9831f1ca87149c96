"""The store: PostgreSQL with PostGIS. Engines, migrations, the tables and views of each layer."""

from gis.store.engine import make_engine, migrate
from gis.store.state import LayerState, changeset_at, layer_state, layer_states, reference_dates
from gis.store.sync import sync_layers
from gis.store.tables import history_view, table, view

__all__ = [
    "LayerState",
    "changeset_at",
    "history_view",
    "layer_state",
    "layer_states",
    "make_engine",
    "migrate",
    "reference_dates",
    "sync_layers",
    "table",
    "view",
]
