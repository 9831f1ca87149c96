"""``reverse-geocode``: which address is at a place."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gis.errors import InvalidRequest
from gis.geocode.documents import nearby
from gis.geocode.kept import KeptGazetteer, used
from gis.geocode.reverse import reverse
from gis.processes.geocode import RESTS_ON, WHERE
from gis.processes.inputs import Place
from gis.processes.process import Input, Process, somewhere

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gis.contract.catalog import Catalog
    from gis.processes.ground import Ground


def run(ground: Ground, inputs: Mapping[str, Any]) -> dict[str, Any]:
    """The estimated address and the named surfaces around it."""
    gazetteer = ground.shared.of(KeptGazetteer).at(ground.connection, ground.catalog)
    lon, lat = inputs["lugar"]
    found = reverse(lon, lat, gazetteer)
    if found.is_outside:
        raise InvalidRequest(f"«lugar»: {found.why}", parameter="lugar")
    for layer in used(ground.catalog):
        ground.state(layer)
    return nearby(found)


def example(catalog: Catalog) -> dict[str, Any]:
    """The middle of the municipality."""
    return {"lugar": somewhere(catalog)}


PROCESS = Process(
    id="reverse-geocode",
    title="Qué dirección hay en un lugar",
    description=(
        "La vía con nombre más cercana a un lugar, la placa que allí le correspondería, con su "
        "error esperado en metros, y el barrio, la vereda, la comuna o el corregimiento en que "
        "está. Es una estimación: la nomenclatura oficial la certifica Planeación."
    ),
    inputs=(Input("lugar", Place(), "Lugar", required=True),),
    run=run,
    output={
        "type": "object",
        "required": ["lugar", "direccion", "dentro_de", "motivo"],
        "properties": {
            "lugar": {"type": "array", "items": {"type": "number"}},
            "direccion": {"type": "string", "description": "Forma normal; vacía si no hay vía"},
            "tipo": {"type": "string"},
            "via": {"type": "string"},
            "distancia_m": {"type": "integer", "nullable": True},
            "error_m": {"type": "integer", "nullable": True},
            "dentro_de": WHERE,
            "elementos": RESTS_ON,
            "motivo": {"type": "string", "description": "Qué no se sabe"},
        },
    },
    example=example,
    keywords=("dirección", "nomenclatura", "geocodificación inversa"),
)
