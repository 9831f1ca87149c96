"""Comparing names as people write them: accents, case and spaces set aside."""

from __future__ import annotations

import difflib
import re
import unicodedata
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

_GAPS = re.compile(r"[^0-9a-z]+")


def fold(text: str) -> str:
    """The words of a text in lower case without accents, joined by one space.

    >>> fold("  Código_DANE ")
    'codigo dane'
    """
    plain = unicodedata.normalize("NFKD", text.casefold())
    return _GAPS.sub(" ", "".join(c for c in plain if not unicodedata.combining(c))).strip()


def nearest(name: str, candidates: Iterable[str], limit: int = 3) -> list[str]:
    """Candidates that somebody who wrote ``name`` may have meant, best first."""
    by_fold: dict[str, str] = {}
    for candidate in candidates:
        by_fold.setdefault(fold(candidate), candidate)
    close = difflib.get_close_matches(fold(name), list(by_fold), n=limit, cutoff=0.6)
    return [by_fold[key] for key in close]


def listed(names: Iterable[object], limit: int = 8) -> str:
    """Names between quotes, separated by commas; what exceeds ``limit`` is counted."""
    every = [f"«{name}»" for name in names]
    rest = len(every) - limit
    return ", ".join(every[:limit]) + (f" y {rest} más" if rest > 0 else "")


def counted(count: int, noun: str, plural: str = "") -> str:
    """A number with its noun: «1 fila», «3 filas», «2 valores».

    >>> counted(1, "fila"), counted(2, "valor"), counted(0, "geometría")
    ('1 fila', '2 valores', '0 geometrías')
    """
    if count == 1:
        return f"1 {noun}"
    return f"{count} {plural or noun + ('s' if noun[-1] in 'aeiouáéíóú' else 'es')}"


def figure(value: float, decimals: int = 1) -> str:
    """A number as it is written in Colombia.

    >>> figure(1234.56), figure(0.016, 3)
    ('1.234,6', '0,016')
    """
    return f"{value:,.{decimals}f}".translate(str.maketrans(",.", ".,"))
