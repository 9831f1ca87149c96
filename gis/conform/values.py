"""Values: read as declared kinds, required ones present, text looked over."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from gis.conform import wording
from gis.contract import Coded, Text
from gis.contract.convert import as_text, is_blank
from gis.findings import Severity
from gis.spelling import counted, listed, nearest

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from gis.conform.collector import Collector
    from gis.conform.columns import Columns
    from gis.contract import Field, Layer

_NULL = re.compile(wording.NULL_WORD)
_INVISIBLE = re.compile(wording.INVISIBLE)
_SPACES = re.compile(wording.SPACES)
_FORMULA = re.compile(wording.FORMULA)
_SCIENTIFIC = re.compile(wording.SCIENTIFIC)
_SUSPECT = "|".join(
    (
        f"^{wording.NULL_WORD}$",
        r"[\x00-\x1f\x7f\x{80}-\x{9f}\x{a0}\x{ad}\x{200b}-\x{200f}\x{2028}-\x{202e}\x{2060}\x{feff}]",
        r"^\s|\s$|  ",
        wording.FORMULA,
        wording.SCIENTIFIC,
        f"[{wording.DAMAGE}]",
    )
)
"""One pass over a column finds the values worth a closer look, which are few."""


def convert(
    layer: Layer,
    table: pd.DataFrame,
    columns: Columns,
    formulas: Mapping[str, tuple[int, ...]],
    found: Collector,
    *,
    blank_invalid: bool = False,
) -> pd.DataFrame:
    """The declared fields in order, each of its kind; values that cannot be read are null.

    That refuses their rows, unless ``blank_invalid`` and the field is not required. A field
    without a column is null throughout. Never changes ``table``.
    """
    result: dict[str, pd.Series[Any]] = {}
    for field in layer.fields:
        column = columns.fields.get(field.name)
        if column is None:
            empty = pd.Series([None] * len(table), index=table.index, dtype=object)
            result[field.name] = field.type.convert(empty).values
            continue
        raw = table[column]
        here = [row for row in formulas.get(column, ()) if row in raw.index]
        if here:
            _formulas(field, raw, here, found)
            raw = raw.mask(raw.index.isin(here))
        mild = blank_invalid and not field.required
        result[field.name] = _converted(field, raw, mild, found)
        _require(field, raw, here, found)
    return pd.DataFrame(result, index=table.index)


def look_over(layer: Layer, rows: pd.DataFrame, found: Collector) -> None:
    """Findings on the texts of the conformed rows: damage, spaces, formulas, invisible letters."""
    for field in layer.fields:
        if field.type.kind != "text" or isinstance(field.type, Coded):
            continue
        texts = rows[field.name]
        array = pa.array(texts, pa.string(), from_pandas=True)
        hits = pc.fill_null(pc.match_substring_regex(array, _SUSPECT), False).to_numpy(False)
        if hits.any():
            _closer(field, texts[hits], found)


def _converted(field: Field, raw: pd.Series[Any], mild: bool, found: Collector) -> pd.Series[Any]:
    converted = field.type.convert(raw)
    if converted.invalid.any():
        _say_invalid(field, raw[converted.invalid], converted.expected, mild, found)
    _say_changed(field, raw, converted.values, found)
    return converted.values


def _say_invalid(
    field: Field, wrong: pd.Series[Any], expected: str, mild: bool, found: Collector
) -> None:
    shown = as_text(wrong)
    coded = isinstance(field.type, Coded)
    hints = {value: _hint(field, str(value)) for value in shown.unique()}
    found.rows(
        "unknown-code" if coded else "invalid-value",
        wrong.index,
        [
            f"«{field.label}» trae «{value}» y "
            + ("no está en la lista" if coded else f"se espera {expected}")
            + ("; quedó vacío" if mild else "")
            for value in shown
        ],
        [hints[value] or f"Escriba {expected}" for value in shown],
        field=field.name,
        values=shown.tolist(),
        severity=Severity.WARNING if mild else None,
    )


def number_remedy(value: str) -> str:
    """What to do about text that is almost a number; empty when its form tells nothing."""
    if not re.fullmatch(r"\s*[+-]?[\d.]*,\d+\s*", value.replace("\ufeff", "")):
        return ""
    invisible = ",clean_text" if "\ufeff" in value else ""
    return (
        "Use punto decimal; si la coma es decimal en todo el archivo, entréguelo con "
        f"--repair decimal_comma{invisible}"
    )


def _hint(field: Field, value: str) -> str:
    """What to do about one value, when its form tells what happened to it."""
    if _NULL.fullmatch(value.strip()):
        return "Deje la celda vacía si no hay dato, o use --repair null_words"
    if isinstance(field.type, Coded):
        labels = {label: c.code for c in field.type.codes for label in (c.label, c.code)}
        close = nearest(value, labels)
        return f"¿Quiso decir {listed(close)}?" if close else ""
    if field.type.kind in ("integer", "number"):
        return number_remedy(value)
    if field.type.kind in ("date", "timestamp") and re.fullmatch(r"\d{5}(\.\d+)?", value):
        return "Es el número interno de Excel: dé formato de fecha a la columna y expórtela"
    if field.type.kind == "date" and re.fullmatch(
        r"[^\W\d_]+\.?( de| del)? \d{4}|\d{4}(-\d{2})?", value
    ):
        return "Falta el día: escriba la fecha completa, o déjela vacía (--repair blank_invalid)"
    if field.type.kind == "date" and re.search(r"\d{2}:\d{2}", value):
        return "Quite la hora: el campo es una fecha"
    if isinstance(field.type, Text) and re.fullmatch(r"\d[\d.]*[eE]\+?\d+", value):
        return "El número perdió cifras: dé formato de texto a la columna antes de escribir"
    return ""


def _say_changed(
    field: Field, raw: pd.Series[Any], values: pd.Series[Any], found: Collector
) -> None:
    """Say what was put into its form without loss: labels as codes, numbers as text, NFC."""
    if field.type.kind != "text":
        return
    numbers, spelt = _respelt(raw, values)
    if numbers:
        found.whole(
            "converted",
            f"«{field.name}»: {counted(numbers, 'número o fecha', 'números o fechas')} a texto",
            "Ninguno; si eran códigos con ceros a la izquierda, revise que no se perdieron",
            field=field.name,
        )
    if spelt:
        what = "al código de la lista" if isinstance(field.type, Coded) else "a Unicode NFC"
        found.whole(
            "converted",
            f"«{field.name}»: {counted(spelt, 'valor')} {what}",
            "Ninguno: no se pierde nada",
            field=field.name,
        )


def _respelt(raw: pd.Series[Any], values: pd.Series[Any]) -> tuple[int, int]:
    """How many values were not text as delivered, and how many texts are spelt otherwise now."""
    if "string" in str(raw.dtype):
        before = pa.array(raw, from_pandas=True)
        after = pa.array(values, pa.string(), from_pandas=True)
        return 0, pc.sum(pc.not_equal(before.cast(pa.string()), after)).as_py() or 0
    present = values.notna()
    if raw.dtype != object:
        return int(present.sum()), 0
    is_text = raw.map(lambda value: isinstance(value, str))
    respelt = present & is_text & (values != raw)
    return int((present & ~is_text).sum()), int(respelt.sum())


def _formulas(field: Field, raw: pd.Series[Any], rows: list[int], found: Collector) -> None:
    found.rows(
        "formula",
        rows,
        f"«{field.label}» trae una fórmula y no su resultado",
        "En Excel copie la columna y péguela con «Pegar valores»; guarde y entregue de nuevo",
        field=field.name,
        values=[str(raw[row]) for row in rows],
    )


def _require(field: Field, raw: pd.Series[Any], said: list[int], found: Collector) -> None:
    if not field.required:
        return
    blank = is_blank(raw)
    rows = raw.index[blank.to_numpy() & ~raw.index.isin(said)]
    if len(rows):
        found.rows(
            "missing-value",
            rows,
            f"«{field.label}» es obligatorio y está vacío",
            "Escriba el valor",
            field=field.name,
        )


def _closer(field: Field, texts: pd.Series[Any], found: Collector) -> None:
    """Tell apart what is wrong with texts that looked suspect."""
    looks: tuple[tuple[str, Callable[[str], Any], str, str], ...] = (
        (
            "null-word", _NULL.fullmatch, "trae una palabra que quiere decir «vacío»",
            "Deje la celda vacía si no hay dato, o use --repair null_words",
        ),
        (
            "formula-text", _FORMULA.search, "empieza como una fórmula de hoja de cálculo",
            "Quite el signo inicial: al abrir el archivo en Excel se ejecutaría",
        ),
        (
            "scientific-notation", _SCIENTIFIC.fullmatch, "está en notación científica",
            "El código perdió cifras: dé formato de texto a la columna y escríbalo completo",
        ),
        (
            "untidy-spaces", _SPACES.search, "tiene espacios de más",
            "Quítelos, o use --repair trim",
        ),
    )  # fmt: skip
    for rule, looks_so, what, remedy in looks:
        wrong = texts[[looks_so(text) is not None for text in texts]]
        if len(wrong):
            message = f"«{field.label}» {what}"
            found.rows(rule, wrong.index, message, remedy, field=field.name, values=wrong.tolist())
    _say_invisible(field, texts, found)
    _say_damaged(field, texts, found)


def _say_invisible(field: Field, texts: pd.Series[Any], found: Collector) -> None:
    wrong = texts[[_INVISIBLE.search(text) is not None for text in texts]]
    fatal = wrong[["\x00" in text for text in wrong]]
    for some, severity in ((wrong.drop(fatal.index), None), (fatal, Severity.BLOCKING)):
        if len(some):
            found.rows(
                "control-characters",
                some.index,
                f"«{field.label}» tiene caracteres invisibles o saltos de línea",
                "Quítelos, o use --repair clean_text",
                field=field.name,
                values=[ascii(text)[1:-1] for text in some],
                severity=severity,
            )


def _say_damaged(field: Field, texts: pd.Series[Any], found: Collector) -> None:
    wrong = texts[[wording.is_damaged(text) for text in texts]]
    fixed = [wording.redecoded(text) for text in wrong]
    if len(wrong):
        found.rows(
            "damaged-text",
            wrong.index,
            f"«{field.label}» tiene letras dañadas por un error de codificación",
            [
                f"Se puede recuperar («{text}») con --repair redecode"
                if text
                else "El daño está en el archivo mismo: leerlo con otra codificación no lo "
                "repara. Corrija el texto a mano"
                for text in fixed
            ],
            field=field.name,
            values=wrong.tolist(),
        )
