"""The map application at ``/``, as the web build left it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.requests import Request
from starlette.staticfiles import StaticFiles

from api.negotiation import HTML
from api.pages import render
from api.responses import respond
from api.routes._shared import READ

if TYPE_CHECKING:
    from pathlib import Path

    from fastapi import FastAPI
    from starlette.responses import Response


def install(app: FastAPI, folder: Path) -> None:
    """Serve ``folder`` at the root; without it, a page that says how to build it."""
    if (folder / "index.html").is_file():
        app.mount("/", StaticFiles(directory=folder, html=True), name="web")
    else:
        app.add_api_route("/", unbuilt, methods=READ, include_in_schema=False)


def unbuilt(request: Request) -> Response:
    """What stands at ``/`` until the map is built."""
    page = render(request, "unbuilt.html", title="El mapa no está construido")
    return respond(request, page, HTML.media_type)
