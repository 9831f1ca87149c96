"""Logging in and out, and the page of one's account: plain forms that work without scripts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated
from urllib.parse import quote

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from api.access import (
    FORM_KEY,
    is_secure,
    keep_private,
    limits_of,
    own_cookie,
    principal_of,
    session_cookie,
    session_key,
    source_of,
)
from api.errors import CHALLENGE
from api.forms import field, local_path, read_form
from api.negotiation import HTML, JSON
from api.pages import render
from api.params import read_parameters
from api.responses import respond, to_json
from api.routes._shared import READ, system_of
from gis.accounts import keys, sessions, tokens
from gis.accounts.directory import change_password, find
from gis.errors import InvalidRequest, NotAllowed, NotAuthenticated, SigError, TooManyAttempts
from gis.store.away import answering

if TYPE_CHECKING:
    from gis.accounts import Principal

router = APIRouter()
Form = Annotated[dict[str, str], Depends(read_form)]

ENTRANCE = "sig_entrada"
"""Cookie that ties the log-in form to the browser that asked for it, before there is a session."""
AFTERWARDS = "/cuenta"
SEE_OTHER = 303


@router.api_route("/entrar", methods=READ)
def entrance(request: Request) -> Response:
    """The form to log in; whoever is in goes on to ``siguiente``."""
    asked = read_parameters(request, ("siguiente",)).get("siguiente")
    onward = local_path(asked, AFTERWARDS)
    if not principal_of(request).is_anonymous:
        return _onward(onward)
    return _form(request, onward)


@router.post("/entrar")
def log_in(request: Request, form: Form) -> Response:
    """Open a session, or show the form again with what is wrong."""
    onward = local_path(form.get("siguiente"), AFTERWARDS)
    entered, name = (
        request.cookies.get(own_cookie(request, ENTRANCE), ""),
        form.get("cuenta", "").strip(),
    )
    if not entered or not keys.is_form_key(str(request.scope[FORM_KEY]), entered):
        words = "La página venció o el navegador no guarda cookies: intente otra vez"
        return _form(request, onward, name, words, 403)
    system, source = system_of(request), source_of(request, actor=name[:63] or "-")
    limits = limits_of(system.settings)
    try:
        with answering():
            key = sessions.log_in(system.engine, name, form.get("clave", ""), source, limits)
    except NotAuthenticated as error:
        return _form(request, onward, name, error.message, 401)
    except TooManyAttempts as error:
        response = _form(request, onward, name, error.message, 429)
        response.headers["Retry-After"] = str(error.retry_after)
        return response
    with answering(), system.engine.begin() as conn:
        # The one that came is not gone on with: somebody else may have put it there.
        sessions.log_out(conn, session_key(request), source)
        who = sessions.principal(conn, key, limits)
        temporary = who is not None and find(conn, who.name).temporary
    response = _onward(AFTERWARDS if temporary else onward)
    response.set_cookie(
        session_cookie(request),
        key,
        max_age=int(limits.absolute.total_seconds()),
        secure=is_secure(request),
        httponly=True,
        samesite="lax",
    )
    response.delete_cookie(
        own_cookie(request, ENTRANCE), secure=is_secure(request), httponly=True, samesite="strict"
    )
    return response


@router.api_route("/salir", methods=READ)
def leaving(request: Request) -> Response:
    """Asks whether to leave: following a link never ends a session."""
    read_parameters(request)
    if principal_of(request).is_anonymous:
        return _onward("/")
    page = render(request, "cuenta/salir.html", title="Salir", key=_page_key(request))
    return _private(request, page)


@router.post("/salir")
def log_out(request: Request, form: Form) -> Response:
    """End the session."""
    who = principal_of(request)
    with answering(), system_of(request).engine.begin() as conn:
        sessions.log_out(conn, session_key(request), source_of(request, who.name or "-"))
    response = _onward("/")
    response.delete_cookie(
        session_cookie(request), secure=is_secure(request), httponly=True, samesite="lax"
    )
    response.headers["Clear-Site-Data"] = '"cache"'
    return response


@router.api_route("/cuenta", methods=READ)
def account(request: Request) -> Response:
    """Who one is, what one may do, one's tokens."""
    said = read_parameters(request, ("hecho",)).get("hecho", "")
    if principal_of(request).is_anonymous:
        here = quote(request.url.path)
        return _onward(f"/entrar?siguiente={here}")
    return _account(request, done=DONE.get(said, ""))


@router.api_route("/cuenta/sesion", methods=READ)
def session(request: Request) -> Response:
    """Who is in, for pages that are the same for all: they are kept by caches, this is not."""
    read_parameters(request)
    who, title = principal_of(request), None
    if not who.is_anonymous:
        with answering(), system_of(request).engine.connect() as conn:
            title = find(conn, who.name).title
    keep_private(request)
    told = {"name": who.name or None, "title": title}
    return respond(request, to_json(told), JSON.media_type)


DONE = {
    "clave": "La clave quedó cambiada y las otras sesiones terminaron.",
    "ficha": "La ficha quedó revocada.",
    "sesiones": "Las otras sesiones terminaron.",
}


@router.post("/cuenta/clave")
def password(request: Request, form: Form) -> Response:
    """Change one's password."""
    who = _somebody(request)
    new, kept = field(form, "nueva"), keys.digest(session_key(request))
    try:
        if new != field(form, "repetida"):
            raise InvalidRequest("Las dos claves nuevas no son iguales", parameter="repetida")
        with answering():
            engine, source = system_of(request).engine, source_of(request)
            change_password(engine, who.name, field(form, "actual"), new, kept, source)
    except InvalidRequest as error:
        return _account(request, wrong=error, status=400)
    except TooManyAttempts as error:
        return _account(request, wrong=error, status=429)
    return _onward("/cuenta?hecho=clave")


@router.post("/cuenta/fichas/{number}/revocar")
def revoke(request: Request, number: int, form: Form) -> Response:
    """End one of one's tokens."""
    who = _somebody(request)
    with answering(), system_of(request).engine.begin() as conn:
        tokens.revoke_token(conn, number, source_of(request), name=who.name)
    return _onward("/cuenta?hecho=ficha")


@router.post("/cuenta/sesiones")
def end_sessions(request: Request, form: Form) -> Response:
    """End one's other sessions."""
    who = _somebody(request)
    with answering(), system_of(request).engine.begin() as conn:
        sessions.end_others(conn, who.name, session_key(request), source_of(request))
    return _onward("/cuenta?hecho=sesiones")


def _somebody(request: Request) -> Principal:
    """Who asks, with a session: what a token may do, it does elsewhere."""
    who = principal_of(request)
    if who.is_anonymous:
        raise NotAuthenticated("La sesión terminó: ingrese otra vez")
    if not session_key(request) or "authorization" in request.headers:
        raise NotAllowed("Esto se hace en la página de la cuenta, no con una ficha")
    return who


def _form(
    request: Request, onward: str, name: str = "", wrong: str = "", status: int = 200
) -> Response:
    entered = request.cookies.get(own_cookie(request, ENTRANCE)) or keys.new_key()
    page = render(
        request,
        "cuenta/entrar.html",
        title="Ingreso de funcionarios",
        key=keys.form_key(entered),
        onward=onward,
        name=name[:63],
        wrong=wrong,
    )
    response = _private(request, page, status)
    if status == 401:
        response.headers["WWW-Authenticate"] = CHALLENGE
    response.set_cookie(
        own_cookie(request, ENTRANCE),
        entered,
        secure=is_secure(request),
        httponly=True,
        samesite="strict",
    )
    return response


def _account(
    request: Request, *, done: str = "", wrong: SigError | None = None, status: int = 200
) -> Response:
    who = principal_of(request)
    catalog = system_of(request).catalog
    with answering(), system_of(request).engine.connect() as conn:
        found, theirs = find(conn, who.name), tokens.tokens(conn, who.name)
    page = render(
        request,
        "cuenta/cuenta.html",
        title="Mi cuenta",
        account=found,
        tokens=theirs,
        grants=found.grants,
        contacts=catalog.entity.contacts,
        layers=catalog.layers,
        key=_page_key(request),
        done=done,
        wrong=wrong.message if wrong else "",
    )
    return _private(request, page, status)


def _page_key(request: Request) -> str:
    return keys.form_key(session_key(request))


def _private(request: Request, page: str, status: int = 200) -> Response:
    keep_private(request)
    return respond(request, page, HTML.media_type, status=status)


def _onward(path: str) -> Response:
    """Elsewhere on this server: a path alone, so that no header tells the browser the host."""
    return RedirectResponse(path, SEE_OTHER, headers={"Cache-Control": "no-store"})
