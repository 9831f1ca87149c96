"""The answer in one breath: what somebody reads first, and often all they read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gis.contract.questions import Section
from gis.here.answer import Status
from gis.here.words import length, lower_first

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from gis.contract.entity import Entity
    from gis.here.answer import Edge, Found, Part, Said, Spot


UNBOUNDED = "No se sabe si está dentro del municipio: su límite todavía no está en el sistema."
NO_RISK_LAYER = (
    "Este sistema no tiene estudios de amenaza, vulnerabilidad ni riesgo: de ellos no se sabe nada."
)


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
    """What a layer of risk says, each case in a few words, the same case once; then what is beside
    the place, and what nobody has studied."""
    if said.status is Status.EMPTY:
        return [f"{said.title}: todavía no hay datos"]
    told = list(dict.fromkeys(_case(found.title, found) for found in said.found))
    return [*told, *edge_lines(said), *unknown_lines(said)]


def remarks(said: Said) -> list[str]:
    """What is to be known beside what was found: zones in which the place may be as well, and what
    is not known."""
    if said.status is Status.EMPTY:
        return [said.words]
    return [*edge_lines(said), *unknown_lines(said)]


def edge_lines(said: Said) -> list[str]:
    """The zones in which the place may be as well, as neither map nor place is exact."""
    told = [
        f"{lower_first(_case(edge.title, edge))} (a {length(edge.metres)})" for edge in said.edges
    ]
    return [f"Puede estar también en otra zona: {'; '.join(told)}"] if told else []


def unknown_lines(said: Said) -> list[str]:
    """What is not known: all, or some of the cases that are studied apart."""
    if said.untold:
        return [f"De {_together(said.untold)}: {lower_first(said.words)}"]
    return [] if said.found else [said.words]


def _together(cases: Sequence[str]) -> str:
    *first, last = map(lower_first, cases)
    return f"{', '.join(first)} y {last}" if first else last


def _risk(parts: Sequence[Part]) -> str:
    layers = [said for part in parts if part.section is Section.RISK for said in part.said]
    if not layers:
        return NO_RISK_LAYER
    known = list(dict.fromkeys(_case(f.title, f) for said in layers for f in said.found))
    beside = [line for said in layers for line in edge_lines(said)]
    unknown = [
        line
        for said in layers
        for line in (unknown_lines(said) if said.status is not Status.EMPTY else risk_lines(said))
    ]
    sentences = ["; ".join([known[0], *map(lower_first, known[1:])])] if known else []
    return " ".join(f"{sentence}." for sentence in (*sentences, *beside, *unknown))


def _case(title: str, found: Found | Edge) -> str:
    """«Inundación: nivel de amenaza alta»."""
    level = found.level
    if level is None:
        return title
    what = f"{lower_first(level.label)} {lower_first(level.value)}"
    return what if level.value == title else f"{title}: {what}"


def _place(spot: Spot, parts: Sequence[Part]) -> str:
    names = list(_names(parts))
    zone = spot.zone.label if spot.zone else ""
    if not spot.is_bounded:
        near = f" {zone or 'Queda en'}: {', '.join(names)}." if names else ""
        return f"{UNBOUNDED}{near}"
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
