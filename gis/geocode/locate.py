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
from gis.geocode.answer import OF_PLACE, Answer, Candidate
from gis.geocode.grammar import read
from gis.geocode.on_street import OnStreet
from gis.geocode.vocabulary import ELSEWHERE

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from gis.geocode.gazetteer import Gazetteer
    from gis.geocode.places import Place

LIMIT = 10
INSIDE_M = 60.0
"""A place so near the limit of a barrio is in it: limits follow the middle of streets."""
OUTSIDE = 0.5
"""What being outside the barrio that the address names leaves of the confidence."""


def locate(text: str, gazetteer: Gazetteer, limit: int = LIMIT) -> Answer:
    """Candidates for an address written by somebody, best first; any text is only text."""
    reading = read(text)
    if reading.address is None:
        return Answer(text, why=reading.why, notes=reading.notes)
    address = _at_home(reading.address, gazetteer)
    other = _elsewhere(address, gazetteer)
    if other:
        why = f"La dirección dice «{other}»: no es de {gazetteer.municipality}"
        return Answer(text, address, why=why, notes=reading.notes)
    found, why = _search(address, gazetteer)
    if reading.notes:
        found = [c.less(0.9, *reading.notes) for c in found]
    ordered = sorted(_shared(found), key=lambda c: (-c.confidence, c.error_m))[:limit]
    made = tuple(_placed(candidate, gazetteer) for candidate in ordered)
    return Answer(text, address, made, "" if made else why, reading.notes)


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
    if found:
        return _checked(found, [place for _, place, _ in known]), ""
    missing = list(dict.fromkeys(seeking.missing))
    if isinstance(address.form, Block):
        found = list(_blocks(address.form, known, gazetteer))
        if not found:
            missing.append(f"no hay una capa con la manzana «{address.form.name}»")
    if not found:
        found = list(_areas(known, missing))
    if not found:
        names = [str(c) for c, ns, _ in areas if not ns]
        missing += [f"ningún lugar se llama «{name}»" for name in names]
    why = "; ".join(missing) or "La dirección no nombra nada que las capas conozcan"
    return found, why[:1].upper() + why[1:]


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
    """The smallest kind of place named: a barrio before the comuna it is in."""
    if not known:
        return
    order = list(PlaceKind)
    first = min(order.index(place.kind) for _, place, _ in known)
    wider = [place for _, place, _ in known if order.index(place.kind) > first]
    for _, place, note in known:
        if order.index(place.kind) != first:
            continue
        why = [m[:1].upper() + m[1:] for m in missing]
        made = _of(place, f"{place.kind.label} {place.label}", *why)
        if missing:
            made = made.less(0.7)
        if note:
            made = made.less(0.9, note)
        outside = [w for w in wider if w.shape.area and not w.shape.intersects(place.shape)]
        if outside and len(outside) == len(wider):
            made = made.doubted(OUTSIDE, f"No queda en {outside[0].label}")
        yield made


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


def _at_home(address: Address, gazetteer: Gazetteer) -> Address:
    """Without what says that it is in the municipality."""
    kept = tuple(
        c for c in address.complements if c.word is not Word.LUGAR or c.value not in gazetteer.home
    )
    return replace(address, complements=kept)


def _elsewhere(address: Address, gazetteer: Gazetteer) -> str:
    """The other city that an address ends with, if it is no place of ours."""
    for c in address.complements:
        if c.word is Word.LUGAR and c.value in ELSEWHERE and not gazetteer.places.find(c)[0]:
            return c.value.title()
    return ""
