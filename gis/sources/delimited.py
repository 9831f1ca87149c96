"""CSV and its kin: text kept as text, row by row, with the line a person sees."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Any

import pandas as pd
import pyarrow as pa
import pyarrow.csv

from gis.findings import Finding, Severity
from gis.sources.delivered import ROW, Delivered
from gis.sources.encoding import declared_or_utf8
from gis.sources.heading import unique_names, without_blank_rows
from gis.sources.recognise import refusal

if TYPE_CHECKING:
    from pathlib import Path

    from gis.errors import SourceError

DELIMITERS = {",": "coma", ";": "punto y coma", "\t": "tabulador", "|": "barra vertical"}
SAMPLE = 1 << 18
MAX_CELL = 1 << 28


def read(path: Path, encoding: str | None) -> Delivered:
    """Read a delimited file. Every column is text; the index counts records, heading = 1.

    Raises :class:`gis.errors.SourceError` when it is not in UTF-8 (and no encoding is declared),
    when rows have more or fewer values than the heading, and when there are no rows.
    """
    found = declared_or_utf8(path, encoding)
    with path.open(encoding=found, newline="") as stream:
        sample = stream.read(SAMPLE)
    delimiter = sniff(sample)
    names = unique_names(_heading(path, sample, delimiter))
    if len(sample) < SAMPLE and sum(1 for _ in csv.reader(io.StringIO(sample))) < 2:
        raise _no_rows(path)
    odd: list[tuple[int, int, str]] = []
    table = _parse(path, found, delimiter, names, odd)
    blanks = [number for number, width, text in odd if width <= 1 and not text.strip()]
    ragged = [item for item in odd if item[0] not in set(blanks)]
    if ragged:
        raise _ragged(path, ragged, len(names), delimiter)
    frame = table.to_pandas(types_mapper=pd.ArrowDtype)
    frame.index = _numbers(len(frame), blanks)
    _check_quotes(path, frame)
    frame, notes = without_blank_rows(frame, skipped=len(blanks))
    if frame.empty:
        raise _no_rows(path)
    said = Finding(
        "csv-read-as",
        Severity.INFO,
        f"Se leyó en {_shown(found)}, con {DELIMITERS[delimiter]} entre columnas",
        "Ninguno; si no es así, use --encoding o cambie el separador",
    )
    return Delivered(
        table=frame, shapes=None, format="CSV", encoding=_shown(found), notes=(said, *notes)
    )


def sniff(sample: str) -> str:
    """The delimiter: the one whose columns are most and the same from row to row."""

    def score(delimiter: str) -> tuple[float, int]:
        rows = [row for row in csv.reader(io.StringIO(sample), delimiter=delimiter) if row]
        rows = rows[:50] if len(rows) < 3 else rows[:-1][:50]
        if not rows or len(rows[0]) < 2:
            return (0.0, 0)
        same = sum(len(row) == len(rows[0]) for row in rows) / len(rows)
        return (same, len(rows[0]))

    csv.field_size_limit(MAX_CELL)
    best = max(DELIMITERS, key=score)
    return best if score(best)[1] else ","


def _heading(path: Path, sample: str, delimiter: str) -> list[str]:
    for row in csv.reader(io.StringIO(sample), delimiter=delimiter):
        return row
    raise refusal(path, "No tiene encabezado", "La primera línea debe nombrar las columnas")


def _parse(
    path: Path, encoding: str, delimiter: str, names: list[str], odd: list[tuple[int, int, str]]
) -> Any:
    def keep_aside(row: Any) -> str:
        odd.append((row.number, row.actual_columns, row.text))
        return "skip"

    source: Any = str(path)
    if not encoding.startswith("utf-8"):
        source = pa.BufferReader(path.read_text(encoding=encoding).encode())
    try:
        return pyarrow.csv.read_csv(
            source,
            read_options=pyarrow.csv.ReadOptions(
                column_names=names,
                skip_rows_after_names=1,
                use_threads=False,
                block_size=min(max(path.stat().st_size, 1 << 20), MAX_CELL),
            ),
            parse_options=pyarrow.csv.ParseOptions(
                delimiter=delimiter,
                newlines_in_values=True,
                ignore_empty_lines=False,
                invalid_row_handler=keep_aside,
            ),
            convert_options=pyarrow.csv.ConvertOptions(
                column_types=dict.fromkeys(names, pa.string()),
                strings_can_be_null=True,
                quoted_strings_can_be_null=True,
                null_values=[""],
            ),
        )
    except pa.ArrowInvalid as error:
        if "Empty CSV" in str(error):
            return pa.table({name: pa.array([], pa.string()) for name in names})
        raise refusal(
            path, f"No se puede leer como CSV ({error})", "Revise comillas sin cerrar y expórtelo"
        ) from error


def _check_quotes(path: Path, frame: pd.DataFrame) -> None:
    """Refuse a file whose last value runs over line ends to the end of the file."""
    with path.open("rb") as stream:
        quotes = sum(chunk.count(b'"') for chunk in iter(lambda: stream.read(1 << 24), b""))
    if quotes % 2 and len(frame) and "\n" in str(frame.iloc[-1].tolist()[-1]):
        raise refusal(
            path,
            f"Una comilla sin cerrar se traga todo desde la fila {frame.index[-1]}",
            "Cierre la comilla, o escríbala doble si es parte del texto",
        )


def _no_rows(path: Path) -> SourceError:
    return refusal(
        path, "Tiene encabezado pero ninguna fila de datos", "Expórtelo otra vez con sus filas"
    )


def _numbers(count: int, skipped: list[int]) -> pd.Index[int]:
    """Record numbers of the rows kept, when those of the ``skipped`` are left out."""
    if not skipped:
        return pd.RangeIndex(2, count + 2, name=ROW)
    every = range(2, count + len(skipped) + 2)
    left_out = set(skipped)
    return pd.Index([number for number in every if number not in left_out], name=ROW)


def _ragged(path: Path, odd: list[tuple[int, int, str]], width: int, delimiter: str) -> SourceError:
    shown = ", ".join(f"fila {number} ({columns} valores)" for number, columns, _ in odd[:5])
    more = f" y {len(odd) - 5} más" if len(odd) > 5 else ""
    return refusal(
        path,
        f"El encabezado tiene {width} columnas, pero hay filas con otra cantidad: {shown}{more}",
        f"Encierre entre comillas los textos que llevan {DELIMITERS[delimiter]} (o los números "
        "con coma decimal), o guárdelo como .xlsx",
    )


def _shown(encoding: str) -> str:
    return "UTF-8" if encoding.startswith("utf-8") else encoding
