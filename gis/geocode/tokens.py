"""A written text as words, numbers and the few signs that mean something in an address."""

from __future__ import annotations

import itertools
import re
import unicodedata
from dataclasses import dataclass

from gis.geocode.vocabulary import MARKS, PHRASES, QUADRANTS, WAYS, WORDS

LONGEST = 300
"""Characters that are read of a text; no address is longer."""
_DAMAGED = re.compile(r"\?\?\s?[óoÓO]|\ufffd")
"""What the degree sign became in files whose encoding was guessed: ``Cra 1??ó``."""
_PARTS = re.compile(r"(?P<num>[0-9]+)|(?P<word>[A-Z]+)|(?P<sign>[#,;/+()-])|(?P<gap>.)", re.S)
_GLUED = re.compile(
    r"(?P<a>BIS|[A-Z])?(?P<b>BIS)?(?P<c>[A-Z])?(?P<d>SUR|NORTE|OESTE|ESTE)?(?P<e>CON|Y|NO)?"
)
_SIGNS = {";": ",", "(": ",", ")": ","}
_DASHES = str.maketrans(dict.fromkeys("–—−_~", "-") | dict.fromkeys("°ºª´`'’\"", " "))


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of the text."""

    text: str
    is_number: bool = False
    attached: bool = False
    """Nothing stands between it and the one before."""

    @property
    def is_word(self) -> bool:
        return self.text[:1].isalpha()


def plain(text: str) -> str:
    """Upper-case ASCII letters, digits and signs; accents go, ``ñ`` is ``N``."""
    cleaned = _DAMAGED.sub(" ", text[:LONGEST]).translate(_DASHES)
    decomposed = unicodedata.normalize("NFKD", cleaned.upper())
    return "".join(c for c in decomposed if not unicodedata.combining(c))


def tokenize(text: str) -> list[Token]:
    """The pieces in order.

    >>> [token.text for token in tokenize("Cra. 14BSUR Nº 95-120")]
    ['CRA', '14', 'B', 'SUR', 'N', '95', '-', '120']
    """
    tokens: list[Token] = []
    end = -1
    for found in _PARTS.finditer(plain(text.replace("Nº", "N ").replace("nº", "N "))):
        kind, piece = found.lastgroup, found.group()
        if kind == "gap":
            continue
        attached = found.start() == end
        end = found.end()
        if kind == "num":
            tokens.append(Token(piece.lstrip("0") or "0", True, attached))
        elif kind == "sign":
            tokens.append(Token(_SIGNS.get(piece, piece), False, attached))
        else:
            tokens += _word(piece, attached and bool(tokens) and tokens[-1].is_number)
    return _joined(tokens)


def _word(piece: str, after_number: bool) -> list[Token]:
    """A run of letters; next to a number it may be several words: ``14BSUR``, ``159Y160``."""
    known = piece in WAYS or piece in WORDS or piece in MARKS or piece in QUADRANTS
    if after_number and len(piece) > 1 and not known:
        parts = _GLUED.fullmatch(piece)
        if parts and (parts["b"] or parts["d"] or parts["e"]):
            return [Token(part, False, True) for part in parts.groups() if part]
    return [Token(piece, False, after_number)]


def _joined(tokens: list[Token]) -> list[Token]:
    """Two words that are one become one; ``B/`` is a word."""
    done: list[Token] = []
    skip = False
    for token, after in itertools.zip_longest(tokens, tokens[1:], fillvalue=Token("")):
        if skip:
            skip = False
            continue
        pair = _pair(token, after)
        skip = bool(pair)
        done.append(Token(pair, False, token.attached) if pair else token)
    return done


def _pair(first: Token, second: Token) -> str:
    if second.text == "/" and second.attached and first.text in ("B", "VDA", "C"):
        return first.text + "/"
    for (one, two), whole in PHRASES:
        same_way = WAYS.get(first.text, "") == WAYS.get(one) and second.text not in ("C", "K")
        if (first.text == one or same_way) and (
            second.text == two or (two in WAYS and WAYS.get(second.text) == WAYS[two])
        ):
            return whole
    return ""
