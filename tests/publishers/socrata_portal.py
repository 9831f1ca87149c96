"""A portal that speaks Socrata's protocol (DSMAPI, SODA, views) over TLS with its own certificate.

Each address answers only what the platform documents, by the links that it gives itself; anything
else is 404. ``ChunkSize`` is small so that every file goes in several pieces.
"""

from __future__ import annotations

import json
import random
import re
import ssl
import string
import threading
from base64 import b64encode
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

import trustme

from tests.publishers.socrata_state import (
    Held,
    Refused,
    Store,
    compiled,
    parsed,
    upserted,
    whole,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

Json = dict[str, Any]
CHUNK = 100
KEY = ("llave", "secreto")
FIELDSETS = {
    "Información de la Entidad": {
        "Nombre de la Entidad",
        "Departamento",
        "Municipio",
        "Orden",
        "Sector",
        "Área o dependencia",
    },
    "Información de Datos": {
        "Cobertura Geográfica",
        "Idioma",
        "Frecuencia de Actualización",
        "Fecha Emisión (aaaa-mm-dd)",
        "URL Documentación",
    },
}
METADATA = {
    "name",
    "description",
    "category",
    "tags",
    "licenseId",
    "attribution",
    "attributionLink",
    "metadata",
}
API = "/api/publishing/v1"
ROUTES: list[tuple[str, re.Pattern[str], Callable[..., Any]]] = []


def route(method: str, path: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    pattern = re.compile(path.replace("{ff}", r"(\w{4}-\w{4})").replace("{n}", r"(\d+)"))

    def add(function: Callable[..., Any]) -> Callable[..., Any]:
        ROUTES.append((method, pattern, function))
        return function

    return add


def new_view(held: Held) -> str:
    letters = string.ascii_lowercase + "23456789"
    code = "".join(random.choices(letters, k=8))
    ff = f"{code[:4]}-{code[4:]}"
    held.views[ff] = {
        "id": ff,
        "publicationStage": "unpublished",
        "columns": [],
        "rowsUpdatedAt": None,
    }
    held.rows[ff] = []
    return ff


def revision_answer(found: Json) -> Json:
    base = f"{API}/revision/{found['fourfour']}/{found['revision_seq']}"
    links = {
        "show": base,
        "create_source": f"{base}/source",
        "list_sources": f"{base}/source",
        "update": base,
        "apply": f"{base}/apply",
        "discard": base,
        "plan": f"{base}/plan",
    }
    return {"resource": found, "links": links}


def source_answer(found: Json) -> Json:
    base = f"{API}/source/{found['id']}"
    schema = f"{base}/schema/{{input_schema_id}}"
    output = f"{schema}/output/{{output_schema_id}}"
    links = {
        "show": base,
        "bytes": base,
        "initiate": f"{base}/initiate",
        "chunk": f"{base}/chunk/{{seq_num}}/{{byte_offset}}",
        "commit": f"{base}/chunk/{{seq_num}}/{{byte_offset}}/commit",
        "update": f"{base}/options",
        "add_to_revision": base,
        "input_schema_links": {
            "show": schema,
            "transform": schema,
            "latest_output": f"{schema}/output/latest",
            "output_schema_links": {
                "show": output,
                "rows": f"{output}/rows",
                "schema_errors": f"{output}/errors",
                "validate_row_id": f"{base}/transform/{{transform_id}}/validate_row_id",
            },
        },
    }
    return {"resource": found, "links": links}


def output_answer(source: Json, schema: Json, output: Json) -> Json:
    links = source_answer(source)["links"]["input_schema_links"]["output_schema_links"]
    text = json.dumps(links).replace("{input_schema_id}", str(schema["id"]))
    return {
        "resource": output,
        "links": json.loads(text.replace("{output_schema_id}", str(output["id"]))),
    }


def revision_of(held: Held, ff: str, seq: str) -> Json:
    for found in held.revisions.get(ff, []):
        if found["revision_seq"] == int(seq):
            return found
    raise Refused(404, "revision not found")


def _open(held: Held, ff: str, body: Json) -> Json:
    if unknown := set(body) - {"metadata", "action", "href", "attachments"}:
        raise Refused(400, f"unknown {unknown}")
    action = body.get("action") or {}
    if action.get("type") not in ("update", "replace", "delete"):
        raise Refused(400, "action.type")
    _known(body.get("metadata") or {})
    made = {
        "fourfour": ff,
        "revision_seq": len(held.revisions.setdefault(ff, [])),
        "metadata": body.get("metadata") or {},
        "action": action,
        "output_schema_id": None,
        "notes": None,
        "task_sets": [],
        "closed_at": None,
        "created_at": held.tick(),
    }
    held.revisions[ff].insert(0, made)
    return revision_answer(made)


def _known(metadata: Json) -> None:
    if unknown := set(metadata) - METADATA:
        raise Refused(400, f"unknown metadata {unknown}")


@route("POST", f"{API}/revision")
def create_asset(held: Held, body: Json, **_: Any) -> Json:
    return _open(held, new_view(held), body)


@route("GET", API + "/revision/{ff}")
def list_revisions(held: Held, ff: str, **_: Any) -> list[Json]:
    if ff not in held.views:
        raise Refused(404, "view not found")
    shown: list[Json] = _clean([revision_answer(found) for found in held.revisions.get(ff, [])])
    for job in held.jobs.values():  # the portal's work goes on, whoever looks
        if job["revision"][0] == ff:
            carry_out(held, job)
    return shown


@route("POST", API + "/revision/{ff}")
def create_revision(held: Held, ff: str, body: Json, **_: Any) -> Json:
    if ff not in held.views:
        raise Refused(404, "view not found")
    return _open(held, ff, body)


@route("GET", API + "/revision/{ff}/{n}")
def show_revision(held: Held, ff: str, seq: str, **_: Any) -> Json:
    return revision_answer(revision_of(held, ff, seq))


@route("PUT", API + "/revision/{ff}/{n}")
def update_revision(held: Held, ff: str, seq: str, body: Json, **_: Any) -> Json:
    if unknown := set(body) - {"metadata", "output_schema_id", "notes"}:
        raise Refused(400, f"unknown {unknown}")
    found = _still_open(revision_of(held, ff, seq))
    found.update(body)
    return revision_answer(found)


@route("DELETE", API + "/revision/{ff}/{n}")
def discard_revision(held: Held, ff: str, seq: str, **_: Any) -> Json:
    found = _still_open(revision_of(held, ff, seq))
    found["closed_at"] = held.tick()
    held.revisions[ff].remove(found)
    return revision_answer(found)


@route("POST", API + "/revision/{ff}/{n}/source")
def create_source(held: Held, ff: str, seq: str, body: Json, **_: Any) -> Json:
    _still_open(revision_of(held, ff, seq))
    kind = body["source_type"]
    if kind.get("type") != "upload" or not kind.get("filename"):
        raise Refused(400, "source_type")
    found = {
        "id": held.new_id(),
        "source_type": kind,
        "parse_options": body.get("parse_options") or {},
        "schemas": [],
        "failed_at": None,
        "finished_at": None,
        "revision": (ff, int(seq)),
    }
    held.sources[found["id"]] = found
    return source_answer(found)


@route("GET", API + "/revision/{ff}/{n}/source")
def list_sources(held: Held, ff: str, seq: str, **_: Any) -> list[Json]:
    mine = (ff, int(seq))
    return [source_answer(one) for one in held.sources.values() if one["revision"] == mine]


@route("GET", API + "/source/{n}")
def show_source(held: Held, source: str, **_: Any) -> Json:
    return source_answer(_source(held, source))


@route("POST", API + "/source/{n}/initiate")
def initiate(held: Held, source: str, body: Json, **_: Any) -> Json:
    if body.get("content_type") not in ("text/csv",):
        raise Refused(400, "content_type")
    held.uploads[_source(held, source)["id"]] = {}
    return {"preferred_chunk_size": CHUNK, "preferred_upload_parallelism": 2}


@route("POST", API + "/source/{n}/chunk/{n}/{n}")
def chunk(
    held: Held, source: str, number: str, offset: str, raw: bytes, kind: str, **_: Any
) -> Json:
    if kind != "application/octet-stream" or not 0 < len(raw) <= CHUNK:
        raise Refused(400, "chunk")
    held.uploads[int(source)][int(number)] = (int(offset), raw)
    return {
        "resource": {
            "seq_num": int(number),
            "byte_offset": int(offset),
            "end_byte_offset": int(offset) + len(raw),
        },
        "links": {},
    }


@route("POST", API + "/source/{n}/chunk/{n}/{n}/commit")
def commit(held: Held, source: str, number: str, total: str, **_: Any) -> Json:
    found = _source(held, source)
    content = whole(held.uploads[int(source)], int(number), int(total), CHUNK)
    names, rows = parsed(content)
    schema = {"id": held.new_id(), "names": names, "rows": rows, "output_schemas": []}
    found["schemas"] = [schema]
    guessed = [
        {
            "field_name": name,
            "display_name": name,
            "description": "",
            "position": n,
            "is_primary_key": False,
            "transform": {"transform_expr": f"`{name}`"},
        }
        for n, name in enumerate(names, 1)
    ]
    _transform(held, schema, guessed)
    found["finished_at"] = held.tick()
    return {"resource": {}, "links": {}}


@route("POST", API + "/source/{n}/schema/{n}")
def transform(held: Held, source: str, schema: str, body: Json, **_: Any) -> Json:
    found, one = _schema(held, source, schema)
    return output_answer(found, one, _transform(held, one, body["output_columns"]))


def _transform(held: Held, schema: Json, columns: list[Json]) -> Json:
    made, errors = [], []
    values: list[Json] = [{} for _ in schema["rows"]]
    for column in columns:
        expression = column["transform"]["transform_expr"]
        kind, needs, function = compiled(expression)
        if unknown := set(needs) - set(schema["names"]):
            raise Refused(400, f"no such column {unknown}")
        for n, row in enumerate(schema["rows"]):
            try:
                values[n][column["field_name"]] = function(row)
            except (ValueError, KeyError) as error:
                errors.append(
                    {"row": [{"error": {"type": "type_conversion_failed", "english": str(error)}}]}
                )
        transform = {
            "id": held.new_id(),
            "transform_expr": expression,
            "output_soql_type": kind,
            "failed_at": None,
            "completed_at": held.tick(),
            "finished_at": held.tick(),
        }
        made.append({**column, "id": held.new_id(), "transform": transform})
    output = {
        "id": held.new_id(),
        "output_columns": made,
        "error_count": len(errors),
        "completed_at": held.tick(),
        "finished_at": held.tick(),
        "sort_bys": [],
    }
    schema["output_schemas"].append({**output, "values": values, "faults": errors})
    return output


@route("GET", API + "/source/{n}/schema/{n}/output/{n}")
def show_output(held: Held, source: str, schema: str, output: str, **_: Any) -> Json:
    found, one = _schema(held, source, schema)
    return output_answer(found, one, _shown(_output(one, output)))


@route("GET", API + "/source/{n}/schema/{n}/output/{n}/errors")
def errors(held: Held, source: str, schema: str, output: str, query: Json, **_: Any) -> list[Json]:
    found = _output(_schema(held, source, schema)[1], output)["faults"]
    first, count = int(query["offset"]), int(query["limit"])
    return [{"output_columns": []}, *found[first : first + count]]


@route("GET", API + "/source/{n}/transform/{n}/validate_row_id")
def validate_row_id(held: Held, source: str, transform: str, **_: Any) -> Json:
    for schema in _source(held, source)["schemas"]:
        for output in schema["output_schemas"]:
            for column in output["output_columns"]:
                if column["transform"]["id"] == int(transform):
                    values = [row.get(column["field_name"]) for row in output["values"]]
                    return {"valid": None not in values and len(set(values)) == len(values)}
    raise Refused(404, "transform")


@route("PUT", API + "/revision/{ff}/{n}/apply")
def apply(held: Held, ff: str, seq: str, body: Json, **_: Any) -> Json:
    found = _still_open(revision_of(held, ff, seq))
    if unknown := set(body) - {"output_schema_id"}:
        raise Refused(400, f"unknown {unknown}")
    found["output_schema_id"] = body.get("output_schema_id") or found["output_schema_id"]
    job = {
        "id": held.new_id(),
        "status": "initializing",
        "finished_at": None,
        "log": [],
        "revision": (ff, int(seq)),
    }
    held.jobs[job["id"]] = job
    found["task_sets"] = [job]
    if held.approvals:
        job["status"] = "approval_submitted"
        return {"key": "approval_submitted", "links": {}}
    return {"resource": job, "links": {"show": f"{API}/revision/{ff}/{seq}/apply/{job['id']}"}}


@route("GET", API + "/revision/{ff}/{n}/apply/{n}")
def show_job(held: Held, ff: str, seq: str, job: str, **_: Any) -> Json:
    found = held.jobs[int(job)]
    carry_out(held, found)
    return {"resource": found, "links": {"show": f"{API}/revision/{ff}/{seq}/apply/{job}"}}


def carry_out(held: Held, job: Json) -> None:
    """The portal's own work: it goes on whoever looks, and ends in one stroke."""
    if job["status"] != "initializing":
        return
    ff, seq = job["revision"]
    found = revision_of(held, ff, str(seq))
    view = held.views[ff]
    if found["output_schema_id"] is not None:
        _put_rows(held, found, view)
    view.update(found["metadata"])
    view["publicationStage"] = "published"
    found["closed_at"] = job["finished_at"] = held.tick()
    job["status"] = "successful"


def _put_rows(held: Held, found: Json, view: Json) -> None:
    output = next(
        output
        for source in held.sources.values()
        for schema in source["schemas"]
        for output in schema["output_schemas"]
        if output["id"] == found["output_schema_id"]
    )
    columns = output["output_columns"]
    keys = [c["field_name"] for c in columns if c["is_primary_key"]]
    if found["action"]["type"] == "delete" and not keys:
        raise Refused(400, "delete needs a row id")
    view["columns"] = [
        {
            "fieldName": c["field_name"],
            "name": c["display_name"],
            "description": c["description"],
            "dataTypeName": c["transform"]["output_soql_type"],
        }
        for c in columns
    ]
    if keys:
        held.keys[view["id"]] = keys[0]
    kind, sent = found["action"]["type"], [dict(row) for row in output["values"]]
    kept = [] if kind == "replace" else held.rows[view["id"]]
    if kind != "replace" and keys:  # without a row identifier an update appends
        names = {row[keys[0]] for row in sent}
        kept = [row for row in kept if row[keys[0]] not in names]
    held.rows[view["id"]] = kept if kind == "delete" else [*kept, *sent]
    view["rowsUpdatedAt"] = held.tick()


@route("GET", "/api/views/{ff}")
def show_view(held: Held, ff: str, **_: Any) -> Json:
    if ff not in held.views:
        raise Refused(404, "not found")
    return held.views[ff]


@route("PATCH", "/api/views/metadata/v1/{ff}")
def check_metadata(held: Held, ff: str, body: Json, query: Json, **_: Any) -> Json:
    if query != {"validateOnly": "true", "strict": "true"} or ff not in held.views:
        raise Refused(400, "only validation is played here")
    wrong = [
        f"{fieldset}/{name}"
        for fieldset, values in body["customFields"].items()
        for name in values
        if name not in FIELDSETS.get(fieldset, ())
    ]
    return {"errors": wrong, "warnings": []}


@route("GET", "/resource/{ff}.json")
def read_rows(held: Held, ff: str, query: Json, **_: Any) -> list[Json]:
    if held.views.get(ff, {}).get("publicationStage") != "published":
        raise Refused(404, "dataset.missing")
    first, count = int(query.get("$offset", 0)), int(query.get("$limit", 1000))
    page = held.rows[ff][first : first + count]
    return [{k: v for k, v in row.items() if v is not None} for row in page]


@route("POST", "/resource/{ff}.json")
def upsert(held: Held, ff: str, body: Any, **_: Any) -> Json:
    return upserted(held, ff, body)


def _still_open(found: Json) -> Json:
    if found["closed_at"] or found["task_sets"]:
        raise Refused(400, "revision is closed")
    return found


def _source(held: Held, source: str) -> Json:
    if int(source) not in held.sources:
        raise Refused(404, "source not found")
    return held.sources[int(source)]


def _schema(held: Held, source: str, schema: str) -> tuple[Json, Json]:
    found = _source(held, source)
    return found, next(one for one in found["schemas"] if one["id"] == int(schema))


def _output(schema: Json, output: str) -> Json:
    return next(one for one in schema["output_schemas"] if one["id"] == int(output))


def _shown(output: Json) -> Json:
    return {k: v for k, v in output.items() if k not in ("values", "faults")}


def _clean(value: Any) -> Any:
    """What is shown of what is held: rows and values stay inside."""
    if isinstance(value, dict):
        return {
            k: _clean(v) for k, v in value.items() if k not in ("values", "faults", "rows", "names")
        }
    return [_clean(one) for one in value] if isinstance(value, list) else value


class Portal:
    """The portal, running. ``fault`` may answer in its place, before or after its work is done:
    it is called with the method, the path and the work, and gives what is answered (status, body,
    headers), or raises :class:`ConnectionError` to cut the line."""

    def __init__(self, folder: Path) -> None:
        self.store = Store(folder / "portal.pickle")
        self.requests: list[str] = []
        self.fault: Callable[[str, str, Callable[[], Answer]], Answer] | None = None
        self.address = ""
        self.ca = folder / "ca.pem"

    @property
    def held(self) -> Held:
        return self.store.held

    def answer(self, method: str, target: str, headers: Any, raw: bytes) -> Answer:
        """Status, body and headers for a request."""
        path = urlsplit(target).path
        self.requests.append(f"{method} {path}")

        def work() -> Answer:
            try:
                return (200 if method == "GET" else 201), self._do(method, target, headers, raw), {}
            except Refused as refused:
                return refused.status, {"error": True, "message": str(refused)}, {}

        return self.fault(method, path, work) if self.fault else work()

    def _do(self, method: str, target: str, headers: Any, raw: bytes) -> Any:
        parts = urlsplit(target)
        public = method == "GET" and parts.path.startswith("/resource/")
        basic = "Basic " + b64encode(":".join(KEY).encode()).decode()
        if not public and (headers.get("Authorization") != basic or not self.held.keys_valid):
            raise Refused(403, "authentication_required")
        kind = headers.get("Content-Type", "")
        body = json.loads(raw) if raw and "json" in kind else {}
        query = {name: values[-1] for name, values in parse_qs(parts.query).items()}
        for verb, pattern, function in ROUTES:
            found = pattern.fullmatch(parts.path)
            if verb == method and found:
                with self.store.change() as held:
                    values = _named(function, found.groups())
                    made = function(held, **values, body=body, query=query, raw=raw, kind=kind)
                    return made if parts.path.startswith("/resource/") else _shallow(made)
        raise Refused(404, f"no such address: {method} {parts.path}")


Answer = tuple[int, Any, dict[str, str]]


def _named(function: Callable[..., Any], groups: tuple[str, ...]) -> dict[str, str]:
    names = function.__code__.co_varnames[1 : function.__code__.co_argcount]
    free = [name for name in names if name not in ("body", "query", "raw", "kind")]
    return dict(zip(free, groups, strict=False))


def _shallow(made: Any) -> Any:
    if isinstance(made, list):
        return made if made and "output_columns" in made[0] else [_clean(one) for one in made]
    return _clean(made)


@contextmanager
def running(folder: Path) -> Iterator[Portal]:
    """The portal over TLS on a free port, in a thread."""
    portal = Portal(folder)
    authority = trustme.CA()
    certificate = authority.issue_cert("localhost", "127.0.0.1")
    authority.cert_pem.write_to_path(str(portal.ca))
    server = _server(portal)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    certificate.configure_cert(context)
    server.socket = context.wrap_socket(
        server.socket, server_side=True, do_handshake_on_connect=False
    )
    portal.address = f"https://localhost:{server.server_address[1]}"
    thread = threading.Thread(
        target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True
    )
    thread.start()
    try:
        yield portal
    finally:
        server.shutdown()
        server.server_close()


def _server(portal: Portal) -> ThreadingHTTPServer:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _serve(self) -> None:
            raw = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            try:
                status, body, headers = portal.answer(self.command, self.path, self.headers, raw)
            except ConnectionError:
                self.close_connection = True
                self.connection.close()
                return
            content = body if isinstance(body, bytes) else json.dumps(body).encode()
            self.send_response(status)
            shown = {"Content-Type": "application/json; charset=utf-8", **headers}
            for name, value in shown.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = _serve

        def log_message(self, *_: Any) -> None:
            pass

    class Server(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, *_: Any) -> None:
            """A line cut by the other side or by a fault is what the tests are about."""

    return Server(("127.0.0.1", 0), Handler)
