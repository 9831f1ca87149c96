"""Excel worksheets (.xlsx): cells as typed, formulas refused, merged cells said.

The workbook is a zip of XML documents: both are looked into before openpyxl sees them, and no
document of it may declare entities (a few lines of XML can swell to gigabytes, or read files).
"""

from __future__ import annotations

import re
from itertools import islice
from typing import TYPE_CHECKING, Any
from xml.etree.ElementTree import ParseError

import defusedxml.ElementTree
import openpyxl
import pandas as pd
from defusedxml.common import DefusedXmlException

from gis.findings import Finding, Severity
from gis.sources import archive
from gis.sources.choose import choose
from gis.sources.delivered import ROW, Delivered
from gis.sources.heading import unique_names, without_blank_rows
from gis.sources.recognise import refusal

if TYPE_CHECKING:
    import zipfile
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from gis.errors import SourceError

LOOKED = 20
"""First rows among which the heading is sought, below titles and blank lines."""
MERGED = re.compile(rb'<mergeCell [^>]*ref="([A-Z]+)(\d+):([A-Z]+)(\d+)"')


def read(path: Path, part: str, prefer: Sequence[str]) -> Delivered:
    """Read one sheet; its name is ``part``, or the only one, or one of ``prefer``.

    Values are text, int, float, bool, ``datetime`` or ``time``, as Excel typed them. The index is
    the row of the sheet. Raises :class:`gis.errors.SourceError`.
    """
    with archive.opened(path) as packed:
        _check_xml(path, packed)
    try:
        book = openpyxl.load_workbook(path, read_only=True, data_only=False)
    except (*archive.BROKEN, KeyError, ParseError, TypeError, AttributeError) as error:
        raise _broken(path) from error
    try:
        sheets = [s.title for s in book.worksheets if s.sheet_state == "visible"]
        hidden = [s.title for s in book.worksheets if s.sheet_state != "visible"]
        chosen = choose(path, "hoja", sheets, part, prefer, hidden)
        rows = _cells(path, book[chosen])
    finally:
        book.close()
    merged = _merged(path, chosen, book.worksheets)
    return _delivered(path, chosen, rows, merged)


def _cells(path: Path, sheet: Any) -> list[tuple[int, list[Any]]]:
    """Rows that hold something, with their number; a formula cell is a :class:`Formula`."""
    sheet.reset_dimensions()
    rows: list[tuple[int, list[Any]]] = []
    try:
        for number, row in enumerate(sheet.iter_rows(), start=1):
            values = [_value(cell) for cell in row]
            while values and values[-1] is None:
                values.pop()
            if values:
                rows.append((number, values))
    except (*archive.BROKEN, ParseError, TypeError, KeyError, IndexError) as error:
        raise _broken(path) from error
    return rows


class Formula(str):
    """The text of a formula that stands where a value should."""

    __slots__ = ()


def _value(cell: Any) -> Any:
    value = cell.value
    if value is None or value == "":
        return None
    if cell.data_type == "f":
        return Formula(getattr(value, "text", None) or str(value))
    return (
        value if isinstance(value, str | int | float) or hasattr(value, "isoformat") else str(value)
    )


def _delivered(
    path: Path,
    sheet: str,
    rows: list[tuple[int, list[Any]]],
    merged: list[tuple[int, str]],
) -> Delivered:
    if not rows:
        raise refusal(path, f"La hoja «{sheet}» está vacía", "Entregue la hoja con los datos")
    start = _heading(rows)
    line, heading = rows[start]
    width = max(len(values) for _, values in rows[start:])
    names = unique_names([*heading, *[None] * (width - len(heading))])
    body = rows[start + 1 :]
    if not body:
        raise refusal(
            path, f"La hoja «{sheet}» tiene encabezado pero ninguna fila", "Agregue las filas"
        )
    columns = {
        name: [values[place] if place < len(values) else None for _, values in body]
        for place, name in enumerate(names)
    }
    index = pd.Index([number for number, _ in body], name=ROW)
    table = pd.DataFrame(
        {name: pd.Series(values, index=index, dtype=object) for name, values in columns.items()}
    )
    skipped = body[-1][0] - line - len(body)
    table, notes = without_blank_rows(table, skipped)
    formulas = {
        name: tuple(
            int(table.index[place])
            for place, value in enumerate(table[name])
            if isinstance(value, Formula)
        )
        for name in names
    }
    return Delivered(
        table=table.drop(columns=_nameless_empty(table)),
        shapes=None,
        format="XLSX",
        part=sheet,
        formulas={name: rows for name, rows in formulas.items() if rows},
        notes=(*_said(line, merged), *notes),
    )


def _nameless_empty(table: pd.DataFrame) -> list[str]:
    unnamed = [name for name in table.columns if re.fullmatch(r"columna \d+", name)]
    return [name for name in unnamed if table[name].isna().all()]


def _heading(rows: list[tuple[int, list[Any]]]) -> int:
    """The first of the first rows that is about as wide as the widest: titles are narrower."""
    filled = [sum(v is not None for v in values) for _, values in islice(rows, LOOKED)]
    wide = max(filled)
    return next(place for place, count in enumerate(filled) if count * 2 >= wide)


def _said(line: int, merged: list[tuple[int, str]]) -> Iterable[Finding]:
    if line > 1:
        yield Finding(
            "heading-row",
            Severity.INFO,
            f"El encabezado se tomó de la fila {line} de la hoja",
            "Ninguno; si no es ese, deje el encabezado en la primera fila",
        )
    for row, span in merged:
        if row > line:
            yield Finding(
                "merged-cells",
                Severity.WARNING,
                f"Las celdas {span} están combinadas: solo la primera trae el valor",
                "Separe las celdas y repita el valor en cada una",
                row=row,
                value=span,
            )


def _merged(path: Path, title: str, sheets: Sequence[Any]) -> list[tuple[int, str]]:
    """First row and span of each merged range that covers several rows or columns of data."""
    entry = next(str(s._worksheet_path).lstrip("/") for s in sheets if s.title == title)
    tail = b""
    found: list[tuple[int, str]] = []
    with archive.opened(path) as packed, packed.open(entry) as stream:
        while chunk := stream.read(1 << 20):
            window = tail + chunk
            for match in MERGED.finditer(window):
                left, top, right, bottom = (group.decode() for group in match.groups())
                found.append((int(top), f"{left}{top}:{right}{bottom}"))
            tail = window[-200:]
    return sorted(set(found))


def _check_xml(path: Path, packed: zipfile.ZipFile) -> None:
    """Refuse documents that declare a type or entities: they do so before their first element."""
    for entry in packed.namelist():
        if not entry.endswith((".xml", ".rels")):
            continue
        try:
            with packed.open(entry) as stream:
                next(defusedxml.ElementTree.iterparse(stream, ("start",), forbid_dtd=True), None)
        except DefusedXmlException as error:
            raise refusal(
                path,
                f"El libro trae en «{entry}» declaraciones XML que Excel nunca escribe",
                "Ábralo en Excel o LibreOffice y guárdelo otra vez como .xlsx",
            ) from error
        except (*archive.BROKEN, ParseError) as error:
            raise _broken(path) from error


def _broken(path: Path) -> SourceError:
    return refusal(
        path, "El libro está dañado o no es un .xlsx", "Ábralo en Excel y guárdelo como .xlsx"
    )
