"""The gazetteer of a store, from what is public of its layers; read again only when they change."""

from __future__ import annotations

from dataclasses import dataclass, field
from threading import Lock
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely
import sqlalchemy as sa

from gis import store
from gis.contract.access import Access
from gis.contract.catalog import subset
from gis.errors import InvalidRequest
from gis.geocode import network, places
from gis.geocode.gazetteer import Gazetteer, home_of
from gis.geocode.network import Stretches
from gis.geocode.places import Place, Places

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gis.contract.catalog import Catalog
    from gis.contract.entity import Entity
    from gis.contract.layer import Layer
    from gis.geocode.streets import Streets
    from gis.store import LayerState

PUBLIC = Access.PUBLICA


@dataclass(slots=True)
class KeptGazetteer:
    """The gazetteer of one process, for one catalog.

    Safe to share among threads: while one reads what changed, the others wait for it.
    """

    _streets: tuple[tuple[int, ...], Streets] | None = field(default=None, repr=False)
    _places: tuple[tuple[int, ...], Places] | None = field(default=None, repr=False)
    _whole: Gazetteer | None = field(default=None, repr=False)
    _lock: Lock = field(default_factory=Lock, repr=False)

    def at(self, connection: sa.Connection, catalog: Catalog) -> Gazetteer:
        """Streets and places in the snapshot of a connection; it reads what is public alone."""
        states = store.layer_states(connection)
        networks = [layer for layer in catalog if layer.network and _is_public(layer)]
        named = [layer for layer in catalog if layer.place and _is_public(layer)]
        with self._lock:
            changed = self._follow(connection, states, networks, named)
            if self._whole is None or changed:
                self._whole = self._put_together(catalog.entity)
            return self._whole

    def _follow(
        self, connection: sa.Connection, states: dict[str, LayerState],
        networks: list[Layer], named: list[Layer],
    ) -> bool:  # fmt: skip
        """Read again what changed; whether anything did."""
        changed = False
        wanted = tuple(states[layer.name].generation for layer in networks)
        if self._streets is None or self._streets[0] != wanted:
            read = network.build(_stretches(connection, layer) for layer in networks)
            self._streets, changed = (wanted, read), True
        wanted = tuple(states[layer.name].generation for layer in named)
        if self._places is None or self._places[0] != wanted:
            found = (place for layer in named for place in _named(connection, layer))
            self._places, changed = (wanted, places.build(found)), True
        return changed

    def _put_together(self, entity: Entity) -> Gazetteer:
        assert self._streets is not None
        assert self._places is not None
        streets, places = self._streets[1], self._places[1]
        return Gazetteer(streets, places, entity.municipality, entity.extent, home_of(entity))


def gazetteer_for(connection: sa.Connection, catalog: Catalog, *, demonstration: bool) -> Gazetteer:
    """Streets and places to put a delivery on: what only demonstrates, places nothing real.

    Raises :class:`InvalidRequest` when there is no street to place it on.
    """
    states = store.layer_states(connection)
    names = [n for n in catalog.layers if n in states]
    names = [n for n in names if demonstration or not states[n].demonstration]
    made = KeptGazetteer().at(connection, subset(catalog, names))
    if not made.streets.streets:
        raise InvalidRequest(
            "No hay vías sobre las cuales ubicar las direcciones (las de demostración no cuentan). "
            "Cargue primero la malla vial, o use --demonstration si los datos también lo son",
            parameter="--geocode",
        )
    return made


def used(catalog: Catalog) -> list[Layer]:
    """The layers whose public features are streets and places of a gazetteer."""
    return [layer for layer in catalog if (layer.network or layer.place) and _is_public(layer)]


def _is_public(layer: Layer) -> bool:
    """Whether the public sees where its features truly are."""
    return layer.geometry is not None and PUBLIC.covers(layer.geometry.access)


def _rows(
    connection: sa.Connection, layer: Layer, names: tuple[str, ...], *, located: bool = True
) -> list[Any]:
    """Id, geometry as WKB and some fields of the features that the public sees; all of them, or
    those that are ``located``."""
    columns = store.view(layer, PUBLIC).c
    shape = sa.func.ST_AsBinary(columns["geom"], type_=sa.LargeBinary)
    wanted = sa.select(columns["_id"], shape, *(columns[name] for name in names))
    if located:
        wanted = wanted.where(columns["geom"].is_not(None))
    return list(connection.execute(wanted.order_by(columns["_fid"])))


def _stretches(connection: sa.Connection, layer: Layer) -> Stretches:
    network = layer.network
    assert network is not None
    rows = _rows(connection, layer, (network.name,))
    shapes = shapely.from_wkb(np.array([bytes(row[1]) for row in rows], dtype=object))
    return Stretches(
        layer.name, [row[0] for row in rows], [row[2] for row in rows], shapes,
        network.tolerance_m, network.even_side, network.offset_m,
    )  # fmt: skip


def _named(connection: sa.Connection, layer: Layer) -> Iterator[Place]:
    place = layer.place
    assert place is not None
    fields = place.names or ((layer.label,) if layer.label else ())
    labels = [{code.code: code.label for code in layer.field(name).type.codes} for name in fields]
    rows = _rows(connection, layer, fields, located=False)
    given = [None if row[1] is None else bytes(row[1]) for row in rows]
    shapes = shapely.from_wkb(np.array(given, dtype=object))
    for row, shape in zip(rows, shapes, strict=True):
        names = [known.get(v, v) for v, known in zip(row[2:], labels, strict=True) if v]
        label = names[0] if names else str(row[0])
        where = shapely.Point() if shape is None else shape
        yield Place(layer.name, row[0], place.kind, label, tuple(names), where)
