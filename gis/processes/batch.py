"""``batch``: the same question about each feature of a layer, as a job that says how far it is."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from gis import store
from gis.contract.access import PUBLICA
from gis.contract.checks import meant
from gis.crs import CRS84
from gis.errors import InvalidRequest
from gis.processes.examples import services
from gis.processes.inputs import Cql2, Number, Place, refuse
from gis.processes.jobs import LARGEST
from gis.processes.process import Input, Process, somewhere
from gis.processes.selecting import PLACED, name_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gis.contract.catalog import Catalog
    from gis.contract.layer import Layer
    from gis.processes.ground import Ground

MOST = 5_000
"""Features that one job asks about."""
TOLD_EACH = 20
"""Features after which a job says how far it is."""
ANSWERED, NOWHERE, REFUSED = "respondido", "sin ubicación", "rechazado"
"""What became of each feature."""


@dataclass(frozen=True, slots=True)
class AboutAPlace:
    """The id of a process that is asked about a place: it has one input that is a point."""

    def named(self, catalog: Catalog) -> dict[str, Process]:
        """The processes that it may be."""
        from gis.processes import processes  # it is one of them

        return {
            one.id: one
            for one in processes(catalog).values()
            if not one.is_long and place_of(one) is not None
        }

    def schema(self, catalog: Catalog) -> dict[str, Any]:
        return {"type": "string", "enum": list(self.named(catalog))}

    def read(self, name: str, value: Any, catalog: Catalog) -> Process:
        found = self.named(catalog)
        if value not in found:
            words = meant(value, found) if isinstance(value, str) else ""
            refuse(name, f"debe ser una pregunta sobre un lugar: {', '.join(found)}{words}")
        return found[value]


@dataclass(frozen=True, slots=True)
class Members:
    """A JSON object, read by the process it is for."""

    def schema(self, catalog: Catalog) -> dict[str, Any]:
        return {"type": "object"}

    def read(self, name: str, value: Any, catalog: Catalog) -> dict[str, Any]:
        if not isinstance(value, dict):
            refuse(name, "debe ser un objeto JSON")
        return dict(value)


def place_of(one: Process) -> str | None:
    """The name of the input by which a process is told a place."""
    return next((told.name for told in one.inputs if isinstance(told.kind, Place)), None)


def check(inputs: Mapping[str, Any], catalog: Catalog) -> None:
    """Refuse what would be refused for every feature: the other inputs of the question."""
    one: Process = inputs["proceso"]
    asked: dict[str, Any] = inputs["entradas"] or {}
    where = place_of(one)
    assert where is not None
    if where in asked:
        raise InvalidRequest(f"«{where}» lo da cada elemento de la capa", parameter="entradas")
    try:
        one.read({**asked, where: somewhere(catalog)}, catalog)
    except InvalidRequest as error:
        raise InvalidRequest(f"«entradas»: {error.message}", parameter="entradas") from None


def run(ground: Ground, inputs: Mapping[str, Any]) -> dict[str, Any]:
    """What became of each feature, in the order of the layer; a question that is refused for one
    says why and does not stop the others. Refused for all, it is refused."""
    rows = _features(ground, inputs["capa"], inputs["filtro"], inputs["cuantos"])
    found, size = [], 0
    for done, (feature, name, *place) in enumerate(rows):
        if done % TOLD_EACH == 0:
            ground.progress(done / len(rows), f"{done} de {len(rows)} elementos")
        answer = {"id": feature, "nombre": name, **_answer(ground, inputs, place)}
        size += len(json.dumps(answer))
        if size > LARGEST:
            raise InvalidRequest(
                f"Las respuestas pasan de {LARGEST // 2**20} MB en el elemento {done + 1} de "
                f"{len(rows)}: pregunte por menos",
                parameter="cuantos",
            )
        found.append(answer)
    left = _count(ground, inputs["capa"], inputs["filtro"]) - len(found)
    return {
        "proceso": inputs["proceso"].id,
        "total": _total(found, left),
        "respuestas": found,
    }


def _answer(ground: Ground, inputs: Mapping[str, Any], place: list[float]) -> dict[str, Any]:
    if not place:
        return {"estado": NOWHERE}
    one: Process = inputs["proceso"]
    given = {**(inputs["entradas"] or {}), str(place_of(one)): place}
    try:
        values = one.read(given, ground.catalog)
        return {"estado": ANSWERED, "respuesta": one.run(ground, values)}
    except InvalidRequest as error:
        return {"estado": REFUSED, "rechazo": error.message}


def _total(found: list[dict[str, Any]], left: int) -> dict[str, int]:
    """How many features there are, and what became of them: the others add up to the first.
    :class:`InvalidRequest` where all that were asked about were refused."""
    states = [one["estado"] for one in found]
    refused = states.count(REFUSED)
    if refused and ANSWERED not in states:
        first = found[states.index(REFUSED)]
        raise InvalidRequest(
            f"La pregunta se rechazó para los {refused} elementos por que se hizo; del primero, "
            f"«{first['id']}»: {first['rechazo']}",
            parameter="entradas",
        )
    return {
        "elementos": len(found) + left,
        "respondidos": states.count(ANSWERED),
        "sin_ubicacion": states.count(NOWHERE),
        "rechazados": refused,
        "sin_preguntar": left,
    }


def _count(ground: Ground, layer: Layer, wanted: Any) -> int:
    view = store.view(layer, PUBLICA)
    met = [wanted.over(view)] if wanted is not None else []
    count = sa.select(sa.func.count()).select_from(view).where(*met)
    return ground.connection.execute(count).scalar_one()


def _features(ground: Ground, layer: Layer, wanted: Any, most: int) -> list[tuple[Any, ...]]:
    """Id, name and, of a feature that has a place, its longitude and latitude."""
    ground.state(layer)
    view = store.view(layer, PUBLICA)
    point = sa.func.ST_Transform(sa.func.ST_PointOnSurface(view.c.geom), CRS84.srid)
    met = [wanted.over(view)] if wanted is not None else []
    select = (
        sa.select(view.c["_id"], name_of(layer, view.c), sa.func.ST_X(point), sa.func.ST_Y(point))
        .where(*met)
        .order_by(view.c["_fid"])
        .limit(most)
    )
    rows = ground.connection.execute(select)
    return [(*named,) if lon is None else (*named, lon, lat) for *named, lon, lat in rows]


def example(catalog: Catalog) -> dict[str, Any]:
    """The feature of one service nearest to each of the first three of another."""
    first, *others = services(catalog)
    asked = {"capa": first, "cuantos": 1}
    return {"proceso": "nearest", "capa": [*others, first][0], "entradas": asked, "cuantos": 3}


COUNTS = {
    "elementos": "Elementos de la capa que cumplen el filtro: la suma de los demás",
    "respondidos": "Con respuesta",
    "sin_ubicacion": "Sin ubicación: no hay lugar por el cual preguntar",
    "rechazados": "Con la razón por que se rechazó la pregunta",
    "sin_preguntar": "Los que pasan de «cuantos»",
}
PROCESS = Process(
    id="batch",
    title="Una pregunta sobre cada elemento de una capa",
    description=(
        "Hace una pregunta sobre un lugar a cada elemento de una capa (de una línea o superficie, "
        "un punto suyo). Es siempre un trabajo: dice cuánto lleva, y lo que se rechaza de un "
        "elemento no detiene a los demás. «total» da cuenta de todos los elementos: respondidos, "
        "sin ubicación, rechazados, y los que quedaron sin preguntar por pasar de «cuantos»."
    ),
    inputs=(
        Input("proceso", AboutAPlace(), "Pregunta que se hace", required=True),
        Input("capa", PLACED, "Capa de los elementos", required=True),
        Input("filtro", Cql2(), "Filtro CQL2 sobre los elementos"),
        Input("entradas", Members(), "Las demás entradas de la pregunta"),
        Input("cuantos", Number(1, MOST, whole=True), "A cuántos, como máximo", default=MOST),
    ),
    run=run,
    check=check,
    output={
        "type": "object",
        "required": ["proceso", "total", "respuestas"],
        "properties": {
            "proceso": {"type": "string"},
            "total": {
                "type": "object",
                "required": list(COUNTS),
                "properties": {name: {"type": "integer", "title": COUNTS[name]} for name in COUNTS},
            },
            "respuestas": {
                "type": "array",
                "items": {
                    "type": "object",
                    "required": ["id", "nombre", "estado"],
                    "properties": {
                        "id": {"type": "string"},
                        "nombre": {"type": "string"},
                        "estado": {"type": "string", "enum": [ANSWERED, NOWHERE, REFUSED]},
                        "respuesta": {"type": "object", "title": "La de la pregunta, si la hubo"},
                        "rechazo": {"type": "string", "title": "Por qué se rechazó, si fue así"},
                    },
                },
            },
        },
    },
    example=example,
    keywords=("lote",),
    is_long=True,
)
