"""Names as people mistype them: one letter wrong, and how alike two names are."""

from __future__ import annotations

import heapq
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

ALIKE = 0.5
"""Share of trigrams in common (Dice) from which two names may be the same one."""


def one_letter_apart(one: str, other: str) -> bool:
    """Whether a letter too many, missing, wrong, or two swapped make one word of the other.

    >>> one_letter_apart("CARERA", "CARRERA"), one_letter_apart("CALEL", "CALLE")
    (True, True)
    """
    if len(one) > len(other):
        one, other = other, one
    if len(other) - len(one) > 1:
        return False
    start = next((i for i, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), len(one))
    if len(one) != len(other):
        return one[start:] == other[start + 1 :]
    rest, back = one[start:], other[start:]
    return rest[1:] == back[1:] or (rest[:2] == back[1::-1] and rest[2:] == back[2:])


def trigrams(text: str, *, ended: bool = True) -> frozenset[str]:
    """Every three letters of the words, their ends marked (as PostgreSQL's ``pg_trgm``); that of
    the last word only where it ``ended``."""
    padded = [f"  {word} " for word in text.split()]
    if padded and not ended:
        padded[-1] = padded[-1][:-1]
    return frozenset(word[i : i + 3] for word in padded for i in range(len(word) - 2))


@dataclass(frozen=True, slots=True)
class Names:
    """Names to be found by something like them. Built once; a look-up costs microseconds."""

    keys: tuple[str, ...]
    _grams: tuple[frozenset[str], ...] = field(repr=False)
    _where: dict[str, tuple[int, ...]] = field(repr=False)
    _known: dict[tuple[str, float, int], tuple[tuple[str, float], ...]] = field(
        default_factory=dict, repr=False
    )

    @classmethod
    def of(cls, keys: Iterable[str]) -> Names:
        """An index of names, each already in the form they are compared in."""
        listed = tuple(dict.fromkeys(keys))
        grams = tuple(trigrams(key) for key in listed)
        where: dict[str, list[int]] = {}
        for number, found in enumerate(grams):
            for gram in found:
                where.setdefault(gram, []).append(number)
        return cls(listed, grams, {gram: tuple(found) for gram, found in where.items()})

    def meant(self, text: str, at_least: float, limit: int = 3) -> tuple[tuple[str, float], ...]:
        """Names that ``text`` may be a slip for: alike enough, or one letter away from it."""
        near = self.like(text, min(at_least, 0.4), 12)
        kept = [(k, s) for k, s in near if s >= at_least or _is_slip(text, k)]
        return tuple(sorted(kept, key=lambda pair: (not _is_slip(text, pair[0]), -pair[1])))[:limit]

    def like(
        self, text: str, at_least: float = ALIKE, limit: int = 5
    ) -> tuple[tuple[str, float], ...]:
        """Names most alike with how much (0-1, 1 is the same), best first."""
        asked = (text, at_least, limit)
        if asked not in self._known:
            if len(self._known) > 20_000:
                self._known.clear()
            self._known[asked] = self._like(*asked)
        return self._known[asked]

    def holding(
        self, text: str, at_least: float = ALIKE, limit: int = 20
    ) -> list[tuple[str, float]]:
        """Names that hold what somebody is still typing, best first: how much of it (0-1) counts
        three parts, how much of the name it is, one."""
        typed = trigrams(text, ended=False)
        shared: Counter[int] = Counter()
        for gram in typed:
            shared.update(self._where.get(gram, ()))
        found = []
        for number, count in shared.items():
            held = count / len(typed)
            if held >= at_least:
                share = 2 * count / (len(typed) + len(self._grams[number]))
                found.append((-(0.75 * held + 0.25 * share), self.keys[number]))
        return [(key, -score) for score, key in heapq.nsmallest(limit, found)]

    def _like(self, text: str, at_least: float, limit: int) -> tuple[tuple[str, float], ...]:
        wanted = trigrams(text)
        shared: Counter[int] = Counter()
        for gram in wanted:
            shared.update(self._where.get(gram, ()))
        found = []
        for number, count in shared.items():
            score = 2 * count / (len(wanted) + len(self._grams[number]))
            if score >= at_least:
                found.append((-score, self.keys[number]))
        return tuple((key, -score) for score, key in sorted(found)[:limit])


def _is_slip(one: str, other: str) -> bool:
    return len(one) >= 5 and one_letter_apart(one, other)
