"""``isochrone``: how far one gets from a place in some minutes, along the streets."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gis import network
from gis.network import BESIDE_M, HOLE_M2
from gis.processes.geometry import in_degrees, in_metres
from gis.processes.inputs import Number, Place, Several
from gis.processes.process import Input, Process, somewhere
from gis.processes.travelling import (
    MODE,
    NETWORK,
    WITHOUT,
    gap,
    no_way,
    straight,
    streets,
    within_reach,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gis.contract.catalog import Catalog
    from gis.processes.ground import Ground

LONGEST_MINUTES = 60


def run(ground: Ground, inputs: Mapping[str, Any]) -> dict[str, Any]:
    """A surface for each number of minutes, the greatest first, so that all are seen drawn."""
    by = streets(inputs)
    ground.state(by.layer)
    limits = sorted({minutes * 60.0 for minutes in inputs["minutos"]}, reverse=True)
    start = in_metres(inputs["lugar"])
    found = network.service_area(ground.connection, by, start, limits)
    told: dict[str, Any] = {}
    warnings = [no_way(ground.connection, by, [None, None])]
    if found:
        spot = found[0].start
        within_reach(spot, by, "lugar")
        warnings = gap(spot, "a ese lugar")
        told = {"recta_m": round(spot.gap_m, 1), "recta": straight(start, spot.point)}
    features = [
        {
            "type": "Feature",
            "geometry": in_degrees(reached.area),
            "properties": {
                "minutos": reached.seconds / 60,
                "modo": by.mode.value,
                "calles_m": round(reached.metres),
                "area_m2": round(reached.area.area),
            },
        }
        for reached in found
    ]
    return {
        "type": "FeatureCollection",
        "features": features,
        **told,
        "criterio": CRITERION,
        "advertencias": warnings,
    }


CRITERION = (
    f"La superficie a menos de {BESIDE_M:.0f} m de las calles a las que se alcanza a llegar; los "
    f"huecos de menos de {HOLE_M2 / 10_000:.0f} ha, que son el interior de una manzana, se llenan"
)


def example(catalog: Catalog) -> dict[str, Any]:
    """Five and fifteen minutes on foot from the middle of the municipality."""
    return {"lugar": somewhere(catalog), "minutos": [5, 15], "modo": "pie"}


PROCESS = Process(
    id="isochrone",
    title="Hasta dónde se llega",
    description=(
        "Hasta dónde se llega desde un lugar en unos minutos por las calles, a pie o en carro: una "
        f"superficie por cada tiempo y los metros de calle alcanzados. {WITHOUT}."
    ),
    inputs=(
        Input("lugar", Place(), "Lugar donde comienza", required=True),
        Input(
            "minutos", Several(Number(1, LONGEST_MINUTES), 6), "Minutos, hasta seis valores",
            default=(5.0, 10.0, 15.0),
        ),
        MODE,
        NETWORK,
    ),
    run=run,
    output={
        "type": "object",
        "required": ["type", "features", "criterio", "advertencias"],
        "properties": {
            "type": {"type": "string", "enum": ["FeatureCollection"]},
            "features": {"type": "array", "items": {"type": "object"}},
            "recta_m": {"type": "number"},
            "recta": {"type": "object", "title": "Del lugar a la calle; ningún tiempo la cuenta"},
            "criterio": {"type": "string"},
            "advertencias": {"type": "array", "items": {"type": "string"}},
        },
    },
    example=example,
    keywords=("isócrona", "alcance", "a pie", "carro"),
)  # fmt: skip
