"""Which settlements may have what a layer lists: the process of each declared ``eligibility``."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

import sqlalchemy as sa

from gis import store
from gis.contract.access import PUBLICA
from gis.crs import STORAGE
from gis.processes.geometry import as_geojson
from gis.processes.process import Process
from gis.processes.selecting import name_of
from gis.spelling import fold

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from gis.contract.layer import Layer
    from gis.contract.questions import Eligibility
    from gis.processes.ground import Ground

ELIGIBLE, NOT_ELIGIBLE, UNKNOWN = "elegible", "no elegible", "sin dato"


@dataclass(frozen=True, slots=True)
class Criterion:
    """One condition. ``holds`` None: it is not known, and ``why`` says what is missing."""

    name: str
    holds: bool | None
    why: str

    def as_dict(self) -> dict[str, Any]:
        """The criterion as answers write it."""
        return {"criterio": self.name, "cumple": self.holds, "razon": self.why}


class Service(NamedTuple):
    """What gives the service already: how far (m), in which layer, and its name."""

    metres: float
    title: str
    called: str


def of_layer(layer: Layer) -> Process:
    """The process that a layer's ``eligibility`` declares."""
    asked = layer.eligibility
    assert asked is not None
    return Process(
        id=asked.id,
        title=asked.title,
        description=(
            f"De cada poblado de «{layer.title}»: si está reconocido, si tiene al menos "
            f"{asked.minimum_people} habitantes con fuente y si no hay servicio a menos de "
            f"{asked.distance_m:g} m en línea recta, sin contar el suyo. Lo que no se sabe se dice."
        ),
        inputs=(),
        run=partial(_run, layer, asked),
        output={
            "type": "object",
            "required": ["poblados", "total"],
            "properties": {
                "poblados": {"type": "array", "items": {"type": "object"}},
                "total": {"type": "object"},
            },
        },
        example=lambda catalog: {},
        keywords=("elegibilidad", layer.title),
    )


def verdict(criteria: Iterable[Criterion]) -> str:
    """One condition that fails decides; one that is not known leaves it open."""
    held = [criterion.holds for criterion in criteria]
    if False in held:
        return NOT_ELIGIBLE
    return UNKNOWN if None in held else ELIGIBLE


def _run(
    layer: Layer, asked: Eligibility, ground: Ground, inputs: Mapping[str, Any]
) -> dict[str, Any]:
    recognised = _recognised(ground, ground.catalog.layer(asked.places))
    found = []
    for row in _settlements(ground, layer, asked):
        near = None if row["geom"] is None else _nearest(ground, layer, asked, row)
        criteria = (
            _is_recognised(ground, asked, row["settlement"], recognised),
            _has_people(asked, row["people"], row["source"]),
            _has_no_service(asked, near),
        )
        found.append(
            {
                "id": row["_id"],
                "poblado": row["settlement"],
                "veredicto": verdict(criteria),
                "criterios": [criterion.as_dict() for criterion in criteria],
                "lugar": row["place"],
            }
        )
    verdicts = [one["veredicto"] for one in found]
    total = {name: verdicts.count(name) for name in (ELIGIBLE, NOT_ELIGIBLE, UNKNOWN)}
    return {"poblados": found, "total": total}


def _settlements(ground: Ground, layer: Layer, asked: Eligibility) -> list[sa.RowMapping]:
    ground.state(layer)
    view = store.view(layer, PUBLICA)
    columns = {
        "settlement": view.c[asked.settlement],
        "people": view.c[asked.people],
        "source": view.c[asked.people_source],
        "place": as_geojson(view.c.geom),
    }
    named = [column.label(name) for name, column in columns.items()]
    shape = sa.func.ST_AsText(view.c.geom).label("geom")
    select = sa.select(view.c["_id"], *named, shape).order_by(view.c["_id"])
    return list(ground.connection.execute(select).mappings())


def _recognised(ground: Ground, places: Layer) -> frozenset[str]:
    ground.state(places)
    view = store.view(places, PUBLICA)
    return frozenset(
        fold(name) for name in ground.connection.scalars(sa.select(name_of(places, view.c)))
    )


def _is_recognised(
    ground: Ground, asked: Eligibility, settlement: str | None, recognised: frozenset[str]
) -> Criterion:
    title = ground.catalog.layer(asked.places).title
    name = "Reconocido oficialmente"
    if not recognised or settlement is None:
        return Criterion(name, None, f"«{title}» no tiene datos, o no se dice cuál es el poblado")
    if fold(settlement) in recognised:
        return Criterion(name, True, f"«{settlement}» figura en «{title}»")
    return Criterion(name, False, f"«{settlement}» no figura en «{title}»")


def _has_people(asked: Eligibility, people: int | None, source: str | None) -> Criterion:
    name = f"Al menos {asked.minimum_people} habitantes"
    if people is None:
        return Criterion(name, None, "Sin dato de habitantes")
    if not source:
        return Criterion(name, None, f"{people} habitantes, pero sin fuente: no se puede contar")
    return Criterion(name, people >= asked.minimum_people, f"{people} habitantes ({source})")


def _has_no_service(asked: Eligibility, near: list[Service] | None) -> Criterion:
    name = f"Sin servicio a menos de {asked.distance_m:g} m"
    if near is None:
        return Criterion(name, None, "Sin ubicación conocida: no se puede medir")
    if not near:
        return Criterion(name, True, "No hay otro servicio ubicado en el municipio")
    metres, title, called = min(near)
    why = f"El más cercano, «{called}» ({title}), está a {metres:.0f} m"
    return Criterion(name, metres >= asked.distance_m, why)


def _nearest(ground: Ground, layer: Layer, asked: Eligibility, row: sa.RowMapping) -> list[Service]:
    """The feature of each service layer that is nearest to a settlement."""
    here = sa.func.ST_GeomFromText(row["geom"], STORAGE.srid)
    found: list[Service] = []
    for service in map(ground.catalog.layer, asked.services):
        ground.state(service)
        view = store.view(service, PUBLICA)
        counts = [view.c[name].is_distinct_from(code) for name, code in asked.not_working]
        if service.name == layer.name:
            counts.append(view.c[asked.settlement].is_distinct_from(row["settlement"]))
        select = (
            sa.select(
                sa.func.ST_Distance(view.c.geom, here),
                sa.literal(service.title, sa.Text),
                name_of(service, view.c),
            )
            .where(view.c.geom.is_not(None), *counts)
            .order_by(view.c.geom.op("<->")(here))
            .limit(1)
        )
        found += [Service(*row) for row in ground.connection.execute(select)]
    return found
