"""A filter's tree as a condition: names looked up, kinds checked, values bound."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from gis.features.moments import INSTANT
from gis.filters import spatial, temporal
from gis.filters.reading import CONTROL, invalid

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from gis.crs import Crs
    from gis.errors import InvalidRequest

Expression = sa.ColumnElement[Any]
EXACT = 2**53
"""Whole numbers from here on are not told from their neighbours by the parser."""

COMPARISONS: dict[str, Callable[[Expression, Expression], Expression]] = {
    "=": lambda one, other: one == other,
    "<>": lambda one, other: one != other,
    "<": lambda one, other: one < other,
    "<=": lambda one, other: one <= other,
    ">": lambda one, other: one > other,
    ">=": lambda one, other: one >= other,
}
ARITHMETIC: dict[str, Callable[[Expression, Expression], Expression]] = {
    "+": lambda one, other: one + other,
    "-": lambda one, other: one - other,
    "*": lambda one, other: one * other,
    "/": lambda one, other: one / other,
}
KINDS = {
    "text": "un texto",
    "number": "un número",
    "boolean": "verdadero o falso",
    "date": "una fecha, DATE('2026-01-31')",
    "timestamp": "un instante, TIMESTAMP('2026-01-31T12:00:00-05:00')",
    "geometry": "una geometría",
}
_PYTHON = {str: "text", int: "number", float: "number", bool: "boolean", datetime: "timestamp",
           date: "date"}  # fmt: skip
PLAIN_INSTANT = re.compile(
    r"(?P<day>\d{4}-\d\d-\d\d)(T(?P<hour>\d\d)?(:(?P<minute>\d\d))?(:(?P<second>\d\d))?Z?)?"
)
SURROGATE = re.compile("[\ud800-\udfff]")
"""Halves of characters, which JSON can write and no text holds."""
MARKS = "[\u0300-\u036f]"
"""The combining accents that are left when a letter is taken apart."""


@dataclass(frozen=True, slots=True)
class Value:
    """A scalar: its kind (one of :data:`KINDS`) and the expression that gives it."""

    kind: str
    sql: Expression


@dataclass(frozen=True, slots=True)
class Translator:
    """Translates one filter. ``columns`` are the names it may use; ``text`` is for refusals."""

    columns: Mapping[str, Expression]
    crs: Crs
    text: str
    loose: bool = False
    """Whether literals may be written as GDAL does; see :meth:`meant`."""

    def condition(self, node: Any) -> sa.ColumnElement[bool]:
        """What is true or false of a row."""
        if isinstance(node, bool):
            return sa.true() if node else sa.false()
        if not isinstance(node, dict):
            raise self.wrong("no compara ningún campo")
        if "property" in node:
            return self._like_kind(node, "boolean").sql
        word, arguments = self.operation(node)
        if word in ("and", "or"):
            joined = [self.condition(part) for part in arguments]
            if len(joined) < 2:
                raise self.wrong(f"usa {word.upper()} con menos de dos condiciones")
            return sa.and_(*joined) if word == "and" else sa.or_(*joined)
        if word == "not":
            self.count(arguments, 1)
            return sa.not_(self.condition(arguments[0]).self_group())
        return self._predicate(word, arguments)

    def _predicate(self, word: str, arguments: list[Any]) -> Expression:
        if word in COMPARISONS:
            return self._compared(word, *self.count(arguments, 2))
        if word == "between":
            value, low, high = self.count(arguments, 3)
            return sa.and_(self._compared(">=", value, low), self._compared("<=", value, high))
        if word == "in":
            value, options = self.count(arguments, 2)
            if not isinstance(options, list) or not options:
                raise self.wrong("usa IN sin una lista de valores")
            return self._among(value, options)
        if word == "like":
            value, pattern = (self._like_kind(part, "text") for part in self.count(arguments, 2))
            return value.sql.like(pattern.sql, escape="\\")
        if word == "isnull":
            return self._property(*self.count(arguments, 1)).sql.is_(None)
        if word in spatial.RELATIONS:
            return spatial.related(self, word, *self.count(arguments, 2))
        if word in temporal.RELATIONS:
            return temporal.related(self, word, *self.count(arguments, 2))
        raise self.wrong(f"usa «{word}», que no se ofrece")

    def _compared(self, word: str, left: Any, right: Any) -> Expression:
        """Truth values and comparisons of equality may be conditions themselves."""
        one = self.value(left)
        other = self.value(self.meant(one.kind, right) if self.loose else right)
        self._same_kind(one, other)
        if one.kind == "geometry":
            raise self.wrong("compara geometrías: use S_EQUALS")
        return COMPARISONS[word](one.sql, other.sql)

    def _among(self, value: Any, options: list[Any]) -> Expression:
        wanted = self.value(value)
        found = [self.value(option) for option in options]
        for option in found:
            self._same_kind(wanted, option)
        return wanted.sql.in_([option.sql for option in found])

    def value(self, node: Any) -> Value:
        """A scalar: a field, a literal, or what CASEI, ACCENTI or arithmetic make of them."""
        if isinstance(node, dict) and "op" in node:
            return self._worked_out(*self.operation(node))
        if isinstance(node, dict) and "property" in node:
            return self._property(node)
        literal = self.literal(node)
        kind = _PYTHON[type(literal)]
        return Value(kind, sa.literal(literal, _sql_type(literal)))

    def _worked_out(self, word: str, arguments: list[Any]) -> Value:
        if word in ("casei", "accenti"):
            (inner,) = self.count(arguments, 1)
            text = self._like_kind(inner, "text").sql
            return Value("text", folded(text) if word == "casei" else unaccented(text))
        if word in ARITHMETIC:
            one, other = (self._like_kind(part, "number") for part in self.count(arguments, 2))
            doubles = (sa.cast(part.sql, sa.Double) for part in (one, other))
            return Value("number", ARITHMETIC[word](*doubles))
        raise self.wrong(f"usa «{word}» como valor, que no se ofrece")

    def meant(self, kind: str, node: Any) -> Any:
        """The literal that GDAL means where a value of ``kind`` is compared with it: a text that
        says a day or an instant in UTC, of which it may leave out the time; 1 and 0."""
        if kind == "boolean" and node in (0, 1):
            return bool(node)
        said = PLAIN_INSTANT.fullmatch(node) if isinstance(node, str) else None
        if said is None or kind not in ("date", "timestamp"):
            return node
        if kind == "date":
            return {"date": said["day"]}
        hour, minute, second = (said[part] or "00" for part in ("hour", "minute", "second"))
        return {"timestamp": f"{said['day']}T{hour}:{minute}:{second}Z"}

    def literal(self, node: Any) -> str | float | bool | date | datetime:
        """A Python value. Dates and instants are checked; instants have a zone."""
        if isinstance(node, float | int) and not isinstance(node, bool):
            if not math.isfinite(node) or (node == int(node) and abs(node) >= EXACT):
                raise self.wrong("tiene un número demasiado grande")
            return int(node) if node == int(node) else float(node)
        if isinstance(node, str) and (CONTROL.search(node) or SURROGATE.search(node)):
            raise self.wrong("tiene caracteres de control")
        if isinstance(node, str | bool):
            return node
        if isinstance(node, dict):
            for word, read in (("date", self.date), ("timestamp", self.timestamp)):
                if word in node:
                    return read(node[word])
        raise self.wrong("compara con algo que no es un campo, un texto, un número ni una fecha")

    def date(self, text: Any) -> date:
        """A civil day."""
        try:
            if isinstance(text, str) and len(text) == 10:
                return date.fromisoformat(text)
        except ValueError:
            pass
        raise self.wrong(f"tiene la fecha «{str(text)[:40]}», que no existe")

    def timestamp(self, text: Any) -> datetime:
        """An instant with its zone."""
        try:
            if isinstance(text, str) and INSTANT.fullmatch(text):
                instant = datetime.fromisoformat(text.upper())
                instant.timestamp()
                return instant
        except (ValueError, OverflowError):
            pass
        raise self.wrong(
            f"tiene el instante «{str(text)[:40]}», que no existe o no dice su zona "
            "(2026-01-31T12:00:00-05:00)"
        )

    def _property(self, node: Any) -> Value:
        name = node.get("property") if isinstance(node, dict) else None
        if not isinstance(name, str):
            raise self.wrong("pregunta si es nulo algo que no es un campo")
        if name not in self.columns:
            known = ", ".join(self.columns)
            raise self.wrong(f"nombra «{name[:60]}», que no existe (los campos: {known})")
        column = self.columns[name]
        return Value(_kind(column), column)

    def _like_kind(self, node: Any, kind: str) -> Value:
        value = self.value(node)
        if value.kind != kind:
            raise self.wrong(f"necesita {KINDS[kind]} donde hay {KINDS[value.kind]}")
        return value

    def _same_kind(self, one: Value, other: Value) -> None:
        if one.kind != other.kind:
            raise self.wrong(f"compara {KINDS[one.kind]} con {KINDS[other.kind]}")

    def operation(self, node: dict[str, Any]) -> tuple[str, list[Any]]:
        """The operator, in lower case, and its arguments."""
        word, arguments = node.get("op"), node.get("args")
        if not isinstance(word, str) or not isinstance(arguments, list):
            raise self.wrong("no es CQL2 que se entienda")
        return word.lower(), arguments

    def count(self, arguments: list[Any], number: int) -> list[Any]:
        """The arguments, if there are as many as there must be."""
        if len(arguments) != number:
            raise self.wrong("da a una operación más o menos valores de los que lleva")
        return arguments

    def wrong(self, problem: str) -> InvalidRequest:
        """The refusal of this filter."""
        return invalid(problem, self.text)


def folded(text: Expression) -> Expression:
    """Without upper case."""
    return sa.func.lower(text, type_=sa.Text)


def unaccented(text: Expression) -> Expression:
    """Without accents: letters are taken apart (NFD) and their marks left out."""
    apart = sa.func.normalize(text, sa.literal_column("NFD"), type_=sa.Text)
    return sa.func.regexp_replace(apart, MARKS, "", "g", type_=sa.Text)


def _kind(column: Expression) -> str:
    """By type; what is of none of these is the geometry."""
    kinds: tuple[tuple[type[sa.types.TypeEngine[Any]], str], ...] = (
        (sa.Text, "text"), (sa.Boolean, "boolean"), (sa.Integer, "number"),
        (sa.Double, "number"), (sa.Date, "date"), (sa.DateTime, "timestamp"),
    )  # fmt: skip
    return next((kind for type_, kind in kinds if isinstance(column.type, type_)), "geometry")


def _sql_type(value: object) -> sa.types.TypeEngine[Any]:
    types: dict[type, sa.types.TypeEngine[Any]] = {
        str: sa.Text(), bool: sa.Boolean(), int: sa.BigInteger(), float: sa.Double(),
        date: sa.Date(), datetime: sa.DateTime(timezone=True),
    }  # fmt: skip
    return types[type(value)]
