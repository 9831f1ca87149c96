"""What an address says: one reading of a written text, or why there is none."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from gis.geocode.address import (
    USUAL,
    Address,
    Along,
    Between,
    Block,
    Complement,
    Crossing,
    Form,
    Kilometre,
    Named,
    Plate,
    Way,
    Word,
)
from gis.geocode.ahead import Ahead
from gis.geocode.items import Item, Lexer
from gis.geocode.tokens import LONGEST, tokenize

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

G = "[TP,]*"
"""Words and complements that people put between a street and what crosses it."""
NEXT = 2
"""Numbers so near after a dash are two streets («calle 14-15»), not a street and a plate."""


@dataclass(frozen=True, slots=True)
class Reading:
    """``address`` is None when nothing in the text says a place, and ``why`` says so.
    ``notes`` are what had to be supposed: a word corrected, a kind of street not written."""

    address: Address | None
    notes: tuple[str, ...] = ()
    why: str = ""
    others: tuple[Form, ...] = ()
    """Further addresses in the same text."""


def read(text: str) -> Reading:
    """Read an address. Any text is only text: none makes it raise.

    >>> str(read("KR 4 B BIS 37A SUR 15").address)
    'KR 4B BIS 37A SUR 15'
    >>> str(read("Cra 3 Entre Calle 11 y 12").address)
    'KR 3 ENTRE CL 11 Y CL 12'
    """
    lexer = Lexer(Ahead(tokenize(text)))
    items = lexer.run()
    notes = lexer.notes
    if len(text) > LONGEST:
        notes.append(f"solo se leyeron los primeros {LONGEST} caracteres")
    codes = "".join(item.code for item in items)
    for pattern, make in _FORMS:
        found = pattern.search(codes)
        if found:
            form = make(items[found.start() : found.end()], notes)
            if form is not None:
                used = set(range(found.start(), found.end()))
                reading = _reading(form, items, used, notes)
                beside = (items[: found.start()], items[found.end() :])
                return replace(reading, others=_others(form, beside))
    return _place(items, notes)


def _others(form: Form, beside: Iterable[list[Item]]) -> tuple[Form, ...]:
    """Plates and crossings before or after a form that name some other street than it does."""
    found: list[Form] = []
    for items in beside:
        codes = "".join(item.code for item in items)
        made = (
            make(items[match.start() : match.end()], [])
            for pattern, make in _FORMS
            if make in _WHOLE and (match := pattern.search(codes))
        )
        other = next((each for each in made if each is not None), None)
        if other is not None and not set(_named(other)) <= set(_named(form)):
            found.append(other)
    return tuple(found)


def _named(form: Form) -> list[tuple[int | None, str]]:
    """The streets of a form, however their kind is written."""
    values = (getattr(form, name) for name in form.__dataclass_fields__)
    return [(way.number, way.named) for way in values if isinstance(way, Way)]


def _reading(form: Form, items: list[Item], used: set[int], notes: list[str]) -> Reading:
    road = form.road if isinstance(form, Kilometre) else None
    left = [item for i, item in enumerate(items) if i not in used or item.code in "TP"]
    left = [item for item in left if str(item.value) != road]
    return Reading(Address(form, _complements(left)), tuple(notes))


def _complements(items: list[Item]) -> tuple[Complement, ...]:
    """What is beside the form, in order; streets and numbers that are too many are words."""
    found: list[Complement] = []
    for item in items:
        if isinstance(item.value, Complement):
            found.append(item.value)
        elif item.value is not None:
            found.append(Complement(Word.LUGAR, str(item.value)))
    return tuple(found)


def _place(items: list[Item], notes: list[str]) -> Reading:
    """An address without a street: a block, or a place by its name."""
    found = list(_complements([item for item in items if item.code in "PT"]))
    if any(c.word is Word.MANZANA for c in found):
        found = [_house(c) for c in _complements([i for i in items if i.code in "PTN"])]
    for word in (Word.MANZANA, Word.SUPERMANZANA):
        block = next((c for c in found if c.word is word), None)
        if block is not None:
            found.remove(block)
            form = Block(block.value, word is Word.SUPERMANZANA)
            return Reading(Address(form, tuple(found)), tuple(notes))
    named = next((c for c in found if c.word.is_name and any(map(str.isalpha, c.value))), None)
    named = named or next((c for c in found if c.word.is_name and c.word is not Word.LUGAR), None)
    if named is None:
        why = "No nombra una calle, una manzana, un barrio, una vereda ni un sitio"
        return Reading(None, tuple(notes), why)
    found.remove(named)
    return Reading(Address(Named(named), tuple(found)), tuple(notes))


def _house(complement: Complement) -> Complement:
    """A number after a block is a house: ``MZ 14 # 6``."""
    is_number = complement.word is Word.LUGAR and complement.value.isdigit()
    return Complement(Word.CASA, complement.value) if is_number else complement


def _ways(items: list[Item]) -> list[Way]:
    return [item.value for item in items if isinstance(item.value, Way)]


def _plate(items: list[Item], notes: list[str]) -> Form | None:
    """``main cross number``: also «cra 8 con calle 20 - 81»."""
    main, cross, last = _ways(items)
    codes = "".join(item.code for item in items)
    if _are_neighbours(codes, cross, last):
        notes.append("dos números seguidos tras una calle se leyeron como dos cruces")
        return _between(items, notes)
    return _made_plate(main, cross, last, notes)


def _are_neighbours(codes: str, first: Way, second: Way) -> bool:
    if "#" in codes or not codes.endswith("W-N") or first.number is None:
        return False
    return second.number is not None and 0 < second.number - first.number <= NEXT


def _made_plate(main: Way, cross: Way, last: Way, notes: list[str]) -> Form | None:
    if last.number is None:
        return None
    if last.suffix:
        notes.append(f"la letra tras la placa {last.number} no se tuvo en cuenta")
    if cross.kind is not None and cross.kind is USUAL.get(main.kind or cross.kind):
        cross = replace(cross, kind=None)
    return Plate(main, cross, last.number, last.quadrant)


def _plate_before(items: list[Item], notes: list[str]) -> Form | None:
    """«Calle 36-45 Av. Ambalá»: the street on which it is comes last."""
    cross, last, main = _ways(items)
    return _made_plate(main, cross, last, notes)


def _glued(items: list[Item], notes: list[str]) -> Form | None:
    """``CL 8 # 530`` is 5-30, if no street can have that number."""
    main, block = _ways(items)
    number = block.number or 0
    if "#" not in {item.code for item in items} or number <= 200 or block.suffix:
        return None
    notes.append(f"«{number}» se leyó como {number // 100}-{number % 100}")
    return Plate(main, Way(None, number // 100), number % 100, block.quadrant)


def _crossing(items: list[Item], notes: list[str]) -> Form | None:
    first, second = _ways(items)
    if second.kind is None:
        usual = USUAL.get(first.kind) if first.kind else None
        notes.append(f"no dice qué vía es «{second}»: se supuso la que suele cruzar")
        second = replace(second, kind=usual)
    return Crossing(first, second)


def _between(items: list[Item], notes: list[str]) -> Form | None:
    street, first, second = _ways(items)
    usual = USUAL.get(street.kind) if street.kind else None
    kind = first.kind or second.kind or usual
    one, two = (replace(way, kind=way.kind or kind) for way in (first, second))
    return Between(street, one, two)


def _between_first(items: list[Item], notes: list[str]) -> Form | None:
    """«Calle 18 y 19 con carrera 3»."""
    first, second, street = _ways(items)
    codes = "".join(item.code for item in items)
    if codes.startswith("W-N") and not _are_neighbours("W-N", first, second):
        return _plate_before(items, notes)
    return Between(street, first, replace(second, kind=second.kind or first.kind))


def _kilometre(items: list[Item], notes: list[str]) -> Form | None:
    """The road is named after the distance, or before it."""
    found = next(item.value for item in items if isinstance(item.value, Kilometre))
    before = items[0].value
    if found.road or before is found or not isinstance(before, Way | Complement):
        return found
    return replace(found, road=str(before))


def _along(items: list[Item], notes: list[str]) -> Form | None:
    return Along(_ways(items)[0])


_FORMS: tuple[tuple[re.Pattern[str], Callable[[list[Item], list[str]], Form | None]], ...] = tuple(
    (re.compile(pattern), make)
    for pattern, make in (
        (f"W{G}C?E[WN][Y-]E?[WN]", _between),
        (f"WY[NW]{G}C?W", _between_first),
        (f"W-N{G}CW", _between_first),
        (f"W{G}C?WY[NW]", _between),
        (f"W{G}C?#?N-?N", _plate),
        (f"W{G}C?W[#-]*N(?!-?N)", _plate),
        ("W-NC?W", _plate_before),
        ("[TW]?K", _kilometre),
        (f"W{G}#N", _glued),
        (f"W{G}[CY]?W", _crossing),
        (f"W{G}[CE#-]*N", _crossing),
        ("W", _along),
    )
)
"""What an address may be, the most exact first."""
_WHOLE = (_plate, _plate_before, _crossing, _between, _between_first)
"""Those that say a place by themselves."""
