"""The statement behind an answer: one question to every layer, each served by its spatial index.

It is one ``UNION ALL`` over the views of the public, seen in one snapshot, and its cost does not
grow with the features of a layer: what covers a point and what is nearest are found in the index.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from psycopg2 import sql
from psycopg2.extensions import AsIs
from sqlalchemy.dialects.postgresql import JSONB, psycopg2

from gis.contract.access import PUBLICA
from gis.contract.types import Reference
from gis.geocode.positions import to_metres
from gis.here.basis import register_part
from gis.here.parts import DISTANCE, DOUBT, EAST, NORTH, TARGETS, part_of, told_names
from gis.store.engine import driver_cursor

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from gis.contract.catalog import Catalog
    from gis.contract.layer import Layer

_KNOWN = "SELECT FROM pg_prepared_statements WHERE name = %s"
_PREPARE = sql.SQL("PREPARE {name} (float8, float8, float8) AS ")
_ASK = sql.SQL(
    "SET LOCAL plan_cache_mode = force_generic_plan; "
    "EXECUTE {name} (%(east)s, %(north)s, %(doubt)s)"
)


def asked_layers(catalog: Catalog) -> tuple[Layer, ...]:
    """The layers that speak of a place, in the order in which they do. One whose place the public
    does not see says nothing."""
    speaking = [
        layer for layer in catalog if layer.here is not None and layer.geometry_for(PUBLICA)
    ]
    return tuple(sorted(speaking, key=_order))


def _order(layer: Layer) -> tuple[int, int, str]:
    assert layer.here is not None
    sections = list(type(layer.here.section))
    return sections.index(layer.here.section), layer.here.order, layer.name


@dataclass(frozen=True, slots=True)
class Prepared:
    """The statement over all layers, written once: writing it costs more than asking it."""

    layers: tuple[Layer, ...]
    used: tuple[Layer, ...]
    """All that an answer rests on: these, those that their fields refer to, and the streets."""
    labels: Mapping[str, Layer]
    """Layers to which told fields refer, by name."""
    text: str
    constants: Mapping[str, Any]

    def rows(
        self, conn: sa.Connection, lon: float, lat: float, doubt_m: float = 0.0
    ) -> Mapping[str, list[Any]]:
        """What each layer says now of a place in degrees (CRS84), by layer; under no name, what
        the layers are like (:func:`gis.here.basis.read_register`).

        The server's session keeps the statement parsed and planned, which costs ten times what
        asking does. It is looked for in the transaction that asks, so a pooler that lends the
        session to others between transactions does no harm.
        """
        if not self.layers:
            return {}
        found: dict[str, list[Any]] = {}
        name = sql.Identifier(self.name)
        with driver_cursor(conn) as cursor:
            cursor.execute(_KNOWN, (self.name,))
            if cursor.fetchone() is None:
                given = {EAST: AsIs("$1"), NORTH: AsIs("$2"), DOUBT: AsIs("$3")}
                body = cursor.mogrify(self.text, {**self.constants, **given}).decode()
                cursor.execute(_PREPARE.format(name=name) + sql.SQL(body))
            cursor.execute(_ASK.format(name=name), position(lon, lat, doubt_m))
            columns = [column.name for column in cursor.description]
            for row in cursor:
                told = dict(zip(columns, row, strict=True))
                found.setdefault(told["layer"], []).append(told)
        return found

    @property
    def name(self) -> str:
        """What a session knows it by: another statement has another name."""
        return "sig_here_" + hashlib.sha256(self.text.encode()).hexdigest()[:16]


def prepare(catalog: Catalog) -> Prepared:
    """The statement for what all the layers of ``catalog`` say now."""
    layers = asked_layers(catalog)
    labels = dict(referred(catalog, layers))
    if not layers:
        return Prepared((), (), labels, "", {})
    streets = [each for each in catalog if each.network and each.geometry_for(PUBLICA)][:1]
    used = tuple({each.name: each for each in (*layers, *labels.values(), *streets)}.values())
    register = register_part(used).subquery()
    empty = sa.cast(sa.null(), sa.Double)
    state = sa.select(
        register,
        sa.cast(sa.literal("{}"), JSONB).label(TARGETS),
        empty.label(DISTANCE),
        sa.literal(0, sa.BigInteger).label("total"),
        empty.label("x"),
        empty.label("y"),
    ).subquery()
    query = _of([*(part_of(layer, labels, None) for layer in layers), state])
    compiled = query.compile(dialect=psycopg2.dialect())  # type: ignore[no-untyped-call]
    return Prepared(layers, used, labels, str(compiled), dict(compiled.params))


class Statements:
    """What a server keeps of them: one, of its catalog."""

    def __init__(self) -> None:
        self._kept: tuple[Catalog, Prepared] | None = None

    def of(self, catalog: Catalog) -> Prepared:
        """The prepared statement of ``catalog``. Two threads may at worst both write it."""
        kept = self._kept
        if kept is None or kept[0] is not catalog:
            kept = self._kept = (catalog, prepare(catalog))
        return kept[1]


def past(layer: Layer, labels: Mapping[str, Layer], as_of: int) -> sa.Select[Any]:
    """What one layer said as of a changeset."""
    return _of([part_of(layer, labels, as_of)])


def referred(catalog: Catalog, layers: Sequence[Layer]) -> tuple[tuple[str, Layer], ...]:
    """Layers to which told fields refer, by name: their labels are told in place of ids."""
    named: dict[str, Layer] = {}
    for layer in layers:
        for name in told_names(layer):
            kind = layer.field(name).type
            if isinstance(kind, Reference):
                named[kind.layer] = catalog.layer(kind.layer)
    return tuple(sorted(named.items()))


def position(lon: float, lat: float, doubt_m: float = 0.0) -> dict[str, float]:
    """The parameters for a place in degrees (CRS84) that may be so many metres elsewhere."""
    east, north = to_metres(lon, lat)
    return {EAST: east, NORTH: north, DOUBT: doubt_m}


def _of(parts: Sequence[sa.Subquery]) -> sa.Select[Any]:
    union = sa.union_all(*(sa.select(part) for part in parts)).subquery("said")
    return sa.select(union)
