"""Names of persons in text, as Colombians write them: given names before surnames.

A list, not a model: what it finds can be explained to whoever must correct it, and it finds the
same tomorrow. Frequent names only; words that are also things or places («Rosa», «Torres») count
for nothing by themselves, and who is a street, a school or a hero is not one whose data leave.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Final

from gis.spelling import fold

if TYPE_CHECKING:
    from collections.abc import Iterator


_ACCENTS = str.maketrans(
    {"a": "[aá]", "e": "[eé]", "i": "[ií]", "o": "[oó]", "u": "[uúü]", "n": "[nñ]"}
)


def _words(file: str) -> frozenset[str]:
    path = Path(__file__).with_name(f"{file}.txt")
    return frozenset(path.read_text(encoding="utf-8").split())


GIVEN: Final = _words("nombres")
SURNAMES: Final = _words("apellidos")
ALSO_THINGS: Final = _words("tambien_cosas")
HEROES: Final = re.compile(
    r"antonio narino|simon bolivar|jorge eliecer gaitan|jose antonio galan|policarpa salavarrieta"
    r"|francisco de paula santander|luis carlos galan|manuel murillo toro|alberto lleras"
    r"|gabriel garcia marquez|camilo torres|manuela beltran|antonio jose de sucre"
    r"|rafael uribe uribe|jorge isaacs|rafael nunez|jose celestino mutis|dario echandia"
    r"|francisco jose de caldas|alfonso lopez|gonzalo jimenez de quesada|guillermo angulo"
    r"|jose maria cordoba|maria auxiliadora|ismael santofimio|san \w+ \w+|santa \w+ \w+"
)
PLACES: Final = _words("lugares")
SUSPICIOUS: Final = (
    r"(?i)(?:^|[^\pL])(?:" + "|".join(sorted(GIVEN)).translate(_ACCENTS) + r")(?:[^\pL]|$)"
)
"""Texts that may have a name in them, for a machine that reads millions (RE2)."""
CUES: Final = re.compile(
    r"\b(?:se(?:n|ñ)or(?:a|es)?|sr|sra|do(?:n|ñ)a?|propietari[oa]|representante|contacto|atendi[oó]"
    r"|titular|identificad[oa]|paciente|solicitante|nombre de|a cargo de|responsable|c[eé]dula"
    r"|conductor[a]?|v[ií]ctima|funcionari[oa]|inspector[a]?)\b\W*(?:legal|es|el|la|:|\W)*$",
    re.IGNORECASE,
)
_WORD: Final = re.compile(r"[^\W\d_]+")
_LINKS: Final = frozenset({"de", "del", "la", "las", "los", "y"})
_BEFORE = 30


def names_in(text: str, *, alone: bool = True) -> Iterator[str]:
    """Stretches of ``text`` that read as the name of a person.

    Three known words are enough, a given name and a surname among them; two, where the text
    says that a person follows («señor», «propietario»), or, if ``alone``, where they are all of it.
    """
    for run in _runs(text):
        words = [fold(match[0]) for match in run]
        told = text[run[0].start() : run[-1].end()]
        if HEROES.search(fold(told)) or _is_place(text[: run[0].start()]):
            continue
        given = [w for w in words if w in GIVEN]
        surnames = [w for w in words if w in SURNAMES]
        strong = {w for w in words if w in GIVEN or w in SURNAMES} - ALSO_THINGS
        known = [w for w in words if w in GIVEN or w in SURNAMES]
        if not given or not surnames or not strong or len(known) < 2:
            continue
        whole = alone and told.strip() == text.strip() and len(words) <= 5
        cued = CUES.search(text[max(0, run[0].start() - _BEFORE) : run[0].start()])
        if len(known) >= 3 or cued or (whole and len(strong) == len(words)):
            yield told


def _runs(text: str) -> Iterator[list[re.Match[str]]]:
    """Words in a row that begin with a capital, joined by nothing but a space."""
    run: list[re.Match[str]] = []
    for match in _WORD.finditer(text):
        joined = bool(run) and text[run[-1].end() : match.start()].strip(" ") == ""
        link = run and joined and match[0].casefold() in _LINKS
        if run and not (joined and (match[0][0].isupper() or link)):
            yield from _trimmed(run)
            run = []
        if match[0][0].isupper() or link:
            run.append(match)
    yield from _trimmed(run)


def _trimmed(run: list[re.Match[str]]) -> Iterator[list[re.Match[str]]]:
    """The part from the first given name on: «PROPIETARIO Ana Gómez» is «Ana Gómez»."""
    for at, match in enumerate(run):
        if fold(match[0]) in GIVEN:
            if at and any(fold(m[0]) in PLACES for m in run[max(0, at - 3) : at]):
                return
            while len(run) > at and run[-1][0].casefold() in _LINKS:
                run = run[:-1]
            if len(run) - at > 1:
                yield run[at:]
            return


def _is_place(before: str) -> bool:
    words = [fold(word) for word in _WORD.findall(before[-60:])][-3:]
    return any(word in PLACES for word in words)
