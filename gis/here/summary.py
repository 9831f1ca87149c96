"""The answer in one breath: what somebody reads first, and often all they read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gis.contract.questions import Section
from gis.here.answer import Status
from gis.here.words import length, lower_first

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from gis.contract.entity import Entity
    from gis.here.answer import Edge, Found, Part, Said, Spot


UNBOUNDED = "No se sabe si está dentro del municipio: su límite todavía no está en el sistema."
NO_RISK_LAYER = (
    "Este sistema no tiene estudios de amenaza, vulnerabilidad ni riesgo: de ellos no se sabe nada."
)

NOWHERE = "sin ningún estudio en este lugar, no se sabe si amenazan"


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


def unknown_lines(said: Said, beside: Collection[str] = ()) -> list[str]:
    """What is not known: all, or some of the cases that are studied apart, but for those said
    ``beside``."""
    if said.status is Status.EMPTY:
        return [f"{said.title}: todavía no hay datos"]
    if not said.untold:
        return [] if said.found else [said.words]
    cases = [case for case in said.untold if case not in beside]
    return [f"{_together(cases)}: {lower_first(said.words).replace(': ', ', ')}"] if cases else []


def _together(cases: Sequence[str]) -> str:
    """«Sísmica, volcánica y tecnológica»."""
    *first, last = (case if at == 0 else lower_first(case) for at, case in enumerate(cases))
    return f"{', '.join(first)} y {last}" if first else last


def _risk(parts: Sequence[Part]) -> str:
    layers = [said for part in parts if part.section is Section.RISK for said in part.said]
    if not layers:
        return NO_RISK_LAYER
    known = list(dict.fromkeys(_case(f.title, f) for said in layers for f in said.found))
    sentences = ["; ".join([known[0], *map(lower_first, known[1:])])] if known else []
    sentences += [line for said in layers for line in edge_lines(said)]
    nowhere = _nowhere(layers)
    if nowhere:
        sentences.append(f"{_together(nowhere)}: {NOWHERE}")
    sentences += [line for said in layers for line in unknown_lines(said, nowhere)]
    return " ".join(f"{sentence}." for sentence in sentences)


def _nowhere(layers: Sequence[Said]) -> list[str]:
    """Cases of which no layer says anything here, where several would say so one after another."""
    found = [said for said in layers if said.found]
    if len(found) < 2 or not all(said.untold for said in found):
        return []
    return [case for case in found[0].untold if all(case in said.untold for said in found)]


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
