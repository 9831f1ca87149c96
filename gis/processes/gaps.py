"""``gaps``: where people live farther than a distance from every service."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from gis import store
from gis.contract.access import PUBLICA
from gis.processes.coverage import SERVICE, example
from gis.processes.geometry import as_geojson
from gis.processes.inputs import Number
from gis.processes.process import Input, Process
from gis.processes.selecting import features

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gis.processes.ground import Ground

MOST = 100
APART_M = 60.0
"""Blocks no farther from each other (a street between them) are one gap."""


def run(ground: Ground, inputs: Mapping[str, Any]) -> dict[str, Any]:
    """One surface for each group of neighbouring blocks out of reach, most people first."""
    people = inputs["poblacion"]
    ground.state(people)
    served = features(ground, inputs["servicio"], inputs["filtro"]).subquery("served")
    view = store.view(people, PUBLICA)
    middle = sa.func.ST_PointOnSurface(view.c.geom)
    near = sa.exists().where(sa.func.ST_DWithin(served.c.geom, middle, inputs["distancia_m"]))
    grouped = (
        sa.select(
            view.c.geom,
            view.c[people.people].label("people"),
            sa.func.ST_ClusterDBSCAN(view.c.geom, APART_M, 1).over().label("gap"),
        )
        .where(view.c.geom.is_not(None), ~near)
        .cte("grouped")
    )
    ground.progress(0.1, "Buscando manzanas lejos de todo servicio")
    rows = ground.connection.execute(_gaps(grouped, inputs["cuantos"])).all()
    whole = ground.connection.execute(_totals(grouped)).one()
    found = [
        {
            "type": "Feature",
            "id": number,
            "geometry": shape,
            "properties": {"personas": int(persons), "manzanas": blocks, "manzanas_sin_dato": lost},
        }
        for number, (persons, blocks, lost, shape) in enumerate(rows, 1)
    ]
    return {
        "type": "FeatureCollection",
        "features": found,
        "total": {"personas": int(whole[0]), "manzanas": whole[1], "vacios": whole[2]},
    }


def _gaps(grouped: sa.CTE, most: int) -> sa.Select[Any]:
    people = sa.func.coalesce(sa.func.sum(grouped.c.people), 0)
    shape = sa.func.ST_Union(grouped.c.geom)
    return (
        sa.select(
            people,
            sa.func.count(),
            sa.func.count().filter(grouped.c.people.is_(None)),
            as_geojson(sa.func.ST_SimplifyPreserveTopology(shape, 1.0)),
        )
        .group_by(grouped.c.gap)
        .order_by(people.desc(), sa.func.count().desc(), grouped.c.gap)
        .limit(most)
    )


def _totals(grouped: sa.CTE) -> sa.Select[Any]:
    return sa.select(
        sa.func.coalesce(sa.func.sum(grouped.c.people), 0),
        sa.func.count(),
        sa.func.count(sa.distinct(grouped.c.gap)),
    )


PROCESS = Process(
    id="gaps",
    title="Vacíos de un servicio",
    description=(
        "Dónde viven personas a más de una distancia, en línea recta, de todo elemento de una "
        "capa: grupos de manzanas vecinas, primero los de más personas. Una manzana cuenta por un "
        "punto de su interior."
    ),
    inputs=(*SERVICE, Input("cuantos", Number(1, MOST, whole=True), "Cuántos grupos", default=20)),
    run=run,
    output={
        "type": "object",
        "required": ["type", "features", "total"],
        "properties": {
            "type": {"type": "string", "enum": ["FeatureCollection"]},
            "features": {"type": "array", "items": {"type": "object"}},
            "total": {"type": "object"},
        },
    },
    example=example,
    keywords=("cobertura", "población", "vacíos"),
)
