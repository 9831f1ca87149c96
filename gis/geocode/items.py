"""From the pieces of a text to what an address is made of: streets, numbers, complements, words.

Each item has a one-letter code, so that what an address says is a pattern over codes
(:mod:`gis.geocode.grammar`): ``W`` street, ``N`` number, ``#`` mark, ``C`` «con», ``E`` «entre»,
``Y`` «y», ``-`` dash, ``K`` kilometre, ``P`` complement, ``T`` words, ``,`` comma.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from gis.geocode import vocabulary as v
from gis.geocode.address import Complement, Kilometre, Quadrant, Way, WayKind, Word
from gis.geocode.ahead import DIGITS, NOTHING, Ahead

if TYPE_CHECKING:
    from gis.geocode.tokens import Token


@dataclass(frozen=True, slots=True)
class Item:
    """A piece with its code."""

    code: str
    value: Way | Complement | Kilometre | None = None


@dataclass(slots=True)
class Lexer:
    """Reads items one after another; ``notes`` says what had to be supposed."""

    ahead: Ahead
    at: int = 0
    items: list[Item] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    _text: list[str] = field(default_factory=list)
    _naming: Word = Word.LUGAR
    """What the words being gathered name."""

    def run(self) -> list[Item]:
        """All items of the text."""
        while self._peek() is not NOTHING:
            self._step()
        self._close()
        return self.items

    def _step(self) -> None:
        token = self._peek()
        if token.text == ",":
            self._comma()
        elif self._kilometre() or self._stage() or self._complement() or self._way():
            return
        elif self.ahead.mark_at(self.at):
            self._push("#")
            self.at = self.ahead.mark_at(self.at)
        elif self._number():
            return
        elif token.text in ("-", "/", "+", "#"):
            self._dash(token)
        elif not self._link(token):
            self._word(token)

    def _peek(self, ahead: int = 0) -> Token:
        return self.ahead.token(self.at + ahead)

    def _push(self, code: str, value: Way | Complement | Kilometre | None = None) -> None:
        self._close()
        self.items.append(Item(code, value))

    def _close(self) -> None:
        """End the words being gathered."""
        if self._text:
            place = Complement(self._naming, " ".join(self._text))
            self.items.append(Item("P" if self._naming is not Word.LUGAR else "T", place))
        self._text, self._naming = [], Word.LUGAR

    def _comma(self) -> None:
        self.at += 1
        self._push(",")

    @property
    def _codes(self) -> str:
        return "".join(item.code for item in self.items)

    # Kilometres -----------------------------------------------------------------------------

    def _kilometre(self) -> bool:
        """``KM 4``, ``KM 10 + 700 MT``, ``K 5 + 300``, and the road named after it."""
        token, number = self._peek(), self._peek(1)
        if not (
            (token.text in v.KILOMETRES and (number.is_number or number.text == "+"))
            or (token.text == "K" and number.is_number and self._peek(2).text == "+")
        ):
            return False
        self.at += 1
        km, metres = self._count(), 0
        if self._peek().text == "+" and self._peek(1).is_number:
            self.at += 1
            metres = self._count()
            if self._peek().text in v.METRES:
                self.at += 1
        if metres > 999:
            km, metres = km + metres // 1000, metres % 1000
        self._push("K", Kilometre(km, metres, self._road()))
        return True

    def _count(self) -> int:
        token = self._peek()
        if not token.is_number:
            return 0
        self.at += 1
        return int(token.text[:5])

    def _road(self) -> str:
        words: list[str] = []
        while (token := self._peek()) is not NOTHING and token.text != ",":
            if words and (self.ahead.complement_at(self.at) or self.ahead.way_at(self.at)):
                break
            if token.is_word or (token.is_number and words):
                words.append(token.text)
            self.at += 1
        return " ".join(words)

    # Complements ----------------------------------------------------------------------------

    def _stage(self) -> bool:
        """``7 ETAPA``, ``7A ETAPA``, ``VII ETAPA``, ``SEPTIMA ETAPA``, ``2DO PISO``."""
        token = self._peek()
        number = token.text if token.is_number else str(v.STAGES.get(token.text, ""))
        skip = 2 if self._peek(1).attached and self._peek(1).text in v.ORDINALS else 1
        word = v.WORDS.get(self._peek(skip).text)
        if not number or word not in (Word.ETAPA, Word.PISO) or len(self._peek(skip).text) < 2:
            return False
        if self._peek(skip + 1).is_number and not self._text:
            return False
        self.at += skip + 1
        self._push("P", Complement(word, number))
        return True

    def _complement(self) -> bool:
        word = self.ahead.complement_at(self.at)
        if word is None:
            return False
        self.at += 1
        if word.is_name:
            self._close()
            self._naming = word
            self._text.append(self._peek().text)
            self.at += 1
        else:
            while self._peek().text in ("NO", "N", "#"):
                self.at += 1
            self._push("P", Complement(word, self._label(word)))
        return True

    def _label(self, word: Word) -> str:
        """A number or a letter, with what is next to it: ``12``, ``C``, ``12B``, ``A1``."""
        label = self._peek().text
        if word is Word.ETAPA:
            label = str(v.STAGES.get(label, label))
        self.at += 1
        while self._peek().attached and (self._peek().is_number or len(self._peek().text) == 1):
            if not (self._peek().is_word or self._peek().is_number):
                break
            label += self._peek().text
            self.at += 1
        return label

    # Streets --------------------------------------------------------------------------------

    def _way(self) -> bool:
        kind = self.ahead.way_at(self.at)
        if kind is None:
            return False
        token = self._peek()
        if token.text not in v.WAYS:
            self.notes.append(f"«{token.text}» se leyó como {kind.name.lower()}")
        self._close()
        self.at += 1
        if self._peek().text in ("#", "NO"):
            self.at += 1
        if self._peek().is_number:
            self._push("W", self._numbered(kind))
        else:
            self._push("W", Way(kind, name=self._name()))
        return True

    def _name(self) -> str:
        """The words of a street's name, up to what cannot be part of it."""
        words = [self._peek().text]
        self.at += 1
        while not self.ahead.breaks(self.at):
            if self._peek().is_word:
                words.append(self._peek().text)
            elif self._peek().text != "-" or not self._peek(1).is_word:
                break
            self.at += 1
        return " ".join(words)

    def _numbered(self, kind: WayKind | None) -> Way:
        number = int(self._peek().text)
        self.at += 1
        return Way(kind, number, self._suffix(), self._quadrant())

    def _suffix(self) -> str:
        parts: list[str] = []
        while len(parts) < 3 and self._follows(parts):
            parts.append(self._peek().text)
            self.at += 1
        return " ".join(parts)

    def _follows(self, parts: list[str]) -> bool:
        """Whether what comes is a letter or BIS of the number, after those there are already."""
        token = self._peek()
        if token.text == "BIS":
            return "BIS" not in parts
        if len(token.text) != 1 or (parts and parts[-1] != "BIS"):
            return False
        close = token.attached and not parts
        known = v.LETTERS if close else v.LOOSE_LETTERS
        return token.text in known and (token.attached or not self._is_other(token))

    def _is_other(self, token: Token) -> bool:
        """A letter apart from the number that begins something else: ``K 5``, ``P 2``."""
        if token.text == "K":
            return self._peek(1).is_number
        return token.text in ("A", "M") and (self.ahead.way_at(self.at + 1) is not None)

    def _quadrant(self) -> Quadrant | None:
        token = self._peek()
        found = v.QUADRANTS.get(token.text)
        if found is None or (len(token.text) == 1 and self._is_mark_or_and(token)):
            return None
        self.at += 1
        return found

    def _is_mark_or_and(self, token: Token) -> bool:
        """A letter that marks a number, or joins two streets, rather than a side of the city."""
        if token.attached:
            return token.text == "E"
        after = self._peek(1)
        if token.text in ("N", "O") and (after.is_number or after.text in ("#", ",", "-")):
            return True
        plain = after.is_word and after.text not in v.MARKS and after.text not in v.JOINS
        return plain and self.ahead.way_at(self.at + 1) is None

    # Numbers and what joins ------------------------------------------------------------------

    def _number(self) -> bool:
        token = self._peek()
        if not token.is_number or len(token.text) > DIGITS or not self._is_expected():
            return False
        self._push("N", self._numbered(None))
        return True

    def _is_expected(self) -> bool:
        """Whether a number there is of a street or a plate, not of a name."""
        last = self.items[-1].code if self.items else ""
        if self._text:
            return self._lacks_numbers() and self.ahead.plate_at(self.at)
        if last == ",":
            return self._lacks_numbers() and self.ahead.plate_at(self.at)
        if last == "N":
            codes = self._codes
            return codes.endswith(("#N", "WN", "CN", "-N", "YN", "EN")) and not codes.endswith(
                ("N-N", "NYN")
            )
        return last != "" and last in "W#CEY-"

    def _lacks_numbers(self) -> bool:
        """Whether a street was named and nothing says where on it."""
        return "W" in self._codes and "N" not in self._codes

    def _dash(self, token: Token) -> None:
        self.at += 1
        last = self.items[-1].code if self.items and not self._text else ""
        if token.text == "-" and last in ("N", "W") and self._peek().is_number:
            self._push("-")

    def _link(self, token: Token) -> bool:
        """«con», «entre», «y»; and words before a street that say nothing of where."""
        begins = self.ahead.leads(self.at + 1)
        seen = "W" in self._codes
        if token.text in v.BETWEEN and begins and seen:
            self._push("E")
        elif token.text in v.AND and begins and self._codes[-1:] in ("W", "N") and not self._text:
            self._push("Y")
        elif token.text in v.JOINS and (begins or token.text.startswith("ESQ")):
            if begins and seen:
                self._push("C")
        elif token.text not in v.NOISE or not self.ahead.leads_to_street(self.at + 1, seen=seen):
            return False
        self.at += 1
        return True

    def _word(self, token: Token) -> None:
        if token.is_word or token.is_number:
            self._text.append(token.text)
        self.at += 1
