"""Bodies of requests: read whole, bounded in size and in time, of a kind that is received."""

from __future__ import annotations

import asyncio
import re
from typing import TYPE_CHECKING

from starlette.exceptions import HTTPException
from starlette.requests import Request

from gis.errors import BodyTooLarge, InvalidRequest, MediaTypeRefused

if TYPE_CHECKING:
    from collections.abc import Sequence

SECONDS = 60
"""How long a body may take to come: whoever sends it holds one of the turns."""
SMALL = 2 * 2**20
"""Bytes of a body that asks a question: a surface of some 40 000 vertices."""


async def read_body(request: Request, longest: int, remedy: str) -> bytes:
    """The body, up to ``longest`` bytes: what is larger is not even read."""
    told = request.headers.get("content-length", "")
    if told.isdigit() and int(told) > longest:
        raise _too_large(longest, remedy)
    body = bytearray()
    try:
        async with asyncio.timeout(SECONDS):
            async for piece in request.stream():
                body += piece
                if len(body) > longest:
                    raise _too_large(longest, remedy)
    except TimeoutError:
        raise HTTPException(408, "El cuerpo tardó demasiado en llegar") from None
    return bytes(body)


async def read_small_body(request: Request) -> bytes:
    """The JSON body of a question."""
    check_type(request, ("application/json",))
    return await read_body(request, SMALL, "envíe superficies con menos vértices")


def check_type(request: Request, accepted: Sequence[str]) -> None:
    """Refuse a body that does not say what it is (400) or is something else (415)."""
    said = request.headers.get("content-type")
    if said is None:
        raise InvalidRequest(
            f"Falta Content-Type: diga qué trae el cuerpo ({accepted[0]})", parameter="Content-Type"
        )
    kind, _, more = said.lower().partition(";")
    charset = re.search(r'charset\s*=\s*"?([^\s";]+)', more)
    encoding = request.headers.get("content-encoding", "identity").lower()
    if (
        kind.strip() not in accepted
        or (charset and charset[1] not in ("utf-8", "utf8", "us-ascii"))
        or encoding != "identity"
    ):
        raise MediaTypeRefused(
            f"El cuerpo debe venir como {' o '.join(accepted)}, en UTF-8 y sin comprimir; viene "
            f"como «{said[:100]}»",
            accepted=", ".join(accepted),
        )


def _too_large(longest: int, remedy: str) -> BodyTooLarge:
    return BodyTooLarge(f"El cuerpo pasa de {longest // 2**20} MB: {remedy}")
