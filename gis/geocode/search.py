"""One box for everything: an address, a barrio, a place, a street, a layer or a dataset."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import shapely
import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import psycopg2

from gis import store
from gis.contract.access import PUBLICA
from gis.geocode.address import AREAS, Along, Block, Named, Way
from gis.geocode.answer import Match
from gis.geocode.documents import called, context
from gis.geocode.grammar import read
from gis.geocode.kept import used
from gis.geocode.locate import locate
from gis.geocode.places import MEANT, key_of
from gis.geocode.positions import to_degrees
from gis.geocode.spoken import spoken, way_spoken
from gis.geocode.streets import name_key
from gis.geocode.tokens import plain
from gis.geocode.typos import Names
from gis.store.searching import search_query, search_vector, searched

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from gis.contract.catalog import Catalog
    from gis.contract.layer import Layer
    from gis.geocode.address import Address
    from gis.geocode.answer import Candidate
    from gis.geocode.gazetteer import Gazetteer
    from gis.geocode.places import Place

LONGEST = 200
"""Characters of what is searched."""
MOST = 50
ALIKE = 0.55
"""Share of what was typed that a name must hold."""
BY_TEXT = 0.5
"""Score of what has the words somewhere, not in its name."""
OTHER_KIND = 0.6
"""What is left of the score of a place that is not of the kind that was typed: «vereda Cai»."""
UNPLACED = "Ubicación sin establecer"


@dataclass(frozen=True, slots=True)
class Found:
    """One thing that may be what somebody looks for."""

    kind: str
    """``direccion``, ``via``, ``capa``, ``conjunto``, or the code of a kind of place."""
    kind_label: str
    label: str
    score: float
    """From 0 to 1; higher comes first."""
    context: str = ""
    """Where it is, or what it is of."""
    match: str = ""
    """What of it the position is, for people: «Cruce de dos vías», «Barrio»."""
    warnings: tuple[str, ...] = ()
    """What contradicts it."""
    position: tuple[float, float] | None = None
    """Longitude and latitude; None for what is no place, or one that nobody has established."""
    bbox: tuple[float, float, float, float] | None = None
    """West, south, east, north (CRS84)."""
    layer: str = ""
    feature: str = ""
    dataset: str = ""
    error_m: float | None = None
    """How far from the position what is looked for may be; every position has one."""


def search(
    text: str, gazetteer: Gazetteer, catalog: Catalog, connection: sa.Connection, limit: int = 10
) -> list[Found]:
    """What ``text`` may be, best first. Empty or strange text finds nothing."""
    typed = " ".join(text[:LONGEST].split())
    if not any(map(str.isalnum, typed)):
        return []
    found = [*_addresses(typed, gazetteer), *_places(typed, gazetteer)]
    found += [*_streets(typed, gazetteer), *_declared(typed, catalog)]
    if len(found) < limit:
        found += _by_text(typed, gazetteer, catalog, connection, limit)
    return _first(found, limit)


def why_none(text: str, gazetteer: Gazetteer) -> str:
    """Why an address that can be read is found nowhere; empty for any other text."""
    answer = locate(" ".join(text[:LONGEST].split()), gazetteer, 1)
    form = answer.address.form if answer.address else None
    return "" if form is None or isinstance(form, Named) else answer.why


def _first(found: Iterable[Found], limit: int) -> list[Found]:
    """The best, each feature once."""
    ordered = sorted(found, key=lambda each: (-each.score, len(each.label), each.label))
    seen: dict[object, Found] = {}
    for each in ordered:
        key = (each.layer, each.feature) if each.feature else (each.kind, each.label, each.position)
        seen.setdefault(key, each)
    return list(seen.values())[:limit]


def _addresses(typed: str, gazetteer: Gazetteer) -> Iterator[Found]:
    """Where an address is, if that is what was typed."""
    address = read(typed).address
    if address is None or isinstance(address.form, Named | Along):
        return
    answer = locate(typed, gazetteer, 5)
    form = answer.address.form if answer.address else address.form
    for candidate in answer.candidates:
        yield _address(candidate, spoken(form, lambda way: _as_written(way, gazetteer)))


def _as_written(way: Way, gazetteer: Gazetteer) -> str:
    """A street as people say it; one with a name as its layer writes it, accents and all."""
    found = () if way.number is not None else gazetteer.streets.find(way)[0]
    return gazetteer.streets.streets[found[0]].label if found else way_spoken(way)


def _address(candidate: Candidate, label: str) -> Found:
    where = ", ".join(filter(None, (candidate.match.label, context(candidate.within))))
    return Found(
        "direccion", "Dirección", label, 0.6 + 0.4 * candidate.confidence, where,
        candidate.match.label, candidate.warnings, to_degrees(candidate.x, candidate.y),
        _around(candidate.x, candidate.y, candidate.error_m), error_m=round(candidate.error_m),
    )  # fmt: skip


def _places(typed: str, gazetteer: Gazetteer) -> Iterator[Found]:
    address = read(typed).address
    if address is not None and isinstance(address.form, Block):
        return
    yield from _beside(address, gazetteer)
    named = address.form.place.word if address and isinstance(address.form, Named) else None
    wanted = {kind for kinds in MEANT.get(named, ()) for kind in kinds} if named else set()
    for index in (gazetteer.places, gazetteer.places.unplaced):
        for text in dict.fromkeys((key_of(typed), plain(typed))):
            for key, score in index.names.holding(text, ALIKE):
                for number in index.by_key[key]:
                    place = index.places[number]
                    share = OTHER_KIND if wanted and place.kind not in wanted else 1.0
                    yield _place(place, score * share, gazetteer)


def _beside(address: Address | None, gazetteer: Gazetteer) -> Iterator[Found]:
    """The barrio, vereda or comuna that a text names after something else."""
    for part in address.complements if address else ():
        if part.word in AREAS:
            for number in gazetteer.places.find(part)[0]:
                yield _place(gazetteer.places.places[number], BY_TEXT, gazetteer)


def _place(place: Place, score: float, gazetteer: Gazetteer) -> Found:
    if place.shape.is_empty:
        return Found(
            place.kind.code, place.kind.label, called(place), score, UNPLACED, place.kind.label,
            (UNPLACED,), layer=place.layer, feature=place.id,
        )  # fmt: skip
    x, y = place.middle
    around = [p for p in gazetteer.places.covering(x, y) if p is not place]
    return Found(
        place.kind.code, place.kind.label, called(place), score, context(around),
        place.kind.label, (), to_degrees(x, y), _bbox(place.shape, place.kind.error_m),
        place.layer, place.id, error_m=round(place.error_m),
    )  # fmt: skip


def _streets(typed: str, gazetteer: Gazetteer) -> Iterator[Found]:
    streets = gazetteer.streets
    address = read(typed).address
    found: dict[int, float] = {}
    if address is not None and isinstance(address.form, Along):
        found = dict.fromkeys(streets.find(address.form.street)[0], 0.95)
    for key, score in streets.names.holding(name_key(plain(typed)), ALIKE, 10):
        for number in streets.named[key]:
            found.setdefault(number, score)
    for number, score in found.items():
        street = streets.streets[number]
        line = max(shapely.get_parts(street.shape), key=lambda part: part.length)
        middle = line.interpolate(0.5, normalized=True)
        feature = streets.edge_at(number, (middle.x, middle.y))
        where = context(gazetteer.places.covering(middle.x, middle.y))
        yield Found(
            "via", "Vía", street.label, score, where, Match.STREET.label, (),
            to_degrees(middle.x, middle.y), _bbox(street.shape, 50.0), street.layer, feature,
            error_m=round(street.length_m / 2),
        )  # fmt: skip


def _declared(typed: str, catalog: Catalog) -> Iterator[Found]:
    """Layers and datasets by their titles and keywords."""
    names, entries = _titles(catalog)
    for key, score in names.holding(plain(typed), 0.6, 10):
        for found in entries[key]:
            yield replace(found, score=0.95 * score)


@lru_cache(maxsize=4)
def _indexed(titles: tuple[tuple[str, Found], ...]) -> tuple[Names, dict[str, list[Found]]]:
    entries: dict[str, list[Found]] = {}
    for key, found in titles:
        entries.setdefault(key, []).append(found)
    return Names.of(entries), entries


def _titles(catalog: Catalog) -> tuple[Names, dict[str, list[Found]]]:
    titles: list[tuple[str, Found]] = []
    for layer in catalog:
        if not layer.is_for(PUBLICA):
            continue
        sector = layer.metadata.topic.label
        of_layer = Found("capa", "Capa", layer.title, 0.0, sector, layer=layer.name)
        words = (layer.title, layer.name.replace("_", " "), *layer.metadata.keywords)
        titles += [(plain(word), of_layer) for word in dict.fromkeys(words)]
    for layer, dataset in catalog.datasets():
        title = dataset.title or layer.title
        of_dataset = Found("conjunto", "Conjunto de datos", title, 0.0, layer.metadata.topic.label,
                           dataset=dataset.name)  # fmt: skip
        titles.append((plain(title), of_dataset))
    return _indexed(tuple(titles))


def _by_text(
    typed: str,
    gazetteer: Gazetteer,
    catalog: Catalog,
    connection: sa.Connection,
    limit: int,
) -> Iterator[Found]:
    """Places any of whose texts has the words, by the store's full-text indexes."""
    layers = tuple(layer for layer in used(catalog) if layer.place)
    if not layers:
        return
    statement, values = _statement(layers)
    asked = {**values, "words": typed, "most": limit}
    for row in connection.exec_driver_sql(statement, asked):
        place = gazetteer.places.of_feature(row.layer, row.feature)
        if place is not None:
            yield _place(place, BY_TEXT, gazetteer)


@lru_cache(maxsize=4)
def _statement(layers: tuple[Layer, ...]) -> tuple[str, dict[str, Any]]:
    """The search in every layer, and its values but ``words`` and ``most``. Compiled once: to put
    it together costs ten times what it takes to run."""
    dialect = psycopg2.dialect()  # type: ignore[no-untyped-call]
    made = sa.union_all(*map(_with_words, layers)).compile(dialect=dialect)
    return str(made), dict(made.params)


def _with_words(layer: Layer) -> Any:
    view = store.view(layer, PUBLICA)
    wanted = search_query([sa.bindparam("words", type_=sa.Text)])
    most = sa.bindparam("most", type_=sa.Integer)
    met = [
        search_vector(fields, view.c).op("@@", return_type=sa.Boolean())(wanted)
        for fields in searched(layer, PUBLICA)
    ]
    chosen = sa.select(
        sa.literal(layer.name, sa.Text).label("layer"), view.c["_id"].label("feature")
    ).where(sa.or_(sa.false(), *met))
    return sa.select(chosen.order_by(view.c["_id"]).limit(most).subquery())


def _around(x: float, y: float, metres: float) -> tuple[float, float, float, float]:
    far = min(max(metres, 50.0), 5000.0)
    return (*to_degrees(x - far, y - far), *to_degrees(x + far, y + far))


def _bbox(shape: Any, margin_m: float) -> tuple[float, float, float, float]:
    west, south, east, north = shape.bounds
    if west == east and south == north:
        return _around(west, south, margin_m)
    return (*to_degrees(west, south), *to_degrees(east, north))
