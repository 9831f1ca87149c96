"""CSV (RFC 4180) in UTF-8, made by PostgreSQL.

Points have their coordinates in ``longitud`` and ``latitud`` (``este`` and ``norte`` in metres),
other shapes their WKT in ``geometria``. Text that a spreadsheet would run as a formula (it begins
with = or @, a tab or a carriage return, or with + or - and is no number) gets an apostrophe in
front: the one change made to a value, so that opening a public file never runs anything (CWE-1236).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from gis.export.copying import AS_CSV, copy
from gis.export.selection import free_name, placed
from gis.features.values import utc_text

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from gis.contract import Field
    from gis.export.selection import Selection

STARTS = [ord(character) for character in "=@+-\t\r"]
FORMULA = r"^[=@\t\r]|^[+-].*[^0-9 .,()/+-]"


def write(conn: sa.Connection, selection: Selection, path: Path) -> int:
    """Write the file; the number of rows without the heading."""
    with path.open("wb") as file:
        return copy(conn, table(selection, as_text), AS_CSV, file)


def table(
    selection: Selection,
    value: Callable[[Field, sa.ColumnElement[Any]], sa.ColumnElement[Any]],
) -> sa.Select[Any]:
    """The rows in order: fields as ``value`` makes them, place of the feature, notice."""
    columns = [value(f, selection.source.c[f.name]).label(f.name) for f in selection.fields]
    source: sa.FromClause = selection.source
    if selection.has_geometry:
        place = _place(selection)
        source = source.join(place, sa.true())
        columns += _coordinates(selection, place.c.place)
    if selection.notice:
        columns.append(sa.literal(selection.notice).label(selection.notice_name()))
    return sa.select(*columns).select_from(source).order_by(*selection.order)


def as_text(field: Field, column: sa.ColumnElement[Any]) -> sa.ColumnElement[Any]:
    """A value as the file writes it: true and false, instants in UTC, no formulas."""
    match field.type.kind:
        case "boolean":
            return sa.cast(column, sa.Text)
        case "timestamp":
            return utc_text(column)
        case "text" if not field.type.codes:
            # The first character alone settles nearly every value, at a tenth of the cost.
            risky = sa.and_(sa.func.ascii(column).in_(STARTS), column.regexp_match(FORMULA))
            return sa.case((risky, sa.literal("'").concat(column)), else_=column)
        case _:
            return column


def _place(selection: Selection) -> sa.sql.selectable.LateralFromClause:
    """The geometry in the file's CRS; OFFSET keeps PostgreSQL from transforming it twice."""
    place = sa.select(placed(selection).label("place"))
    return place.correlate(selection.source).offset(0).lateral("g")


def _coordinates(selection: Selection, place: sa.ColumnElement[Any]) -> list[sa.Label[Any]]:
    geometry, decimals = selection.layer.geometry, selection.crs.decimals
    assert geometry is not None
    if geometry.type != "Point":
        text = sa.func.ST_AsText(place, decimals)
        return [text.label(free_name("geometria", selection.fields))]
    names = ("longitud", "latitud") if selection.crs.geographic else ("este", "norte")
    return [
        _rounded(function(place), decimals).label(free_name(name, selection.fields))
        for function, name in zip((sa.func.ST_X, sa.func.ST_Y), names, strict=True)
    ]


def _rounded(value: sa.ColumnElement[Any], decimals: int) -> sa.ColumnElement[Any]:
    return sa.func.trim_scale(sa.func.round(sa.cast(value, sa.Numeric), decimals))
