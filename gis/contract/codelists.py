"""Code lists: the closed vocabularies of coded fields (ISO 19110 listed values)."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from typing import TYPE_CHECKING

from gis.contract.checks import COLOR
from gis.errors import ContractError
from gis.spelling import listed

if TYPE_CHECKING:
    from pathlib import Path

COLUMNS = ("code", "label", "definition", "color", "advice", "source")


@dataclass(frozen=True, slots=True)
class Code:
    """One listed value: what is stored, what people read, what it means, how it is painted."""

    code: str
    label: str
    definition: str = ""
    color: str = ""
    advice: str = ""
    """What somebody should do in such a case, in short plain sentences."""
    source: str = ""
    """Where the advice comes from."""


def read_codelist(path: Path) -> tuple[Code, ...]:
    """Read rows of :data:`COLUMNS` (all but the first two may be missing), in file order.

    Raises :class:`ContractError` for an unknown column, a repeated or an empty code.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as lines:
            reader = csv.DictReader(lines)
            _check_heading(reader, path)
            codes = tuple(_code(row, reader.line_num, path) for row in reader)
    except UnicodeDecodeError as error:
        raise ContractError("La lista de códigos debe estar en UTF-8", file=str(path)) from error
    names = [code.code for code in codes]
    repeated = {name for name in names if names.count(name) > 1}
    if repeated or not names:
        raise ContractError(
            f"La lista de códigos repite {listed(sorted(repeated))}"
            if repeated
            else "La lista de códigos está vacía",
            file=str(path),
        )
    return codes


def _check_heading(reader: csv.DictReader[str], path: Path) -> None:
    heading = set(reader.fieldnames or ())
    if heading - set(COLUMNS) or not {"code", "label"} <= heading:
        raise ContractError(
            f"La lista de códigos debe tener las columnas {', '.join(COLUMNS)} "
            f"(las dos primeras siempre); tiene {', '.join(reader.fieldnames or ['ninguna'])}",
            file=str(path),
        )


def _code(row: dict[str, str | None], line: int, path: Path) -> Code:
    if None in row:
        raise ContractError(
            "La línea tiene más celdas que columnas: ponga entre comillas el texto con comas",
            file=str(path),
            line=line,
        )
    code = Code(**{key: (value or "").strip() for key, value in row.items()})
    if not code.code or not code.label:
        raise ContractError("Falta el código o la etiqueta", file=str(path), line=line)
    if code.color and not COLOR.fullmatch(code.color):
        raise ContractError(
            f"El color debe ser #rrggbb, no «{code.color}»", file=str(path), line=line
        )
    return code
