"""What examples are about: layers and places chosen by what a catalog declares of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gis.contract.questions import Relation, Section
from gis.processes.process import somewhere
from gis.processes.selecting import counts_people, is_placed, is_surface

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from gis.contract.catalog import Catalog
    from gis.contract.layer import Layer

HALF_SIDE_DEGREES = 0.015
"""Of the square that examples draw: some three kilometres wide."""


def services(catalog: Catalog) -> list[str]:
    """Layers with the public's places: what people ask the nearest of, in the order they are told;
    where none declares it, of points, or any."""
    placed = [layer for layer in catalog if is_placed(layer)]
    asked = [one for one in placed if one.here and one.here.relation is Relation.NEAREST]
    asked.sort(key=lambda one: one.here.order if one.here else 0)
    points = [one for one in placed if one.geometry and one.geometry.dimension == 0]
    return [one.name for one in (asked or points or placed)]


def zones(catalog: Catalog) -> str:
    """Surfaces by categories: those that say a risk before others."""
    return _first(
        [layer for layer in catalog if is_surface(layer)],
        lambda one: bool(one.here and one.here.section is Section.RISK and one.style.by),
        lambda one: bool(one.style.by),
        lambda one: not counts_people(one),
    )


def crossed(catalog: Catalog) -> str:
    """What is of interest where it lies on :func:`zones`: streets, or services, or any other."""
    below = zones(catalog)
    placed = [layer for layer in catalog if is_placed(layer)]
    return _first(
        [one for one in placed if one.name != below] or placed,
        lambda one: one.network is not None,
        lambda one: one.name in services(catalog),
    )


def square(catalog: Catalog) -> dict[str, Any]:
    """A square around the middle of the municipality."""
    x, y = somewhere(catalog)
    west, south, east, north = (
        round(at + side, 6) for side in (-HALF_SIDE_DEGREES, HALF_SIDE_DEGREES) for at in (x, y)
    )
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    return {"type": "Polygon", "coordinates": [ring]}


def _first(layers: Iterable[Layer], *better: Callable[[Layer], bool]) -> str:
    """The first layer of which holds the first condition that holds of any; "" of none."""
    known = list(layers)
    found = next((some for holds in better if (some := [*filter(holds, known)])), known)
    return found[0].name if found else ""
