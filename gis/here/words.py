"""Values, distances and times as people in Colombia read them."""

from __future__ import annotations

import math
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from gis.contract.types import Reference
from gis.features.moments import CIVIL_TIME
from gis.here.answer import Told

if TYPE_CHECKING:
    from gis.contract.codelists import Code
    from gis.contract.fields import Field
    from gis.contract.layer import Layer
    from gis.here.answer import Walk

NOT_KNOWN = "Sin dato"
UNITS = {"m2": "m²", "m3": "m³", "km2": "km²", "har": "ha", "a": "años", "d": "días", "{#}": ""}


def tell(field: Field, raw: Any, target: str | None = None, other: Layer | None = None) -> Told:
    """One field's value in words; a reference is told by the other feature's name ``target``."""
    code = code_of(field, raw)
    if isinstance(field.type, Reference) and target:
        value = _coded_label(other, target)
    else:
        value = code.label if code else shown(field, raw)
    return Told(field.name, field.label, value, raw, code.definition if code else "")


def code_of(field: Field, raw: Any) -> Code | None:
    """The code of a value, None for what has no list."""
    return next((code for code in field.type.codes if code.code == raw), None)


def shown(field: Field, raw: Any) -> str:
    """A value without a list."""
    if raw is None or raw == "":
        return NOT_KNOWN
    if isinstance(raw, bool):
        return "Sí" if raw else "No"
    if field.type.kind == "date":
        return day(date.fromisoformat(str(raw)[:10]))
    if field.type.kind == "timestamp":
        return instant(datetime.fromisoformat(str(raw)))
    if isinstance(raw, int | float):
        unit = UNITS.get(field.type.unit, field.type.unit)
        return f"{number(raw)} {unit}".rstrip()
    return str(raw)


def number(value: float) -> str:
    """Points between thousands, a decimal comma.

    >>> number(12345.5)
    '12.345,5'
    """
    text = f"{value:,}" if isinstance(value, int) else f"{value:,.6f}".rstrip("0").rstrip(".")
    return text.translate(str.maketrans(",.", ".,"))


def day(moment: date | None) -> str:
    """dd/mm/aaaa, of an instant in the legal time of Colombia."""
    if moment is None:
        return NOT_KNOWN.lower()
    if isinstance(moment, datetime):
        moment = moment.astimezone(CIVIL_TIME)
    return f"{moment:%d/%m/%Y}"


def instant(moment: datetime) -> str:
    """dd/mm/aaaa hh:mm in the legal time of Colombia."""
    return f"{moment.astimezone(CIVIL_TIME):%d/%m/%Y %H:%M}"


def length(metres: float) -> str:
    """A distance, no finer than anybody needs it.

    >>> length(87), length(640), length(12400)
    ('90 m', '650 m', '12,4 km')
    """
    if metres < 10:
        return "menos de 10 m"
    if metres < 950:
        return f"{round(metres / (10 if metres < 250 else 50)) * (10 if metres < 250 else 50)} m"
    return f"{number(round(metres / 1000, 1))} km"


def minutes(seconds: float) -> str:
    """How long a walk takes, never told shorter than it is."""
    whole = max(1, math.ceil(seconds / 60))
    if whole < 60:
        return f"{whole} min"
    return f"{whole // 60} h {whole % 60:02} min"


def way(walk: Walk) -> str:
    """How far something is: by time on foot, or honestly in a straight line."""
    if walk.seconds is None:
        return f"a {length(walk.metres)} en línea recta"
    return f"a {minutes(walk.seconds)} a pie ({length(walk.metres)})"


def lower_first(text: str) -> str:
    """The same inside of a sentence."""
    return text[:1].lower() + text[1:]


def _coded_label(other: Layer | None, target: str) -> str:
    if other is None or not other.label:
        return target
    code = code_of(other.field(other.label), target)
    return code.label if code else target
