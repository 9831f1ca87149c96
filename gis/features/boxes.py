"""Search boxes: the ``bbox`` of OGC API Features, cut to where it means something."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from gis.crs import CRS84, STORAGE, Crs
from gis.errors import InvalidRequest
from gis.features.values import read_number

PIECES = 32
"""Each side of a box is cut in about so many pieces before it is reprojected, so that it bends as
the projection does."""


@dataclass(frozen=True, slots=True)
class Bbox:
    """A box in ``crs``, x (easting, longitude) first whatever the authority's order.

    With a geographic CRS ``west`` may be greater than ``east``: the box crosses the antimeridian.
    """

    west: float
    south: float
    east: float
    north: float
    crs: Crs = CRS84

    def parts(self) -> list[tuple[float, float, float, float]]:
        """The boxes, none to two, of ``self`` that lie in the area of the storage CRS."""
        boxes = [(self.west, self.east)]
        if self.west > self.east:
            boxes = [(self.west, 180.0), (-180.0, self.east)]
        min_x, min_y, max_x, max_y = self.crs.area
        cut = [
            (max(west, min_x), max(self.south, min_y), min(east, max_x), min(self.north, max_y))
            for west, east in boxes
        ]
        return [box for box in cut if box[0] <= box[2] and box[1] <= box[3]]

    @property
    def shape(self) -> tuple[int, int]:
        """What of the box is in a statement."""
        return (self.crs.srid, len(self.parts()))

    def condition(self, geometry: sa.ColumnElement[Any]) -> sa.ColumnElement[bool]:
        """Whether a stored geometry meets the box. The box is reprojected, never the column.

        The numbers are parameters of the statement, with the box's own as their values.
        """
        met = [sa.func.ST_Intersects(geometry, self._stored(n)) for n in range(len(self.parts()))]
        return sa.or_(sa.false(), *met)

    def parameters(self) -> dict[str, float]:
        """The values of the statement's parameters."""
        values: dict[str, float] = {}
        least = 1e-9 if self.crs.geographic else 1e-4
        for number, (west, south, east, north) in enumerate(self.parts()):
            # A box without width is no polygon: one of a tenth of a millimetre is.
            sides = (west, south, max(east, west + least), max(north, south + least))
            piece = max(sides[2] - sides[0], sides[3] - sides[1]) / PIECES
            values |= dict(zip(_names(number), (*sides, piece), strict=True))
        return values

    def _stored(self, number: int) -> sa.ColumnElement[Any]:
        values = self.parameters()
        *sides, piece = (
            sa.bindparam(name, values[name], type_=sa.Double) for name in _names(number)
        )
        envelope = sa.func.ST_MakeEnvelope(*sides, self.crs.srid)
        if self.crs.srid == STORAGE.srid:
            return envelope
        return sa.func.ST_Transform(sa.func.ST_Segmentize(envelope, piece), STORAGE.srid)


def _names(number: int) -> list[str]:
    return [f"box{number}_{side}" for side in ("west", "south", "east", "north", "piece")]


def parse_bbox(text: str, crs: Crs = CRS84) -> Bbox:
    """Read ``bbox``: 4 or 6 numbers in the axis order of ``crs``; heights are not looked at.

    >>> parse_bbox("-75.3,4.4,-75.2,4.5").west
    -75.3
    """
    try:
        numbers = [read_number(number) for number in text.split(",")]
    except ValueError:
        raise _invalid(text, "debe ser cuatro o seis números separados por comas") from None
    if len(numbers) not in (4, 6):
        raise _invalid(text, "debe ser cuatro o seis números separados por comas")
    if len(numbers) == 6:
        numbers = [numbers[0], numbers[1], numbers[3], numbers[4]]
    if crs.north_first:
        numbers = [numbers[1], numbers[0], numbers[3], numbers[2]]
    west, south, east, north = numbers
    if south > north:
        raise _invalid(text, "tiene el sur al norte de su norte")
    if west > east and not crs.geographic:
        raise _invalid(text, "tiene el oeste al este de su este")
    if crs.geographic and not (
        -180 <= west <= 180 and -180 <= east <= 180 and south >= -90 and north <= 90
    ):
        raise _invalid(text, "tiene coordenadas fuera de ±180 y ±90 grados")
    return Bbox(west, south, east, north, crs)


def _invalid(text: str, why: str) -> InvalidRequest:
    return InvalidRequest(
        f"«bbox» {why}: mínimos y luego máximos, en el orden de ejes de «bbox-crs»",
        parameter="bbox",
        value=text,
    )
