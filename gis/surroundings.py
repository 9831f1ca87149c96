"""What rules may see besides the rows they check: the current features of other layers."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import sqlalchemy as sa

from gis import store
from gis.features import reading
from gis.later import Later

if TYPE_CHECKING:
    import geopandas as gpd

    from gis.contract.catalog import Catalog
    from gis.contract.layer import Layer
else:
    gpd = Later("geopandas")


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
        with self.engine.connect() as connection:
            state = store.layer_state(connection, layer)
            if state.demonstration and not self.demonstration:
                return None
            return _read(connection, declared)


@dataclass(frozen=True, slots=True)
class KeptFeatures:
    """The same for a server that judges single edits: read again only when the layer changed.

    Safe to share among threads; at worst two of them read the same at once.
    """

    engine: sa.Engine
    catalog: Catalog
    demonstration: bool = False

    _kept: dict[str, tuple[int, gpd.GeoDataFrame | None]] = field(default_factory=dict, repr=False)

    def features(self, layer: str) -> gpd.GeoDataFrame | None:
        """As :meth:`CurrentFeatures.features`, at the layer's present generation."""
        declared = self.catalog.layers.get(layer)
        if declared is None or declared.geometry is None:
            return None
        with reading(self.engine) as connection:
            state = store.layer_state(connection, layer)
            if state.demonstration and not self.demonstration:
                return None
            kept = self._kept.get(layer)
            if kept is None or kept[0] != state.generation:
                kept = self._kept[layer] = (state.generation, _read(connection, declared))
        return kept[1]


def _read(connection: sa.Connection, layer: Layer) -> gpd.GeoDataFrame | None:
    columns = store.table(layer).c
    wanted = sa.select(*(columns[name] for name in (*layer.field_names, "geom")))
    found = gpd.read_postgis(wanted, connection, geom_col="geom", crs=9377)
    return None if found.empty else found
