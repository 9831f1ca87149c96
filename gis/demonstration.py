"""Demonstration data says so in every file that leaves; what says so when it comes is believed."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd

MARK = "Datos de demostración"
"""How every notice of ours begins, in whichever case."""
NOTICE = f"{MARK}: no son oficiales ni describen hechos reales."
"""What is read with any answer that rests on them."""
COLUMN = "aviso"
"""Column, or member of a GeoJSON collection, that carries the notice."""
_AROUND = 4096


def says_so(table: pd.DataFrame, path: Path) -> bool:
    """Whether a delivered file is one of ours that says it only demonstrates.

    Looked for in a column ``aviso`` and, for JSON, in the bytes before and after the features.
    """
    if COLUMN in table:
        notices = table[COLUMN].astype(str).str.casefold()
        return bool(notices.str.startswith(MARK.casefold()).any())
    return path.suffix.lower() in (".geojson", ".json") and MARK.casefold() in _ends(path)


def _ends(path: Path) -> str:
    with path.open("rb") as stream:
        head = stream.read(_AROUND)
        stream.seek(max(0, path.stat().st_size - _AROUND))
        return (head + stream.read()).decode("utf-8", errors="ignore").casefold()
