"""The feed of changes of the open data, of all and of each dataset: Atom and JSON Feed."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from api.params import read_parameters
from api.responses import respond, to_json
from api.routes._shared import READ, system_of
from gis.features import reading
from publishers.feed import Entry, atom, entries, json_feed

router = APIRouter()


@router.api_route("/datos/cambios.json", methods=READ)
@router.api_route("/datos/{dataset}/cambios.json", methods=READ)
def as_json(request: Request, dataset: str = "") -> Response:
    """JSON Feed 1.1; of one dataset, with rows."""
    found, title, home = _read(request, dataset)
    document = json_feed(found, title, home, f"{home}/cambios.json")
    return respond(request, to_json(document), "application/feed+json")


@router.api_route("/datos/cambios.atom", methods=READ)
@router.api_route("/datos/{dataset}/cambios.atom", methods=READ)
def as_atom(request: Request, dataset: str = "") -> Response:
    """Atom (RFC 4287); of one dataset, with rows."""
    found, title, home = _read(request, dataset)
    author = system_of(request).catalog.entity.name
    text = atom(found, title, author, home, f"{home}/cambios.atom")
    return respond(request, text, "application/atom+xml")


def _read(request: Request, dataset: str) -> tuple[list[Entry], str, str]:
    read_parameters(request)
    system = system_of(request)
    entity = system.catalog.entity
    home, title = f"{entity.base_url}/datos", f"Datos abiertos de {entity.municipality}"
    if dataset:
        layer, declared = system.catalog.dataset(dataset)
        home, title = f"{home}/{dataset}", f"{declared.title or layer.title}: cambios"
    with reading(system.reader) as conn:
        return entries(conn, system.catalog, dataset), title, home
