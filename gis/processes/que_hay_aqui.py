"""``que-hay-aqui``: all that is known of a place, what is not, and what to do."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gis.geocode.kept import KeptGazetteer
from gis.here import Asking, Spot, ask, document
from gis.here.geocoder import Geocoder
from gis.here.statement import Statements, asked_layers
from gis.here.walks import OnStreets
from gis.processes.inputs import Place
from gis.processes.process import Input, Process, somewhere

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gis.contract.catalog import Catalog
    from gis.processes.ground import Ground


def run(ground: Ground, inputs: Mapping[str, Any]) -> dict[str, Any]:
    """The document of ``/lugar?f=json`` for the place, without the code that vouches for paper."""
    lon, lat = inputs["lugar"]
    finder = Geocoder(ground.catalog, ground.shared.of(KeptGazetteer))
    named = finder.address(ground.connection, lon, lat)
    spot = Spot(
        lon,
        lat,
        is_inside=False,
        address=named.text if named else "",
        error_m=named.error_m if named else None,
    )
    walks, statements = OnStreets.of(ground.catalog), ground.shared.of(Statements)
    asking = Asking(ground.catalog, walks, statements)
    answer = ask(ground.connection, asking, spot)
    known = {each.layer for each in answer.basis}
    ground.rest_on(each for each in asked_layers(ground.catalog) if each.name in known)
    told = document(answer)
    return {name: told[name] for name in OUTPUT}


def example(catalog: Catalog) -> dict[str, Any]:
    """The middle of the municipality."""
    return {"lugar": somewhere(catalog)}


OUTPUT: dict[str, dict[str, Any]] = {
    "lugar": {"type": "object"},
    "resumen": {"type": "string"},
    "demostracion": {"type": "boolean"},
    "partes": {"type": "array", "items": {"type": "object"}},
    "consejos": {"type": "array", "items": {"type": "object"}},
    "llamar": {"type": "array", "items": {"type": "object"}},
    "tramites": {"type": "array", "items": {"type": "object"}},
    "base": {"type": "array", "items": {"type": "object"}},
    "cadena": {"type": "object"},
    "momento": {"type": "string", "format": "date-time"},
}
PROCESS = Process(
    id="que-hay-aqui",
    title="¿Qué hay aquí?",
    description=(
        "Lo que se sabe de un lugar: amenaza, vulnerabilidad y riesgo, dónde queda, suelo y "
        "estrato, servicios cercanos e inspecciones; lo que no se sabe, qué hacer y a quién "
        "llamar. No reemplaza el concepto de riesgo ni el de uso del suelo."
    ),
    inputs=(Input("lugar", Place(), "Lugar por el que se pregunta", required=True),),
    run=run,
    output={"type": "object", "required": list(OUTPUT), "properties": OUTPUT},
    example=example,
    keywords=("lugar", "riesgo", "servicios"),
)
