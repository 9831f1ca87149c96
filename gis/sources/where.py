"""``--where``: a CQL2 text filter over the file's own columns, worked out column by column.

The expression is parsed by pygeofilter and its tree walked; nothing is ever evaluated as code.
A text column compared with a number is read as numbers; null compares as unknown, that is, out.
"""

from __future__ import annotations

import operator
import re
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from lark.exceptions import LarkError
from pygeofilter import ast
from pygeofilter.parsers.cql2_text import parse
from pygeofilter.parsers.cql2_text.parser import parser

from gis.contract.convert import as_text, decimal, is_blank
from gis.errors import InvalidRequest
from gis.spelling import fold, listed, nearest

if TYPE_CHECKING:
    from collections.abc import Callable

COMPARISONS: dict[type[Any], Callable[[Any, Any], Any]] = {
    ast.Equal: operator.eq, ast.NotEqual: operator.ne,
    ast.LessThan: operator.lt, ast.LessEqual: operator.le,
    ast.GreaterThan: operator.gt, ast.GreaterEqual: operator.ge,
}  # fmt: skip
ARITHMETIC: dict[type[Any], Callable[[Any, Any], Any]] = {
    ast.Add: operator.add, ast.Sub: operator.sub, ast.Mul: operator.mul, ast.Div: operator.truediv,
}  # fmt: skip
FOLDING: dict[str, Callable[[str], str]] = {
    "lower": str.casefold,
    "casei": str.casefold,
    "accenti": lambda text: fold(text),
}
EXAMPLE = "Ejemplo: --where \"COD_MPIO = '05001' AND ALTITUD > 1200\""


def keep(table: pd.DataFrame, where: str) -> pd.Series[bool]:
    """Which rows the expression holds for. Raises :class:`InvalidRequest` in Spanish.

    Column names may be written with any case; those with spaces or signs go in double quotes.

    >>> keep(pd.DataFrame({"n": ["1", "20", None]}), "N > 3").tolist()
    [False, True, False]
    """
    check_grouping(where)
    try:
        tree = parse(_quoted(where))
    except (LarkError, ValueError, RecursionError) as error:
        raise _wrong(where, _syntax(error)) from error
    try:
        result = _Walk(table, where).condition(tree)
    except (TypeError, ValueError, ArithmeticError, re.error) as error:
        raise _wrong(where, f"compara cosas de distinta clase ({error})") from error
    return pd.Series(np.asarray(result, dtype=bool), index=table.index)


def check_grouping(where: str) -> None:
    """Refuse AND and OR side by side without parentheses.

    CQL2 binds AND tighter; the parser (pygeofilter 0.4) takes them from left to right, and would
    silently answer another question.
    """
    levels: list[set[str]] = [set()]
    ranges = 0
    try:
        for token in parser.parse_interactive(_quoted(where)).iter_parse():
            if token.type == "LPAR":
                levels.append(set())
            elif token.type == "RPAR":
                levels.pop()
            elif token.type == "BETWEEN":
                ranges += 1
            elif token.type == "AND" and ranges:
                ranges -= 1  # The AND of a BETWEEN is the first that follows it.
            elif token.type in ("AND", "OR"):
                levels[-1].add(token.type)
            if {"AND", "OR"} <= levels[-1]:
                raise _wrong(where, "mezcla AND y OR: diga con paréntesis qué va con qué")
    except (LarkError, ValueError, TypeError, IndexError):
        return  # Not CQL2: whoever reads it next says why.


def _quoted(where: str) -> str:
    """Names that the grammar does not know (one letter, or with ñ or accents) in double quotes."""

    def quote(word: re.Match[str]) -> str:
        name = word[0]
        return f'"{name}"' if len(name) == 1 or not name.isascii() else name

    pieces = re.split(r"('[^']*'|\"[^\"]*\")", where)
    return "".join(
        piece if place % 2 else re.sub(r"(?<!\w)[^\W\d]\w*", quote, piece)
        for place, piece in enumerate(pieces)
    )


class _Walk:
    def __init__(self, table: pd.DataFrame, where: str) -> None:
        self.table = table
        self.where = where
        self.names = {fold(str(name)): str(name) for name in reversed(table.columns)}

    def condition(self, node: Any) -> Any:
        """A boolean array: unknown is false, and stays so under NOT where a value is null."""
        return self._truth(node)[0]

    def _truth(self, node: Any) -> tuple[Any, Any]:
        """What is known to be true, and what is known to be false."""
        if isinstance(node, ast.And | ast.Or):
            (yes, no), (also, neither) = self._truth(node.lhs), self._truth(node.rhs)
            return (
                (yes & also, no | neither)
                if isinstance(node, ast.And)
                else (yes | also, no & neither)
            )
        if isinstance(node, ast.Not):
            yes, no = self._truth(node.sub_node)
            return no, yes
        if type(node) in COMPARISONS:
            return self._compared(node.lhs, node.rhs, COMPARISONS[type(node)])
        if isinstance(node, ast.Between):
            low = self._compared(node.lhs, node.low, operator.ge)
            high = self._compared(node.lhs, node.high, operator.le)
            return self._negated((low[0] & high[0], low[1] | high[1]), node.not_)
        if isinstance(node, ast.In):
            each = [self._compared(node.lhs, option, operator.eq) for option in node.sub_nodes]
            yes, no = np.any([t for t, _ in each], axis=0), np.all([f for _, f in each], axis=0)
            return self._negated((yes, no), node.not_)
        if isinstance(node, ast.Like):
            return self._negated(self._like(node), node.not_)
        if isinstance(node, ast.IsNull):
            null = is_blank(self._column(node.lhs)).to_numpy()
            return self._negated((null, ~null), node.not_)
        if isinstance(node, ast.Attribute):
            return self._compared(node, True, operator.eq)
        raise _wrong(self.where, f"usa «{type(node).__name__}», que aquí no se admite")

    def _negated(self, truth: tuple[Any, Any], negate: bool) -> tuple[Any, Any]:
        return (truth[1], truth[0]) if negate else truth

    def _compared(
        self, left: Any, right: Any, compare: Callable[[Any, Any], Any]
    ) -> tuple[Any, Any]:
        first, second = self._value(left), self._value(right)
        if any(_is_number(value) for value in (first, second)):
            first, second = _numbers(first), _numbers(second)
        else:
            first, second = _texts(first), _texts(second)
        known = self._known(first) & self._known(second)
        found = np.zeros(len(self.table), dtype=bool)
        one, other = (np.broadcast_to(np.asarray(v), len(self.table)) for v in (first, second))
        found[known] = compare(one[known], other[known])
        return found, known & ~found

    def _known(self, value: Any) -> Any:
        known = ~np.asarray(pd.isna(value))
        return np.broadcast_to(known, len(self.table))

    def _like(self, node: Any) -> tuple[Any, Any]:
        values = _texts(self._value(node.lhs))
        pattern = self._value(node.pattern)
        if not isinstance(pattern, str):
            raise _wrong(self.where, "LIKE necesita un patrón entre comillas simples")
        piece = "".join(".*" if c == "%" else "." if c == "_" else re.escape(c) for c in pattern)
        matches = re.compile(piece, re.DOTALL).fullmatch
        known = self._known(values)
        found = np.array([isinstance(v, str) and matches(v) is not None for v in values])
        return found & known, known & ~found

    def _value(self, node: Any) -> Any:
        """A column, or one literal."""
        if isinstance(node, ast.Attribute):
            return self._column(node)
        if type(node) in ARITHMETIC:
            left, right = _numbers(self._value(node.lhs)), _numbers(self._value(node.rhs))
            return ARITHMETIC[type(node)](left, right)
        if isinstance(node, ast.Function) and node.name in FOLDING and len(node.arguments) == 1:
            change = FOLDING[node.name]
            inner = self._value(node.arguments[0])
            if isinstance(inner, str):
                return change(inner)
            return _texts(inner).map(lambda text: change(text) if isinstance(text, str) else text)
        if isinstance(node, str | int | float | bool):
            return node
        if hasattr(node, "isoformat"):
            return str(node.isoformat())
        raise _wrong(self.where, f"usa «{getattr(node, 'name', type(node).__name__)}»")

    def _column(self, node: Any) -> pd.Series[Any]:
        name = node.name if isinstance(node, ast.Attribute) else str(node)
        found = name if name in self.table else self.names.get(fold(name))
        if found is None:
            close = nearest(name, map(str, self.table.columns))
            meant = f"¿Quiso decir {listed(close)}?" if close else (
                f"Tiene {listed(self.table.columns)}"
            )  # fmt: skip
            raise _wrong(
                self.where, f"nombra la columna «{name}», que el archivo no tiene. {meant}"
            )
        column: pd.Series[Any] = self.table[found]
        return column.mask(is_blank(column).to_numpy())


def _is_number(value: Any) -> bool:
    if isinstance(value, pd.Series):
        return pd.api.types.is_numeric_dtype(value.dtype)
    return isinstance(value, int | float) and not isinstance(value, bool)


def _numbers(value: Any) -> Any:
    if not isinstance(value, pd.Series):
        return float(value)
    return decimal(value, None, None).values.astype("float64")


def _texts(value: Any) -> Any:
    if isinstance(value, pd.Series):
        return as_text(value)
    return str(value).lower() if isinstance(value, bool) else value


def _syntax(error: Exception) -> str:
    column = getattr(error, "column", None)
    place = f" cerca del carácter {column}" if isinstance(column, int) and column > 0 else ""
    names = "los nombres de columna con espacios o signos van entre comillas dobles"
    return f"no se entiende{place} ({names}). {EXAMPLE}"


def _wrong(where: str, why: str) -> InvalidRequest:
    return InvalidRequest(f"El filtro «{where}» {why}", parameter="where", value=where)
