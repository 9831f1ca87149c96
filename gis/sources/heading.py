"""Column names of a file, made unique, and rows that hold nothing."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from gis.contract.convert import is_blank
from gis.findings import Finding, Severity

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

REPEATED = re.compile(r"(?P<name>.*) \(\d+\)")
"""How the second column of one name is told from the first: ``NOMBRE (2)``."""


def unique_names(names: Sequence[object]) -> list[str]:
    """Names as text, trimmed; a blank one is called by its place, a repeated one is numbered."""
    seen: dict[str, int] = {}
    result: list[str] = []
    for place, raw in enumerate(names, start=1):
        name = "" if raw is None else str(raw).replace("\ufeff", "").strip()
        name = re.sub(r"\s+", " ", name) or f"columna {place}"
        seen[name] = seen.get(name, 0) + 1
        result.append(name if seen[name] == 1 else f"{name} ({seen[name]})")
    return result


def original_name(name: str) -> str:
    """The name as the file has it, without the number that made it unique."""
    match = REPEATED.fullmatch(name)
    return match["name"] if match else name


def without_blank_rows(
    table: pd.DataFrame, skipped: int = 0
) -> tuple[pd.DataFrame, tuple[Finding, ...]]:
    """The rows that hold something, and a note counting those that do not."""
    blank = None
    for column in table.columns:
        here = is_blank(table[column])
        blank = here if blank is None else blank & here
        if not blank.any():
            break
    empty = 0 if blank is None else int(blank.sum())
    if empty and blank is not None:
        table = table[~blank.to_numpy()]
    return table, blank_note(empty + skipped)


def blank_note(count: int) -> tuple[Finding, ...]:
    """The note that some rows hold nothing; none when there are none."""
    if not count:
        return ()
    rows = "1 fila vacía" if count == 1 else f"{count} filas vacías"
    message = f"No se tuvo en cuenta {rows}"
    return (Finding("blank-rows", Severity.INFO, message, "Ninguno: no trae datos"),)
