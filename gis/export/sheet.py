"""Excel, row by row; coordinates as in the CSV. Values that look like formulas stay text."""

from __future__ import annotations

import re
import shutil
import tempfile
import zipfile
from datetime import UTC, datetime
from typing import IO, TYPE_CHECKING, Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

from gis.errors import InvalidRequest
from gis.export.delimited import table

if TYPE_CHECKING:
    from pathlib import Path

    import sqlalchemy as sa

    from gis.export.selection import Selection

MAX_ROWS = 1_048_575
"""Rows that a sheet holds below its heading."""
LONGEST = 32_767
"""Characters that a cell holds."""
SAME_DATE = (2000, 1, 1, 0, 0, 0)
MOMENT, SAME_MOMENT = re.compile(rb"\d{4}-\d\d-\d\dT[\d:.]+Z"), b"2000-01-01T00:00:00Z"
REPLACEMENT = "\ufffd"
"""Stands where a text has a control character, which a workbook cannot hold."""
BATCH = 5_000


def write(conn: sa.Connection, selection: Selection, path: Path) -> int:
    """Write one sheet named like the layer. Refused when it would not hold every row and value."""
    statement = table(selection, lambda _, column: column)
    book = Workbook(write_only=True)
    sheet = book.create_sheet(selection.layer.name[:31])
    sheet.append(list(statement.selected_columns.keys()))
    with tempfile.TemporaryFile(dir=path.parent) as draft:
        try:
            count = _fill(sheet, conn, statement)
        finally:  # Also when refused: openpyxl keeps files of its own until it has saved.
            book.save(draft)
        _without_clock(draft, path)
    return count


def _fill(sheet: Any, conn: sa.Connection, statement: sa.Select[Any]) -> int:
    options = {"stream_results": True, "yield_per": BATCH}
    count = 0
    for row in conn.execute(statement, execution_options=options):
        count += 1
        if count > MAX_ROWS:
            raise _too_big(f"más de {MAX_ROWS} filas")
        sheet.append([_cell(sheet, value) for value in row])
    return count


def _without_clock(draft: IO[bytes], path: Path) -> None:
    """Copy a workbook leaving out when it was made: the same state gives the same bytes."""
    with zipfile.ZipFile(draft) as source, zipfile.ZipFile(path, "w") as target:
        for name in source.namelist():
            entry = zipfile.ZipInfo(name, SAME_DATE)
            entry.compress_type = zipfile.ZIP_DEFLATED
            if name == "docProps/core.xml":
                target.writestr(entry, MOMENT.sub(SAME_MOMENT, source.read(name)))
                continue
            with source.open(name) as content, target.open(entry, "w") as copied:
                shutil.copyfileobj(content, copied)


def _cell(sheet: Any, value: Any) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(UTC).replace(tzinfo=None)
    if not isinstance(value, str):
        return value
    if len(value) > LONGEST:
        raise _too_big(f"un valor de más de {LONGEST} caracteres")
    cell = WriteOnlyCell(sheet, ILLEGAL_CHARACTERS_RE.sub(REPLACEMENT, value))
    cell.data_type = "s"
    return cell


def _too_big(what: str) -> InvalidRequest:
    return InvalidRequest(
        f"Excel no admite {what}: elija csv, gpkg o parquet", parameter="format", value="xlsx"
    )
