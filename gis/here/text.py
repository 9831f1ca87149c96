"""The answer as short plain text: for a chat, an SMS gateway, or a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gis.contract.questions import Section
from gis.here import words
from gis.here.answer import Status

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gis.here.answer import Answer, Found, Said

LONGEST_VALUE = 80
"""Characters of one value of data: a long name does not push the rest out of the message."""


def short_text(answer: Answer, address: str) -> str:
    """What threatens, where it is, what is near and whom to call; ``address`` has all the rest."""
    return "\n".join(line for line in _lines(answer, address) if line) + "\n"


def _lines(answer: Answer, address: str) -> Iterator[str]:
    spot = answer.spot
    yield f"¿Qué hay aquí? {plain(spot.title)}"
    if answer.demonstration:
        yield "DATOS DE DEMOSTRACIÓN: no son información oficial."
    yield plain(spot.caution, None)
    yield plain(answer.summary, None)
    for section in (Section.LAND, Section.SERVICES, Section.NEIGHBOURS):
        part = answer.part(section)
        for said in part.said if part else ():
            yield from _said(said)
    for advice in answer.advice:
        yield f"{plain(advice.about)}: {plain(advice.text, None)}"
    if answer.calls:
        yield "Llame: " + ", ".join(f"{call.phone} {call.name}" for call in answer.calls)
    yield "Consulta informativa: no reemplaza los conceptos de riesgo ni de uso del suelo."
    yield f"Datos al cambio {answer.chain.seq}, {words.instant(answer.moment)}"
    yield address


def _said(said: Said) -> Iterator[str]:
    if said.status is Status.FOUND:
        for found in said.found:
            yield f"- {said.title}: {_found(found)}"
        if said.more:
            yield f"  y {said.more} más"
    elif said.status is Status.UNKNOWN and said.words:
        yield f"- {said.title}: {lower(said.words)}"
    else:
        yield f"- {said.title}: todavía sin datos"


def _found(found: Found) -> str:
    level = found.level
    told = plain(found.title)
    if level is not None and level.name != found.told[0].name:
        told += f", {plain(level.value)}"
    if found.is_inside:
        return f"{told}, usted está dentro de su alcance"
    return f"{told}, {words.way(found.walk)}" if found.walk else told


def plain(text: str, most: int | None = LONGEST_VALUE) -> str:
    """One line without control characters, cut where a value would not end."""
    line = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    return line if most is None or len(line) <= most else line[: most - 1].rstrip() + "…"


def lower(text: str) -> str:
    """Inside of a line."""
    return words.lower_first(plain(text, None))
