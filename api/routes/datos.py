"""The open-data catalogue: pages for people, ``data.json`` and DCAT for harvesters, the files.

All of it is read from the catalogue of our own as published: what is not published is not here.
"""

from __future__ import annotations

import json
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from fastapi import APIRouter
from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import FileResponse, Response

from api.negotiation import HTML, choose
from api.pages import render
from api.params import read_parameters
from api.records import catalogue_of, shown_record, shown_records
from api.responses import matches, respond
from api.routes._shared import READ, system_of
from gis.errors import NotFound
from gis.features import reading
from gis.publications import publications
from gis.spelling import fold
from publishers import dcat, dcat_us, schema_org
from publishers.json_ld import dump
from publishers.targets import estatico

if TYPE_CHECKING:
    from pathlib import Path

    from publishers.metadata import Record

router = APIRouter()

HISTORY = 30
"""Publications that a dataset's page lists."""
DETAIL_ZOOM = 12


@router.api_route("/datos", methods=READ)
@router.api_route("/datos/", methods=READ)
def catalogue(request: Request) -> Response:
    """Every published dataset, by sector; ``q`` searches titles, descriptions and keywords."""
    asked = read_parameters(request, ("q",)).get("q", "").strip()
    choose(request, HTML)
    records = _records(request)
    found = [record for record in records if _mentions(record, asked)]
    page = render(
        request,
        "datos/catalogo.html",
        title="Datos abiertos",
        asked=asked,
        total=len(records),
        found=len(found),
        demonstration=any(record.demonstration for record in found),
        records=sorted(found, key=lambda r: (fold(r.category), fold(r.title))),
    )
    return respond(request, page, HTML.media_type)


@router.api_route("/data.json", methods=READ)
def data_json(request: Request) -> Response:
    """DCAT-US 1.1, by which datos.gov.co federates."""
    read_parameters(request)
    entity = system_of(request).catalog.entity
    document = dcat_us.data_json(entity, _records(request))
    return respond(request, dump(document), "application/json")


@router.api_route("/catalog.jsonld", methods=READ)
def catalog_jsonld(request: Request) -> Response:
    """DCAT 3 as JSON-LD."""
    read_parameters(request)
    return respond(request, _catalog(request), "application/ld+json")


@router.api_route("/catalog.ttl", methods=READ)
def catalog_turtle(request: Request) -> Response:
    """DCAT 3 as Turtle."""
    read_parameters(request)
    return respond(request, _turtle(_catalog(request)), "text/turtle")


@router.api_route("/datos/{dataset}", methods=READ)
def page(request: Request, dataset: str) -> Response:
    """One dataset: what it is, its fields, quality, files and publications."""
    read_parameters(request)
    choose(request, HTML)
    system = system_of(request)
    layer, declared = system.catalog.dataset(dataset)
    record = _record(request, dataset)
    if record is None:
        title = declared.title or layer.title
        text = render(
            request, "datos/sin_publicar.html", title=title, layer=layer, dataset=declared
        )
        return respond(request, text, HTML.media_type)
    with reading(system.reader) as conn:
        history = publications(conn, dataset=dataset, public=True, limit=HISTORY)
    text = render(
        request,
        "datos/conjunto.html",
        title=record.short_title,
        record=record,
        history=history,
        json_ld=_data_block(schema_org.dataset(record)),
        map_address=_map_address(record),
    )
    return respond(request, text, HTML.media_type)


@router.api_route("/datos/{dataset}/{file}", methods=READ)
def download(request: Request, dataset: str, file: str) -> Response:
    """A file of the publication in force; its SHA-256 is its ETag."""
    read_parameters(request)
    shown = _record(request, dataset) is not None
    found = estatico.published_file(_root(request), dataset, file) if shown else None
    if found is None:
        raise NotFound(f"El conjunto «{dataset}» no tiene el archivo «{file}»", dataset=dataset)
    path, listed = found
    etag = f'"{listed.sha256}"'
    headers = {"ETag": etag, "Cache-Control": "no-cache"}
    if matches(request.headers.get("if-none-match", ""), etag):
        return Response(status_code=304, headers=headers)
    return FileResponse(path, media_type=listed.media_type, filename=file, headers=headers)


def _root(request: Request) -> Path:
    return catalogue_of(system_of(request))


def _record(request: Request, dataset: str) -> Record | None:
    return shown_record(system_of(request), dataset)


def _records(request: Request) -> list[Record]:
    return shown_records(system_of(request))


def _catalog(request: Request) -> bytes:
    return dump(dcat.catalog(system_of(request).catalog.entity, _records(request)))


@lru_cache(maxsize=4)
def _turtle(document: bytes) -> str:
    return dcat.turtle(json.loads(document))


def _mentions(record: Record, asked: str) -> bool:
    """Whether every word asked for is in the record, whatever its accents and case."""
    text = fold(" ".join((record.title, record.abstract, record.category, *record.keywords)))
    return all(word in text for word in fold(asked).split())


def _data_block(document: dict[str, Any]) -> Markup:
    """JSON for a ``script`` element of data: no text in it can end the element."""
    text = json.dumps(document, ensure_ascii=False)
    return Markup(text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026"))


def _map_address(record: Record) -> str:
    if record.bbox is None:
        return ""
    west, south, east, north = record.bbox
    lat, lon = (south + north) / 2, (west + east) / 2
    return f"/?lat={lat:.5f}&lon={lon:.5f}&z={DETAIL_ZOOM}&capas={record.layer}"
