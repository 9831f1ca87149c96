"""Order by a field declared ``sortable``, page after page by key: constant cost at any depth.

Nulls come last whichever way; features with one value follow each other by ``_fid``.
"""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from gis.errors import InvalidRequest

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gis.contract import Access, Layer

MAX_INTEGER = 2**63


@dataclass(frozen=True, slots=True)
class After:
    """The place where a page starts: behind the feature ``fid``."""

    fid: int = 0
    key: tuple[Any] | None = None
    """Its value, alone in a tuple; None on the first page, and where nothing is sorted."""


@dataclass(frozen=True, slots=True)
class Sort:
    """Order by one field."""

    field: str
    descending: bool = False

    def order(self, source: sa.FromClause, key: str = "_fid") -> list[sa.ColumnElement[Any]]:
        """What to order by: values before nulls, then ``key``, which tells equals apart."""
        ends = [source.c[self.field], source.c[key]]
        field, last = (end.desc() if self.descending else end.asc() for end in ends)
        return [source.c[self.field].is_(None), field, last]


def parse_sort(layer: Layer, access: Access, text: str) -> Sort:
    """Read ``sortby``: a sortable field that the class sees, with ``-`` in front to descend."""
    name = text[1:] if text[:1] in ("-", "+", " ") else text  # A bare + arrives as a space.
    names = [field.name for field in layer.fields_for(access) if field.sortable]
    if "," in text:
        raise InvalidRequest(
            "«sortby» ordena por un solo campo: con dos, cada página costaría ordenar la capa",
            parameter="sortby",
            value=text,
        )
    if name not in names:
        offered = f"por uno de: {', '.join(names)}" if names else "por ninguno de sus campos"
        raise InvalidRequest(
            f"«sortby» ordena «{layer.name}» {offered} (con - delante, de mayor a menor)",
            parameter="sortby",
            value=text,
        )
    return Sort(name, text.startswith("-"))


def key_text(column: sa.ColumnElement[Any]) -> sa.ColumnElement[str]:
    """The value of a row by which the next page begins, as JSON."""
    return sa.func.coalesce(sa.cast(sa.func.to_json(column), sa.Text), "null")


def read_key(layer: Layer, sort: Sort, text: str) -> Any:
    """The value that :func:`key_text` wrote. :class:`ValueError` for anything it does not write."""
    value, kind = json.loads(text), layer.field(sort.field).type.kind
    if value is None:
        return None
    if kind in ("date", "timestamp") and isinstance(value, str):
        return date.fromisoformat(value) if kind == "date" else datetime.fromisoformat(value)
    if kind == "text" and isinstance(value, str) and "\x00" not in value:
        value.encode()
        return value
    if kind == "boolean" and isinstance(value, bool):
        return value
    if kind == "integer" and type(value) is int and abs(value) < MAX_INTEGER:
        return value
    if kind == "number" and type(value) in (int, float) and abs(value) <= sys.float_info.max:
        return float(value)
    raise ValueError(text)


def sorted_rows(
    source: sa.FromClause, met: Sequence[sa.ColumnElement[bool]], sort: Sort, after: After
) -> sa.Subquery:
    """The rows of ``source`` behind ``after``, one more than the parameter ``limit``.

    Those with a value and those without are read apart, each by the index.
    """
    column, fid = source.c[sort.field], source.c["_fid"]
    valued, valueless = [*met, column.is_not(None)], [*met, column.is_(None)]
    if after.key == (None,):
        valued.append(sa.false())
        valueless.append(fid < after.fid if sort.descending else fid > after.fid)
    elif after.key is not None:
        (value,) = after.key
        ends = (sa.literal(value, column.type), sa.literal(after.fid, sa.BigInteger))
        here, there = sa.tuple_(column, fid), sa.tuple_(*ends)
        valued.append(here < there if sort.descending else here > there)
    order = [end.desc() if sort.descending else end.asc() for end in (column, fid)]
    limit = sa.bindparam("limit", type_=sa.Integer) + 1
    parts = [
        sa.select(source).where(*conditions).order_by(*order).limit(limit).subquery()
        for conditions in (valued, valueless)
    ]
    both = sa.union_all(*(sa.select(part) for part in parts)).subquery("both")
    return sa.select(both).order_by(*sort.order(both)).limit(limit).subquery("found")
