"""HTML pages: Jinja2 templates in Spanish, everything escaped, nothing loaded from elsewhere."""

from __future__ import annotations

from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from api.access import SAFE, keep_private, known_principal, principal_of
from gis.describe import SHAPES
from gis.features import CIVIL_TIME
from gis.here import words
from gis.here.summary import remarks

if TYPE_CHECKING:
    from starlette.requests import Request

    from gis.accounts import Principal
    from gis.contract import Field

FOLDER = Path(__file__).parent / "templates"
STATIC = Path(__file__).parent / "static"


KINDS = {
    "string": "texto",
    "integer": "número entero",
    "int64": "número entero",
    "number": "número",
    "double": "número",
    "boolean": "true o false",
    "array": "lista separada por comas",
    "date": "fecha",
    "date-time": "fecha y hora",
    "uri": "dirección",
    **{f"geometry-{shape.lower()}": label for shape, label in SHAPES.items()},
}
"""Types and formats of JSON Schema, for people."""


@cache
def environment() -> Environment:
    """The templates, with filters for values as people of Colombia read them."""
    made = Environment(
        loader=FileSystemLoader(FOLDER),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.policies["json.dumps_kwargs"] = {"ensure_ascii": False}
    made.filters["shown"] = shown
    made.globals["value"] = shown_value
    made.filters["kind"] = lambda name: KINDS.get(name, name)
    made.globals["shape"] = SHAPES.__getitem__
    made.filters["day"] = day
    made.filters["lower_first"] = words.lower_first
    made.filters["metres"] = words.length
    made.globals["way"] = words.way
    made.globals["remarks"] = remarks
    made.globals["instant"] = words.instant
    return made


def render(request: Request, template: str, **values: Any) -> str:
    """A page. ``entity``, ``path`` and ``who`` are there in every template besides ``values``."""
    entity = request.app.state.system.catalog.entity
    shared = {
        "entity": entity,
        "path": request.url.path,
        "who": _shown_in_header(request, template),
    }
    return environment().get_template(template).render(**shared, **values)


def _shown_in_header(request: Request, template: str) -> Principal:
    """Who reads the page; a page of an error asks nothing of the database."""
    asks = request.method in SAFE and template != "error.html"
    who = principal_of(request) if asks else known_principal(request)
    if not who.is_anonymous:
        keep_private(request)
    return who


def shown(value: Any) -> str:
    """A value on a screen: decimal comma, points between thousands, Sí and No.

    >>> shown(1234.5)
    '1.234,5'
    """
    if value is None:
        return "—"
    if isinstance(value, bool):
        return "Sí" if value else "No"
    if isinstance(value, int | float):
        text = f"{value:,}"
        return text.translate(str.maketrans(",.", ".,"))
    return str(value)


def shown_value(field: Field, value: Any) -> str:
    """A field's value on a screen: the label of a code, a date as people write it."""
    if value is None:
        return shown(None)
    for code in field.type.codes:
        if code.code == value:
            return code.label
    if field.type.kind in ("date", "timestamp"):
        return day(value)
    return shown(value)


def day(moment: datetime | date | str | None) -> str:
    """A date on a screen: dd/mm/aaaa, in the legal time of Colombia; a dash for none."""
    if not moment:
        return "—"
    if isinstance(moment, str):
        moment = datetime.fromisoformat(moment)
    if isinstance(moment, datetime) and moment.tzinfo:
        moment = moment.astimezone(CIVIL_TIME)
    return f"{moment:%d/%m/%Y}"
