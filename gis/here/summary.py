"""The answer in one breath: what somebody reads first, and often all they read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gis.contract.questions import Section
from gis.here.answer import Status
from gis.here.words import lower_first

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from gis.contract.entity import Entity
    from gis.here.answer import Found, Part, Said, Spot


def summary(entity: Entity, spot: Spot, parts: Sequence[Part]) -> str:
    """One or two plain sentences: what threatens the place, and where it is.

    What is not known is said as such, never left out: silence would read as safety.
    """
    if not spot.is_inside:
        return (
            f"Este lugar queda fuera del municipio de {entity.municipality}: "
            "de él no hay información aquí."
        )
    return " ".join(filter(None, (_risk(parts), _place(spot, parts))))


def risk_lines(said: Said) -> list[str]:
    """What a layer of risk says, each case in a few words, the same case once."""
    if said.status is Status.EMPTY:
        return [f"{said.title}: todavía no hay datos"]
    if said.status is Status.UNKNOWN:
        return [said.words]
    return list(dict.fromkeys(_case(found) for found in said.found))


def _risk(parts: Sequence[Part]) -> str:
    layers = [said for part in parts if part.section is Section.RISK for said in part.said]
    known = [line for said in layers if said.found for line in risk_lines(said)]
    unknown = [line for said in layers if not said.found for line in risk_lines(said)]
    if not layers:
        return ""
    sentences = []
    if known:
        sentences.append("; ".join([known[0], *map(lower_first, known[1:])]) + ".")
    if unknown:
        sentences.append(". ".join(unknown) + ".")
    return " ".join(sentences)


def _case(found: Found) -> str:
    """«Inundación: nivel de amenaza alta»."""
    level = found.level
    if level is None:
        return found.title
    what = f"{lower_first(level.label)} {lower_first(level.value)}"
    return what if level.name == found.told[0].name else f"{found.title}: {what}"


def _place(spot: Spot, parts: Sequence[Part]) -> str:
    names = list(_names(parts))
    zone = spot.zone.label if spot.zone else ""
    if not names:
        return (
            "Está dentro del municipio, fuera de todo barrio o vereda conocidos: puede ser un río, "
            "una vía o un límite."
        )
    return f"{zone or 'Dentro del municipio'}: {', '.join(names)}."


def _names(parts: Sequence[Part]) -> Iterator[str]:
    """What the place lies in, without the municipality itself, which comes first."""
    for part in parts:
        if part.section is Section.PLACE:
            for said in part.said:
                if not said.is_municipality:
                    yield from (found.title for found in said.found)
