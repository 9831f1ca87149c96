"""Names of the rest of the country, to tell an address of another town from one of ours.

``divipola.csv``: departments and capitals (DIVIPOLA). ``towns.csv``: populated places from GeoNames
(cities500, CC BY 4.0). Names alone: a town has namesakes, so none of them refuses an address by
itself, save a capital.
"""

from __future__ import annotations

import csv
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

HERE = Path(__file__).parent
ARTICLES = ("EL ", "LA ", "LOS ", "LAS ")
LONGEST = 5
"""Words of the longest names."""


def department_at_end(words: Sequence[str]) -> str:
    """The department that a text ends with, empty when none.

    >>> department_at_end(["MANIZALES", "CALDAS"]), department_at_end(["GAITAN"])
    ('CALDAS', '')
    """
    return _at_end(words, departments())


def town_at_end(words: Sequence[str], own: str) -> str:
    """The town that a text ends with, ``own`` being one more.

    >>> town_at_end(["CENTRO", "EL", "ESPINAL"], "PRUEBA")
    'EL ESPINAL'
    """
    return _at_end(words, towns() | {own})


def _at_end(words: Sequence[str], known: frozenset[str]) -> str:
    for count in range(min(len(words), LONGEST), 0, -1):
        name = " ".join(words[-count:])
        if name in known:
            return name
    return ""


@cache
def departments() -> frozenset[str]:
    """Those of the country, upper-case ASCII."""
    return _of_class("departamento")


@cache
def capitals() -> frozenset[str]:
    """Of the departments."""
    return _of_class("capital")


@cache
def towns() -> frozenset[str]:
    """Populated places, with and without the article of their names."""
    with (HERE / "towns.csv").open(encoding="utf-8", newline="") as lines:
        names = {row["nombre"] for row in csv.DictReader(lines)} | capitals()
    return frozenset(names | {_bare(name) for name in names})


def _bare(name: str) -> str:
    for article in ARTICLES:
        name = name.removeprefix(article)
    return name


def _of_class(kind: str) -> frozenset[str]:
    with (HERE / "divipola.csv").open(encoding="utf-8", newline="") as lines:
        return frozenset(row["nombre"] for row in csv.DictReader(lines) if row["clase"] == kind)
