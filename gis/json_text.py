"""JSON that a caller sends, read strictly."""

from __future__ import annotations

import json
from typing import Any

from gis.errors import InvalidRequest

DEEPEST = 20
"""Levels of a document. A feature with the deepest geometry has seven."""


def parse_json(body: bytes) -> Any:
    """A JSON text (RFC 8259) as Python values.

    :class:`InvalidRequest` for what is not JSON, NaN and infinities, a member named twice, text
    that UTF-8 cannot hold, and documents deeper than :data:`DEEPEST`.
    """
    try:
        text = body.decode("utf-8-sig")
        value = json.loads(text, parse_constant=_no_number, object_pairs_hook=_once)
    except UnicodeDecodeError as error:
        raise unreadable("no está en UTF-8") from error
    except json.JSONDecodeError as error:
        raise unreadable(
            f"no es JSON: revise la línea {error.lineno}, columna {error.colno}"
        ) from error
    except RecursionError as error:
        raise unreadable(f"tiene más de {DEEPEST} niveles") from error
    except ValueError as error:  # a number with more digits than Python reads
        raise unreadable("tiene un número que no se puede leer") from error
    _look_over(value)
    return value


def _look_over(value: Any) -> None:
    """Depth, and text that can be stored."""
    pending = [(value, 1)]
    while pending:
        one, depth = pending.pop()
        if depth > DEEPEST:
            raise unreadable(f"tiene más de {DEEPEST} niveles")
        if isinstance(one, str):
            _storable(one)
        elif isinstance(one, list):
            pending.extend((each, depth + 1) for each in one if isinstance(each, list | dict | str))
        elif isinstance(one, dict):
            for name, each in one.items():
                _storable(name)
                pending.append((each, depth + 1))


def _storable(text: str) -> None:
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise unreadable("tiene medio carácter (un «surrogate» suelto)") from error


def _no_number(text: str) -> Any:
    raise unreadable(f"tiene {text}, que no es un número de JSON: si no hay dato, escriba null")


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise unreadable("repite un miembro: deje uno solo")
    return found


def unreadable(why: str) -> InvalidRequest:
    """What is wrong with a body: ``why`` goes on after «El cuerpo»."""
    return InvalidRequest(f"El cuerpo {why}", parameter="body")
