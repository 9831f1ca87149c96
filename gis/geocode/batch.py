"""Addresses by the thousand: a delivered table with where each of its rows is."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from gis.contract.checks import meant
from gis.errors import InvalidRequest
from gis.geocode.locate import locate_many
from gis.geocode.positions import to_degrees
from gis.sources import read

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    import pandas as pd

    from gis.geocode.answer import Answer, Candidate
    from gis.geocode.gazetteer import Gazetteer

COLUMNS = (
    "geo_direccion", "geo_tipo", "geo_confianza", "geo_error_m", "geo_longitud", "geo_latitud",
    "geo_candidatos", "geo_por_que", "geo_advertencias",
)  # fmt: skip
"""What is added to each row. Those of an earlier run are replaced."""
STEP = 200


@dataclass(frozen=True, slots=True)
class Batch:
    """What became of the rows of a file."""

    rows: int
    located: int
    ambiguous: int
    """Several candidates as good: no place was chosen for them."""
    unread: int
    """Nothing in the text is an address."""
    by_match: dict[str, int]

    @property
    def not_found(self) -> int:
        """Read, and in no layer."""
        return self.rows - self.located - self.ambiguous - self.unread


def locate_file(
    source: Path,
    column: str,
    target: Path,
    gazetteer: Gazetteer,
    *,
    encoding: str = "",
    progress: Callable[[str, float], None] = lambda phase, share: None,
) -> Batch:
    """Write ``target`` (CSV, UTF-8): every row of ``source`` as it came, with :data:`COLUMNS`.
    It is there whole or not at all.

    Raises :class:`SourceError` for a file that cannot be read, :class:`InvalidRequest` for a
    column that is not in it and for a target that cannot be written.
    """
    check_target(source, target)
    table = read(source, encoding=encoding or None).table
    if column not in table:
        names = [str(name) for name in table.columns]
        raise InvalidRequest(
            f"El archivo no tiene la columna «{column}»{meant(column, names)}; tiene "
            f"{', '.join(names)}",
            parameter="--column",
            value=column,
        )
    given = table[column]
    texts = [None if empty else str(text) for text, empty in zip(given, given.isna(), strict=True)]
    answers: list[Answer] = []
    for answer in locate_many(texts, gazetteer):
        answers.append(answer)
        if len(answers) % STEP == 0:
            progress("ubicar", len(answers) / len(texts))
    _write(table, answers, target)
    return _summed(answers)


def check_target(source: Path, target: Path) -> None:
    """Refuse a file that is the source itself or has nowhere to be."""
    if target.is_dir():
        raise _unwritable(target, "es una carpeta")
    if not target.absolute().parent.is_dir():
        raise _unwritable(target, f"no existe la carpeta «{target.absolute().parent}»")
    if target.exists() and source.exists() and target.samefile(source):
        raise _unwritable(target, "es el mismo archivo de entrada; diga otro nombre")


def _unwritable(target: Path, why: str) -> InvalidRequest:
    return InvalidRequest(
        f"No se puede escribir «{target}»: {why}", parameter="--output", value=str(target)
    )


def _write(table: pd.DataFrame, answers: list[Answer], target: Path) -> None:
    kept = table.drop(columns=[name for name in COLUMNS if name in table])
    rows: list[tuple[Any, ...]] = [_row(answer) for answer in answers]
    for number, name in enumerate(COLUMNS):
        kept[name] = [row[number] for row in rows]
    beside = target.with_name(f".{target.name}.{os.getpid()}.parte")
    try:
        kept.to_csv(beside, index=False, encoding="utf-8", lineterminator="\n")
        beside.replace(target)
    except OSError as error:
        raise _unwritable(target, error.strerror or str(error)) from error
    finally:
        beside.unlink(missing_ok=True)


def _row(answer: Answer) -> tuple[Any, ...]:
    best = answer.best
    if best is None:
        return answer.normal, "", "", "", "", "", 0, answer.why, ""
    count = len(answer.candidates)
    if answer.is_ambiguous:
        shown = "; ".join(_shown(candidate) for candidate in answer.candidates[:5])
        return answer.normal, "ambigua", "", "", "", "", count, shown, ""
    lon, lat = to_degrees(best.x, best.y)
    return (
        answer.normal, best.match.code, round(best.confidence, 2), round(best.error_m), lon, lat,
        count, "; ".join(best.why), "; ".join(best.warnings),
    )  # fmt: skip


def _shown(candidate: Candidate) -> str:
    lon, lat = to_degrees(candidate.x, candidate.y)
    return f"{candidate.label} ({lon:.5f}, {lat:.5f})"


def _summed(answers: list[Answer]) -> Batch:
    by_match: dict[str, int] = {}
    ambiguous = unread = 0
    for answer in answers:
        if answer.best is None:
            unread += answer.address is None
        elif answer.is_ambiguous:
            ambiguous += 1
        else:
            code = answer.best.match.code
            by_match[code] = by_match.get(code, 0) + 1
    return Batch(len(answers), sum(by_match.values()), ambiguous, unread, by_match)
