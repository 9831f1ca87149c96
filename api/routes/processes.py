"""Questions as processes (OGC API Processes Part 1, 18-062r2): described, asked now or as a job."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated, Any

from fastapi import APIRouter, Depends
from starlette.exceptions import HTTPException
from starlette.requests import Request

from api import links
from api.access import keep_private, principal_of
from api.answers import ask_later
from api.bodies import read_small_body
from api.negotiation import HTML, JSON, choose
from api.pages import render
from api.params import read_limit, read_parameters
from api.process_documents import (
    EXCEPTIONS,
    described,
    listed,
    status_document,
)
from api.responses import respond, to_json
from api.routes._shared import READ, system_of
from gis.contract.access import PUBLICA
from gis.errors import InvalidRequest, NotFound
from gis.features import TookTooLong, reading
from gis.json_text import parse_json
from gis.processes import RESULT, Ground, Process, answer, jobs, process, processes
from gis.store.away import answering

if TYPE_CHECKING:
    from starlette.responses import Response

    from gis.processes.jobs import Job

router = APIRouter()
PROCESS = "/api/processes/{name}"
JOB = "/api/jobs/{number}"
EXECUTION = frozenset({"inputs", "outputs", "response", "subscriber", "mode"})
LATER = (
    "La pregunta tardó más de lo permitido: pídala como trabajo (con «Prefer: respond-async»), o "
    "por menos área o menos elementos"
)
Body = Annotated[bytes, Depends(read_small_body)]


class NoSuchProcess(NotFound):
    """OGC's name for a process that does not exist."""

    type = EXCEPTIONS + "no-such-process"


class NoSuchJob(NotFound):
    """OGC's name for a job that does not exist."""

    type = EXCEPTIONS + "no-such-job"


class ResultNotReady(NotFound):
    """OGC's name for results that are not there (yet)."""

    type = EXCEPTIONS + "result-not-ready"


class JobFailed(InvalidRequest):
    """A job without results, because it failed."""

    code = "job-failed"


@router.api_route("/api/processes", methods=READ)
def process_list(request: Request) -> Response:
    """The questions that can be asked."""
    values = read_parameters(request, ("limit", "after"))
    form = choose(request, JSON, HTML)
    found = links.representations(request, form, (JSON, HTML))
    known = list(processes(system_of(request).catalog).values())
    shown = _page(known, values)
    if shown and shown[-1] is not known[-1]:
        found.append(_following(request, values, shown[-1]))
    document = listed(request, shown, found)
    if form is HTML:
        page = render(request, "processes.html", title="Preguntas", document=document)
        return respond(request, page, HTML.media_type)
    return respond(request, to_json(document), JSON.media_type, {"Link": links.header(found)})


@router.api_route(PROCESS, methods=READ)
def process_description(request: Request, name: str) -> Response:
    """One question: what it is told and what it answers."""
    read_parameters(request)
    form = choose(request, JSON, HTML)
    catalog = system_of(request).catalog
    found = links.representations(request, form, (JSON, HTML))
    document = described(request, _process(request, name), catalog, found)
    if form is HTML:
        page = render(request, "process.html", title=document["title"], document=document)
        return respond(request, page, HTML.media_type)
    return respond(request, to_json(document), JSON.media_type, {"Link": links.header(found)})


@router.api_route(PROCESS + "/execution", methods=READ)
def nothing_to_read(request: Request, name: str) -> Response:
    """There is nothing to read where questions are asked: 405, as for any other method."""
    raise HTTPException(405, headers={"Allow": "POST"})


@router.post(PROCESS + "/execution")
def execution(request: Request, name: str, body: Body) -> Response:
    """Ask: now, or as a job with ``Prefer: respond-async``."""
    read_parameters(request)
    choose(request, JSON, HTML)
    one, asked = _process(request, name), _asked(body)
    system = system_of(request)
    values = one.read(asked["inputs"], system.catalog)
    if _later(request, one):
        owner = principal_of(request).name
        return _created(request, ask_later(system, one, owner=owner, **asked))
    try:
        with reading(system.readers[PUBLICA]) as conn:
            found = answer(one, Ground(system.catalog, conn, request.app.state.shared), values)
    except TookTooLong as error:
        raise TookTooLong(LATER) from error
    return _answer(request, to_json(found), asked["response"])


@router.api_route("/api/jobs", methods=READ)
def job_list(request: Request) -> Response:
    """One's own jobs: who does not say who they are has none to list."""
    limit = read_limit(read_parameters(request, ("limit",)).get("limit"))
    form = choose(request, JSON, HTML)
    keep_private(request)
    owner = principal_of(request).name
    found: list[Job] = []
    if owner:
        with answering(), system_of(request).engine.connect() as conn:
            found = jobs.jobs_of(conn, owner, limit)
    document = {
        "jobs": [status_document(request, one) for one in found],
        "links": links.documents(links.representations(request, form, (JSON, HTML))),
    }
    if form is HTML:
        page = render(
            request,
            "jobs.html",
            title="Trabajos",
            document=document,
            owner=owner,
            kept=jobs.KEPT.days,
        )
        return respond(request, page, HTML.media_type)
    return respond(request, to_json(document), JSON.media_type)


@router.api_route(JOB, methods=READ)
def job_status(request: Request, number: str) -> Response:
    """How a job is going."""
    read_parameters(request)
    form = choose(request, JSON, HTML)
    document = status_document(request, _job(request, number))
    if form is HTML:
        page = render(request, "job.html", title="Trabajo", document=document)
        return respond(request, page, HTML.media_type)
    return respond(request, to_json(document), JSON.media_type)


@router.api_route(JOB + "/results", methods=READ)
def job_results(request: Request, number: str) -> Response:
    """The answer of a job."""
    read_parameters(request)
    choose(request, JSON, HTML)
    one = _job(request, number)
    if one.status == "failed":
        raise JobFailed(one.message)
    if one.status != "successful":
        raise ResultNotReady(f"El trabajo no tiene respuesta: {one.message}")
    with answering(), system_of(request).engine.connect() as conn:
        found = jobs.answer(conn, number)
    if found is None:
        raise NoSuchJob(f"La respuesta del trabajo «{number}» ya no se guarda")
    return _answer(request, found, one.response)


@router.delete(JOB)
def job_dismissal(request: Request, number: str) -> Response:
    """Stop a job, or forget its answer."""
    read_parameters(request)
    _job(request, number)
    with answering(), system_of(request).engine.begin() as conn:
        one = jobs.dismiss(conn, number)
    return respond(request, to_json(status_document(request, one)), JSON.media_type)


def _process(request: Request, name: str) -> Process:
    try:
        return process(system_of(request).catalog, name)
    except NotFound as error:
        raise NoSuchProcess(error.message, process=name) from None


def _job(request: Request, number: str) -> Job:
    """The job, for whoever asked for it: who had an account then must show it now."""
    keep_private(request)
    with answering(), system_of(request).engine.connect() as conn:
        try:
            one = jobs.job(conn, number)
        except NotFound as error:
            raise NoSuchJob(error.message) from None
    if one.owner and one.owner != principal_of(request).name:
        raise NoSuchJob(f"No existe el trabajo «{number}», o ya pasaron {jobs.KEPT.days} días")
    return one


def _asked(body: bytes) -> dict[str, Any]:
    document = parse_json(body)
    if not isinstance(document, dict):
        raise InvalidRequest("El cuerpo debe ser un objeto JSON con «inputs»", parameter="inputs")
    for name in document:
        if name not in EXECUTION:
            raise InvalidRequest(
                f"«{name}» no es parte de una ejecución: lo son {', '.join(sorted(EXECUTION))}",
                parameter=name,
            )
    if "subscriber" in document:
        raise InvalidRequest(
            "Este servicio no avisa a otras direcciones: consulte el trabajo",
            parameter="subscriber",
        )
    if document.get("response", "raw") not in ("raw", "document"):
        raise InvalidRequest("«response» debe ser raw o document", parameter="response")
    _check_outputs(document.get("outputs"))
    return {"inputs": document.get("inputs", {}), "response": document.get("response", "raw")}


def _check_outputs(outputs: Any) -> None:
    if outputs is None:
        return
    if not isinstance(outputs, dict) or not set(outputs) <= {RESULT}:
        raise InvalidRequest(f"La única salida es «{RESULT}»", parameter="outputs")
    for wanted in outputs.values():
        if not isinstance(wanted, dict) or wanted.get("transmissionMode", "value") != "value":
            raise InvalidRequest("La salida viene siempre por valor (value)", parameter="outputs")


def _later(request: Request, one: Process) -> bool:
    prefers = request.headers.get("prefer", "").lower()
    return one.is_long or "respond-async" in prefers


def _created(request: Request, made: Job) -> Response:
    document = status_document(request, made)
    headers = {"Location": links.address(request, f"/api/jobs/{made.id}")}
    if "respond-async" in request.headers.get("prefer", "").lower():
        headers["Preference-Applied"] = "respond-async"
    keep_private(request)
    return respond(request, to_json(document), JSON.media_type, headers, status=201)


def _answer(request: Request, found: str, response: str) -> Response:
    """The one output as it is (``raw``), or by its name (``document``)."""
    text = f"{{{to_json(RESULT)}:{found}}}" if response == "document" else found
    if choose(request, JSON, HTML) is HTML:
        page = render(request, "answer.html", title="Respuesta", answer=json.loads(found))
        return respond(request, page, HTML.media_type)
    return respond(request, text, JSON.media_type)


def _page(known: list[Process], values: dict[str, str]) -> list[Process]:
    """The processes that are listed: those behind ``after``, as many as ``limit``."""
    names = [one.id for one in known]
    after = values.get("after")
    if after is not None and after not in names:
        raise InvalidRequest("«after» debe ser el identificador de un proceso", parameter="after")
    start = 0 if after is None else names.index(after) + 1
    return known[start : start + read_limit(values.get("limit"))]


def _following(request: Request, values: dict[str, str], last: Process) -> links.Link:
    more = {**values, "f": "json", "after": last.id}
    address = links.address(request, "/api/processes", more)
    return links.Link("next", address, JSON.media_type, "Más procesos")
