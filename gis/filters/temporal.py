"""Temporal functions of CQL2, over instants and intervals of one kind: days, or instants."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

if TYPE_CHECKING:
    from collections.abc import Callable

    from gis.filters.translate import Translator

Expression = sa.ColumnElement[Any]
Span = tuple[Expression, Expression]
"""Start and end; the same twice for an instant."""
TYPES: dict[str, sa.types.TypeEngine[Any]] = {
    "date": sa.Date(),
    "timestamp": sa.DateTime(timezone=True),
}

RELATIONS: dict[str, Callable[[Span, Span], Expression]] = {
    "t_after": lambda a, b: a[0] > b[1],
    "t_before": lambda a, b: a[1] < b[0],
    "t_contains": lambda a, b: sa.and_(a[0] < b[0], a[1] > b[1]),
    "t_disjoint": lambda a, b: sa.or_(a[1] < b[0], a[0] > b[1]),
    "t_during": lambda a, b: sa.and_(a[0] > b[0], a[1] < b[1]),
    "t_equals": lambda a, b: sa.and_(a[0] == b[0], a[1] == b[1]),
    "t_finishedby": lambda a, b: sa.and_(a[0] < b[0], a[1] == b[1]),
    "t_finishes": lambda a, b: sa.and_(a[0] > b[0], a[1] == b[1]),
    "t_intersects": lambda a, b: sa.and_(a[0] <= b[1], a[1] >= b[0]),
    "t_meets": lambda a, b: a[1] == b[0],
    "t_metby": lambda a, b: a[0] == b[1],
    "t_overlappedby": lambda a, b: sa.and_(a[0] > b[0], a[0] < b[1], a[1] > b[1]),
    "t_overlaps": lambda a, b: sa.and_(a[0] < b[0], a[1] > b[0], a[1] < b[1]),
    "t_startedby": lambda a, b: sa.and_(a[0] == b[0], a[1] > b[1]),
    "t_starts": lambda a, b: sa.and_(a[0] == b[0], a[1] < b[1]),
}


def related(translator: Translator, word: str, left: Any, right: Any) -> Expression:
    """Whether two times stand in the relation. A null is an unknown end, not an open one."""
    (one, kinds), (other, others) = _span(translator, left), _span(translator, right)
    kinds = kinds | others
    if len(kinds) != 1 or not kinds <= TYPES.keys():
        raise translator.wrong(
            "compara en el tiempo cosas de distinta clase: solo fechas, o solo instantes"
        )
    kind = TYPES[kinds.pop()]
    return RELATIONS[word](_closed(one, kind), _closed(other, kind))


def _span(translator: Translator, node: Any) -> tuple[list[Expression | None], set[str]]:
    """Both ends, None for an open one, and the kinds of those that there are."""
    ends = [node, node]
    if isinstance(node, dict) and "interval" in node:
        ends = node["interval"]
        if not isinstance(ends, list) or len(ends) != 2:
            raise translator.wrong("tiene un intervalo que no es de dos extremos")
    values = [None if end in ("..", "") else translator.value(_moment(end)) for end in ends]
    kinds = {value.kind for value in values if value is not None}
    return [None if value is None else value.sql for value in values], kinds


def _moment(end: Any) -> Any:
    """The ends of an interval are bare texts: days, or instants."""
    if not isinstance(end, str):
        return end
    return {"date": end} if len(end) == len("2026-01-31") else {"timestamp": end}


def _closed(ends: list[Expression | None], kind: sa.types.TypeEngine[Any]) -> Span:
    words = ("-infinity", "infinity")
    start, end = (
        sa.cast(sa.literal(word, sa.Text), kind) if end is None else end
        for end, word in zip(ends, words, strict=True)
    )
    return start, end
