"""What is answered where nobody but who asked can say which place is meant, or there is none."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from api import links
from api.negotiation import HTML, JSON, TXT
from api.pages import render
from api.places import PRIVATE, TITLE, address_of, meant, path_of
from api.responses import respond, to_json
from api.routes._shared import system_of

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from api.negotiation import Form
    from gis.here.finder import Finding, Listed


def undecided(request: Request, form: Form, asked: str, found: Finding) -> Response:
    """Several places are so called, and somebody must choose (300); or none is (404)."""
    status = 300 if found.candidates else 404
    if form in (JSON, TXT):
        told = _told(request, asked, found)
        text = to_json(told) if form is JSON else _listed(told)
        return respond(request, text, form.media_type, PRIVATE, status)
    page = asking_page(request, asked, found)
    return respond(request, page, HTML.media_type, PRIVATE, status)


def asking_page(request: Request, asked: str, found: Finding) -> str:
    return render(
        request,
        "lugar/consulta.html",
        title=TITLE,
        asked=asked,
        found=found,
        failed=bool(asked) and not found.candidates,
        example=_example(request),
        addresses=[path_of(meant(each, asked)) for each in found.candidates],
    )


def _example(request: Request) -> str:
    """Coordinates as somebody here would write them."""
    entity = system_of(request).catalog.entity
    west, south, east, north = entity.extent.as_tuple()
    lon, lat = entity.center or ((west + east) / 2, (south + north) / 2)
    return f"{lat:.4f}, {lon:.4f}"


def _told(request: Request, asked: str, found: Finding) -> dict[str, Any]:
    what = (
        f"«{asked}» puede ser {_so_many(len(found.candidates))}: elija uno"
        if found.candidates
        else ". ".join(_reasons(asked, found))
        + ". Escriba la vía y el número (Cra 5 # 37-20), un barrio, una vereda, o las coordenadas "
        f"({_example(request)})"
    )
    return {
        "detail": what,
        "sin_ubicacion": [_listed_as(request, each) for each in found.unplaced],
        "listas": [_listed_as(request, each) for each in found.lists],
        "candidatos": [
            {
                "titulo": each.label,
                "tipo": each.kind,
                "lon": each.lon,
                "lat": each.lat,
                "error_m": each.error_m,
                "nota": "; ".join(filter(None, (each.note, *each.warnings))) or None,
                "url": address_of(request, meant(each, asked)),
            }
            for each in found.candidates
        ],
    }


def _listed_as(request: Request, each: Listed) -> dict[str, str]:
    path = links.collection_path(each.layer) + "/items"
    if each.feature:
        path = links.item_path(each.layer, each.feature)
    told = {"titulo": each.title, "capa": each.layer, "elemento": each.feature}
    return {
        **{name: value for name, value in told.items() if value},
        "url": links.address(request, path),
    }


def _reasons(asked: str, found: Finding) -> list[str]:
    """Why there is no place to answer about, as far as it is known."""
    if found.unplaced:
        return [f"{each.title}: está registrado, pero su ubicación no se ha establecido"
                for each in found.unplaced]  # fmt: skip
    told = [f"No se encontró «{asked}»", found.why]
    if found.lists:
        told.append("Es una lista de lugares: " + ", ".join(each.title for each in found.lists))
    return [each for each in told if each]


def _so_many(count: int) -> str:
    return "este lugar" if count == 1 else f"{count} lugares"


def _listed(told: dict[str, Any]) -> str:
    rows = [f"{at}. {one['titulo']} ({one['tipo']}) {one['url']}"
            for at, one in enumerate(told["candidatos"], 1)]  # fmt: skip
    return "\n".join([f"{told['detail']}.", *rows]) + "\n"
