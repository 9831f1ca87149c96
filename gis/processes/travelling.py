"""What questions over the streets have in common: their inputs, and how what is found is told."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import shapely

from gis import network
from gis.contract.access import PUBLICA
from gis.errors import InvalidRequest
from gis.network import Mode, Streets
from gis.processes.geometry import in_degrees
from gis.processes.inputs import Choice, LayerOf
from gis.processes.process import Input

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import sqlalchemy as sa

    from gis.contract.layer import Layer
    from gis.network import Spot

Point = tuple[float, float]
FAR_M = 100.0
"""A place farther than this from the nearest street is said to be."""
FARTHEST_M = 1000.0
"""Beyond this from every street nothing is said of travelling: the network does not go there."""
MODE = Input(
    "modo",
    Choice(tuple(Mode)),
    "Cómo se va: a pie o en carro",
    "En carro se respetan los sentidos que se conocen; donde no se sabe, se va hacia ambos lados.",
    default=Mode.FOOT.value,
)
WITHOUT = (
    "No cuenta pendientes, semáforos ni congestión, y la línea recta hasta la calle más cercana "
    f"se dice aparte: a más de {FARTHEST_M / 1000:.0f} km de toda calle no se responde"
)


def is_network(layer: Layer) -> bool:
    """Whether the public may travel by the layer."""
    return layer.network is not None and layer.geometry_for(PUBLICA)


NETWORK = Input(
    "red",
    LayerOf(is_network, "una capa de vías", first=True),
    "Capa de las vías",
    "Sin ella, la primera que hay.",
)


def streets(inputs: Mapping[str, Any]) -> Streets:
    """The streets that the inputs name, as the public travels on them."""
    return Streets(inputs["red"], Mode(inputs["modo"]), PUBLICA)


def within_reach(spot: Spot, by: Streets, name: str) -> None:
    """Refuse a place, told by the input ``name``, that the network does not come near to."""
    if spot.gap_m > FARTHEST_M:
        raise InvalidRequest(
            f"«{name}» queda a {spot.gap_m / 1000:.1f} km en línea recta de la calle más cercana "
            f"de «{by.layer.title}», y se responde hasta {FARTHEST_M / 1000:.0f} km: esa capa no "
            "tiene las vías de ese lugar",
            parameter=name,
        )


def gap(spot: Spot, what: str) -> list[str]:
    """Warnings where the nearest street is far from a place, or was passed over for another."""
    said = []
    if spot.passed is not None:
        said.append(
            f"La calle más cercana {what}, a {spot.passed.gap_m:.0f} m, es de una parte suelta de "
            f"la red, de {spot.passed.metres:.0f} m; se toma otra, a {spot.gap_m:.0f} m, de una "
            "parte mayor"
        )
    if spot.gap_m > FAR_M:
        said.append(f"La calle más cercana {what} está a {spot.gap_m:.0f} m en línea recta")
    return said


def straight(start: Point, end: Point) -> dict[str, Any]:
    """The straight line between a place and its street, which no time and no length counts."""
    return in_degrees(shapely.LineString([start, end]))


def no_way(connection: sa.Connection, by: Streets, ends: Sequence[Spot | None]) -> str:
    """Why there is no way between two places, in words."""
    first, last = ends
    if first is None or last is None:
        how = "se camine" if by.mode is Mode.FOOT else "pasen carros"
        return f"La capa «{by.layer.title}» no tiene calles por donde {how}"
    (one, here), (other, there) = network.pieces_of(connection, by, [first, last])
    if one == other:
        return "No hay camino: los sentidos y los cierres de las vías no dejan llegar"
    return (
        f"No hay camino: la red está en partes que no se tocan; el comienzo queda en una de "
        f"{here / 1000:.1f} km y el final en otra de {there / 1000:.1f} km"
    )
