"""Passwords: Argon2id (RFC 9106 §4, second choice: 64 MiB, three passes), and what is a fit one."""

from __future__ import annotations

import unicodedata
from functools import cache
from threading import BoundedSemaphore

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from gis.errors import InvalidRequest, StoreUnavailable

SHORTEST, LONGEST = 12, 256
"""Characters; the upper limit only keeps a huge text from costing anything."""
AT_ONCE = 2
"""Hashes that a process makes at once, so that log-ins cannot take all memory (64 MiB each)."""
PATIENCE_S = 10
_hasher = PasswordHasher()
_turns = BoundedSemaphore(AT_ONCE)


def hash_password(text: str) -> str:
    """The password's hash, with parameters and salt inside."""
    with _Turn():
        return _hasher.hash(_normal(text))


def verify(hashed: str | None, text: str) -> bool:
    """Whether ``text`` is the password; takes as long when there is none to compare with."""
    of_nobody = _of_nobody()
    with _Turn():
        try:
            _hasher.verify(hashed or of_nobody, _normal(text)[:LONGEST])
        except (VerificationError, InvalidHashError):
            return False
    return hashed is not None


def is_outdated(hashed: str) -> bool:
    """Whether the hash was made with weaker parameters than those of now."""
    return _hasher.check_needs_rehash(hashed)


def check_fit(text: str, name: str) -> None:
    """Raise :class:`InvalidRequest` for a password that is easy to guess (NIST SP 800-63B §5.1.1:
    length matters, composition rules do not)."""
    folded = _normal(text).casefold()
    if len(folded) < SHORTEST:
        raise InvalidRequest(f"La clave debe tener al menos {SHORTEST} caracteres")
    if len(folded) > LONGEST:
        raise InvalidRequest(f"La clave no puede pasar de {LONGEST} caracteres")
    if name in folded:
        raise InvalidRequest("La clave no puede contener el nombre de la cuenta")
    if len(set(folded)) < 5 or any(folded in run for run in _RUNS):
        raise InvalidRequest("La clave es fácil de adivinar: use varias palabras que no van juntas")


_RUNS = ("01234567890123456789", "98765432109876543210", "abcdefghijklmnñopqrstuvwxyz" * 2,
         "qwertyuiopasdfghjklñzxcvbnm")  # fmt: skip


def _normal(text: str) -> str:
    """One spelling for each text, whatever keyboard made it (NIST SP 800-63B §5.1.1.2)."""
    return unicodedata.normalize("NFKC", text)


@cache
def _of_nobody() -> str:
    return _hasher.hash("de nadie")


class _Turn:
    def __enter__(self) -> None:
        if not _turns.acquire(timeout=PATIENCE_S):
            raise StoreUnavailable("Hay demasiados ingresos en curso; intente en un momento")

    def __exit__(self, *_: object) -> None:
        _turns.release()
