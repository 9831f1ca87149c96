"""«/verificar»: whether a printed answer is what this system issued, and what it said then."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from api.access import source_of
from api.negotiation import HTML, JSON, Form, choose
from api.pages import render
from api.params import read_parameters
from api.places import path_of, places_of
from api.responses import respond, to_json
from api.routes._shared import READ, system_of
from gis.features import reading
from gis.here import Spot, document
from gis.here.asking import recall
from gis.here.basis import link
from gis.here.code import LENGTH, grouped, tidy
from gis.here.signing import count_guess
from gis.store.away import answering

if TYPE_CHECKING:
    from gis.here import Answer
    from gis.here.code import Issued

router = APIRouter()

PRIVATE = {"Cache-Control": "private, no-store"}
TITLE = "Verificar un documento"


@router.api_route("/verificar", methods=READ)
def box(request: Request) -> Response:
    """Where a code is written."""
    asked = read_parameters(request, ("codigo",)).get("codigo", "")
    choose(request, HTML)
    if tidy(asked):
        return RedirectResponse(f"/verificar/{quote(grouped(tidy(asked)[: LENGTH * 2]))}", 303)
    page = render(request, "verificar.html", title=TITLE, asked="", answer=None, wrong="")
    return respond(request, page, HTML.media_type)


@router.api_route("/verificar/{code}", methods=READ)
def verify(request: Request, code: str) -> Response:
    """What the code says, recomputed from history; or that it verifies nothing (404)."""
    read_parameters(request)
    form = choose(request, HTML, JSON)
    issued, why = _read(request, code)
    if issued is None:
        return _wrong(request, form, code, why)
    with reading(system_of(request).reader) as conn:
        known = link(conn, issued.seq)
        if known is None:
            return _wrong(request, form, code, GONE)
        places = places_of(request)
        spot = Spot(
            issued.lon,
            issued.lat,
            is_inside=False,
            doubt_m=issued.doubt_m,
            warnings=(WARNED,) if issued.was_warned else (),
        )
        spot = places.named(conn, spot)
        answer = recall(conn, places.asking, spot, known[0], issued.minute)
    return _right(request, form, code, answer)


def _read(request: Request, code: str) -> tuple[Issued | None, str]:
    """What the code says, or why it says nothing. Only well-formed codes are guesses."""
    if len(tidy(code)) != LENGTH:
        return None, (
            f"Un código tiene {LENGTH} letras y números; este tiene {len(tidy(code))}. "
            "Revise que lo haya copiado entero"
        )
    places = places_of(request)
    issued = places.read_code(code)
    if issued is not None:
        return issued, ""
    with answering(), places.owner.connect() as conn:
        count_guess(conn, source_of(request).address)
    return None, UNKNOWN


UNKNOWN = (
    "Este sistema no emitió ese código: no verifica nada. Revise las letras; si son las del papel, "
    "no confíe en el documento y consulte el lugar directamente"
)
WARNED = "El documento advierte que algo contradice el lugar: lea en él qué es"
GONE = (
    "El código es de este sistema, pero la posición de la cadena que nombra no está en él: la base "
    "de datos se restauró de una copia anterior. Lo que decía no se puede confirmar"
)


def _wrong(request: Request, form: Form, code: str, why: str) -> Response:
    if form is JSON:
        told = {"verificado": False, "detail": why}
        return respond(request, to_json(told), JSON.media_type, PRIVATE, 404)
    page = render(
        request, "verificar.html", title=TITLE, asked=code[: LENGTH * 2], answer=None, wrong=why
    )
    return respond(request, page, HTML.media_type, PRIVATE, 404)


def _right(request: Request, form: Form, code: str, answer: Answer) -> Response:
    shown = grouped(tidy(code))
    if form is JSON:
        told = {"verificado": True, "codigo": shown, **document(answer)}
        return respond(request, to_json(told), JSON.media_type, PRIVATE)
    page = render(
        request,
        "verificar.html",
        title=TITLE,
        asked=shown,
        answer=answer,
        address=path_of(answer.spot),
        wrong="",
    )
    return respond(request, page, HTML.media_type, PRIVATE)
