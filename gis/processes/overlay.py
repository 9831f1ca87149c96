"""``overlay``: how much of one layer lies on another, and how much on none of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from gis.processes.examples import crossed, zones
from gis.processes.inputs import Cql2
from gis.processes.process import Input, Process
from gis.processes.selecting import (
    EACH_TIME,
    NOTHING,
    ONCE,
    PLACED,
    SURFACES,
    features,
    is_within,
    measured,
    measured_together,
    told,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gis.contract.catalog import Catalog
    from gis.contract.layer import Layer
    from gis.processes.ground import Ground


def run(ground: Ground, inputs: Mapping[str, Any]) -> dict[str, Any]:
    """What of ``capa`` lies on each category of ``sobre``, and what lies on none."""
    layer: Layer = inputs["capa"]
    first = features(ground, layer, inputs["filtro"]).cte("first").prefix_with(EACH_TIME)
    other = features(ground, inputs["sobre"], inputs["filtro_sobre"]).subquery("other")
    over = (
        sa.select(
            sa.func.ST_Subdivide(
                sa.func.ST_UnaryUnion(sa.func.ST_Collect(other.c.geom)), 256
            ).label("geom"),
            other.c.category,
        )
        .group_by(other.c.category)
        .cte("over")
        .prefix_with(ONCE)
    )
    ground.progress(0.1, "Cruzando las dos capas")
    crossed = [
        {"categoria": mine or NOTHING, "sobre": theirs or NOTHING, **told(layer, count, measure)}
        for mine, theirs, count, measure in ground.connection.execute(_crossed(layer, first, over))
    ]
    ground.progress(0.6, "Buscando lo que queda fuera")
    outside = [
        {"categoria": mine or NOTHING, **told(layer, count, measure)}
        for mine, count, measure in ground.connection.execute(_outside(layer, first, over))
    ]
    whole = ground.connection.execute(
        sa.select(sa.func.count(), sa.func.sum(measured(layer, first.c.geom)))
    ).one()
    return {"total": told(layer, *whole), "encima": crossed, "fuera": outside}


def _crossed(layer: Layer, first: sa.CTE, over: sa.CTE) -> sa.Select[Any]:
    measure = measured_together(layer, sa.func.ST_Intersection(first.c.geom, over.c.geom))
    theirs = over.c.category.label("theirs")
    cut = (
        sa.select(first.c["_id"], first.c.category, theirs, measure.label("measure"))
        .select_from(first.join(over, sa.func.ST_Intersects(first.c.geom, over.c.geom)))
        .group_by(first.c["_id"], first.c.category, theirs)
        .having(is_within(layer, measure))
        .subquery("cut")
    )
    return (
        sa.select(cut.c.category, cut.c.theirs, sa.func.count(), sa.func.sum(cut.c.measure))
        .group_by(cut.c.category, cut.c.theirs)
        .order_by(cut.c.category, cut.c.theirs)
    )


def _outside(layer: Layer, first: sa.CTE, over: sa.CTE) -> sa.Select[Any]:
    """By category: the features that nothing covers whole, and the measure of what is left."""
    met = sa.func.ST_Intersects(over.c.geom, first.c.geom)
    covered = (
        sa.select(first.c["_id"], sa.func.ST_Union(over.c.geom).label("geom"))
        .select_from(over.join(first, met))
        .group_by(first.c["_id"])
        .cte("covered")
        .prefix_with(ONCE)
    )
    rest = sa.func.coalesce(sa.func.ST_Difference(first.c.geom, covered.c.geom), first.c.geom)
    left = (
        sa.select(first.c.category, rest.label("geom"), measured(layer, rest).label("measure"))
        .select_from(first.outerjoin(covered, covered.c["_id"] == first.c["_id"]))
        .subquery("left_over")
    )
    return (
        sa.select(left.c.category, sa.func.count(), sa.func.sum(left.c.measure))
        .where(~sa.func.ST_IsEmpty(left.c.geom), is_within(layer, left.c.measure))
        .group_by(left.c.category)
        .order_by(left.c.category)
    )


def example(catalog: Catalog) -> dict[str, Any]:
    """Streets over surfaces by categories."""
    return {"capa": crossed(catalog), "sobre": zones(catalog)}


PROCESS = Process(
    id="overlay",
    title="Cruce de dos capas",
    description=(
        "Cuánto de una capa cae sobre cada categoría de una capa de superficies y cuánto fuera de "
        "todas: elementos, longitud o área. Donde dos superficies de una misma categoría se "
        "superponen se cuenta una vez; las de categorías distintas cuentan en cada una. Lo que "
        "solo toca el borde no cuenta."
    ),
    inputs=(
        Input("capa", PLACED, "Capa que se cruza", required=True),
        Input("sobre", SURFACES, "Capa de superficies con que se cruza", required=True),
        Input("filtro", Cql2(), "Filtro CQL2 de «capa»"),
        Input("filtro_sobre", Cql2("sobre"), "Filtro CQL2 de «sobre»"),
    ),
    run=run,
    output={
        "type": "object",
        "required": ["total", "encima", "fuera"],
        "properties": {
            "total": {"type": "object"},
            "encima": {"type": "array", "items": {"type": "object"}},
            "fuera": {"type": "array", "items": {"type": "object"}},
        },
    },
    example=example,
    keywords=("cruce", "superposición"),
)
