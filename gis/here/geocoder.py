"""The municipality's own streets and names as the finder of answers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from gis.crs import AREA
from gis.geocode.documents import context
from gis.geocode.locate import locate
from gis.geocode.positions import to_degrees
from gis.geocode.reverse import reverse
from gis.geocode.search import search
from gis.here.finder import Address, Candidate
from gis.here.spoken import spoken

if TYPE_CHECKING:
    from collections.abc import Sequence

    import sqlalchemy as sa

    from gis.contract.catalog import Catalog
    from gis.geocode.answer import Candidate as Located
    from gis.geocode.kept import KeptGazetteer
    from gis.geocode.search import Found


MOST = 10
"""Places offered to choose from."""


@dataclass(frozen=True, slots=True)
class Geocoder:
    """A :class:`gis.here.finder.Finder` over the gazetteer that a process keeps."""

    catalog: Catalog
    kept: KeptGazetteer

    def candidates(self, conn: sa.Connection, text: str) -> Sequence[Candidate]:
        """One place when that is what is meant, several when nobody but who wrote it can say."""
        gazetteer = self.kept.at(conn, self.catalog)
        found = locate(text, gazetteer)
        if not found.candidates:
            named = search(text, gazetteer, self.catalog, conn, MOST)
            return [_offered(each) for each in named if each.position is not None]
        told = found.candidates if found.candidates and found.is_ambiguous else found.candidates[:1]
        return [_candidate(each) for each in told]

    def address(self, conn: sa.Connection, lon: float, lat: float) -> Address | None:
        """The address at a place, with the barrio or vereda around it."""
        west, south, east, north = AREA
        if not (west <= lon <= east and south <= lat <= north):
            return None
        near = reverse(lon, lat, self.kept.at(conn, self.catalog))
        around = context(near.within[:1])
        if near.address is None:
            return Address(around) if around else None
        text = spoken(near.address)
        return Address(f"{text}, {around}" if around else text, near.error_m or None)


def _offered(found: Found) -> Candidate:
    assert found.position is not None
    lon, lat = found.position
    label = f"{found.label}, {found.context}" if found.context else found.label
    return Candidate(label, found.kind_label, lon, lat, found.error_m, is_sure=False)


def _candidate(found: Located) -> Candidate:
    lon, lat = to_degrees(found.x, found.y)
    around = context(found.within[:1])
    return Candidate(
        label=f"{found.label}, {around}" if around and around not in found.label else found.label,
        kind=found.match.label,
        lon=lon,
        lat=lat,
        error_m=found.error_m,
        note="; ".join((*found.why, *found.warnings)),
    )
