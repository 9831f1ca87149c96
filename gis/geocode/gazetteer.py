"""What the municipality's layers say of streets and places, in memory, to find addresses in."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from gis.geocode.tokens import plain

if TYPE_CHECKING:
    from gis.contract.entity import Entity
    from gis.contract.fields import Extent
    from gis.geocode.places import Places
    from gis.geocode.streets import Streets


@dataclass(frozen=True, slots=True)
class Source:
    """The state of a layer that answers rest on."""

    layer: str
    title: str
    generation: int
    changeset: int | None
    demonstration: bool


@dataclass(frozen=True, slots=True)
class Gazetteer:
    """Streets and places of one municipality, as of the layers' generations in ``sources``."""

    streets: Streets
    places: Places
    municipality: str
    extent: Extent
    """Where the municipality is, CRS84."""
    home: frozenset[str] = frozenset()
    """What an address may say of the municipality itself."""
    sources: tuple[Source, ...] = field(default=())


def home_of(entity: Entity) -> frozenset[str]:
    """Names of the municipality that add nothing to an address in it."""
    city, department = plain(entity.municipality), plain(entity.department)
    return frozenset(
        {city, department, f"{city} {department}", "COLOMBIA", f"{city} COLOMBIA",
         f"{city} {department} COLOMBIA"}
    )  # fmt: skip
