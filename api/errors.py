"""Errors as HTTP: the only maker of problem+json (RFC 9457, and OGC's ``code``, ``description``).

A browser gets the same words as a page. What nobody foresaw is a plain 500 with the request's id;
its detail goes to the log alone.
"""

from __future__ import annotations

import logging
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.responses import Response

from api.negotiation import TXT, prefers_html, prefers_text
from api.pages import render
from api.responses import to_json
from gis.errors import (
    BodyTooLarge,
    ChangesetConflict,
    EditRefused,
    EditStale,
    EditUnconditional,
    InvalidRequest,
    MediaTypeRefused,
    NotAcceptable,
    NotAllowed,
    NotAuthenticated,
    NotFound,
    QueryAbandoned,
    ServiceUnavailable,
    SigError,
    StoreUnavailable,
    TooManyAttempts,
)
from gis.features.cancelling import abandoned

if TYPE_CHECKING:
    from fastapi import FastAPI
    from starlette.requests import Request

    from gis.findings import Finding

log = logging.getLogger("sig.api")

STATUS: dict[type[SigError], int] = {
    InvalidRequest: 400,
    NotAuthenticated: 401,
    NotAllowed: 403,
    NotFound: 404,
    NotAcceptable: 406,
    ChangesetConflict: 409,
    EditStale: 412,
    BodyTooLarge: 413,
    MediaTypeRefused: 415,
    EditRefused: 422,
    EditUnconditional: 428,
    TooManyAttempts: 429,
    ServiceUnavailable: 503,
    StoreUnavailable: 503,
}
TITLES = {
    400: "Solicitud no válida",
    401: "Debe identificarse",
    403: "Sin permiso",
    404: "No encontrado",
    405: "Método no permitido",
    406: "Formato no disponible",
    409: "Conflicto",
    408: "Solicitud demasiado lenta",
    412: "Cambió entretanto",
    413: "Solicitud demasiado grande",
    415: "Formato que no se recibe",
    422: "No cumple el contrato",
    428: "Falta una condición",
    429: "Demasiados intentos",
    414: "Dirección demasiado larga",
    416: "Parte que no existe",
    500: "Error interno",
    503: "Servicio no disponible",
}
CODES = {404: "not-found", 405: "method-not-allowed", 406: "not-acceptable"}
CHALLENGE = 'Bearer realm="sig"'
"""How a program proves who it is (RFC 6750 §3); people log in at ``/entrar``."""
VISIBLE_CONTEXT = ("parameter", "value", "layer", "feature", "changeset", "dataset", "tile")


def install_errors(app: FastAPI) -> None:
    """Make every refusal of ``app`` a problem."""
    app.add_exception_handler(SigError, refusal)  # type: ignore[arg-type]
    app.add_exception_handler(HTTPException, _on_http_exception)  # type: ignore[arg-type]
    app.add_exception_handler(RequestValidationError, _on_invalid)  # type: ignore[arg-type]
    app.add_exception_handler(ClientDisconnect, _on_leaving)


def problem(request: Request, status: int, code: str, detail: str, **more: Any) -> Response:
    """One problem, as JSON, as a page, or as the one line of it."""
    title = TITLES.get(status, HTTPStatus(status).phrase)
    document: dict[str, Any] = {
        "type": "about:blank",
        "title": title,
        "status": status,
        "detail": detail,
        "code": code,
        "description": detail,
        "instance": request.url.path,
        **more,
    }
    headers = {"Cache-Control": "no-store", "Vary": "Accept, Accept-Encoding"}
    if prefers_html(request):
        page = render(request, "error.html", title=title, problem=document)
        return Response(page, status, headers, media_type="text/html")
    if prefers_text(request):
        return Response(f"{detail}.\n", status, headers, media_type=TXT.media_type)
    return Response(to_json(document), status, headers, media_type="application/problem+json")


def entry(finding: Finding) -> dict[str, Any]:
    """One finding for whoever sent the feature: field, value, why, remedy."""
    told = finding.as_dict()
    names = ("rule", "severity", "field", "value", "message", "remedy")
    place = [finding.lon, finding.lat] if finding.lon is not None else None
    return {name: told[name] for name in names} | ({"place": place} if place else {})


def unexpected(request: Request, request_id: str) -> Response:
    """What a caller learns of an error nobody foresaw."""
    detail = f"Ocurrió un error inesperado. Si lo informa, cite el número {request_id}."
    return problem(request, 500, "internal-error", detail, request_id=request_id)


def refusal(request: Request, error: SigError) -> Response:
    """What was foreseen, as a problem; an error that is not for callers is raised again."""
    status = next((STATUS[kind] for kind in type(error).__mro__ if kind in STATUS), None)
    if status is None:
        raise error
    context: dict[str, Any] = {
        name: error.context[name] for name in VISIBLE_CONTEXT if name in error.context
    }
    if isinstance(error, EditRefused):
        context["findings"] = [entry(finding) for finding in error.findings]
    if error.type:
        context["type"] = error.type
    response = problem(request, status, error.code, error.message, **context)
    if isinstance(error, MediaTypeRefused):  # RFC 5789 §2.2, RFC 7694
        name = "Accept-Patch" if request.method == "PATCH" else "Accept-Post"
        response.headers[name] = str(error.context["accepted"])
    if isinstance(error, StoreUnavailable) and not isinstance(error, QueryAbandoned):
        log.warning("store unavailable: %s", error.__cause__ or error)
    if isinstance(error, StoreUnavailable | TooManyAttempts):
        response.headers["Retry-After"] = str(error.retry_after)
    if isinstance(error, ServiceUnavailable):
        response.headers["Retry-After"] = "5"
    if isinstance(error, NotAuthenticated):
        response.headers["WWW-Authenticate"] = CHALLENGE
    return response


def _on_http_exception(request: Request, error: HTTPException) -> Response:
    details = {
        404: f"No existe la dirección «{request.url.path}»",
        405: f"El método {request.method} no se admite en «{request.url.path}»",
    }
    detail = details.get(error.status_code, str(error.detail))
    code = CODES.get(error.status_code, f"http-{error.status_code}")
    response = problem(request, error.status_code, code, detail)
    response.headers.update(error.headers or {})
    return response


def _on_leaving(request: Request, _: Exception) -> Response:
    """Somebody left before the body was whole: nobody reads this, and nothing failed."""
    return refusal(request, abandoned())


def _on_invalid(request: Request, error: RequestValidationError) -> Response:
    """What FastAPI would answer with 422: a 400 that names the first thing wrong."""
    first = error.errors()[0]
    name = str(first["loc"][-1])
    detail = f"«{name}» no es válido: {first['msg']}"
    return problem(request, 400, InvalidRequest.code, detail, parameter=name)
