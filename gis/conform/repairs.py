"""Repairs: changes that lose or decide something, made only when asked for by name, and said."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from gis.conform import wording
from gis.contract.convert import as_text
from gis.errors import InvalidRequest
from gis.spelling import counted, listed, nearest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    import pandas as pd

    from gis.conform.collector import Collector
    from gis.conform.columns import Columns
    from gis.contract import Layer

REPAIRS = {
    "trim": "quita espacios al principio y al final, y deja uno entre palabras",
    "clean_text": "quita caracteres invisibles; un salto de línea queda como espacio",
    "redecode": "vuelve a leer textos como «Ã³» o «├│» cuando se puede recuperar la letra",
    "null_words": "toma NULL, N/A y parecidos como vacío",
    "decimal_comma": "lee 4,5 como 4.5 y 1.234,5 como 1234.5 en campos numéricos y coordenadas",
    "blank_invalid": "deja vacío lo que no se puede leer en campos que no son obligatorios",
    "swap_axes": "intercambia x e y donde solo así la fila cae en la extensión de la capa",
    "force_2d": "descarta alturas (Z) y medidas (M)",
    "make_valid": "arregla polígonos inválidos (ST_MakeValid) y conserva su superficie",
    "dissolve": "une en un elemento las filas con la misma llave",
    "drop_duplicates": "deja una de las filas idénticas en todos los campos y la geometría",
}
"""What each repair does, for help texts and documentation."""

_COMMA = re.compile(r"\s*([+-]?)(\d{1,3}(?:\.\d{3})+|\d+),(\d+)\s*")
_INVISIBLE = re.compile(wording.INVISIBLE)
_BREAKS = re.compile(r"[\t\r\n\x0b\x0c\u2028\u2029]+")
_NULL = re.compile(wording.NULL_WORD)


def check_repairs(names: Iterable[str]) -> None:
    """Raise :class:`InvalidRequest`, listing the known ones, for a repair that does not exist."""
    for name in sorted(names):
        if name not in REPAIRS:
            close = nearest(name, REPAIRS) or list(REPAIRS)
            raise InvalidRequest(
                f"No existe la reparación «{name}». Las que hay: {listed(REPAIRS, limit=20)}. "
                f"¿Quiso decir {listed(close, limit=1)}?",
                parameter="repair",
                value=name,
            )


def repair_text(
    table: pd.DataFrame, layer: Layer, columns: Columns, asked: frozenset[str], found: Collector
) -> pd.DataFrame:
    """The table with the repairs of text made in the columns that are used; a new frame."""
    texts = [c for f, c in columns.fields.items()]
    places = [c for c in (columns.longitude, columns.latitude) if c]
    numbers = [
        c for f, c in columns.fields.items() if layer.field(f).type.kind in ("integer", "number")
    ]
    steps: list[tuple[str, list[str], Callable[[str], str | None]]] = [
        ("clean_text", texts + places, _without_invisible),
        ("trim", texts, _trimmed),
        ("redecode", texts, lambda text: wording.redecoded(text) or text),
        ("null_words", texts + places, lambda t: None if _NULL.fullmatch(t.strip()) else t),
        ("decimal_comma", numbers + places, _with_point),
    ]
    for name, chosen, change in steps:
        if name in asked:
            table = _changed(table, name, chosen, change, found)
    return table


def said(found: Collector, name: str, count: int, what: str = "valor") -> None:
    """Record how much a repair did, be it nothing."""
    found.whole(
        "repaired", f"{name}: {counted(count, what)} ({REPAIRS[name]})", "Ninguno: se pidió así"
    )


def _changed(
    table: pd.DataFrame,
    name: str,
    columns: list[str],
    change: Callable[[str], str | None],
    found: Collector,
) -> pd.DataFrame:
    new: dict[str, pd.Series[Any]] = {}
    count = 0
    for column in dict.fromkeys(columns):
        values = table[column]
        if not (values.dtype == object or "string" in str(values.dtype)):
            continue
        before = values.astype(object)
        changes = {v: change(v) for v in before.dropna().unique() if isinstance(v, str)}
        changes = {v: w for v, w in changes.items() if v != w}
        if changes:
            hit = before.isin(list(changes))
            count += int(hit.sum())
            new[column] = before.mask(hit, before.map(changes))
    said(found, name, count)
    return table.assign(**new) if new else table


def _trimmed(text: str) -> str:
    return re.sub(r"[ \u00a0]+", " ", text).strip()


def _without_invisible(text: str) -> str:
    return _INVISIBLE.sub("", _BREAKS.sub(" ", text))


def _with_point(text: str) -> str:
    match = _COMMA.fullmatch(text)
    return f"{match[1]}{match[2].replace('.', '')}.{match[3]}" if match else text


def delivered_text(table: pd.DataFrame) -> pd.DataFrame:
    """Every column as text, as a person reads it in the file."""
    return table.apply(as_text) if len(table.columns) else table.astype(object)
