"""Processes and jobs as OGC API Processes writes them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from api import links
from api.links import Link
from api.negotiation import JSON
from gis.processes import RESULT

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from starlette.requests import Request

    from gis.contract.catalog import Catalog
    from gis.processes import Process
    from gis.processes.jobs import Job

Json = dict[str, Any]
EXCEPTIONS = "http://www.opengis.net/def/exceptions/ogcapi-processes-1/1.0/"


def listed(request: Request, found: Iterable[Process], shown: list[Link]) -> Json:
    """The list of processes (clause 7.8)."""
    return {
        "processes": [
            {**summary(one), "links": links.documents([_to(request, one)])} for one in found
        ],
        "links": links.documents(shown),
    }


def summary(one: Process) -> Json:
    """What a list says of a process."""
    return {
        "id": one.id,
        "title": one.title,
        "description": one.description,
        "version": one.version,
        "keywords": list(one.keywords),
        "jobControlOptions": ["async-execute"] if one.is_long else MODES,
        "outputTransmission": ["value"],
    }


def described(request: Request, one: Process, catalog: Catalog, shown: list[Link]) -> Json:
    """A process with its inputs and its output (clause 7.9)."""
    execute = links.address(request, f"/api/processes/{one.id}/execution")
    return {
        **summary(one),
        "inputs": {
            told.name: {
                "title": told.title,
                **({"description": told.description} if told.description else {}),
                "minOccurs": int(told.required),
                "maxOccurs": 1,
                "schema": _schema(told, catalog),
            }
            for told in one.inputs
        },
        "outputs": {RESULT: {"title": "Respuesta", "schema": output_schema(one)}},
        "example": {"inputs": one.example(catalog)},
        "links": [
            *links.documents(shown),
            *links.documents([Link(links.EXECUTE, execute, JSON.media_type, "Preguntar")]),
        ],
    }


def output_schema(one: Process) -> Json:
    """The answer's members, and what every answer says besides."""
    schema = dict(one.output)
    schema["properties"] = {**schema.get("properties", {}), **TOLD}
    schema["required"] = [*schema.get("required", []), *TOLD]
    return schema


def status_document(request: Request, one: Job) -> Json:
    """How a job is going (clause 7.10, statusInfo)."""
    moments = {
        "created": one.created_at,
        "started": one.started_at,
        "finished": one.finished_at,
        "updated": one.updated_at,
    }
    path = f"/api/jobs/{one.id}"
    here = links.address(request, path)
    found = [Link(rel, here, JSON.media_type, "Este trabajo") for rel in ("self", "monitor")]
    if one.status == "successful":
        results = links.address(request, path + "/results")
        found.append(Link(links.RESULTS, results, JSON.media_type, "La respuesta"))
    return {
        "jobID": one.id,
        "processID": one.process,
        "type": "process",
        "status": one.status,
        "message": one.message,
        "progress": one.progress,
        **{name: _instant(moment) for name, moment in moments.items() if moment is not None},
        "links": links.documents(found),
    }


def _schema(told: Any, catalog: Catalog) -> Json:
    schema: Json = told.kind.schema(catalog)
    return schema if told.default is None else {**schema, "default": told.default}


def _to(request: Request, one: Process) -> Link:
    address = links.address(request, f"/api/processes/{one.id}", {"f": "json"})
    return Link("self", address, JSON.media_type, one.title)


def _instant(moment: datetime) -> str:
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


MODES = ["sync-execute", "async-execute"]
TOLD: Json = {
    "fuentes": {
        "type": "array",
        "title": "Capas en que se apoya la respuesta, con su cambio y su fecha",
        "items": {
            "type": "object",
            "required": ["capa", "cambio", "corte", "actualizada", "demostracion"],
            "properties": {
                "capa": {"type": "string"},
                "titulo": {"type": "string"},
                "cambio": {"type": "integer", "nullable": True},
                "corte": {"type": "string", "format": "date", "nullable": True},
                "actualizada": {"type": "string", "format": "date-time", "nullable": True},
                "demostracion": {"type": "boolean"},
            },
        },
    },
    "avisos": {"type": "array", "title": "Avisos legales", "items": {"type": "string"}},
}
