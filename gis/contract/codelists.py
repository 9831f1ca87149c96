"""Code lists: the closed vocabularies of coded fields (ISO 19110 listed values)."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from typing import TYPE_CHECKING

from gis.errors import ContractError

if TYPE_CHECKING:
    from pathlib import Path

COLUMNS = ("code", "label", "definition", "color")


@dataclass(frozen=True, slots=True)
class Code:
    """One listed value: what is stored, what people read, what it means, how it is painted."""

    code: str
    label: str
    definition: str = ""
    color: str = ""


def read_codelist(path: Path) -> tuple[Code, ...]:
    """Read ``code,label,definition,color`` rows (the last two may be missing), in file order.

    Raises :class:`ContractError` for an unknown column, a repeated or an empty code.
    """
    with path.open(encoding="utf-8", newline="") as lines:
        reader = csv.DictReader(lines)
        unknown = set(reader.fieldnames or ()) - set(COLUMNS)
        if unknown or not {"code", "label"} <= set(reader.fieldnames or ()):
            raise ContractError(
                f"La lista de códigos debe tener las columnas {', '.join(COLUMNS)}", file=str(path)
            )
        codes = tuple(Code(**{key: (row[key] or "").strip() for key in row}) for row in reader)
    names = [code.code for code in codes]
    repeated = {name for name in names if names.count(name) > 1}
    if repeated or "" in names:
        raise ContractError(
            f"Códigos vacíos o repetidos en la lista: {sorted(repeated) or 'vacío'}", file=str(path)
        )
    return codes
