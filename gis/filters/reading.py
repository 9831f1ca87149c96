"""CQL2 text and JSON as one tree of plain values; the text is read by a maintained parser.

The tree is CQL2 JSON: ``{"op", "args"}``, ``{"property"}``, ``{"date"}``, ``{"timestamp"}``,
``{"interval"}``, ``{"bbox"}``, GeoJSON geometries, texts, numbers and truth values. The parser
(``cql2``) works by recursion, without a limit of its own: how deep a text may go is looked at
first. What the tree says is for :mod:`gis.filters.translate` to check.
"""

from __future__ import annotations

import json
import re
from typing import Any, Literal

import cql2

from gis.errors import InvalidRequest

Language = Literal["cql2-text", "cql2-json", "cql-text"]
LANGUAGES: tuple[Language, ...] = ("cql2-text", "cql2-json", "cql-text")
"""The last is the draft's name for text, which GDAL looks for: it writes ``ILIKE``, instants as
plain texts and truth values as numbers (see :meth:`gis.filters.translate.Translator.meant`)."""
LONGEST = 16_000
"""Characters that a filter may have."""
DEEPEST = 50
"""Parentheses, or operations, that may be one inside the other."""
CHAINED = 500
"""Comparisons, NOT and signs in a row that a text may have: each may nest in the one before."""
SHOWN = 200
"""Characters of a wrong filter that its refusal repeats."""

QUOTED = re.compile(r"'[^']*'|\"[^\"]*\"")
CHAIN = re.compile(r"[=<>]|NOT|LIKE|-(?=\s*-)", re.IGNORECASE)
ILIKE = re.compile(r"(\w+)\s+ILIKE\s+('(?:[^']|'')*')", re.IGNORECASE)
ZONELESS = re.compile(r"\b(?:TIMESTAMP|INTERVAL)\s*\([^)]*'\d{4}-\d\d-\d\dT[\d:.]+'", re.IGNORECASE)
"""An instant that does not say its zone: the parser would take it for UTC."""
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")


def parse(text: str, language: Language = "cql2-text") -> Any:
    """The tree of a filter. :class:`InvalidRequest` for what is too long or deep, or no CQL2."""
    if not text.strip():
        raise invalid("está vacío", text)
    if len(text) > LONGEST:
        raise invalid(f"pasa de {LONGEST} caracteres", text)
    if CONTROL.search(text):
        raise invalid("tiene caracteres de control", text)
    if language == "cql-text":
        text = ILIKE.sub(r"CASEI(\1) LIKE CASEI(\2)", text)
    tree = _from_json(text) if language == "cql2-json" else _from_text(text)
    if _depth(tree) > 2 * DEEPEST:
        raise _too_deep(text)
    return tree


def invalid(problem: str, text: str) -> InvalidRequest:
    """The refusal of a filter: Spanish, and no longer than a person reads."""
    shown = text if len(text) <= SHOWN else text[:SHOWN] + "…"
    return InvalidRequest(f"«filter» {problem}: {shown}", parameter="filter", value=shown)


def _from_text(text: str) -> Any:
    if _nesting(QUOTED.sub("x", text), "(", ")") > DEEPEST or len(CHAIN.findall(text)) > CHAINED:
        raise _too_deep(text)
    if ZONELESS.search(text):
        raise invalid("tiene un instante sin zona (2026-01-31T12:00:00-05:00)", text)
    try:
        return cql2.parse_text(text).to_json()
    except Exception as error:  # The parser's own kinds, and a bare Exception for shapes.
        raise invalid(f"no es CQL2 que se entienda{_place(error)}", text) from error


def _from_json(text: str) -> Any:
    if _nesting(re.sub(r'"(?:[^"\\]|\\.)*"', "x", text), "[{", "]}") > 2 * DEEPEST:
        raise _too_deep(text)
    try:
        text.encode()
        return json.loads(text, parse_constant=_refuse)
    except ValueError as error:
        raise invalid("no es CQL2 en JSON que se entienda", text) from error


def _refuse(word: str) -> Any:
    raise ValueError(word)


def _nesting(text: str, opening: str, closing: str) -> int:
    deepest = depth = 0
    for character in text:
        if character in opening:
            depth += 1
            deepest = max(deepest, depth)
        elif character in closing:
            depth -= 1
    return deepest


def _depth(tree: Any) -> int:
    """How deep the tree goes, found without recursion."""
    depth, level = 0, [tree]
    while level:
        depth += 1
        level = [
            child
            for node in level
            if isinstance(node, dict | list)
            for child in (node.values() if isinstance(node, dict) else node)
        ]
    return depth


def _place(error: Exception) -> str:
    found = re.search(r"-->\s*\d+:(\d+)", str(error))
    return f" cerca del carácter {found[1]}" if found else ""


def _too_deep(text: str) -> InvalidRequest:
    return invalid(f"anida o encadena demasiado (hasta {DEEPEST} niveles)", text)
