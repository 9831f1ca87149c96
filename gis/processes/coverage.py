"""``coverage``: how many people, and how many blocks, are within a distance of a service."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from gis import store
from gis.contract.access import PUBLICA
from gis.processes.inputs import Cql2, Number
from gis.processes.process import Input, Process
from gis.processes.selecting import PEOPLE, PLACED, SURFACES, features, name_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gis.contract.catalog import Catalog
    from gis.contract.layer import Layer
    from gis.processes.ground import Ground

WHOLE = 0.999
"""Share of a block from which it is wholly within: a circle is drawn with 64 corners."""
FARTHEST_M = 20_000
SERVICE = (
    Input("servicio", PLACED, "Capa de los servicios", required=True),
    Input("distancia_m", Number(1, FARTHEST_M), "Hasta cuántos metros alcanza", required=True),
    Input("filtro", Cql2(), "Filtro CQL2 sobre los servicios"),
    Input("poblacion", PEOPLE, "Capa con los habitantes; si falta, la primera que los cuente"),
)
"""What tells a service, its reach and who may need it."""
FIGURES = (
    "blocks", "blocks_least", "blocks_most", "unknown", "people", "served", "served_least",
    "served_most",
)  # fmt: skip


def run(ground: Ground, inputs: Mapping[str, Any]) -> dict[str, Any]:
    """The figures of the whole municipality, or of each section and of what is in none."""
    blocks = _shares(ground, inputs)
    section = inputs["por"]
    ground.progress(0.1, "Comparando manzanas y servicios")
    if section is None:
        row = ground.connection.execute(_figures(blocks)).mappings().one()
        return {"total": _told(row), "regla": RULE}
    placed = _sections(ground, section, blocks)
    named = placed.c.id, placed.c.section
    figures = _figures(placed, *named).group_by(*named).order_by(*reversed(named))
    rows = ground.connection.execute(figures).mappings().all()
    return {
        "total": _told({name: sum(row[name] for row in rows) for name in FIGURES}),
        "por": [{"id": row["id"], "nombre": row["section"], **_told(row)} for row in rows],
        "regla": RULE,
    }


def _shares(ground: Ground, inputs: Mapping[str, Any]) -> sa.CTE:
    """Each block: ``_id``, ``geom``, ``people`` (null: not known) and ``share``, the part of its
    area (of a point: all or nothing) that a service reaches."""
    served = features(ground, inputs["servicio"], inputs["filtro"]).subquery("served")
    circles = sa.func.ST_Buffer(served.c.geom, inputs["distancia_m"], "quad_segs=16")
    reach = sa.select(
        sa.func.ST_Subdivide(sa.func.ST_UnaryUnion(sa.func.ST_Collect(circles)), 256).label("geom")
    ).cte("reach")
    people: Layer = inputs["poblacion"]
    ground.state(people)
    view = store.view(people, PUBLICA)
    within = sa.func.sum(_part(people, view.c.geom, reach.c.geom))
    return (
        sa.select(
            view.c["_id"],
            view.c.geom,
            view.c[people.people].label("people"),
            sa.func.least(1.0, sa.func.coalesce(within, 0.0)).label("share"),
        )
        .select_from(view.outerjoin(reach, sa.func.ST_Intersects(view.c.geom, reach.c.geom)))
        .where(view.c.geom.is_not(None))
        .group_by(view.c["_id"], view.c.geom, view.c[people.people])
        .cte("blocks")
    )


def _part(people: Layer, block: Any, reach: Any) -> sa.ColumnElement[Any]:
    assert people.geometry is not None
    if people.geometry.dimension == 0:
        return sa.case((reach.is_not(None), 1.0), else_=0.0)
    inside = sa.func.ST_Area(sa.func.ST_Intersection(block, reach))
    return inside / sa.func.nullif(sa.func.ST_Area(block), 0)


def _figures(blocks: Any, *more: Any) -> sa.Select[Any]:
    people = sa.func.coalesce(blocks.c.people, 0)
    touched, whole = blocks.c.share > 0, blocks.c.share >= WHOLE
    return sa.select(
        *more,
        sa.func.count().label("blocks"),
        sa.func.count().filter(whole).label("blocks_least"),
        sa.func.count().filter(touched).label("blocks_most"),
        sa.func.count().filter(blocks.c.people.is_(None)).label("unknown"),
        sa.func.coalesce(sa.func.sum(people), 0).label("people"),
        sa.func.coalesce(sa.func.sum(people * blocks.c.share), 0).label("served"),
        sa.func.coalesce(sa.func.sum(people).filter(whole), 0).label("served_least"),
        sa.func.coalesce(sa.func.sum(people).filter(touched), 0).label("served_most"),
    )


def _sections(ground: Ground, section: Layer, blocks: sa.CTE) -> sa.CTE:
    """The blocks with the id and the name of the section where a point inside them lies: the first
    where sections overlap, null in none."""
    ground.state(section)
    view = store.view(section, PUBLICA)
    middle = sa.func.ST_PointOnSurface(blocks.c.geom)
    first = (
        sa.select(
            view.c["_id"].label("id"), sa.cast(name_of(section, view.c), sa.Text).label("section")
        )
        .where(sa.func.ST_Intersects(view.c.geom, middle))
        .order_by(view.c["_id"])
        .limit(1)
        .correlate(blocks)
        .lateral("first")
    )
    return (
        sa.select(blocks.c.people, blocks.c.share, first.c.id, first.c.section)
        .select_from(blocks.outerjoin(first, sa.true()))
        .cte("placed")
    )


def _told(row: Mapping[str, Any] | sa.RowMapping) -> dict[str, Any]:
    return {
        "personas": int(row["people"]),
        "personas_cubiertas": round(float(row["served"])),
        "personas_cubiertas_minimo": int(row["served_least"]),
        "personas_cubiertas_maximo": int(row["served_most"]),
        "manzanas": row["blocks"],
        "manzanas_cubiertas_minimo": row["blocks_least"],
        "manzanas_cubiertas_maximo": row["blocks_most"],
        "manzanas_sin_dato": row["unknown"],
    }


def example(catalog: Catalog) -> dict[str, Any]:
    """Some service within 500 m."""
    return {"servicio": PLACED.names(catalog)[0], "distancia_m": 500}


RULE = (
    "Las personas de una manzana cubierta en parte cuentan según el área cubierta. El mínimo "
    "cuenta solo las manzanas cubiertas enteras; el máximo, todas las que se tocan."
)
PROCESS = Process(
    id="coverage",
    title="Cobertura de un servicio",
    description=(
        "Cuántas personas y manzanas están a una distancia de los elementos de una capa, en línea "
        "recta, con un mínimo y un máximo; en todo el municipio o por comuna, corregimiento u otra "
        "capa de superficies."
    ),
    inputs=(*SERVICE, Input("por", SURFACES, "Capa de superficies por las que se reparte")),
    run=run,
    output={
        "type": "object",
        "required": ["total", "regla"],
        "properties": {
            "total": {"type": "object"},
            "por": {"type": "array", "items": {"type": "object"}},
            "regla": {"type": "string"},
        },
    },
    example=example,
    keywords=("cobertura", "población"),
)
