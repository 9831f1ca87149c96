"""What the municipality's layers say of streets and places, in memory, to find addresses in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import shapely

from gis.contract.questions import PlaceKind
from gis.geocode.positions import to_degrees
from gis.geocode.tokens import plain

if TYPE_CHECKING:
    from gis.contract.entity import Entity
    from gis.contract.fields import Extent
    from gis.geocode.places import Places
    from gis.geocode.streets import Streets


BORDER_M = 500.0
"""So near its limit a place may be of the municipality: limits are drawn at many scales."""


@dataclass(frozen=True, slots=True)
class Gazetteer:
    """Streets and places of one municipality."""

    streets: Streets
    places: Places
    municipality: str
    extent: Extent
    """Where the municipality is, CRS84."""
    home: frozenset[str] = frozenset()
    """What an address may say of the municipality itself."""

    @property
    def own(self) -> str:
        """The municipality's name as an address writes it."""
        return written(self.municipality)

    def is_outside(self, x: float, y: float) -> bool:
        """Whether a place (EPSG:9377) is outside the municipality: of its extent and, where its
        districts are known, of all of them."""
        lon, lat = to_degrees(x, y)
        west, south, east, north = self.extent.as_tuple()
        if not (west <= lon <= east and south <= lat <= north):
            return True
        districts = [p.shape for p in self.places.places if p.kind is PlaceKind.DISTRICT]
        surfaces = [shape for shape in districts if shape.area]
        if not surfaces:
            return False
        return not shapely.dwithin(np.array(surfaces), shapely.Point(x, y), BORDER_M).any()


def written(name: str) -> str:
    """The words of a name as an address is read: ``BOGOTA D C``."""
    return " ".join("".join(c if c.isalnum() else " " for c in plain(name)).split())


def home_of(entity: Entity) -> frozenset[str]:
    """Names of the municipality that add nothing to an address in it."""
    city, department = written(entity.municipality), written(entity.department)
    return frozenset(
        {city, department, f"{city} {department}", "COLOMBIA", f"{city} COLOMBIA",
         f"{city} {department} COLOMBIA"}
    )  # fmt: skip
