"""Writing single features: OGC API Features Part 4 (draft 20-002), one changeset each.

Classes Create/Replace/Delete, Update (JSON merge patch), Optimistic Locking using ETags, Features.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Annotated, Any

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import Response

from api import links
from api.access import access_of, principal_of, require
from api.bodies import check_type, read_body
from api.errors import entry
from api.negotiation import GEOJSON
from api.params import read_parameters
from api.responses import to_json
from api.routes._shared import layer_of, system_of
from api.routes.items import answer_item
from gis.accounts import Action
from gis.changesets import edit
from gis.changesets.proposal import Editor
from gis.changesets.submitted import parse_json, read_feature
from gis.crs import CRS84, parse_crs
from gis.errors import (
    EditUnconditional,
    InvalidRequest,
    NotFound,
)
from gis.features import reading
from gis.features.version import read_version
from gis.store import layer_state

if TYPE_CHECKING:
    from gis.contract import Layer
    from gis.crs import Crs

router = APIRouter()

NOTE = "nota"
LONGEST_NOTE = 1000
MAX_BODY = 16 * 2**20
"""Bytes of a body: a surface of some 300 000 vertices."""
REMEDY = "envíe un solo elemento, con menos vértices, o entregue un archivo"
FEATURE_TYPES = ("application/geo+json", "application/json", "application/vnd.ogc.fg+json")
PATCH_TYPES = ("application/merge-patch+json",)
READ = ("GET", "HEAD", "OPTIONS")
WRITE_ITEMS = ("POST",)
WRITE_ITEM = ("PUT", "PATCH", "DELETE")
ITEMS = "/api/collections/{name}/items"
ITEM = ITEMS + "/{feature_id:path}"
_TAG = re.compile(r'\s*(?P<weak>W/)?"(?P<tag>[^"]*)"\s*(?:,|$)')
_KEPT = (b"host", b"accept-encoding", b"authorization", b"cookie")


def editor_of(request: Request, name: str) -> Editor:
    """Who edits and why; 401 or 403 for whoever may not, before any body is read."""
    layer, system = layer_of(request, name), system_of(request)
    principal = require(request, Action.EDITAR, layer)
    note = read_parameters(request, (NOTE,)).get(NOTE, "")
    if len(note) > LONGEST_NOTE or "\x00" in note:
        raise InvalidRequest(
            f"«{NOTE}» admite hasta {LONGEST_NOTE} caracteres, sin nulos", parameter=NOTE
        )
    access = access_of(request, layer)
    with reading(system.engine) as conn:
        demonstration = layer_state(conn, layer.name, access).demonstration
    return Editor(
        system.engine,
        layer,
        access,
        system.catalog.entity.extent,
        request.app.state.surroundings[demonstration],
        actor=principal.name,
        note=note,
    )


Who = Annotated[Editor, Depends(editor_of)]


async def body_of(request: Request, editor: Who) -> bytes:
    """The body of an edit, once it is known that who sends it may edit."""
    return await read_body(request, MAX_BODY, REMEDY)


Body = Annotated[bytes, Depends(body_of)]


@router.api_route(ITEMS, methods=["OPTIONS"])
def items_options(request: Request, name: str) -> Response:
    """What the caller may do with a collection."""
    return _options(request, layer_of(request, name), WRITE_ITEMS)


@router.api_route(ITEM, methods=["OPTIONS"])
def item_options(request: Request, name: str, feature_id: str) -> Response:
    """What the caller may do with a feature; the same for one that is not there."""
    return _options(request, layer_of(request, name), WRITE_ITEM)


@router.api_route(ITEMS, methods=["POST"])
def create(request: Request, editor: Who, body: Body) -> Response:
    """Add a feature."""
    check_type(request, FEATURE_TYPES)
    sent = read_feature(parse_json(body), _content_crs(request))
    done = edit.create(editor, sent)
    response = _done(request, editor.layer, done, 201)
    path = links.item_path(editor.layer.name, done.feature)
    response.headers["Location"] = links.address(request, path)
    return response


@router.api_route(ITEM, methods=["PUT"])
def replace(request: Request, editor: Who, feature_id: str, body: Body) -> Response:
    """Give a feature new content."""
    held = _held(request, editor, feature_id)
    check_type(request, FEATURE_TYPES)
    sent = read_feature(parse_json(body), _content_crs(request))
    return _done(request, editor.layer, edit.replace(editor, feature_id, sent, held))


@router.api_route(ITEM, methods=["PATCH"])
def update(request: Request, editor: Who, feature_id: str, body: Body) -> Response:
    """Change parts of a feature."""
    held = _held(request, editor, feature_id)
    check_type(request, PATCH_TYPES)
    patch, crs = parse_json(body), _content_crs(request)
    return _done(request, editor.layer, edit.update(editor, feature_id, patch, crs, held))


@router.api_route(ITEM, methods=["DELETE"])
def delete(request: Request, editor: Who, feature_id: str) -> Response:
    """Take a feature away."""
    held = _held(request, editor, feature_id)
    return _done(request, editor.layer, edit.delete(editor, feature_id, held))


def _held(request: Request, editor: Editor, feature_id: str) -> edit.Held:
    """The states that ``If-Match`` names (RFC 9110 §13.1.1, strong comparison); None for ``*``."""
    words = request.headers.getlist("if-match")
    if not words:
        _find(editor, feature_id)
        raise EditUnconditional(
            "Falta If-Match: lea el elemento con GET y envíe su ETag, para no borrar lo que otra "
            "persona haya cambiado mientras tanto (If-Match: * cambia lo que haya)",
            layer=editor.layer.name,
            feature=feature_id,
        )
    text = ",".join(words)
    if text.strip() == "*":
        return None
    found = [match for match in _TAG.finditer(text) if not match["weak"]]
    return frozenset(match["tag"].partition(".")[0] for match in found)


def _find(editor: Editor, feature_id: str) -> None:
    layer = editor.layer
    with reading(editor.engine) as conn:
        if read_version(conn, layer, editor.access, feature_id) is None:
            raise NotFound(
                f"La capa «{layer.name}» no tiene el elemento «{feature_id}»",
                layer=layer.name,
                feature=feature_id,
            )


def _content_crs(request: Request) -> Crs:
    """The CRS of the coordinates in the body (Part 4, /req/features/content-crs-header)."""
    said = request.headers.get("content-crs")
    if said is None:
        return CRS84
    uri = said.strip()
    if uri.startswith("<") and uri.endswith(">"):
        uri = uri[1:-1]
    return parse_crs(uri, "Content-Crs")


def _options(request: Request, layer: Layer, writing: tuple[str, ...]) -> Response:
    """200 with ``Allow``: what this caller may do, and in what formats (RFC 5789, RFC 7694)."""
    read_parameters(request)
    headers = {"Allow": ", ".join(READ), "Vary": "Authorization, Cookie"}
    if principal_of(request).may(Action.EDITAR, layer):
        headers["Allow"] = ", ".join((*READ, *writing))
        if "POST" in writing:
            headers["Accept-Post"] = ", ".join(FEATURE_TYPES)
        if "PATCH" in writing:
            headers["Accept-Patch"] = ", ".join(PATCH_TYPES)
    return Response(status_code=200, headers=headers)


def _done(request: Request, layer: Layer, report: edit.EditReport, status: int = 200) -> Response:
    """What was done: the changeset that undoes it, warnings, and the new validator."""
    told: dict[str, Any] = {
        "id": report.feature,
        "changeset": report.changeset,
        "findings": [entry(finding) for finding in report.findings],
    }
    headers = {"Cache-Control": "no-store"}
    if report.operation != "delete":
        etag = _etag(request, layer, report.feature)
        headers |= {"ETag": etag} if etag else {}
    return Response(to_json(told), status, headers, media_type="application/json")


def _etag(request: Request, layer: Layer, feature_id: str) -> str:
    """What a GET of the feature would answer now; empty when somebody took it away already.

    Read where it was written: a replica may be behind.
    """
    headers = [(name, value) for name, value in request.scope["headers"] if name in _KEPT]
    asked = Request(
        {
            **request.scope,
            "method": "GET",
            "path": f"/api/collections/{layer.name}/items/{feature_id}",
            "query_string": b"",
            "headers": [*headers, (b"accept", GEOJSON.media_type.encode())],
        }
    )
    try:
        return answer_item(asked, layer, feature_id, system_of(request).engine).headers["etag"]
    except NotFound:
        return ""
