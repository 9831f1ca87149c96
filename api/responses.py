"""Answers: content hash as ETag, 304, compression, and the headers every representation shares."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any

from isal import igzip
from starlette.responses import Response

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.requests import Request

WORTH_COMPRESSING = 1024
"""Bytes below which compressing costs more than it saves."""
FAST = 1
"""Level of compression: measured 15 times as fast as zlib's 6, 13 % larger."""


def to_json(value: Any) -> str:
    """Compact JSON with accents as they are."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def respond(
    request: Request,
    content: str | bytes,
    media_type: str,
    headers: Mapping[str, str] | None = None,
    status: int = 200,
    version: str = "",
) -> Response:
    """``content`` with a strong ETag of its own bytes; 304 when the caller already has it.

    ``version`` names the state of what is represented; the ETag then begins with it, the same in
    every representation, so that ``If-Match`` may bring that of any of them.
    """
    body = content.encode() if isinstance(content, str) else content
    compressed = len(body) >= WORTH_COMPRESSING and accepts_gzip(request)
    etag = etag_of(body, compressed=compressed, version=version)
    shared = {
        "ETag": etag,
        "Cache-Control": "no-cache",
        "Vary": "Accept, Accept-Encoding",
        **(headers or {}),
    }
    if status == 200 and matches(request.headers.get("if-none-match", ""), etag):
        return Response(status_code=304, headers=shared)
    if compressed:
        body = igzip.compress(body, compresslevel=FAST, mtime=0)
        shared["Content-Encoding"] = "gzip"
    text = media_type.startswith("text/")
    shared["Content-Type"] = f"{media_type}; charset=utf-8" if text else media_type
    return Response(body, status_code=status, headers=shared)


def etag_of(body: bytes, *, compressed: bool, version: str = "") -> str:
    """Strong validator: it names the content and its encoding (RFC 9110 §8.8.3)."""
    digest = hashlib.sha256(body).hexdigest()[:24]
    if version:
        digest = f"{version}.{digest}"
    return f'"{digest}-gzip"' if compressed else f'"{digest}"'


def matches(condition: str, etag: str) -> bool:
    """Whether ``If-None-Match`` names the representation (weak comparison, RFC 9110 §13.1.2)."""
    known = [word.strip().removeprefix("W/") for word in condition.split(",")]
    return etag in known or known == ["*"]


def accepts_gzip(request: Request) -> bool:
    """Whether ``Accept-Encoding`` lets the body be gzip."""
    for part in request.headers.get("accept-encoding", "").lower().split(","):
        name, _, weight = part.replace(" ", "").partition(";")
        if name in ("gzip", "*"):
            return weight not in ("q=0", "q=0.0", "q=0.00", "q=0.000")
    return False
