"""What of a person can be recognised in a value: numbers, addresses, plates, and the canary."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import TYPE_CHECKING, Final

import phonenumbers
from stdnum.co import nit

from gis.spelling import fold
from publishers.privacy.names import names_in

if TYPE_CHECKING:
    from collections.abc import Iterator


class Kind(StrEnum):
    """What was recognised: the stable name of a rule."""

    CANARY = "canary"
    DOCUMENT = "identity-number"
    NIT = "natural-person-nit"
    PHONE = "phone"
    EMAIL = "e-mail"
    PLATE = "plate"
    NETWORK = "device-address"
    NAME = "person-name"


@dataclass(frozen=True, slots=True)
class Hit:
    """Something recognised in a text. ``told`` is what; it is never shown whole."""

    kind: Kind
    told: str


CANARY: Final = re.compile(r"CANARIO-[0-9A-Z]{6,}", re.IGNORECASE)
"""What an operator sows in fields that must never leave; see docs/publicacion.md."""
EMAIL_IN_BYTES: Final = re.compile(
    r"[A-Za-z0-9][A-Za-z0-9._%+-]{2,63}@(?:[A-Za-z0-9-]{2,63}\.)+(?:com|net|org|co|edu|gov|info|es)\b"
)
"""Stricter, as bytes that are no text have anything in them."""
EMAIL: Final = re.compile(r"[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{2,63})+")
_MOBILE = re.compile(
    r"(?<![\w.,/-])(?:\+?57[ -]?)?\(?(3[0-5]\d)\)?"
    r"(?:(\d{7})|[ -](\d{3})[ -]?(\d{2})[ -]?(\d{2})|\.(\d{3})\.(\d{2})\.?(\d{2}))"
    r"(?![\w]|[.,]\d|-\d)"
)
_FIXED = re.compile(
    r"(?<![\w.,/-])(?:\+?57[ -]?)?\(?(60[1-8])\)?[ -]?(\d{3})[ -]?(\d{4})(?![\w]|[.,]\d)"
)
_NUMBER = r"(\d{1,3}(?:\.\d{3}){2,3}|\d{6,10})"
_DOCUMENT = re.compile(
    r"\b(?:c\.? ?c\.?|t\.? ?i\.?|nuip|c[eé]dulas?(?: de ciudadan[ií]a)?|documento(?: de identidad)?"
    r"|identificad[oa](?: con)?|identificaci[oó]n)[ .:#]+(?:n[°ºo]?\.?|n[uú]mero)?[ :#]*"
    + _NUMBER
    + r"(?![\w]|[.,]\d|-\d)",
    re.IGNORECASE,
)
_NUIP = re.compile(r"(?<![\d.$])(?<!\$ )1\.[01]\d{2}\.\d{3}\.\d{3}(?![\d.])|^1[01]\d{8}$")
_NIT = re.compile(r"(?<![\w.-])" + _NUMBER + r" ?- ?(\d)(?![\w-])")
_PLATE = re.compile(
    r"\bplacas?\b(?:[ .:#]|de|n[°ºo]\.?)*([A-Z]{3}[ -]?\d{2}[0-9A-Z])\b", re.IGNORECASE
)
_PLATE_ALONE = re.compile(r"^[A-Z]{3}[ -]?\d{2}[0-9A-Z]$")
_MAC = re.compile(r"(?<![\w:])(?:[0-9A-F]{2}[:-]){5}[0-9A-F]{2}(?![\w:])", re.IGNORECASE)
_IP = re.compile(
    r"(?<![\w.])(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)\.){3}(?:25[0-5]|2[0-4]\d|1?\d?\d)(?![\w.])"
)
HIGH: Final = 100
_ALONE = re.compile(r"^\D{0,4}\d[\d.\- ]{5,13}$")
_PHONE_ALONE = re.compile(r"^\+?[\d ()-]{7,16}$")
SUSPICIOUS: Final = (
    r"(?i)@|canario-|(?:[0-9a-f]{2}[:-]){5}|placa|(?:\d{1,3}\.){3}\d"
    r"|(?:^|[^\w.,/-])[(+]{0,2}\d[\d ().-]{4,}\d"
)
"""Texts that may have anything but a name in them, for a machine that reads millions (RE2)."""
HEADINGS: Final = (
    (Kind.DOCUMENT, re.compile(r"cedula|documento|identificacion|nuip|^cc$"), _ALONE),
    (Kind.PHONE, re.compile(r"telefono|celular|movil|whatsapp"), _PHONE_ALONE),
    (Kind.PLATE, re.compile(r"placa"), _PLATE_ALONE),
)
"""Headings that say of a bare number what it is, and how its values look."""


def look(text: str, *, alone: bool = True) -> Iterator[Hit]:
    """What is recognised in ``text`` by itself. ``alone``: it is a whole value, not prose."""
    for found in CANARY.findall(text):
        yield Hit(Kind.CANARY, found)
    if "@" in text:
        for found in EMAIL.findall(text):
            yield Hit(Kind.EMAIL, found)
    if any(map(str.isdigit, text)):
        yield from _numbers(text)
    for name in names_in(text, alone=alone):
        yield Hit(Kind.NAME, name)


def heading_of(name: str) -> tuple[Kind, re.Pattern[str]] | None:
    """What a column's name says that its bare values are; None for nothing of a person."""
    folded = fold(name).replace(" ", "_")
    return next(((kind, shape) for kind, said, shape in HEADINGS if said.search(folded)), None)


def masked(text: str) -> str:
    """Enough of it to find it where it is, and not to read it here."""
    kept = max(1, min(3, len(text) // 4))
    return text[:kept] + "•" * (len(text) - 2 * kept) + text[-kept:] if len(text) > 2 else "•"


def _numbers(text: str) -> Iterator[Hit]:
    for pattern in (_MOBILE, _FIXED):
        for match in pattern.finditer(text):
            if _is_phone("".join(match.groups(""))):
                yield Hit(Kind.PHONE, match[0])
    for match in _DOCUMENT.finditer(text):
        yield Hit(Kind.DOCUMENT, match[1])
    for match in _NUIP.finditer(text):
        yield Hit(Kind.DOCUMENT, match[0])
    for match in _NIT.finditer(text):
        if is_natural(match[1], match[2]):
            yield Hit(Kind.NIT, match[0])
    for match in _PLATE.finditer(text):
        yield Hit(Kind.PLATE, match[1])
    for match in _MAC.finditer(text):
        yield Hit(Kind.NETWORK, match[0])
    for match in _IP.finditer(text):
        if max(map(int, match[0].split("."))) >= HIGH:  # «artículo 2.2.1.1» is none
            yield Hit(Kind.NETWORK, match[0])


def is_natural(number: str, digit: str) -> bool:
    """Whether a NIT, by its check digit (DIAN), is right and is not of the range that companies
    and entities are given: nine digits from 800 000 000 on."""
    plain = number.replace(".", "")
    if not nit.is_valid(plain + digit):
        return False
    return not (len(plain) == 9 and plain[0] in "89")


@lru_cache(maxsize=4096)
def _is_phone(digits: str) -> bool:
    return phonenumbers.is_valid_number(
        phonenumbers.PhoneNumber(country_code=57, national_number=int(digits))
    )
