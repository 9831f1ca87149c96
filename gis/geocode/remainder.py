"""What an address says beyond its streets: our own town, another one, or words nobody knows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import shapely

from gis.geocode.address import AREAS, Address, Along, Complement, Named, Word
from gis.geocode.country import capitals, department_at_end, departments, town_at_end, towns
from gis.geocode.grammar import read
from gis.geocode.spoken import complement_spoken

if TYPE_CHECKING:
    from collections.abc import Iterable

    from gis.geocode.answer import Candidate
    from gis.geocode.gazetteer import Gazetteer
    from gis.geocode.streets import Streets

UNKNOWN = 0.7
"""What a barrio that no layer knows leaves of the confidence: nothing could be checked."""
UNREAD = 0.8
"""What words that say nothing known leave of it."""
NAMESAKE = 0.5
"""What the bare name of another town leaves of it."""

BESIDE_M = 150.0
"""A further street that an address names passes so near."""
BEYOND = 0.5
"""What being far from it leaves of the confidence."""


@dataclass(frozen=True, slots=True)
class Settled:
    """An address without the names of the municipality itself; ``elsewhere``: the other town that
    it ends with, empty when it does not."""

    address: Address
    elsewhere: str = ""


def settle(address: Address, gazetteer: Gazetteer) -> Settled:
    """Tell our own town from another one by the names that an address ends with.

    A town before a department is another town. Alone, only a capital or a department is, as many
    barrios have the name of a town.
    """
    parts = list(address.complements)
    if isinstance(address.form, Named):
        parts.insert(0, address.form.place)
    department = ""
    for at in [n for n, c in enumerate(parts) if c.word.is_name][::-1]:
        part = parts[at]
        known, note = gazetteer.places.find(part)
        if known and not note and part.value not in gazetteer.home:
            break
        ending = _Ending.of(part, department, gazetteer)
        department = ending.department
        if ending.is_elsewhere:
            return Settled(address, ending.told)
        parts[at] = Complement(part.word, ending.rest)
        if ending.rest:
            break
    if department and department not in gazetteer.home:
        return Settled(address, department.title())
    return Settled(_without(address, parts))


def _without(address: Address, parts: list[Complement]) -> Address:
    """The address with what is left of its names; what it is itself named by stays."""
    form = address.form
    if isinstance(form, Named):
        first = parts.pop(0)
        form = Named(first) if first.value else form
    return Address(form, tuple(part for part in parts if part.value))


@dataclass(frozen=True, slots=True)
class _Ending:
    """How a name ends: ``CENTRO`` + town + department."""

    rest: str
    town: str
    department: str
    is_ours: bool

    @classmethod
    def of(cls, part: Complement, department: str, gazetteer: Gazetteer) -> _Ending:
        """``department``: the one that the text after it says."""
        words, own = part.value.split(), gazetteer.own
        is_free = part.word is Word.LUGAR
        if words[-1] == "COLOMBIA" and (is_free or len(words) > 1):
            words.pop()
        said = "" if department else department_at_end(words)
        before = words[: len(words) - len(said.split())]
        # «Ciudadela Simón Bolívar» names no department: before one stands a town, or nothing.
        is_said = bool(town_at_end(before, own)) or (is_free and not before)
        if said and (is_said or (before and said in gazetteer.home)):
            words, department = before, said
        town = town_at_end(words, own)
        is_whole = len(town.split()) == len(words)
        # «Barrio La Florida, Caldas» is a barrio, and so may «Melgar» alone be.
        if is_whole:
            is_town = is_free and (town == own or bool(department) or town in capitals())
        else:
            is_town = town == own or bool(department)
        if not town or not is_town:
            return cls(" ".join(words), "", department, is_ours=True)
        return cls(" ".join(words[: len(words) - len(town.split())]), town, department, town == own)

    @property
    def is_elsewhere(self) -> bool:
        return bool(self.town) and not self.is_ours

    @property
    def told(self) -> str:
        return f"{self.town} {self.department}".strip().title()


def along(
    found: list[Candidate], parts: Iterable[Complement], streets: Streets
) -> tuple[list[Candidate], list[Complement]]:
    """Candidates held against the further streets that the address names, and the parts that name
    none: «Cra 9 calle 72, Av. Guabinal»."""
    rest: list[Complement] = []
    for part in parts:
        shapes = _lines(part, streets)
        if not shapes:
            rest.append(part)
            continue
        warning = f"No queda por {complement_spoken(part)}, que la dirección nombra"
        found = [
            candidate
            if shapely.dwithin(shapes, shapely.Point(candidate.x, candidate.y), BESIDE_M).any()
            else candidate.doubted(BEYOND, warning)
            for candidate in found
        ]
    return found, rest


def _lines(part: Complement, streets: Streets) -> list[Any]:
    """The streets that words are the name of."""
    address = read(part.value).address if part.word is Word.LUGAR else None
    if address is None or not isinstance(address.form, Along) or address.complements:
        return []
    return [streets.streets[number].shape for number in streets.find(address.form.street)[0]]


def doubted(
    found: list[Candidate], unknown: Iterable[Complement], used: frozenset[str]
) -> list[Candidate]:
    """Candidates told what the address says that no layer knows: words that are in ``used`` are
    of a street's name."""
    for part in unknown:
        if not _says_something(part) or set(part.value.split()) <= used:
            continue
        share, warning = _doubt(part)
        found = [candidate.doubted(share, warning) for candidate in found]
    return found


def _says_something(part: Complement) -> bool:
    return part.word in (*AREAS, Word.LUGAR) and any(map(str.isalpha, part.value))


def _doubt(part: Complement) -> tuple[float, str]:
    name = complement_spoken(part)
    if part.word is not Word.LUGAR:
        return UNKNOWN, f"Ninguna capa tiene «{name}»: no se sabe si queda allí"
    if part.value in towns() | departments():
        return NAMESAKE, f"«{name}» es el nombre de otra población: puede no ser de aquí"
    return UNREAD, f"«{name}» no se reconoció y no se tuvo en cuenta"


def is_mostly_unread(unknown: Iterable[Complement], known: Iterable[Complement]) -> bool:
    """Whether a text says more that is not known than what is: a sentence, not an address."""
    unread = sum(len(part.value.split()) for part in unknown)
    read = sum(len(part.value.split()) + bool(part.word.label) for part in known)
    return unread > read
