"""``coverage``: how many people, and how many blocks, are within a distance of a service."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from gis import store
from gis.contract.access import PUBLICA
from gis.processes.examples import services
from gis.processes.inputs import Cql2, Number
from gis.processes.process import Input, Process
from gis.processes.selecting import ONCE, PEOPLE, PLACED, SURFACES, features, name_of

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
    Input("filtro", Cql2("servicio"), "Filtro CQL2 sobre los servicios"),
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
    rows = ground.connection.execute(_by_section(ground, section, blocks)).mappings().all()
    return {
        "total": _told({name: sum(row[name] for row in rows) for name in FIGURES}),
        "por": [
            {"id": row["id"], "nombre": row["section"], **_told(row)}
            for row in rows
            if row["id"] is not None or row["blocks"]
        ],
        "regla": RULE,
    }


def _shares(ground: Ground, inputs: Mapping[str, Any]) -> sa.CTE:
    """Each block: ``geom``, ``people`` (null: not known) and ``share``, the part of its
    area (of a point: all or nothing) that a service reaches."""
    served = features(ground, inputs["servicio"], inputs["filtro"]).subquery("served")
    circles = sa.func.ST_Buffer(served.c.geom, inputs["distancia_m"], "quad_segs=16")
    pieces = sa.func.ST_Subdivide(sa.func.ST_UnaryUnion(sa.func.ST_Collect(circles)), 256)
    reach = sa.select(pieces.label("geom")).cte("reach").prefix_with(ONCE)
    people: Layer = inputs["poblacion"]
    ground.state(people)
    view = store.view(people, PUBLICA)
    within = sa.func.sum(_part(people, view.c.geom, reach.c.geom))
    reached = (
        sa.select(view.c["_id"], sa.func.least(1.0, within).label("share"))
        .select_from(reach.join(view, sa.func.ST_Intersects(view.c.geom, reach.c.geom)))
        .group_by(view.c["_id"])
        .cte("reached")
        .prefix_with(ONCE)
    )
    return (
        sa.select(
            view.c.geom,
            view.c[people.people].label("people"),
            sa.func.coalesce(reached.c.share, 0.0).label("share"),
        )
        .select_from(view.outerjoin(reached, reached.c["_id"] == view.c["_id"]))
        .where(view.c.geom.is_not(None))
        .cte("blocks")
    )


def _part(people: Layer, block: Any, reach: Any) -> sa.ColumnElement[Any]:
    assert people.geometry is not None
    if people.geometry.dimension == 0:
        return sa.literal(1.0, sa.Float)
    inside = sa.func.ST_Area(sa.func.ST_Intersection(block, reach))
    return inside / sa.func.nullif(sa.func.ST_Area(block), 0)


def _figures(blocks: Any, *more: Any) -> sa.Select[Any]:
    people = sa.func.coalesce(blocks.c.people, 0)
    touched, whole = blocks.c.share > 0, blocks.c.share >= WHOLE
    count = sa.func.count(blocks.c.share)
    return sa.select(
        *more,
        count.label("blocks"),
        count.filter(whole).label("blocks_least"),
        count.filter(touched).label("blocks_most"),
        count.filter(blocks.c.people.is_(None)).label("unknown"),
        sa.func.coalesce(sa.func.sum(people), 0).label("people"),
        sa.func.coalesce(sa.func.sum(people * blocks.c.share), 0).label("served"),
        sa.func.coalesce(sa.func.sum(people).filter(whole), 0).label("served_least"),
        sa.func.coalesce(sa.func.sum(people).filter(touched), 0).label("served_most"),
    )


def _by_section(ground: Ground, section: Layer, blocks: sa.CTE) -> sa.Select[Any]:
    """The figures of every section, also of one without blocks, and of what is in none: a block
    is of the section where a point inside it lies, the first where sections overlap."""
    ground.state(section)
    view = store.view(section, PUBLICA)
    middle = sa.func.ST_PointOnSurface(blocks.c.geom)
    first = (
        sa.select(view.c["_fid"])
        .where(sa.func.ST_Intersects(view.c.geom, middle))
        .order_by(view.c["_fid"])
        .limit(1)
        .correlate(blocks)
        .lateral("first")
    )
    placed = (
        sa.select(blocks.c.people, blocks.c.share, first.c["_fid"])
        .select_from(blocks.outerjoin(first, sa.true()))
        .cte("placed")
    )
    called = sa.cast(name_of(section, view.c), sa.Text).label("section")
    named = view.c["_fid"], view.c["_id"].label("id"), called
    sections = sa.select(*named).cte("sections")
    whole = sections.join(placed, placed.c["_fid"] == sections.c["_fid"], full=True)
    shown = sections.c["_fid"], sections.c.id, sections.c.section
    return _figures(placed, *shown).select_from(whole).group_by(*shown).order_by(sections.c["_fid"])


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
    return {"servicio": services(catalog)[0], "distancia_m": 500}


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
