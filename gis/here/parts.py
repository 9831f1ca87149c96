"""What one layer says of a place, as SQL: what covers it, what is nearest, what is around it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from gis import store
from gis.contract.access import PUBLICA
from gis.contract.questions import Relation, Section
from gis.contract.types import Integer, Reference
from gis.features.rows import rows
from gis.store.tables import SRID

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from gis.contract.layer import Layer

CANDIDATES = 5
"""Nearest in a straight line among which the nearest on foot is looked for."""
EAST, NORTH, DOUBT = "east", "north", "doubt"
READ_M = 0.0005
"""What a limit drawn on a map may be off, in metres of its scale: half a millimetre."""
TARGETS = "targets"
DISTANCE = "distance"


def told_names(layer: Layer) -> tuple[str, ...]:
    """Fields that the answer needs: what is told, the level, the advice, the reach."""
    here = layer.here
    assert here is not None
    by = (here.level, here.advice, here.reach_by, here.scale_by, here.latest_by)
    names = (*here.fields, *by)
    return tuple(dict.fromkeys(name for name in names if name))


def part_of(layer: Layer, labels: Mapping[str, Layer], as_of: int | None) -> sa.Subquery:
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
    assert layer.here is not None
    if layer.here.section is Section.RISK:
        return _threatening(layer, source, place)
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


def _threatening(layer: Layer, source: sa.FromClause, place: Any) -> sa.Subquery:
    """What covers a place (at distance 0), and what may, as neither place nor map is exact."""
    far = _doubt(layer, source)
    near = [source.c.geom.op("&&")(sa.func.ST_Expand(place, _doubt(layer)))]
    if layer.here is not None and layer.here.scale_by:
        near.append(source.c.geom.op("&&")(sa.func.ST_Expand(place, far)))
    each = (
        sa.select(
            *_distinct(_columns(layer, source)),
            sa.func.ST_Distance(source.c.geom, place).label(DISTANCE),
            far.label("far"),
        )
        .where(*near)
        .subquery()
    )
    return (
        sa.select(each, sa.literal(0, sa.BigInteger).label("total"))
        .where(each.c[DISTANCE] <= each.c.far)
        .order_by(each.c[DISTANCE], each.c["_id"])
        .subquery()
    )


def _doubt(layer: Layer, source: sa.FromClause | None = None) -> Any:
    """Metres from a limit within which nobody knows on which side a place is: of each feature of
    ``source``, else the most that any may have, which the index is asked for."""
    here, scale = layer.here, layer.metadata.scale_denominator or 0
    assert here is not None
    drawn: Any = sa.literal(READ_M * scale, sa.Double)
    if here.scale_by and source is None:
        kind = layer.field(here.scale_by).type
        assert isinstance(kind, Integer)
        drawn = sa.literal(READ_M * (kind.maximum or scale), sa.Double)
    elif here.scale_by and source is not None:
        drawn = READ_M * sa.func.coalesce(source.c[here.scale_by], scale)
    return sa.func.greatest(sa.bindparam(DOUBT, type_=sa.Float), drawn)


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


def _point() -> Any:
    """A constant to the planner, which then knows how little an index finds around it."""
    east, north = (sa.bindparam(name, type_=sa.Float) for name in (EAST, NORTH))
    return sa.func.ST_SetSRID(sa.func.ST_MakePoint(east, north), SRID)
