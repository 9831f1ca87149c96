"""``route``: the shortest way between two places, by time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gis import network
from gis.processes.geometry import in_degrees, in_metres
from gis.processes.inputs import Place
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
    from gis.network import Route, Spot, Streets
    from gis.processes.ground import Ground
    from gis.processes.travelling import Point


def run(ground: Ground, inputs: Mapping[str, Any]) -> dict[str, Any]:
    """A feature: the way as a line, or (geometry null) why there is none."""
    by = streets(inputs)
    ground.state(by.layer)
    start, end = in_metres(inputs["desde"]), in_metres(inputs["hasta"])
    found = network.route(ground.connection, by, start, end)
    if found is None:
        return _none(ground, by, start, end)
    _check(by, found.start, found.end)
    told: dict[str, Any] = {"modo": by.mode.value, "camino": True, **_told(found)}
    told["recta_desde"] = straight(start, found.start.point)
    told["recta_hasta"] = straight(found.end.point, end)
    return {"type": "Feature", "geometry": in_degrees(found.way), "properties": told}


def _check(by: Streets, first: Spot, last: Spot) -> None:
    within_reach(first, by, "desde")
    within_reach(last, by, "hasta")


def _none(ground: Ground, by: Streets, start: Point, end: Point) -> dict[str, Any]:
    first, last = network.spots(ground.connection, by, [start, end])
    told: dict[str, Any] = {"modo": by.mode.value, "camino": False}
    if first is not None and last is not None:
        _check(by, first, last)
        told |= {"recta_desde_m": round(first.gap_m, 1), "recta_hasta_m": round(last.gap_m, 1)}
    told["advertencias"] = [no_way(ground.connection, by, [first, last])]
    return {"type": "Feature", "geometry": None, "properties": told}


def _told(found: Route) -> dict[str, Any]:
    steps = [
        {"via": s.name or None, "metros": round(s.metres), "minutos": round(s.seconds / 60, 1)}
        for s in found.steps
    ]
    return {
        "minutos": round(found.seconds / 60, 1),
        "metros": round(found.metres),
        "recta_desde_m": round(found.start.gap_m, 1),
        "recta_hasta_m": round(found.end.gap_m, 1),
        "pasos": steps,
        "advertencias": [*gap(found.start, "al comienzo"), *gap(found.end, "al final")],
    }


def example(catalog: Catalog) -> dict[str, Any]:
    """About a kilometre on foot through the middle of the municipality."""
    lon, lat = somewhere(catalog)
    return {"desde": [lon, lat], "hasta": [lon - 0.008, lat + 0.004], "modo": "pie"}


PROCESS = Process(
    id="route",
    title="Cómo llegar",
    description=(
        "El camino más corto en tiempo entre dos lugares por las calles, a pie o en carro, con sus "
        f"tramos por nombre. {WITHOUT}. Donde la red está en partes, lo dice."
    ),
    inputs=(
        Input("desde", Place(), "Lugar donde comienza", required=True),
        Input("hasta", Place(), "Lugar donde termina", required=True),
        MODE,
        NETWORK,
    ),
    run=run,
    output={
        "type": "object",
        "required": ["type", "geometry", "properties"],
        "properties": {
            "type": {"type": "string", "enum": ["Feature"]},
            "geometry": {"type": "object", "nullable": True},
            "properties": {
                "type": "object",
                "required": ["modo", "camino", "advertencias"],
                "properties": {
                    "camino": {"type": "boolean"},
                    "minutos": {"type": "number"},
                    "metros": {"type": "integer"},
                    "recta_desde_m": {"type": "number"},
                    "recta_hasta_m": {"type": "number"},
                    "pasos": {"type": "array", "items": {"type": "object"}},
                    "advertencias": {"type": "array", "items": {"type": "string"}},
                },
            },
        },
    },
    example=example,
    keywords=("camino", "ruta", "a pie", "carro"),
)
