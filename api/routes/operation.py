"""For who keeps it running: alive, ready, figures.

What asks nothing of the database runs on the loop, so that it answers when every thread is busy.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from api.metrics import CONTENT_TYPE
from api.responses import to_json
from api.routes._shared import READ, states_of, system_of

if TYPE_CHECKING:
    from api.metrics import Metrics

router = APIRouter()
FRESH = {"Cache-Control": "no-store"}


@router.api_route("/healthz", methods=READ)
async def health(request: Request) -> Response:
    """The process answers."""
    return Response(to_json({"status": "ok"}), 200, FRESH, media_type="application/json")


@router.api_route("/readyz", methods=READ)
def ready(request: Request) -> Response:
    """The store answers, and has every layer of the catalog."""
    states = states_of(request)
    missing = [layer.name for layer in system_of(request).catalog if layer.name not in states]
    document = {"status": "ok" if not missing else "incompleto", "missing": missing}
    status = 200 if not missing else 503
    return Response(to_json(document), status, FRESH, media_type="application/json")


@router.api_route("/metrics", methods=READ)
async def metrics(request: Request) -> Response:
    """Figures of this process."""
    figures: Metrics = request.app.state.metrics
    return Response(figures.text(), 200, FRESH, media_type=CONTENT_TYPE)
