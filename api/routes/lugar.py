"""«¿Qué hay aquí?»: a page for people, JSON for programs, short text for a chat, PDF for paper.

Nothing that is asked here is stored: what is answered can be asked again from its address.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from api import links, papers
from api.negotiation import HTML, JSON, PDF, TXT, Form, choose
from api.pages import render
from api.params import read_parameters
from api.places import DECIMALS, PRIVATE, TITLE, address_of, meant, places_of, where_of
from api.responses import respond, to_json
from api.routes._shared import READ, system_of
from api.undecided import asking_page, undecided
from gis.errors import InvalidRequest
from gis.features import reading
from gis.here import Spot, document, short_text
from gis.here.finder import Finding
from gis.here.summary import remarks
from gis.later import Later

if TYPE_CHECKING:
    from collections.abc import Iterable

    from gis.here import Answer
    from gis.here import picture as pictures
    from gis.here.answer import Part, Said
else:
    pictures = Later("gis.here.picture")

router = APIRouter()

FORMS = (HTML, JSON, TXT, PDF)
ASKED = ("lat", "lon", "q", "error_m")
ON_THE_MAP = ("lon", "lat", "error_m")
"""What the map's address says of a place."""
FARTHEST_M = 100_000
LONGEST = 200
"""Characters of what somebody writes in the box."""
PAPER = (7.5, 1.97)
"""Inches of the picture on paper."""
LINE_CHARACTERS, TITLE_CHARACTERS = 52, 22
"""Of a line of text in a column of paper, and of a title beside it."""


@router.api_route("/lugar", methods=READ)
def place(request: Request) -> Response:
    """The answer about ``lat`` and ``lon``, or about what ``q`` names; without either, the box to
    write in."""
    values = read_parameters(request, ASKED)
    form = choose(request, *FORMS)
    asked = " ".join(values.get("q", "").split())
    if len(asked) > LONGEST or "\x00" in asked:
        raise InvalidRequest(
            f"«q» admite hasta {LONGEST} caracteres, sin nulos", parameter="q", value=asked[:50]
        )
    spot = _spot(values, asked)
    if spot is not None:
        return _answered(request, form, places_of(request).again(spot))
    if not asked:
        return _empty(request, form)
    found = places_of(request).find(asked)
    if len(found.candidates) == 1 and found.candidates[0].is_sure:
        return _answered(request, form, meant(found.candidates[0], asked))
    return undecided(request, form, asked, found)


@router.api_route("/lugar/mapa.png", methods=READ)
def map_picture(request: Request) -> Response:
    """The place and what is around it, drawn."""
    spot = _spot(read_parameters(request, ("lat", "lon")), "")
    if spot is None:
        raise InvalidRequest("Diga el lugar: «lat» y «lon» en grados", parameter="lat")
    answer = places_of(request).answer(spot)
    return respond(request, _drawn(request, answer), "image/png", PRIVATE)


def _spot(values: dict[str, str], asked: str) -> Spot | None:
    """The place of ``lat`` and ``lon``; None when neither is there."""
    if "lat" not in values and "lon" not in values:
        return None
    lat, lon = (_number(values, name, -most, most) for name, most in (("lat", 90), ("lon", 180)))
    doubt = _number(values, "error_m", 0, FARTHEST_M) if "error_m" in values else 0.0
    return Spot(lon=lon, lat=lat, is_inside=False, asked=asked, doubt_m=doubt)


def _number(values: dict[str, str], name: str, least: int, most: int) -> float:
    text = values.get(name)
    if text is None:
        raise InvalidRequest(f"Falta «{name}»: el lugar son «lat» y «lon»", parameter=name)
    try:
        number = float(text) if text.isascii() and "_" not in text else math.nan
    except ValueError:
        number = math.nan
    if not least <= number <= most:
        raise InvalidRequest(
            f"«{name}» debe ser un número de {least} a {most}, con punto decimal".replace("-", "−"),
            parameter=name,
            value=text,
        )
    return round(number, DECIMALS)


def _answered(request: Request, form: Form, spot: Spot) -> Response:
    answer = places_of(request).answer(spot)
    if form is JSON:
        told = {**document(answer), **_vouched(request, answer)}
        return respond(request, to_json(told), JSON.media_type, PRIVATE)
    if form is TXT:
        text = short_text(answer, address_of(request, spot))
        return respond(request, text, TXT.media_type, PRIVATE)
    if form is PDF:
        return _paper(request, answer)
    page = render(request, "lugar/respuesta.html", **_shown(request, answer))
    return respond(request, page, HTML.media_type, PRIVATE)


def _shown(request: Request, answer: Answer) -> dict[str, Any]:
    """What pages are made of."""
    spot = answer.spot
    where = where_of(spot)
    return {
        "title": TITLE,
        "answer": answer,
        "asked": spot.asked,
        "address": address_of(request, spot),
        "picture": links.address(
            request, "/lugar/mapa.png", {side: where[side] for side in ("lat", "lon")}
        ),
        "forms": {
            each.word: links.address(request, "/lugar", {**where, "f": each.word}) for each in FORMS
        },
        "map_address": "/?lugar=" + ",".join(where[n] for n in ON_THE_MAP if n in where),
        **_vouched(request, answer)["verificacion"],
    }


def _vouched(request: Request, answer: Answer) -> dict[str, dict[str, str]]:
    code = places_of(request).code(answer)
    base = system_of(request).catalog.entity.base_url
    return {
        "verificacion": {
            "codigo": code,
            "direccion": f"{base}/verificar/{code}" if code else f"{base}/verificar",
        }
    }


def _paper(request: Request, answer: Answer) -> Response:
    values = _shown(request, answer)
    values["columns"] = _columns(answer)
    drawn = papers.data_address(_drawn(request, answer, *PAPER), "image/png")
    seal = papers.qr(values["direccion"])
    pages = (
        render(
            request,
            "lugar/documento.html",
            **{**values, "picture": drawn, "seal": seal, "size": size},
        )
        for size in papers.SIZES
    )
    name = f"que-hay-aqui-{answer.spot.lat:.5f}_{answer.spot.lon:.5f}.pdf"
    headers = {**PRIVATE, "Content-Disposition": f'inline; filename="{name}"'}
    return respond(request, papers.pdf(pages), PDF.media_type, headers)


def _columns(answer: Answer) -> tuple[list[Part], list[Part]]:
    """The sections in two columns of about one height, in their order; what threatens is first,
    with what to do and whom to call below it."""
    parts = [part for part in answer.parts if part.said]
    heights = [_lines_of(answer, part) for part in parts]
    if heights:
        told = [f"{each.about} {each.text} {each.source}" for each in answer.advice]
        heights[0] += _lines(told) + 2 * len(answer.calls) + 4
    cuts = range(1, len(parts) + 1)
    cut = min(cuts, key=lambda at: abs(sum(heights[:at]) - sum(heights[at:])), default=0)
    return parts[:cut], parts[cut:]


def _lines_of(answer: Answer, part: Part) -> int:
    """About how many lines of a column a section takes."""
    lines = 3
    for said in part.said:
        lines += max(1, _lines([said.title], TITLE_CHARACTERS), _lines_said(said))
    further = [f"{p.title} {p.text}" for p in answer.procedures if p.section == part.section.code]
    return lines + _lines(further) + bool(further)


def _lines_said(said: Said) -> int:
    lines = _lines(remarks(said))
    for found in said.found:
        meaning = [found.level.meaning] if found.level else []
        facts = " ".join(f"{told.label}: {told.value} ·" for told in found.told[1:])
        lines += 1 + _lines(meaning) + _lines([facts])
    return lines


def _lines(texts: Iterable[str], characters: int = LINE_CHARACTERS) -> int:
    return sum(math.ceil(len(text) / characters) for text in texts)


def _drawn(request: Request, answer: Answer, width: float = 6.4, height: float = 4.2) -> bytes:
    system = system_of(request)
    with reading(system.reader) as conn:
        return pictures.picture(conn, system.catalog, answer, width=width, height=height)


def _empty(request: Request, form: Form) -> Response:
    if form is not HTML:
        raise InvalidRequest("Diga el lugar: «lat» y «lon», o «q» con una dirección o un nombre")
    text = asking_page(request, "", Finding())
    return respond(request, text, HTML.media_type)
