"""Query strings, read strictly: what is not known, repeated or wrong is a 400 that says why."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gis.crs import CRS84, Crs, parse_crs
from gis.errors import InvalidRequest
from gis.features import (
    DEFAULT_LIMIT,
    MAX_LIMIT,
    Query,
    parse_as_of,
    parse_bbox,
    parse_interval,
    parse_sort,
    parse_value,
    parse_words,
)
from gis.filters import LANGUAGES
from gis.filters import read_filter as parse_filter

if TYPE_CHECKING:
    from collections.abc import Iterable

    import sqlalchemy as sa
    from starlette.requests import Request

    from gis.contract import Access, Field, Layer
    from gis.filters import Filter

FORMAT = "f"
ITEM = ("crs", "as-of", "profile")
FILTER = ("filter", "filter-lang", "filter-crs")
SHAPE = ("sortby", "properties")
ITEMS = ("bbox", "bbox-crs", "datetime", "q", *FILTER, *SHAPE, "limit", "token", *ITEM)
RESERVED = frozenset({FORMAT, *ITEMS})
"""Parameters with a meaning of their own: a field so named is a queryable but no parameter."""


def read_parameters(request: Request, known: Iterable[str] = ()) -> dict[str, str]:
    """The query string as a dictionary; :class:`InvalidRequest` for what is unknown or repeated."""
    allowed = (*known, FORMAT)
    values: dict[str, str] = {}
    for name, value in request.query_params.multi_items():
        if name not in allowed:
            raise InvalidRequest(
                f"El parámetro «{name}» no existe aquí; los que hay: {', '.join(allowed)}",
                parameter=name,
                value=value,
            )
        if name in values:
            raise InvalidRequest(
                f"El parámetro «{name}» está repetido: dé un solo valor",
                parameter=name,
                value=value,
            )
        values[name] = value
    return values


def filterable(layer: Layer, access: Access) -> tuple[Field, ...]:
    """The fields that are parameters of ``items``: those the class sees, for equality."""
    return tuple(field for field in layer.fields_for(access) if field.name not in RESERVED)


def read_limit(text: str | None) -> int:
    """``limit``: a whole number from 1; one above the maximum means the maximum."""
    if text is None:
        return DEFAULT_LIMIT
    if not (text.isascii() and text.isdigit() and text.strip("0")):
        raise InvalidRequest(
            f"«limit» debe ser un número entero de 1 a {MAX_LIMIT}", parameter="limit", value=text
        )
    return MAX_LIMIT if len(text) > 9 else min(int(text), MAX_LIMIT)


def read_integer(name: str, text: str) -> int:
    """A whole number from 0 of a path; :class:`InvalidRequest` otherwise."""
    if not (text.isascii() and text.isdigit() and len(text) <= 9):
        raise InvalidRequest(
            f"«{name}» debe ser un número entero desde 0", parameter=name, value=text
        )
    return int(text)


def read_crs(values: dict[str, str], name: str = "crs") -> Crs:
    """The CRS that a parameter names, CRS84 when it is not there."""
    return parse_crs(values[name], name) if name in values else CRS84


def read_moment(
    conn: sa.Connection, layer: Layer, access: Access, values: dict[str, str]
) -> int | None:
    """The changeset ``as-of`` means, None when it is not there."""
    return parse_as_of(conn, layer, access, values["as-of"]) if "as-of" in values else None


def read_filter(values: dict[str, str]) -> Filter | None:
    """``filter``, in the language and with the CRS that it says."""
    language = values.get("filter-lang", LANGUAGES[0])
    crs = read_crs(values, "filter-crs")
    for known in LANGUAGES:
        if language == known:
            return parse_filter(values["filter"], known, crs) if "filter" in values else None
    raise InvalidRequest(
        f"«filter-lang» debe ser {' o '.join(LANGUAGES)}",
        parameter="filter-lang",
        value=language,
    )


def read_properties(layer: Layer, access: Access, text: str | None) -> tuple[str, ...]:
    """``properties``: names of visible fields, separated by commas; none means all."""
    if text is None:
        return ()
    names = tuple(text.split(","))
    visible = [field.name for field in layer.fields_for(access)]
    if not set(names) <= set(visible):
        raise InvalidRequest(
            f"«properties» debe nombrar campos de «{layer.name}»: {', '.join(visible)}",
            parameter="properties",
            value=text,
        )
    return names


def refuse_page(values: dict[str, str]) -> None:
    """A file brings the whole result: :class:`InvalidRequest` for the parameters of pages."""
    for name in ("limit", "token"):
        if name in values:
            raise InvalidRequest(
                f"«{name}» es de las páginas: un archivo trae el resultado entero",
                parameter=name,
                value=values[name],
            )


def read_query(conn: sa.Connection, layer: Layer, access: Access, values: dict[str, str]) -> Query:
    """What ``items`` is asked for."""
    box = values.get("bbox")
    box_crs = read_crs(values, "bbox-crs")
    moment = values.get("datetime")
    return Query(
        bbox=None if box is None else parse_bbox(box, box_crs),
        interval=None if moment is None else parse_interval(moment),
        equals=tuple(
            (field.name, parse_value(field, values[field.name]))
            for field in filterable(layer, access)
            if field.name in values
        ),
        filter=read_filter(values),
        words=parse_words(values["q"]) if "q" in values else None,
        sort=parse_sort(layer, access, values["sortby"]) if "sortby" in values else None,
        properties=read_properties(layer, access, values.get("properties")),
        limit=read_limit(values.get("limit")),
        token=values.get("token", ""),
        crs=read_crs(values),
        as_of=read_moment(conn, layer, access, values),
    )
