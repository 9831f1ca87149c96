"""Which sheet or inner layer of a file is meant, when it has several."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gis.sources.recognise import refusal
from gis.spelling import fold, listed, nearest

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path


def choose(
    path: Path,
    what: str,
    names: Sequence[str],
    part: str,
    prefer: Sequence[str],
    others: Sequence[str] = (),
) -> str:
    """The one asked for, the only one, or the only one called as the layer (``prefer``).

    ``others`` may be asked for but are never chosen unasked (hidden sheets). Raises
    :class:`gis.errors.SourceError` that lists them otherwise.
    """
    if part:
        return _asked(path, what, [*names, *others], part)
    if len(names) == 1:
        return names[0]
    wanted = {fold(name) for name in prefer}
    alike = [name for name in names if fold(name) in wanted]
    if len(alike) == 1:
        return alike[0]
    raise refusal(
        path,
        f"Trae {len(names)} {what}s: {listed(names)}" if names else f"No trae ninguna {what}",
        "Diga cuál con --part NOMBRE" if names else "Entregue el archivo con sus datos",
    )


def _asked(path: Path, what: str, names: Sequence[str], part: str) -> str:
    if part in names:
        return part
    alike = [name for name in names if fold(name) == fold(part)]
    if len(alike) == 1:
        return alike[0]
    close = nearest(part, names)
    meant = f"¿Quiso decir {listed(close)}?" if close else f"Use una de: {listed(names)}"
    raise refusal(path, f"No tiene la {what} «{part}»", meant)
