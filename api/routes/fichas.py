"""Documents for people of a published dataset: specification, feature catalogue, quality,
compliance. Each is a view of the record in force; machines read the files beside the data."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi import APIRouter
from starlette.requests import Request

from api import compliance
from api.negotiation import HTML, JSON, PDF, choose
from api.pages import render
from api.papers import pdf
from api.params import read_parameters
from api.records import shown_record
from api.responses import respond, to_json
from api.routes._shared import READ, system_of
from gis.errors import NotFound
from gis.later import Later
from publishers.documents import ISO_19110, ISO_19157

if TYPE_CHECKING:
    from starlette.responses import Response

    from publishers import iso19131
    from publishers.iso19131 import Section
    from publishers.metadata import Record
else:
    iso19131 = Later("publishers.iso19131")

router = APIRouter()
SPECIFICATION = "Especificación del producto (ISO 19131, NTC 5662)"
CATALOGUE = "Catálogo de objetos geográficos (ISO 19110, NTC 5661)"
QUALITY = "Reporte de calidad (ISO 19157, NTC 5043 y 5660)"


@router.api_route("/datos/{dataset}/especificacion", methods=READ)
def specification(request: Request, dataset: str) -> Response:
    """What the product is, section by section, as a page or on paper."""
    read_parameters(request)
    form = choose(request, HTML, PDF)
    record = _record(request, dataset)
    sections = iso19131.sections(record)
    title = f"Especificación: {record.short_title}"
    if form is PDF:
        said = {"title": title, "record": record, "sections": sections, "norm": SPECIFICATION}
        paper = pdf([render(request, "datos/especificacion_pdf.html", **said)])
        name = f'inline; filename="{dataset}.especificacion.pdf"'
        return respond(request, paper, PDF.media_type, {"Content-Disposition": name})
    return _page(request, record, title, SPECIFICATION, sections, "", paper=True)


@router.api_route("/datos/{dataset}/catalogo-de-objetos", methods=READ)
def catalogue(request: Request, dataset: str) -> Response:
    """The feature catalogue."""
    read_parameters(request)
    choose(request, HTML)
    record = _record(request, dataset)
    title = f"Catálogo de objetos: {record.short_title}"
    return _page(request, record, title, CATALOGUE, iso19131.catalogue(record), ISO_19110)


@router.api_route("/datos/{dataset}/calidad", methods=READ)
def quality(request: Request, dataset: str) -> Response:
    """The quality report."""
    read_parameters(request)
    form = choose(request, HTML, JSON)
    record = _record(request, dataset)
    if form is JSON:
        return respond(request, to_json(record.quality.as_dict()), JSON.media_type)
    title = f"Calidad: {record.short_title}"
    return _page(request, record, title, QUALITY, iso19131.quality(record), ISO_19157)


@router.api_route("/datos/{dataset}/cumplimiento", methods=READ)
def fulfilment(request: Request, dataset: str) -> Response:
    """What of ICDE, MinTIC and datos.gov.co it meets, with the evidence."""
    read_parameters(request)
    form = choose(request, HTML, JSON)
    record = _record(request, dataset)
    table = compliance.assess(system_of(request), dataset)
    if form is JSON:
        return respond(request, to_json(table.as_dict()), JSON.media_type)
    title = f"Cumplimiento: {record.short_title}"
    page = render(request, "datos/cumplimiento.html", title=title, record=record, table=table)
    return respond(request, page, HTML.media_type)


def _record(request: Request, dataset: str) -> Record:
    record = shown_record(system_of(request), dataset)
    if record is None:
        raise NotFound(f"El conjunto «{dataset}» aún no se ha publicado", dataset=dataset)
    return record


def _page(
    request: Request,
    record: Record,
    title: str,
    norm: str,
    sections: tuple[Section, ...],
    ending: str,
    *,
    paper: bool = False,
) -> Response:
    name = f"{record.dataset}.{ending}"
    file = next((d for d in record.documents if ending and d.file == name), None)
    page = render(
        request,
        "datos/secciones.html",
        title=title,
        record=record,
        norm=norm,
        sections=sections,
        file=file,
        pdf=paper,
    )
    return respond(request, page, HTML.media_type)
