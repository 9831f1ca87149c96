"""Parts of a file (RFC 9110 §14): ``Range`` and ``If-Range``, so that a broken download goes on."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from gis.errors import InvalidRequest

if TYPE_CHECKING:
    from starlette.requests import Request

_ONE = re.compile(r"bytes\s*=\s*(\d{0,18})\s*-\s*(\d{0,18})", re.ASCII | re.IGNORECASE)
_MANY = re.compile(r"bytes\s*=(\s*(\d{1,18}\s*-\s*\d{0,18}|-\s*\d{1,18})\s*,?)+", re.ASCII | re.I)


class Unsatisfiable(Exception):
    """The part begins where the file has ended."""


def asked_part(request: Request, etag: str, size: int) -> tuple[int, int] | None:
    """First byte and the one after the last; None for the whole file.

    The whole is what comes also for another unit, for several parts at once, and when ``If-Range``
    names another file. :class:`InvalidRequest` for a ``Range`` that says nothing;
    :class:`Unsatisfiable` for a part that is not there.
    """
    text = request.headers.get("range", "").strip()
    if request.method != "GET" or not re.match(r"bytes\s*=", text, re.IGNORECASE):
        return None
    wanted = _read(text, size)
    if request.headers.get("if-range", etag).strip() != etag:
        return None
    if wanted is not None and wanted[0] >= wanted[1]:
        raise Unsatisfiable
    return wanted


def _read(text: str, size: int) -> tuple[int, int] | None:
    one = _ONE.fullmatch(text)
    if one is None or not any(one.groups()):
        if "," in text and len(text) <= 1000 and _MANY.fullmatch(text):
            return None
        raise _invalid(text)
    first, last = one.groups()
    if not first:
        return max(0, size - int(last)), size
    if last and int(last) < int(first):
        raise _invalid(text)
    return int(first), min(int(last) + 1, size) if last else size


def _invalid(text: str) -> InvalidRequest:
    return InvalidRequest(
        "«Range» debe ser bytes=PRIMERO-ÚLTIMO, bytes=PRIMERO- o bytes=-CUÁNTOS",
        parameter="Range",
        value=text[:100],
    )
