"""When each dataset is due and how it goes: a page, JSON, and a calendar to subscribe to."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from api import portals
from api.pages import render
from api.params import read_parameters
from api.responses import respond, to_json
from api.routes._shared import READ, system_of
from gis.features import reading
from publishers.calendar import ZONE
from publishers.promises import Promise, ical, promises

if TYPE_CHECKING:
    from api.wiring import System

router = APIRouter()


def current(system: System) -> list[Promise]:
    """What is promised now, as anybody may know."""
    with reading(system.reader) as conn:
        return promises(conn, system.catalog, portals.configured(system), datetime.now(UTC))


@router.api_route("/datos/calendario", methods=READ)
def page(request: Request) -> Response:
    """The calendar for people."""
    read_parameters(request)
    found = current(system_of(request))
    text = render(
        request,
        "datos/calendario.html",
        title="Calendario de publicaciones",
        promises=found,
        late=[promise for promise in found if promise.level],
        zone=ZONE,
    )
    return respond(request, text, "text/html")


@router.api_route("/datos/calendario.ics", methods=READ)
def calendar(request: Request) -> Response:
    """The same as iCalendar."""
    read_parameters(request)
    system = system_of(request)
    entity = system.catalog.entity
    today = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    text = ical(current(system), entity.name, entity.base_url, today)
    return respond(request, text, "text/calendar")


@router.api_route("/datos/calendario.json", methods=READ)
def document(request: Request) -> Response:
    """The same as JSON."""
    read_parameters(request)
    found = [promise.as_dict() for promise in current(system_of(request))]
    return respond(request, to_json({"calendario": found}), "application/json")
