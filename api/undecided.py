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
    from gis.here.finder import Finding, Unplaced


def undecided(request: Request, form: Form, asked: str, found: Finding) -> Response:
    """Several places are so called, and somebody must choose (300); or what is so called has no
    known place, and all that is known of it is told (200); or there is none (404)."""
    status = 300 if found.candidates else 200 if found.unplaced else 404
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
        failed=bool(asked) and not found.candidates and not found.unplaced,
        example=_example(request),
        registered=[_path_of(each) for each in found.unplaced],
        addresses=[path_of(meant(each, asked)) for each in found.candidates],
    )


def _example(request: Request) -> str:
    """Coordinates as somebody here would write them."""
    entity = system_of(request).catalog.entity
    west, south, east, north = entity.extent.as_tuple()
    lon, lat = entity.center or ((west + east) / 2, (south + north) / 2)
    return f"{lat:.4f}, {lon:.4f}"


def _told(request: Request, asked: str, found: Finding) -> dict[str, Any]:
    return {
        "detail": _detail(request, asked, found),
        "sin_ubicacion": [
            {
                "titulo": each.title,
                "tipo": each.kind,
                "capa": each.layer,
                "elemento": each.feature,
                "campos": [
                    {"campo": t.name, "titulo": t.label, "valor": t.raw, "texto": t.value}
                    for t in each.told
                ],
                "url": links.address(request, _path_of(each)),
            }
            for each in found.unplaced
        ],
        "listas": [
            {
                "titulo": each.title,
                "capa": each.layer,
                "url": links.address(request, links.collection_path(each.layer) + "/items"),
            }
            for each in found.lists
        ],
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


def _path_of(unplaced: Unplaced) -> str:
    return links.item_path(unplaced.layer, unplaced.feature)


def _detail(request: Request, asked: str, found: Finding) -> str:
    if found.candidates:
        return f"«{asked}» puede ser {_so_many(len(found.candidates))}: elija uno"
    if found.unplaced:
        return ". ".join(_registered(each) for each in found.unplaced)
    why = ". ".join(filter(None, (f"No se encontró «{asked}»", found.why)))
    if found.lists:
        why += ". Es una lista: " + ", ".join(each.title for each in found.lists)
    return (
        f"{why}. Escriba la vía y el número (Cra 5 # 37-20), un barrio, una vereda, o las "
        f"coordenadas ({_example(request)})"
    )


def _registered(each: Unplaced) -> str:
    """That it is known, that where it is is not, and all that is."""
    known = "; ".join(
        f"{told.label}: {told.value}" for told in each.told if told.value not in each.title
    )
    return (
        f"{each.title} está registrado, pero su ubicación no se ha establecido: no se puede decir "
        f"qué hay allí. {known}".rstrip()
    )


def _so_many(count: int) -> str:
    return "este lugar" if count == 1 else f"{count} lugares"


def _listed(told: dict[str, Any]) -> str:
    rows = [f"{at}. {one['titulo']} ({one['tipo']}) {one['url']}"
            for at, one in enumerate(told["candidatos"], 1)]  # fmt: skip
    return "\n".join([f"{told['detail']}.", *rows]) + "\n"
