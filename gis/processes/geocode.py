"""``geocode``: where an address is, as people here write it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gis.geocode.documents import answered
from gis.geocode.kept import KeptGazetteer, used
from gis.geocode.locate import LIMIT, locate
from gis.geocode.tokens import LONGEST
from gis.processes.inputs import Number, Words
from gis.processes.process import Input, Process

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gis.contract.catalog import Catalog
    from gis.geocode.answer import Answer
    from gis.processes.ground import Ground


def run(ground: Ground, inputs: Mapping[str, Any]) -> dict[str, Any]:
    """Every place that the address may be, or why there is none."""
    gazetteer = ground.shared.of(KeptGazetteer).at(ground.connection, ground.catalog)
    answer = locate(inputs["direccion"], gazetteer, inputs["cuantos"])
    rest_on(ground, answer)
    return answered(answer)


def rest_on(ground: Ground, answer: Answer) -> None:
    """Say what the answer rests on: the layers of its candidates, or all that were looked in."""
    named = {layer for c in answer.candidates for layer, _ in c.features}
    named |= {place.layer for c in answer.candidates for place in c.within}
    for layer in used(ground.catalog):
        if layer.name in named or not named:
            ground.state(layer)


def example(catalog: Catalog) -> dict[str, Any]:
    """An address in the usual form; whether it exists depends on the layers."""
    return {"direccion": "Cra. 5 # 37-20", "cuantos": 3}


WHERE = {
    "type": "array",
    "items": {
        "type": "object",
        "properties": {word: {"type": "string"} for word in ("tipo", "clase", "nombre", "capa")},
    },
}
RESTS_ON = {
    "type": "array",
    "items": {
        "type": "object",
        "properties": {"capa": {"type": "string"}, "id": {"type": "string"}},
    },
}
PROCESS = Process(
    id="geocode",
    title="Ubicar una dirección",
    description=(
        "Dónde queda una dirección escrita a la manera colombiana: placa, cruce, cuadra, manzana, "
        "kilómetro, barrio, vereda o sitio. Cada candidato dice qué se halló, con qué confianza "
        "(0 a 1) y con qué error esperado en metros. Si la dirección es ambigua vienen varios: no "
        "se escoge por nadie. Sin candidatos, «motivo» dice qué falta."
    ),
    inputs=(
        Input("direccion", Words(LONGEST), "Dirección, como se escribe", required=True),
        Input("cuantos", Number(1, 50, whole=True), "Cuántos candidatos", default=LIMIT),
    ),
    run=run,
    output={
        "type": "object",
        "required": ["type", "features", "direccion", "ambigua", "motivo"],
        "properties": {
            "type": {"type": "string", "enum": ["FeatureCollection"]},
            "direccion": {"type": "string", "description": "Forma normal de lo que se leyó"},
            "ambigua": {"type": "boolean"},
            "motivo": {"type": "string", "description": "Por qué no hay candidatos"},
            "supuestos": {"type": "array", "items": {"type": "string"}},
            "features": {"type": "array", "items": {"type": "object"}},
        },
    },
    example=example,
    keywords=("dirección", "nomenclatura", "geocodificación"),
)
