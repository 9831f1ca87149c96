"""Values of fields: read from a query's text, written as JSON, each by its declared kind."""

from __future__ import annotations

import math
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from gis.errors import InvalidRequest
from gis.features.moments import INSTANT

if TYPE_CHECKING:
    from collections.abc import Callable

    from gis.contract import Field

MAX_INTEGER = 2**63
EXACT = 10**15
"""Whole numbers below it are written without an exponent."""


def parse_value(field: Field, text: str) -> Any:
    """``text`` as a value of the field. :class:`InvalidRequest` says what it may be."""
    if "\x00" in text:
        raise _invalid(field, text, "no puede tener caracteres nulos")
    try:
        value, expected = _READERS[field.type.kind]
        read = value(text)
    except ValueError:
        raise _invalid(field, text, f"debe ser {_READERS[field.type.kind][1]}") from None
    codes = [code.code for code in field.type.codes]
    if codes and read not in codes:
        raise _invalid(field, text, f"debe ser {expected} de la lista: {', '.join(codes)}")
    return read


def _integer(text: str) -> int:
    value = int(text) if text.isascii() and "_" not in text else _refuse()
    return value if -MAX_INTEGER <= value < MAX_INTEGER else _refuse()


def read_number(text: str) -> float:
    """A finite number as programs write it; :class:`ValueError` for what only Python takes."""
    value = float(text) if text.isascii() and "_" not in text else _refuse()
    return value if math.isfinite(value) else _refuse()


def _boolean(text: str) -> bool:
    return {"true": True, "false": False}[text] if text in ("true", "false") else _refuse()


def _timestamp(text: str) -> datetime:
    return datetime.fromisoformat(text.upper()) if INSTANT.fullmatch(text) else _refuse()


def _refuse() -> Any:
    raise ValueError


_READERS: dict[str, tuple[Callable[[str], Any], str]] = {
    "text": (str, "un valor"),
    "integer": (_integer, "un número entero"),
    "number": (read_number, "un número con punto decimal"),
    "boolean": (_boolean, "true o false"),
    "date": (date.fromisoformat, "una fecha como 2026-01-31"),
    "timestamp": (_timestamp, "un instante como 2026-01-31T12:00:00-05:00"),
}


def _invalid(field: Field, text: str, why: str) -> InvalidRequest:
    return InvalidRequest(f"«{field.name}» {why}", parameter=field.name, value=text)


def as_json(field: Field, column: sa.ColumnElement[Any]) -> sa.ColumnElement[Any]:
    """The column as ``row_to_json`` should meet it: instants in UTC with ``Z``, whatever the
    session's zone; the rest as it is."""
    return utc_text(column) if field.type.kind == "timestamp" else column


def as_paged_json(field: Field, column: sa.ColumnElement[Any]) -> sa.ColumnElement[Any]:
    """The same for pages, in which a decimal always has its point: QGIS takes a field that is whole
    all over the first page for one of integers, and drops every other value that comes later.
    Half a microsecond each, so not for files, which programs look through before they choose."""
    if field.type.kind != "number":
        return as_json(field, column)
    whole = sa.and_(column == sa.func.trunc(column), sa.func.abs(column) < EXACT)
    text = sa.cast(sa.cast(column, sa.BigInteger), sa.Text).concat(".0")
    return sa.case((whole, sa.cast(text, sa.JSON)), else_=sa.func.to_json(column))


def utc_text(column: sa.ColumnElement[Any]) -> sa.ColumnElement[Any]:
    """An instant as ISO 8601 text in UTC, with as many decimals of a second as it has."""
    text = sa.cast(sa.func.to_json(sa.func.timezone("UTC", column)), sa.Text)
    return sa.func.btrim(text, '"').concat("Z")
