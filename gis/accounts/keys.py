"""Secrets that machines keep: 256 random bits, known here by their sha256 alone."""

from __future__ import annotations

import hashlib
import hmac
import secrets

BYTES = 32
TOKEN_PREFIX = "sig_"
"""What every machine token begins with, so that a leaked one is recognised."""


def new_key(prefix: str = "") -> str:
    """A new secret, as text for a header or a cookie."""
    return prefix + secrets.token_urlsafe(BYTES)


def digest(key: str) -> bytes:
    """What is stored of a secret. No salt or slowness is needed: nobody guesses 256 bits."""
    return hashlib.sha256(key.encode()).digest()


def form_key(key: str) -> str:
    """What a page's forms carry to show that they are of the session (or cookie) ``key``."""
    return hmac.new(key.encode(), b"sig:form", hashlib.sha256).hexdigest()


def is_form_key(given: str, key: str) -> bool:
    """Whether ``given`` is the form key of ``key``; takes the same time when it is not."""
    return hmac.compare_digest(given.encode(), form_key(key).encode())
