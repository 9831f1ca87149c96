"""Checks that several words of the contract share: names, tuples, colours."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from gis.errors import ContractError
from gis.spelling import nearest

if TYPE_CHECKING:
    from collections.abc import Iterable

NAME = re.compile(r"[a-z][a-z0-9_]{0,58}")
COLOR = re.compile(r"#[0-9a-fA-F]{6}")


def check_name(name: Any, what: str) -> None:
    """Raise unless ``name`` is snake_case ASCII that fits an identifier of the store."""
    if not isinstance(name, str) or not NAME.fullmatch(name):
        raise ContractError(
            f"El nombre de {what} «{name}» debe ser minúsculas ASCII, dígitos y guion bajo, "
            "empezar por letra y tener máximo 59 caracteres",
            field=str(name),
        )


def check_tuple(value: Any, kind: type, where: str, **context: str) -> None:
    """Raise unless ``value`` is a tuple of ``kind``: a lone value with its comma missing is not."""
    if not isinstance(value, tuple):
        raise ContractError(
            f"«{where}» debe ser una tupla; si tiene un solo elemento, termina en coma: "
            f"({value!r},)"
            if isinstance(value, str)
            else f"«{where}» debe ser una tupla; si tiene un solo elemento, termina en coma: (…,)",
            **{"field": where, **context},
        )
    for item in value:
        if not isinstance(item, kind):
            raise ContractError(
                f"«{where}» admite solo {_spelled(kind)}; trae {_spelled(type(item))}",
                **{"field": where, **context},
            )


def check_color(value: Any, where: str, **context: str) -> None:
    """Raise unless ``value`` is ``#rrggbb``."""
    if not isinstance(value, str) or not COLOR.fullmatch(value):
        raise ContractError(
            f"«{where}» debe ser un color #rrggbb, no «{value}»", **{"field": where, **context}
        )


def check_kind(value: Any, kind: type, where: str, **context: str) -> None:
    """Raise unless ``value`` is a ``kind``; a class without its parentheses gets its remedy."""
    if isinstance(value, kind):
        return
    if isinstance(value, type) and issubclass(value, kind):
        raise ContractError(
            f"«{where}»: escriba {value.__name__}() con paréntesis", **{"field": where, **context}
        )
    raise ContractError(
        f"«{where}» debe ser {_spelled(kind)}; es {_spelled(type(value))}",
        **{"field": where, **context},
    )


def meant(name: str, candidates: Iterable[str]) -> str:
    """``; ¿quiso decir «x»?`` when something declared looks like ``name``, else nothing."""
    close = nearest(name, candidates, limit=1)
    return f"; ¿quiso decir «{close[0]}»?" if close else ""


def _spelled(kind: type) -> str:
    return SPELLED.get(kind.__name__, kind.__name__)


SPELLED = {
    "str": "un texto entre comillas",
    "int": "un número entero",
    "float": "un número",
    "tuple": "una tupla",
    "list": "una lista (use paréntesis)",
    "dict": "un diccionario",
    "NoneType": "None",
    "FieldType": "un tipo (Text(), Integer(), Coded('lista')…)",
    "Access": "PUBLICA, CLASIFICADA o RESERVADA",
    "Geometry": "Geometry(…) o None",
    "Metadata": "Metadata(…)",
    "Style": "Style(…)",
    "Symbol": "Symbol(…)",
    "Tiles": "Tiles(…)",
    "Field": "Field(…)",
    "Dataset": "Dataset(…)",
    "Rule": "reglas (NotInFuture(…), NoOverlap(…)…)",
    "Topic": "Topic.… (por ejemplo Topic.HEALTH)",
    "Frequency": "Frequency.… (por ejemplo Frequency.MONTHLY)",
    "Extent": "Extent(oeste, sur, este, norte)",
    "Here": "Here(…)",
    "Place": "Place(…)",
    "Network": "Network(…)",
    "Eligibility": "Eligibility(…)",
    "Section": "Section.… (por ejemplo Section.RISK)",
    "Relation": "Relation.COVERS, Relation.NEAREST o Relation.AROUND",
    "PlaceKind": "PlaceKind.… (por ejemplo PlaceKind.VEREDA)",
}
