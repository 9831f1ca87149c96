"""Reading delivered values as declared kinds: vectorised, pure, nothing guessed.

Each function takes a column as delivered (text, native numbers or dates, or the mixture that a
worksheet brings) and gives a column of one kind on the same index, with a mask of the values that
could not be read. Nulls, empty text and text of spaces alone are null, never invalid. Work is
done on Arrow arrays; a column of several kinds is split by kind first.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from datetime import date as day
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from gis.contract.arrays import (
    EXACT,
    Read,
    as_written,
    by_kind,
    each,
    is_number,
    keep,
    to_array,
    to_series,
    told,
    whole_text,
    within,
    without_blanks,
)  # fmt: skip
from gis.spelling import fold

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from gis.contract.codelists import Code

NUMBER = r"^[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d{1,3})?$"
WHOLE = r"^[+-]?\d{1,18}(\.0)?$"
INSTANT = re.compile(
    r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(:\d{2}([.]\d{1,6})?)?(Z|[+-]\d{2}(:?\d{2})?)?"
)
MIDNIGHT = re.compile(r"[T ]00:00(:00([.]0+)?)?$")
TRUE = frozenset({"si", "s", "true", "verdadero", "1"})
FALSE = frozenset({"no", "n", "false", "falso", "0"})


@dataclass(frozen=True, slots=True)
class Converted:
    """``values`` as the declared kind, ``invalid`` True where a value could not be read."""

    values: pd.Series[Any]
    invalid: pd.Series[bool]
    expected: str


def text(values: pd.Series[Any], pattern: str, max_length: int | None) -> Converted:
    """Text in NFC, kept as it is otherwise. A double that lost digits is invalid."""
    expected = "un texto"
    if max_length:
        expected += f" de hasta {max_length} caracteres"
    if pattern:
        expected += f" con la forma {pattern}"

    def read(array: Any) -> Read:
        written = as_written(array)
        if pattern:
            matches = re.compile(pattern).fullmatch
            written = keep(written, each(written, lambda v: matches(v) is not None, pa.bool_()))
        if max_length:
            written = keep(written, pc.less_equal(pc.utf8_length(written), max_length))
        return told(array, written)

    return _convert(values, read, pa.string(), expected)


def integer(values: pd.Series[Any], minimum: int | None, maximum: int | None) -> Converted:
    """Whole numbers of at most 18 digits; ``3.0`` is one, ``1.000`` and ``1,000`` are not."""

    def read(array: Any) -> Read:
        if pa.types.is_integer(array.type):
            whole = pc.cast(array, pa.int64(), safe=False)
        elif pa.types.is_floating(array.type) or pa.types.is_decimal(array.type):
            number = pc.cast(array, pa.float64())
            exact = pc.and_(pc.equal(pc.floor(number), number), pc.less(pc.abs(number), EXACT))
            whole = pc.cast(keep(number, exact), pa.int64())
        elif pa.types.is_string(array.type):
            spelt = pc.utf8_trim_whitespace(array)
            spelt = keep(spelt, pc.match_substring_regex(spelt, WHOLE))
            bare = pc.replace_substring_regex(spelt, r"^\+|\.0$", "")
            whole = pc.cast(bare, pa.int64())
        else:
            whole = pa.nulls(len(array), pa.int64())
        return told(array, within(whole, minimum, maximum))

    expected = "un número entero, sin separador de miles" + _range(minimum, maximum)
    return _convert(values, read, pa.int64(), expected)


def decimal(values: pd.Series[Any], minimum: float | None, maximum: float | None) -> Converted:
    """Numbers with a decimal point. A comma is ambiguous and so is invalid; infinities too."""

    def read(array: Any) -> Read:
        if pa.types.is_string(array.type):
            spelt = pc.utf8_trim_whitespace(array)
            spelt = keep(spelt, pc.match_substring_regex(spelt, NUMBER))
            number = pc.cast(pc.replace_substring_regex(spelt, r"^\+", ""), pa.float64())
        elif is_number(array.type):
            number = pc.cast(array, pa.float64(), safe=False)
        else:
            number = pa.nulls(len(array), pa.float64())
        return told(array, within(keep(number, pc.is_finite(number)), minimum, maximum))

    expected = "un número con punto decimal y sin separador de miles" + _range(minimum, maximum)
    return _convert(values, read, pa.float64(), expected)


def boolean(values: pd.Series[Any]) -> Converted:
    """Sí/no, true/false, verdadero/falso, 1/0."""

    def meaning(value: str) -> bool | None:
        word = fold(value)
        return True if word in TRUE else False if word in FALSE else None

    def read(array: Any) -> Read:
        if pa.types.is_boolean(array.type):
            return told(array, array)
        if is_number(array.type):
            array = whole_text(array)
        elif not pa.types.is_string(array.type):
            return told(array, pa.nulls(len(array), pa.bool_()))
        return told(array, each(array, meaning, pa.bool_()))

    return _convert(values, read, pa.bool_(), "sí o no")


def date(values: pd.Series[Any], formats: Sequence[str]) -> Converted:
    """Days as ``datetime.date``. Text that two formats read differently is invalid.

    A native date and time is a day only at midnight; a bare number (Excel's serial day without a
    date format) is invalid.
    """

    def meaning(value: str) -> day | None:
        spelt = MIDNIGHT.sub("", value.strip())
        found = {parsed for form in formats if (parsed := _strptime(spelt, form))}
        return found.pop() if len(found) == 1 else None

    def read(array: Any) -> Read:
        if pa.types.is_date(array.type):
            return told(array, pc.cast(array, pa.date32()))
        if pa.types.is_timestamp(array.type):
            local = array if array.type.tz is None else pc.local_timestamp(array)
            floor = pc.cast(pc.cast(local, pa.date32(), safe=False), pa.timestamp("us"))
            same = pc.equal(pc.cast(local, pa.timestamp("us"), safe=False), floor)
            return told(array, pc.cast(keep(floor, same), pa.date32()))
        if pa.types.is_string(array.type):
            return told(array, each(array, meaning, pa.date32()))
        return told(array, pa.nulls(len(array), pa.date32()))

    shown = " o ".join(_format_in_spanish(form) for form in formats)
    return _convert(values, read, pa.date32(), f"una fecha {shown}")


def timestamp(values: pd.Series[Any], zone: str) -> Converted:
    """Instants in UTC. Without a zone they are read in ``zone``; text must be ISO 8601."""
    local = ZoneInfo(zone)

    def meaning(value: str) -> datetime | None:
        spelt = value.strip()
        if not INSTANT.fullmatch(spelt):
            return None
        try:
            instant = datetime.fromisoformat(spelt)
        except ValueError:
            return None
        return (instant if instant.tzinfo else instant.replace(tzinfo=local)).astimezone(UTC)

    def read(array: Any) -> Read:
        instants = pa.timestamp("us", tz="UTC")
        if pa.types.is_timestamp(array.type):
            if array.type.tz is not None:
                return told(array, pc.cast(array, instants, safe=False))
            moments = pc.cast(array, pa.timestamp("us"), safe=False)
            placed = pc.assume_timezone(moments, zone, ambiguous="earliest", nonexistent="earliest")
            return told(array, pc.cast(placed, instants))
        if pa.types.is_string(array.type):
            return told(array, each(array, meaning, instants))
        return told(array, pa.nulls(len(array), instants))

    expected = "fecha y hora ISO 8601, como 2026-05-31T14:30"
    return _convert(values, read, pa.timestamp("us", tz="UTC"), expected)


def coded(values: pd.Series[Any], codes: Sequence[Code]) -> Converted:
    """Codes of a list, from the code itself or, case and accents ignored, from code or label.

    A spelling that could be two different codes is invalid.
    """
    exact = {code.code: code.code for code in codes}
    alike: dict[str, set[str]] = {}
    for code in codes:
        for spelling in (code.code, code.label):
            alike.setdefault(fold(spelling), set()).add(code.code)

    def meaning(value: str) -> str | None:
        found = {exact[value]} if value in exact else alike.get(fold(value), set())
        return next(iter(found)) if len(found) == 1 else None

    def read(array: Any) -> Read:
        return told(array, each(as_written(array), meaning, pa.string()))

    shown = [code.code if code.code == code.label else f"{code.code} ({code.label})"
             for code in codes]  # fmt: skip
    more = f" y {len(shown) - 12} más" if len(shown) > 12 else ""
    return _convert(values, read, pa.string(), f"uno de: {', '.join(shown[:12])}{more}")


def is_blank(values: pd.Series[Any]) -> pd.Series[bool]:
    """Where there is no value: null, empty text, or text of spaces alone."""
    array = to_array(values)
    if array is None:
        blank = values.isna() | values.map(lambda v: isinstance(v, str) and not v.strip())
    elif pa.types.is_string(array.type):
        blank = pc.fill_null(pc.match_substring_regex(array, r"^\s*$"), True).to_numpy(False)
    else:
        blank = pc.is_null(array, nan_is_null=True).to_numpy(False)
    return pd.Series(blank, index=values.index, dtype=bool)


def as_text(values: pd.Series[Any]) -> pd.Series[Any]:
    """Values as a person reads them in the file (``str`` or None), for reports."""
    array = to_array(values)
    if array is None:
        shown = [None if pd.isna(value) else str(value) for value in values]
        return pd.Series(shown, index=values.index, dtype=object)
    written = as_written(array, exact=False)
    return pd.Series(written.to_numpy(False), index=values.index, dtype=object)


def _convert(
    values: pd.Series[Any], read: Callable[[Any], Read], kind: Any, expected: str
) -> Converted:
    array = to_array(values)
    if array is None:
        found, invalid = by_kind(values, read, kind)
    else:
        found, invalid = read(without_blanks(array))
    mask = pd.Series(invalid.to_numpy(False), index=values.index, dtype=bool)
    return Converted(to_series(found, values.index), mask, expected)


def _strptime(value: str, form: str) -> day | None:
    try:
        return datetime.strptime(value, form).date()  # noqa: DTZ007 (a day has no zone)
    except ValueError:
        return None


def _format_in_spanish(form: str) -> str:
    names = {"%Y": "AAAA", "%m": "MM", "%d": "DD", "%y": "AA", "%B": "mes", "%b": "mes"}
    for code, name in names.items():
        form = form.replace(code, name)
    return form


def _range(minimum: float | None, maximum: float | None) -> str:
    if minimum is not None and maximum is not None:
        return f", entre {minimum} y {maximum}"
    if minimum is not None:
        return f", desde {minimum}"
    return "" if maximum is None else f", hasta {maximum}"
