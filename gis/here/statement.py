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

from gis import store
from gis.contract.access import PUBLICA
from gis.contract.questions import Relation
from gis.contract.types import Reference
from gis.features.rows import rows
from gis.geocode.positions import to_metres
from gis.here.basis import register_part
from gis.store.engine import driver_cursor
from gis.store.tables import SRID

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from gis.contract.catalog import Catalog
    from gis.contract.layer import Layer

_KNOWN = "SELECT FROM pg_prepared_statements WHERE name = %s"
_PREPARE = sql.SQL("PREPARE {name} (float8, float8) AS ")
_ASK = sql.SQL(
    "SET LOCAL plan_cache_mode = force_generic_plan; EXECUTE {name} (%(east)s, %(north)s)"
)
CANDIDATES = 5
"""Nearest in a straight line among which the nearest on foot is looked for."""
EAST, NORTH = "east", "north"
TARGETS = "targets"
DISTANCE = "distance"


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


def told_names(layer: Layer) -> tuple[str, ...]:
    """Fields that the answer needs: what is told, the level, the advice, the reach."""
    here = layer.here
    assert here is not None
    names = (*here.fields, here.level, here.advice, here.reach_by, here.latest_by)
    return tuple(dict.fromkeys(name for name in names if name))


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

    def rows(self, conn: sa.Connection, lon: float, lat: float) -> Mapping[str, list[Any]]:
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
                given = {EAST: AsIs("$1"), NORTH: AsIs("$2")}
                body = cursor.mogrify(self.text, {**self.constants, **given}).decode()
                cursor.execute(_PREPARE.format(name=name) + sql.SQL(body))
            cursor.execute(_ASK.format(name=name), position(lon, lat))
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
    query = _of([*(_part(layer, labels, None) for layer in layers), state])
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
    return _of([_part(layer, labels, as_of)])


def referred(catalog: Catalog, layers: Sequence[Layer]) -> tuple[tuple[str, Layer], ...]:
    """Layers to which told fields refer, by name: their labels are told in place of ids."""
    named: dict[str, Layer] = {}
    for layer in layers:
        for name in told_names(layer):
            kind = layer.field(name).type
            if isinstance(kind, Reference):
                named[kind.layer] = catalog.layer(kind.layer)
    return tuple(sorted(named.items()))


def position(lon: float, lat: float) -> dict[str, float]:
    """The parameters for a place in degrees (CRS84)."""
    east, north = to_metres(lon, lat)
    return {EAST: east, NORTH: north}


def _point() -> Any:
    """A constant to the planner, which then knows how little an index finds around it."""
    east, north = (sa.bindparam(name, type_=sa.Float) for name in (EAST, NORTH))
    return sa.func.ST_SetSRID(sa.func.ST_MakePoint(east, north), SRID)


def _of(parts: Sequence[sa.Subquery]) -> sa.Select[Any]:
    union = sa.union_all(*(sa.select(part) for part in parts)).subquery("said")
    return sa.select(union)


def _part(layer: Layer, labels: Mapping[str, Layer], as_of: int | None) -> sa.Subquery:
    here = layer.here
    assert here is not None
    source = rows(layer, PUBLICA, as_of)
    place = _point()
    chosen = {
        Relation.COVERS: _covering,
        Relation.NEAREST: _nearest,
        Relation.AROUND: _around,
    }[here.relation](layer, source, place)
    values: list[Any] = []
    for name in told_names(layer):
        values += [sa.literal(name, sa.Text), chosen.c[name]]
    targets: list[Any] = []
    for name in told_names(layer):
        kind = layer.field(name).type
        if isinstance(kind, Reference) and labels[kind.layer].label:
            targets += [sa.literal(name, sa.Text), _label(labels[kind.layer], chosen.c[name])]
    at = sa.func.ST_PointOnSurface(chosen.c.geom)
    placed = here.relation is not Relation.COVERS
    return sa.select(
        sa.literal(layer.name, sa.Text).label("layer"),
        chosen.c["_id"].label("feature"),
        sa.func.jsonb_build_object(*values).label("values"),
        sa.func.jsonb_build_object(*targets).label(TARGETS),
        chosen.c[DISTANCE],
        chosen.c.total,
        (sa.func.ST_X(at) if placed else sa.cast(sa.null(), sa.Double)).label("x"),
        (sa.func.ST_Y(at) if placed else sa.cast(sa.null(), sa.Double)).label("y"),
    ).subquery()


def _columns(layer: Layer, source: sa.FromClause) -> list[Any]:
    return [source.c[name] for name in ("_id", *told_names(layer), *layer.time)] + [source.c.geom]


def _covering(layer: Layer, source: sa.FromClause, place: Any) -> sa.Subquery:
    return (
        sa.select(
            *_distinct(_columns(layer, source)),
            sa.literal(0.0, sa.Double).label(DISTANCE),
            sa.literal(0, sa.BigInteger).label("total"),
        )
        .where(sa.func.ST_Intersects(source.c.geom, place))
        .order_by(source.c["_id"])
        .subquery()
    )


def _nearest(layer: Layer, source: sa.FromClause, place: Any) -> sa.Subquery:
    assert layer.here is not None
    return (
        sa.select(
            *_distinct(_columns(layer, source)),
            sa.func.ST_Distance(source.c.geom, place).label(DISTANCE),
            sa.literal(0, sa.BigInteger).label("total"),
        )
        .where(source.c.geom.is_not(None))
        .order_by(source.c.geom.op("<->")(place))
        .limit(max(CANDIDATES, layer.here.most))
        .subquery()
    )


def _around(layer: Layer, source: sa.FromClause, place: Any) -> sa.Subquery:
    here = layer.here
    assert here is not None
    near = sa.select(
        *_distinct(_columns(layer, source)),
        sa.func.ST_Distance(source.c.geom, place).label(DISTANCE),
    ).where(sa.func.ST_DWithin(source.c.geom, place, here.reach_m))
    if here.latest_by:
        # What has no group is a group of its own.
        group = sa.func.coalesce(sa.cast(source.c[here.latest_by], sa.Text), source.c["_id"])
        latest = source.c[layer.time[-1]].desc().nulls_last()
        near = near.distinct(group).order_by(group, latest, source.c["_id"])
    each = near.subquery()
    return (
        sa.select(each, sa.func.count().over().label("total"))
        .order_by(each.c[DISTANCE], each.c["_id"])
        .limit(here.most)
        .subquery()
    )


def _distinct(columns: Sequence[Any]) -> list[Any]:
    """Each column once, by name."""
    return list({column.key: column for column in columns}.values())


def _label(other: Layer, feature: Any) -> Any:
    target = store.view(other, PUBLICA).alias()
    found = sa.select(target.c[other.label]).where(target.c["_id"] == feature)
    return found.scalar_subquery()
