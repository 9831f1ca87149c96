"""The municipality's own streets and names as the finder of answers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from gis.crs import AREA
from gis.geocode.answer import Match
from gis.geocode.documents import context
from gis.geocode.locate import locate
from gis.geocode.positions import to_degrees
from gis.geocode.reverse import reverse
from gis.geocode.search import search
from gis.geocode.spoken import spoken
from gis.here.finder import Address, Candidate, Finding, Listed
from gis.here.words import lower_first

if TYPE_CHECKING:
    from collections.abc import Sequence

    import sqlalchemy as sa

    from gis.contract.catalog import Catalog
    from gis.geocode.answer import Answer
    from gis.geocode.answer import Candidate as Located
    from gis.geocode.kept import KeptGazetteer
    from gis.geocode.search import Found


ESTIMATED = (Match.PLATE, Match.BETWEEN)
"""Found by a number along a street: called by the address that was written."""
ALIKE = 0.9
"""Share of the best score that another list needs to be offered beside it."""
MOST = 10
"""Places offered to choose from."""


@dataclass(frozen=True, slots=True)
class Geocoder:
    """A :class:`gis.here.finder.Finder` over the gazetteer that a process keeps."""

    catalog: Catalog
    kept: KeptGazetteer

    def find(self, conn: sa.Connection, text: str) -> Finding:
        """One place when that is what is meant, several when nobody but who wrote it can say."""
        gazetteer = self.kept.at(conn, self.catalog)
        found = locate(text, gazetteer)
        if not found.candidates:
            named = search(text, gazetteer, self.catalog, conn, MOST)
            return _named(named, found.why if found.address is not None else "")
        told = found.candidates if found.is_ambiguous else found.candidates[:1]
        return Finding(tuple(_candidate(each, found) for each in told))

    def address(self, conn: sa.Connection, lon: float, lat: float) -> Address | None:
        """The address at a place, with the barrio or vereda around it."""
        west, south, east, north = AREA
        if not (west <= lon <= east and south <= lat <= north):
            return None
        near = reverse(lon, lat, self.kept.at(conn, self.catalog))
        around = context(near.within[:1])
        if near.address is None:
            return Address(around) if around else None
        text = spoken(near.address.form)
        return Address(f"{text}, {around}" if around else text, near.error_m or None)


def _named(found: Sequence[Found], why: str) -> Finding:
    """What is called like the text, though it is no address that was found."""
    features = [each for each in found if each.feature or each.position is not None]
    lists = [each for each in found if each not in features and each.layer and not each.dataset]
    best = max((each.score for each in lists), default=0.0)
    return Finding(
        tuple(_offered(each, *each.position) for each in features if each.position is not None),
        why,
        tuple(
            Listed(f"{each.label} ({lower_first(each.kind_label)})", each.layer, each.feature)
            for each in features
            if each.position is None
        ),
        tuple(Listed(each.label, each.layer) for each in lists if each.score > ALIKE * best),
    )


def _offered(found: Found, lon: float, lat: float) -> Candidate:
    label = f"{found.label}, {found.context}" if found.context else found.label
    return Candidate(
        label, found.kind_label, lon, lat, found.error_m, warnings=found.warnings, is_sure=False
    )


def _candidate(found: Located, answer: Answer) -> Candidate:
    lon, lat = to_degrees(found.x, found.y)
    around = context(found.within[:1])
    label = found.label
    if answer.address is not None and found.match in ESTIMATED:
        label = spoken(answer.address.form)
    return Candidate(
        label=f"{label}, {around}" if around and around not in label else label,
        kind=found.match.label,
        lon=lon,
        lat=lat,
        error_m=found.error_m,
        note="; ".join(found.why),
        warnings=found.warnings,
    )
