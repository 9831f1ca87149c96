"""``/csw``: the catalogue for GeoNetwork and the ICDE, answered by pycsw over our records."""

from __future__ import annotations

import http.client

from fastapi import APIRouter
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from api.bodies import read_body
from api.csw import index
from api.records import catalogue_of, shown_records
from api.routes._shared import system_of
from gis.errors import InvalidRequest, ServiceUnavailable

router = APIRouter()
LONGEST = 256 * 1024
"""Bytes of a request: the longest filters of harvesters are of some thousands."""
PATIENCE_SECONDS = 60
CAPABILITIES = "service=CSW&version=2.0.2&request=GetCapabilities"


@router.api_route("/csw", methods=["GET", "POST"])
async def csw(request: Request) -> Response:
    """CSW 2.0.2; the query is pycsw's to judge, but for its other protocols (its OAI-PMH lists the
    same record again and again)."""
    if any(name.lower() == "mode" for name in request.query_params):
        raise InvalidRequest("Aquí se habla CSW 2.0.2: quite «mode»", parameter="mode")
    body = b""
    if request.method == "POST":
        body = await read_body(request, LONGEST, "Pida menos registros o un filtro más corto")
    return await run_in_threadpool(_answer, request, body)


def _answer(request: Request, body: bytes) -> Response:
    system = system_of(request)
    home = system.settings.home
    index.lay_out(home, catalogue_of(system), system.catalog.entity, shown_records(system))
    port = index.port_of(home)
    if port is None:
        raise ServiceUnavailable(
            "El servicio CSW no está en marcha en esta instalación: lo arranca «sig up» una vez "
            "que scripts/setup prepara su entorno. Los mismos registros están en /api/records"
        )
    query = request.url.query or (
        "" if body else "service=CSW&version=2.0.2&request=GetCapabilities"
    )
    kind = request.headers.get("content-type", "application/xml")
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE_SECONDS)
    try:
        connection.request(request.method, f"/csw?{query}", body or None, {"Content-Type": kind})
        answer = connection.getresponse()
        content = answer.read()
    except (OSError, http.client.HTTPException) as error:
        raise ServiceUnavailable("El servicio CSW no responde ahora: intente de nuevo") from error
    finally:
        connection.close()
    headers = {"Cache-Control": "no-cache", "X-Content-Type-Options": "nosniff"}
    return Response(content, answer.status, headers, answer.getheader("Content-Type"))
