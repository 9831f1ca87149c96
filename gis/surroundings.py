"""What rules may see besides the rows they check: the current features of other layers."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import geopandas as gpd
import sqlalchemy as sa

from gis import store

if TYPE_CHECKING:
    from gis.contract.catalog import Catalog


@dataclass(frozen=True, slots=True)
class CurrentFeatures:
    """The :class:`gis.contract.rules.Surroundings` of a store: all that is current in it."""

    engine: sa.Engine
    catalog: Catalog
    demonstration: bool = False
    """Whether layers that only demonstrate count: true for what is itself a demonstration."""

    _read: dict[str, gpd.GeoDataFrame | None] = field(default_factory=dict, repr=False)

    def features(self, layer: str) -> gpd.GeoDataFrame | None:
        """Declared fields and ``geom`` (EPSG:9377, null where unknown) of a layer's features.

        None when the layer is not declared, has no geometry, has no features yet, or has
        demonstration data that nothing real should be compared with. Read once, at first asking.
        """
        if layer not in self._read:
            self._read[layer] = self._current(layer)
        return self._read[layer]

    def _current(self, layer: str) -> gpd.GeoDataFrame | None:
        declared = self.catalog.layers.get(layer)
        if declared is None or declared.geometry is None:
            return None
        columns = store.table(declared).c
        wanted = sa.select(*(columns[name] for name in (*declared.field_names, "geom")))
        with self.engine.connect() as connection:
            state = store.layer_state(connection, layer)
            if state.demonstration and not self.demonstration:
                return None
            found = gpd.read_postgis(wanted, connection, geom_col="geom", crs=9377)
        return None if found.empty else found
