"""CQL2 text over the columns of a source, as a condition of the store.

Only what the library translates is accepted, and every name is checked first: pygeofilter turns
an unknown one into a plain True or False, which would let everything or nothing through.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from lark.exceptions import LarkError
from pygeofilter import ast
from pygeofilter.backends.sqlalchemy import to_filter
from pygeofilter.parsers.cql2_text import parse

from gis.errors import InvalidRequest
from gis.sources.where import check_grouping

if TYPE_CHECKING:
    from collections.abc import Iterator

COMMON = (
    ast.Comparison,
    ast.And,
    ast.Or,
    ast.Not,
    ast.In,
    ast.Between,
    ast.Like,
    ast.IsNull,
    ast.Attribute,
)
"""What may appear in a filter: comparisons, AND, OR, NOT, IN, BETWEEN, LIKE, IS NULL."""


def condition(text: str, source: sa.FromClause) -> sa.ColumnElement[bool]:
    """The condition that ``text`` (CQL2) says over the columns of ``source``.

    Raises :class:`InvalidRequest` for text that is not CQL2, a column that ``source`` does not
    have, or a construction outside :data:`COMMON`.
    """
    check_grouping(text)
    try:
        tree = parse(text)
    except LarkError as error:
        raise _invalid("no es CQL2 que se entienda", text) from error
    for node in _nodes(tree):
        if isinstance(node, ast.Attribute) and node.name not in source.c:
            raise _invalid(f"nombra «{node.name}», que no existe", text)
        if isinstance(node, ast.Node) and not isinstance(node, COMMON):
            raise _invalid(f"usa algo que no se admite ({type(node).__name__})", text)
    translated = to_filter(tree, {name: source.c[name] for name in source.c.keys()})  # noqa: SIM118
    if not isinstance(translated, sa.ColumnElement):
        raise _invalid("no compara ningún campo", text)
    return translated


def _nodes(node: Any) -> Iterator[Any]:
    yield node
    if isinstance(node, ast.Node):
        for child in node.get_sub_nodes() or ():
            yield from _nodes(child)


def _invalid(problem: str, text: str) -> InvalidRequest:
    return InvalidRequest(f"El filtro {problem}: {text}", parameter="filter", value=text)
