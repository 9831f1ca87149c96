"""The map application at ``/``, as the web build left it, and what our pages take from it."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from fastapi import APIRouter
from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.staticfiles import NotModifiedResponse, StaticFiles

from api import theme
from api.negotiation import HTML
from api.pages import render
from api.responses import respond
from api.routes._shared import READ, system_of

if TYPE_CHECKING:
    from fastapi import FastAPI
    from starlette.types import Scope

router = APIRouter()

HASHED = "assets"
"""Folder of files whose names change with their content."""
ENCODINGS = (("br", ".br"), ("gzip", ".gz"))
"""What the build leaves beside each file, best first."""


@router.api_route("/api/static/theme.css", methods=READ)
def theme_sheet(request: Request) -> Response:
    """The entity's colour and the map's typeface, for the pages."""
    color = system_of(request).catalog.entity.primary_color
    return respond(request, theme.stylesheet(color, request.app.state.web), "text/css")


def install(app: FastAPI, folder: Path) -> None:
    """Serve ``folder`` at the root; without it, a page that says how to build it."""
    if (folder / "index.html").is_file():
        app.mount("/", BuiltFiles(directory=folder, html=True), name="web")
    else:
        app.add_api_route("/", unbuilt, methods=READ, include_in_schema=False)


def unbuilt(request: Request) -> Response:
    """What stands at ``/`` until the map is built."""
    page = render(request, "unbuilt.html", title="El mapa no está construido")
    return respond(request, page, HTML.media_type)


class BuiltFiles(StaticFiles):
    """The build's files: hashed ones are kept for a year, the page is asked for each time; sent
    as compressed by the build to whoever takes that."""

    def file_response(
        self,
        full_path: str | os.PathLike[str],
        stat_result: os.stat_result,
        scope: Scope,
        status_code: int = 200,
    ) -> Response:
        """The file, or its compressed twin, with how long it may be kept."""
        asked = Headers(scope=scope)
        path = Path(full_path)
        encoding, sent = _encoded(path, asked.get("accept-encoding", ""))
        response = FileResponse(
            sent, status_code=status_code, stat_result=sent.stat(), media_type=_media_type(path)
        )
        response.headers["Vary"] = "Accept-Encoding"
        hashed = path.parent.name == HASHED
        response.headers["Cache-Control"] = (
            "public, max-age=31536000, immutable" if hashed else "no-cache"
        )
        if encoding:
            response.headers["Content-Encoding"] = encoding
        if self.is_not_modified(response.headers, asked):
            return NotModifiedResponse(response.headers)
        return response


def _encoded(path: Path, accepted: str) -> tuple[str, Path]:
    """The encoding to send ``path`` in and the file that holds it so; ``""`` and itself if none."""
    offered = {part.split(";")[0].strip() for part in accepted.lower().split(",")}
    for encoding, suffix in ENCODINGS:
        twin = path.with_name(path.name + suffix)
        if encoding in offered and twin.is_file():
            return encoding, twin
    return "", path


def _media_type(path: Path) -> str | None:
    """JavaScript modules must be served as such, whatever this machine's table of types says."""
    return "text/javascript" if path.suffix in (".js", ".mjs") else _TYPES.get(path.suffix)


_TYPES = {
    ".html": "text/html",
    ".css": "text/css",
    ".svg": "image/svg+xml",
    ".woff2": "font/woff2",
}
