"""What stands at each position of a text: where a street, a complement or a number begins."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from gis.geocode import vocabulary as v
from gis.geocode.address import WayKind, Word
from gis.geocode.tokens import Token
from gis.geocode.typos import one_letter_apart

if TYPE_CHECKING:
    from collections.abc import Sequence

DIGITS = 4
"""Most digits of a street's number or a plate."""
NOTHING = Token("")


@dataclass(frozen=True, slots=True)
class Ahead:
    """Looks, and takes nothing. A position beyond the text has nothing."""

    tokens: Sequence[Token]

    def complement_at(self, at: int) -> Word | None:
        """The kind of complement whose word stands there with a value after it."""
        token = self.token(at)
        word = v.WORDS.get(token.text)
        after = self.token(at + 1)
        if word is None:
            return None
        if word.is_name:
            short = len(token.text) <= 2 and token.text not in ("BR", "BO", "ED", "CC", "B/")
            return word if after.is_word or (after.is_number and not short) else None
        if after.text in ("NO", "N", "#") and self.token(at + 2).is_number:
            return word
        letter = len(after.text) == 1 and after.is_word and after.text not in v.AND - {"E"}
        wide = len(token.text) > 1 and token.text not in ("LO", "IN", "CA", "TO", "AP", "PI")
        follows = after.is_number or (after.text in v.STAGES and word is Word.ETAPA)
        return word if follows or (letter and (wide or self.ends(at + 2))) else None

    def ends(self, at: int) -> bool:
        return self.token(at) is NOTHING or self.token(at).text == ","

    def token(self, at: int) -> Token:
        return self.tokens[at] if 0 <= at < len(self.tokens) else NOTHING

    def way_at(self, at: int) -> WayKind | None:
        """The kind of street that begins there."""
        token, after = self.token(at), self.token(at + 1)
        kind = _kind(token.text) if token.is_word else None
        if kind is None:
            return None
        if after.text in ("#", "NO") and self.token(at + 2).is_number and kind in _ROMAN:
            after = self.token(at + 2)
        if after.is_number and len(after.text) <= DIGITS:
            exact = token.text in v.WAYS
            return kind if exact or len(token.text) >= 5 else None
        if token.text not in v.WAYS or len(token.text) < 2 or not after.is_word:
            return None
        return kind if self.may_be_named(kind, at, after) else None

    def may_be_named(self, kind: WayKind, at: int, after: Token) -> bool:
        first = at == 0 or self.token(at - 1).text == ","
        if kind not in v.NAMED_WAYS or after.text in v.MARKS or len(after.text) == 1:
            return False
        if kind is WayKind.AVENIDA:
            return after.text not in v.WORDS and after.text not in v.JOINS
        joined = self.token(at - 1).text in v.JOINS
        if kind in (WayKind.CALLE, WayKind.CARRERA):
            return first and len(self.token(at).text) > 3 and after.text not in v.WORDS
        return first or joined

    def mark_at(self, at: int) -> int:
        """Where the number begins that a mark there announces; 0 when there is none."""
        start = at
        while self.token(at).text in v.MARKS:
            at += 1
        if at > start and self.token(at).text == ",":
            at += 1
        return at if at > start and self.token(at).is_number else 0

    def plate_at(self, at: int) -> bool:
        """A number that another one follows: ``28A-11``."""
        at += 1
        while self.token(at).is_word and (
            len(self.token(at).text) == 1 or self.token(at).text in ("BIS", *v.QUADRANTS)
        ):
            at += 1
        if self.token(at).text == "-":
            at += 1
        return self.token(at).is_number

    def leads(self, at: int) -> bool:
        """Whether a street, a mark or a number comes next, but for words that say nothing."""
        while self.token(at).text in v.NOISE and self.way_at(at) is None:
            at += 1
        if self.token(at).is_number:
            return True
        return self.way_at(at) is not None or self.mark_at(at) > 0

    def leads_to_street(self, at: int, *, seen: bool) -> bool:
        """The same of words that may also be of a name: «frente al 3-05», not «plaza de la 28»."""
        while self.token(at).text in v.NOISE and self.way_at(at) is None:
            at += 1
        if self.token(at).is_number:
            return seen and self.plate_at(at)
        return self.way_at(at) is not None or self.mark_at(at) > 0

    def breaks(self, at: int) -> bool:
        """Whether what is there ends a street's name."""
        token = self.token(at)
        if self.way_at(at) or self.complement_at(at) or self.mark_at(at):
            return True
        if token.text in v.KILOMETRES and self.token(at + 1).is_number:
            return True
        if token.text in v.BESIDE:
            return True
        links = token.text in v.JOINS or token.text in v.BETWEEN or token.text in v.AND
        return (links or token.text in v.NOISE) and self.leads(at + 1)


_ROMAN = (WayKind.CALLE, WayKind.CARRERA)


@lru_cache(maxsize=4096)
def _kind(word: str) -> WayKind | None:
    known = v.WAYS.get(word)
    if known is not None or len(word) < 5 or word in v.WORDS or word in v.NOISE:
        return known
    return next((v.WAYS[spelt] for spelt in v.SPELT if one_letter_apart(word, spelt)), None)
