"""Verification codes: what was asked, when, and of which state, in 32 letters that nobody stores.

A code is 160 bits in Crockford's base 32: the key's version (3), the place (21 + 21, steps of
1e-5 degrees within :data:`BOX`), how many metres from it what was meant may be (14), whether
something was against it being what was meant (1), the position in the chain (24), the minute (25),
and the first 51 bits of an HMAC-SHA256 of those. Whoever has the key can check it and read it;
nothing is kept of who asked what.
"""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's: without I, L, O and U, which are read for others."""
MISREAD = str.maketrans("OIL", "011")
LENGTH = 32
GROUP = 4
BOX = (-82.0, -5.0, -66.0, 14.0)
"""West, south, east, north of what a code can name: Colombia."""
STEPS = 100_000
"""Of a degree: about one metre."""
EPOCH = datetime(2026, 1, 1, tzinfo=UTC)
PURPOSE = b"sig:lugar:3:"
FIELDS = (
    ("version", 3), ("east", 21), ("north", 21), ("doubt", 14), ("warned", 1), ("seq", 24),
    ("minute", 25),
)  # fmt: skip
MAC_BITS = 51
FARTHEST_M = 2**14 - 1
"""Metres of doubt beyond which a code says these: nothing of one point holds so far away."""


@dataclass(frozen=True, slots=True)
class Issued:
    """What a code says: the place (CRS84 degrees), the minute, and the place in the chain."""

    lon: float
    lat: float
    seq: int
    minute: datetime
    doubt_m: int = 0
    """How far from the place what was meant may be, up to :data:`FARTHEST_M`."""
    was_warned: bool = False
    """Whether the answer warned that something is against the place being what was meant."""


def make(key: bytes, version: int, issued: Issued) -> str:
    """The code, in groups of four; empty for a place or a moment that none can name."""
    numbers = _numbers(version, issued)
    if numbers is None:
        return ""
    payload = 0
    for (_, bits), number in zip(FIELDS, numbers, strict=True):
        payload = payload << bits | number
    return grouped(_letters(payload << MAC_BITS | _mac(key, payload)))


def read(text: str, key_of: Callable[[int], bytes | None]) -> Issued | None:
    """What a code says, None for one that this system never issued.

    It may come with or without spaces and dashes, in any case, with O for 0 and I or L for 1.
    """
    letters = tidy(text)
    if len(letters) != LENGTH or any(letter not in ALPHABET for letter in letters):
        return None
    value = 0
    for letter in letters:
        value = value << 5 | ALPHABET.index(letter)
    payload, mac = value >> MAC_BITS, value & (1 << MAC_BITS) - 1
    numbers = _parted(payload)
    key = key_of(numbers["version"])
    if key is None:
        return None
    width = (MAC_BITS + 7) // 8
    if not hmac.compare_digest(mac.to_bytes(width, "big"), _mac(key, payload).to_bytes(width)):
        return None
    west, south, _, _ = BOX
    return Issued(
        lon=round(west + numbers["east"] / STEPS, 5),
        lat=round(south + numbers["north"] / STEPS, 5),
        seq=numbers["seq"],
        minute=EPOCH + timedelta(minutes=numbers["minute"]),
        doubt_m=numbers["doubt"],
        was_warned=bool(numbers["warned"]),
    )


def tidy(text: str) -> str:
    """The letters of a code as they were meant."""
    return "".join(c for c in text.upper().translate(MISREAD) if c.isascii() and c.isalnum())


def grouped(letters: str) -> str:
    """In groups of four, as it is printed.

    >>> grouped("0123ABCD")
    '0123-ABCD'
    """
    return "-".join(letters[at : at + GROUP] for at in range(0, len(letters), GROUP))


def _numbers(version: int, issued: Issued) -> tuple[int, ...] | None:
    west, south, _, _ = BOX
    numbers = (
        version,
        round((issued.lon - west) * STEPS),
        round((issued.lat - south) * STEPS),
        min(issued.doubt_m, FARTHEST_M),
        int(issued.was_warned),
        issued.seq,
        (issued.minute - EPOCH) // timedelta(minutes=1),
    )
    fits = all(0 <= n < 1 << bits for n, (_, bits) in zip(numbers, FIELDS, strict=True))
    return numbers if fits else None


def _parted(payload: int) -> dict[str, int]:
    parts: dict[str, int] = {}
    for name, bits in reversed(FIELDS):
        parts[name] = payload & (1 << bits) - 1
        payload >>= bits
    return parts


def _mac(key: bytes, payload: int) -> int:
    size = sum(bits for _, bits in FIELDS)
    content = PURPOSE + payload.to_bytes((size + 7) // 8, "big")
    whole = hmac.new(key, content, hashlib.sha256).digest()
    return int.from_bytes(whole[:8], "big") >> (64 - MAC_BITS)


def _letters(value: int) -> str:
    return "".join(ALPHABET[value >> 5 * at & 31] for at in reversed(range(LENGTH)))
