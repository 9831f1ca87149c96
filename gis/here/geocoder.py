"""The municipality's own streets and names as the finder of answers."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from gis.crs import AREA
from gis.geocode.address import Named
from gis.geocode.answer import Match
from gis.geocode.documents import context
from gis.geocode.locate import locate
from gis.geocode.places import MEANT
from gis.geocode.positions import to_degrees
from gis.geocode.reverse import reverse
from gis.geocode.search import search
from gis.geocode.spoken import spoken
from gis.here.finder import Address, Candidate, Finding, Listed, Unplaced
from gis.here.naming import known_of, members, wanted

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import sqlalchemy as sa

    from gis.contract.catalog import Catalog
    from gis.contract.layer import Layer
    from gis.geocode.answer import Answer
    from gis.geocode.answer import Candidate as Located
    from gis.geocode.kept import KeptGazetteer
    from gis.geocode.search import Found


ESTIMATED = (Match.PLATE, Match.BETWEEN)
"""Found by a number along a street: called by the address that was written."""
MOST = 10
"""Places offered to choose from."""
LIKE_THE_BEST = 0.9
"""Share of the best one's score that another list called like the text has."""


@dataclass(frozen=True, slots=True)
class Geocoder:
    """A :class:`gis.here.finder.Finder` over the gazetteer that a process keeps."""

    catalog: Catalog
    kept: KeptGazetteer

    def find(self, conn: sa.Connection, text: str) -> Finding:
        """One place when that is what is meant, several when nobody but who wrote it can say."""
        gazetteer = self.kept.at(conn, self.catalog)
        found = locate(text, gazetteer)
        if found.candidates:
            told = found.candidates if found.is_ambiguous else found.candidates[:1]
            placed = tuple(_candidate(each, found) for each in told)
            return self._guessed(conn, text, placed[0]) if _is_guessed(found) else Finding(placed)
        named = search(text, gazetteer, self.catalog, conn, MOST)
        asked = wanted(text)
        if not named and asked != text:
            named = search(asked, gazetteer, self.catalog, conn, MOST)
        return self._named(conn, named, found)

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

    def _guessed(self, conn: sa.Connection, text: str, guess: Candidate) -> Finding:
        """A name read as another, among what else it may be."""
        named = search(text, self.kept.at(conn, self.catalog), self.catalog, conn, MOST)
        others = [_offered(each, *each.position) for each in named if each.position is not None]
        apart = [each for each in others if not _is_same(each, guess)]
        return Finding((replace(guess, is_sure=False), *apart)[:MOST], lists=_lists(named))

    def _named(self, conn: sa.Connection, named: Sequence[Found], located: Answer) -> Finding:
        """What is called like the text, though it is no address that was found."""
        kinds = _kinds(located)
        lists = _lists(named)
        features = sorted(
            (each for each in named if _is_feature(each)),
            key=lambda each: bool(kinds) and each.kind not in kinds,
        )
        if lists and named and not _is_feature(max(named, key=lambda each: each.score)):
            features, placed = [], [*_members(conn, self.catalog.layer(lists[0].layer))]
        else:
            placed = [_offered(each, *each.position) for each in features if each.position]
        return Finding(
            tuple(placed),
            located.why if located.address is not None else "",
            tuple(
                Unplaced(
                    each.label,
                    each.kind_label,
                    each.layer,
                    each.feature,
                    known_of(conn, self.catalog.layer(each.layer), each.feature),
                )
                for each in features
                if each.position is None
            ),
            lists,
        )


def _is_feature(found: Found) -> bool:
    return bool(found.feature) or found.position is not None


def _is_same(one: Candidate, other: Candidate) -> bool:
    return round(one.lon - other.lon, 5) == round(one.lat - other.lat, 5) == 0


def _is_guessed(found: Answer) -> bool:
    """Whether a name was read as another: who wrote it says whether it is the one meant."""
    best = found.candidates[0]
    is_name = found.address is not None and isinstance(found.address.form, Named)
    return is_name and not found.is_ambiguous and best.confidence < best.match.confidence


def _kinds(found: Answer) -> set[str]:
    """The kinds of place that the text says it means: «vereda Cay»."""
    form = found.address.form if found.address is not None else None
    meant = MEANT.get(form.place.word, ()) if isinstance(form, Named) else ()
    return {kind.code for likely in meant for kind in likely}


def _lists(named: Sequence[Found]) -> tuple[Listed, ...]:
    """Layers called like the text, and not merely having a word of it."""
    called = [each for each in named if each.layer and not _is_feature(each) and not each.dataset]
    best = max((each.score for each in called), default=0.0)
    near = [each for each in called if each.score >= LIKE_THE_BEST * best]
    return tuple(Listed(each.label, each.layer) for each in near)


def _members(conn: sa.Connection, layer: Layer) -> Iterator[Candidate]:
    kind = f"De la lista «{layer.title}»"
    for label, (lon, lat) in members(conn, layer, MOST):
        yield Candidate(label, kind, lon, lat, is_sure=False)


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
