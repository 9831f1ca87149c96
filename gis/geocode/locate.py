"""Where an address is: the nearest thing to it that the layers know, never more than they do.

Plate, else crossing, else the piece of street between two others, else block, site, barrio,
vereda or settlement, else nothing. What is not certain comes as several candidates.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import shapely

from gis.contract.questions import PlaceKind
from gis.geocode.address import AREAS, Address, Block, Complement, Kilometre, Named, Word
from gis.geocode.answer import OF_PLACE, Answer, Candidate, Match
from gis.geocode.grammar import read
from gis.geocode.on_street import OnStreet
from gis.geocode.places import GENERAL
from gis.geocode.remainder import along, doubted, is_mostly_unread, settle
from gis.geocode.spoken import spoken

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from gis.geocode.address import Form
    from gis.geocode.gazetteer import Gazetteer
    from gis.geocode.places import Place

LIMIT = 10
NONE_OF_THEM = "El texto dice varias direcciones, y ninguna se pudo ubicar"
INSIDE_M = 60.0
"""A place so near the limit of a barrio is in it: limits follow the middle of streets."""
OUTSIDE = 0.5
"""What being outside the barrio that the address names leaves of the confidence."""


def locate(text: str, gazetteer: Gazetteer, limit: int = LIMIT) -> Answer:
    """Candidates for an address written by somebody, best first; any text is only text."""
    reading = read(text)
    if reading.address is None:
        return Answer(text, why=reading.why, notes=reading.notes)
    settled = settle(reading.address, gazetteer)
    address = settled.address
    if settled.elsewhere:
        why = f"La dirección dice «{settled.elsewhere}»: no es de {gazetteer.municipality}"
        return Answer(text, address, why=why, notes=reading.notes)
    if reading.others:
        found, why = _each(address, reading.others, gazetteer), NONE_OF_THEM
    else:
        found, why = _search(address, gazetteer)
        found = _shared(found)
    if reading.notes:
        found = [c.less(0.9, *reading.notes) for c in found]
    ordered = sorted(found, key=lambda c: (-c.confidence, c.error_m))[:limit]
    made = tuple(_placed(candidate, gazetteer) for candidate in ordered)
    return Answer(text, address, made, "" if made else why, reading.notes)


def _each(address: Address, others: tuple[Form, ...], gazetteer: Gazetteer) -> list[Candidate]:
    """The candidates of every address of one text: nobody chooses among them."""
    forms = (address.form, *others)
    words = {word for form in forms for word in str(form).split()}
    kept = tuple(c for c in address.complements if not set(c.value.split()) <= words)
    told: list[Candidate] = []
    for form in forms:
        warning = f"El texto dice {len(forms)} direcciones: esta es «{spoken(form)}»"
        own, _ = _search(Address(form, kept), gazetteer)
        told += [c.doubted(1 / len(forms), warning) for c in _shared(own)]
    return told


def locate_many(
    texts: Iterable[str | None], gazetteer: Gazetteer, limit: int = LIMIT
) -> Iterator[Answer]:
    """The answer to each text, in order; the same text is looked for once."""
    known: dict[str, Answer] = {}
    for text in texts:
        asked = text or ""
        if asked not in known:
            if len(known) > 100_000:
                known.clear()
            known[asked] = locate(asked, gazetteer, limit)
        yield known[asked]


def _search(address: Address, gazetteer: Gazetteer) -> tuple[list[Candidate], str]:
    """Candidates, and what was not found."""
    seeking = OnStreet(gazetteer.streets, address)
    found = seeking.candidates()
    areas = [(c, *_found(c, address, gazetteer)) for c in _named(address)]
    known = [(c, gazetteer.places.places[n], note) for c, ns, note in areas for n in ns]
    unknown = [c for c, ns, _ in areas if not ns]
    if found:
        areas_named = [p for c, p, _ in known if c.word is not Word.LUGAR or p.kind in GENERAL]
        beside = [part for part in unknown if not _is_road(part, address)]
        found, rest = along(_checked(found, areas_named), beside, gazetteer.streets)
        return doubted(found, rest, seeking.words_used), ""
    missing = list(dict.fromkeys(seeking.missing))
    if isinstance(address.form, Block):
        found = list(_blocks(address.form, known, gazetteer))
        if not found:
            missing.append(f"no hay una capa con la manzana «{address.form.name}»")
    if not found:
        found = list(_areas(known, missing))
    if _is_sentence(found, unknown, known):
        names = " y ".join(dict.fromkeys(candidate.label for candidate in found))
        return [], f"Del texto solo se reconoce «{names}», y no dice en qué parte"
    if not found:
        missing += [_absent(part, gazetteer) for part in unknown]
    why = "; ".join(missing) or "La dirección no nombra nada que las capas conozcan"
    return doubted(found, unknown, frozenset()), why[:1].upper() + why[1:]


def _is_road(part: Complement, address: Address) -> bool:
    return isinstance(address.form, Kilometre) and part.value == address.form.road


def _is_sentence(
    found: list[Candidate],
    unknown: list[Complement],
    known: list[tuple[Complement, Place, str]],
) -> bool:
    """Whether a whole comuna or corregimiento is all that is understood of a longer text."""
    widest = all(candidate.match is Match.DISTRICT for candidate in found)
    return bool(found) and widest and is_mostly_unread(unknown, [c for c, _, _ in known])


def _absent(part: Complement, gazetteer: Gazetteer) -> str:
    """Why a name places nothing: nobody knows it, or nobody knows where it is."""
    unplaced = gazetteer.places.unplaced.named(part.value)
    if unplaced:
        return f"«{unplaced[0].label}» está en las capas, sin ubicación establecida"
    return f"ningún lugar se llama «{part}»"


def _named(address: Address) -> list[Complement]:
    """The places that an address names, the form's own first."""
    own = [address.form.place] if isinstance(address.form, Named) else []
    words = (*AREAS, Word.EDIFICIO, Word.CENTRO_COMERCIAL, Word.FINCA, Word.LUGAR)
    named = [c for word in words for c in address.complements if c.word is word]
    if isinstance(address.form, Kilometre) and address.form.road:
        named.append(Complement(Word.LUGAR, address.form.road))
    return [*own, *named]


def _found(
    complement: Complement, address: Address, gazetteer: Gazetteer
) -> tuple[tuple[int, ...], str]:
    stage = next(iter(address.values(Word.ETAPA)), "")
    return gazetteer.places.find(complement, stage)


def _checked(found: list[Candidate], areas: list[Place]) -> list[Candidate]:
    """Candidates held against the barrio that the address names: those in it come alone; where
    none is, each says so."""
    surfaces = [place for place in areas if place.shape.area]
    if not surfaces:
        return found
    label = surfaces[0].label
    inside = [c for c in found if any(_holds(place, c) for place in surfaces)]
    if inside and len(inside) < len(found):
        rest = len(found) - len(inside)
        why = f"Está en {label}; fuera de él hay otras {rest} que se escriben igual"
        return [replace(c, why=(*c.why, why)) for c in inside]
    if inside:
        return [replace(c, why=(*c.why, f"Está en {label}")) for c in inside]
    return [c.doubted(OUTSIDE, f"No queda en {label}, que la dirección nombra") for c in found]


def _holds(place: Place, candidate: Candidate) -> bool:
    point = shapely.Point(candidate.x, candidate.y)
    return bool(shapely.dwithin(place.shape, point, INSIDE_M))


def _blocks(
    form: Block, known: list[tuple[Complement, Place, str]], gazetteer: Gazetteer
) -> Iterator[Candidate]:
    """Blocks of that name, in the barrio where the address says one."""
    areas = [place for _, place, _ in known if place.shape.area]
    numbers, _ = gazetteer.places.find(Complement(Word.MANZANA, str(form)))
    for number in numbers:
        place = gazetteer.places.places[number]
        middle = shapely.Point(place.middle)
        if place.kind is PlaceKind.BLOCK and (
            not areas or any(shapely.dwithin(a.shape, middle, INSIDE_M) for a in areas)
        ):
            where = f" de {areas[0].label}" if areas else ""
            yield _of(place, f"{place.label}{where}")


def _areas(known: list[tuple[Complement, Place, str]], missing: list[str]) -> Iterator[Candidate]:
    """The places of the name that is of the smallest kind: a barrio before the comuna it is in.
    A name that is of none of the kinds it says may be of any: those are as likely."""
    if not known:
        return
    chosen, nearest, _ = min(known, key=lambda each: _order(each[1]))
    named = [(place, note) for c, place, note in known if c is chosen]
    wider = [p for c, p, _ in known if c is not chosen and _order(p) > _order(nearest)]
    least = min(OF_PLACE[place.kind].confidence for place, _ in named)
    why = [m[:1].upper() + m[1:] for m in missing]
    for place, note in named:
        made = replace(_of(place, f"{place.kind.label} {place.label}", *why), confidence=least)
        if missing:
            made = made.less(0.7)
        if note:
            made = made.less(0.9, note)
        outside = [w for w in wider if w.shape.area and not w.shape.intersects(place.shape)]
        if outside and len(outside) == len(wider):
            made = made.doubted(OUTSIDE, f"No queda en {outside[0].label}")
        yield made


def _order(place: Place) -> int:
    return list(PlaceKind).index(place.kind)


def _of(place: Place, *why: str) -> Candidate:
    x, y = place.middle
    match = OF_PLACE[place.kind]
    features = ((place.layer, place.id),)
    return Candidate(match, x, y, match.confidence, place.error_m, place.label, why, (), features)


def _shared(found: list[Candidate]) -> list[Candidate]:
    """Confidence shared out among candidates of one kind: only one of them can be right."""
    counts: dict[object, int] = {}
    for candidate in found:
        counts[candidate.match] = counts.get(candidate.match, 0) + 1
    return [
        c if counts[c.match] == 1
        else c.less(1 / counts[c.match], f"Hay {counts[c.match]} lugares que se escriben así")
        for c in found
    ]  # fmt: skip


def _placed(candidate: Candidate, gazetteer: Gazetteer) -> Candidate:
    return replace(candidate, within=tuple(gazetteer.places.covering(candidate.x, candidate.y)))
