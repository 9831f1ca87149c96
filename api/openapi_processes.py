"""What the description of the API says of asking questions (OGC API Processes Part 1)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from api.process_documents import output_schema
from gis.processes import RESULT, processes

if TYPE_CHECKING:
    from gis.contract.catalog import Catalog
    from gis.processes import Process

Json = dict[str, Any]
TAG = "preguntas"
STATUSES = ["accepted", "running", "successful", "failed", "dismissed"]
REFUSALS = {
    "400": "BadRequest",
    "401": "Unauthenticated",
    "404": "NotFound",
    "414": "TooLong",
    "431": "TooLong",
    "500": "ServerError",
    "503": "Unavailable",
}
BODY = {"403": "Edit403", "408": "Edit408", "413": "Edit413", "415": "Edit415"}
NUMBER = {
    "name": "jobId",
    "in": "path",
    "required": True,
    "description": "Identificador del trabajo: quien pregunta sin cuenta no tiene otra llave",
    "schema": {"type": "string"},
}


def process_paths(catalog: Catalog) -> dict[str, Json]:
    """How each question is asked, and how its job is followed."""
    asked = {
        f"/api/processes/{one.id}/execution": {"post": _asking(one, catalog)}
        for one in processes(catalog).values()
    }
    job = f"/api/jobs/{{{NUMBER['name']}}}"
    followed = {
        job: {
            "get": _read("job", "Cómo va un trabajo", "job", NUMBER),
            "delete": _read("dismissJob", "Descartar un trabajo", "job", NUMBER),
        },
        f"{job}/results": {"get": _read("results", "La respuesta de un trabajo", None, NUMBER)},
    }
    return asked | followed


def process_schemas() -> Json:
    """How a job is told (``statusInfo``)."""
    text, moment = {"type": "string"}, {"type": "string", "format": "date-time"}
    job = {
        "type": "object",
        "required": ["jobID", "type", "status"],
        "properties": {
            "jobID": text,
            "processID": text,
            "type": {"type": "string", "enum": ["process"]},
            "status": {"type": "string", "enum": STATUSES},
            "message": text,
            "progress": {"type": "integer", "minimum": 0, "maximum": 100},
            **dict.fromkeys(("created", "started", "finished", "updated"), moment),
        },
    }
    return {"job": job}


def _asking(one: Process, catalog: Catalog) -> Json:
    inputs: Json = {
        "type": "object",
        "additionalProperties": False,
        "required": [told.name for told in one.inputs if told.required],
        "properties": {told.name: told.kind.schema(catalog) for told in one.inputs},
    }
    if not inputs["required"]:
        del inputs["required"]
    body = {
        "type": "object",
        "additionalProperties": False,
        "required": ["inputs"],
        "properties": {
            "inputs": inputs,
            "response": {"type": "string", "enum": ["raw", "document"], "default": "raw"},
        },
    }
    prefer = {
        "name": "Prefer",
        "in": "header",
        "required": False,
        "description": "respond-async: la pregunta queda como trabajo",
        "schema": {"type": "string", "enum": ["respond-async"]},
    }
    content = {"application/json": {"schema": body, "example": {"inputs": one.example(catalog)}}}
    answers = {"200": _answer("La respuesta", _either(output_schema(one)))}
    if one.is_long:
        answers = {}
    return {
        "operationId": f"{one.id}.execute",
        "summary": one.title,
        "description": one.description,
        "tags": [TAG],
        "parameters": [prefer],
        "requestBody": {"required": True, "content": content},
        "responses": {
            **answers,
            "201": _answer("Quedó como trabajo", {"$ref": "#/components/schemas/job"}),
            **_refusals(REFUSALS | BODY),
        },
    }


def _either(found: Json) -> Json:
    """The answer as it is (``raw``), or by its name (``document``)."""
    named = {"type": "object", "required": [RESULT], "properties": {RESULT: found}}
    return {"oneOf": [found, named]}


def _read(name: str, summary: str, schema: str | None, *parameters: Json) -> Json:
    shape: Json = {"$ref": f"#/components/schemas/{schema}"} if schema else {"type": "object"}
    return {
        "operationId": name,
        "summary": summary,
        "tags": [TAG],
        "parameters": list(parameters),
        "responses": {
            "200": _answer("Lo pedido", shape),
            **_refusals(REFUSALS | {"403": "Edit403", "406": "NotAcceptable"}),
        },
    }


def _answer(text: str, schema: Json) -> Json:
    return {"description": text, "content": {"application/json": {"schema": schema}}}


def _refusals(named: dict[str, str]) -> Json:
    return {code: {"$ref": f"#/components/responses/{name}"} for code, name in named.items()}
