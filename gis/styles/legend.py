"""What the colours of a layer mean."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gis.contract import Access, Field, Layer


@dataclass(frozen=True, slots=True)
class LegendEntry:
    """One symbol and what it stands for. ``code`` is empty for a layer painted in one colour."""

    code: str
    label: str
    color: str
    outline: str
    width: float
    hatch: bool
    definition: str

    def as_dict(self) -> dict[str, str | float | bool]:
        """JSON-ready values."""
        return asdict(self)


def legend(layer: Layer, access: Access) -> tuple[LegendEntry, ...]:
    """The layer's symbols in the order of its code list; one entry when it has a single symbol."""
    symbol = layer.style.symbol
    by = painted_by(layer, access)
    if by is None:
        return (
            LegendEntry(
                "", layer.title, symbol.color, symbol.outline, symbol.width, symbol.hatch, ""
            ),
        )
    widths = dict(layer.style.width_by)
    return tuple(
        LegendEntry(
            code.code,
            code.label,
            code.color or symbol.color,
            symbol.outline,
            widths.get(code.code, symbol.width),
            symbol.hatch,
            code.definition,
        )
        for code in by.type.codes
    )


def painted_by(layer: Layer, access: Access) -> Field | None:
    """The field whose codes colour the layer, when the class may see it."""
    if not layer.style.by:
        return None
    field = layer.field(layer.style.by)
    return field if access.covers(field.access) else None


def color_of(layer: Layer, access: Access, code: str | None) -> str:
    """The colour of a feature whose painting field has the value ``code``."""
    for entry in legend(layer, access):
        if entry.code == code:
            return entry.color
    return layer.style.symbol.color


def hatch_name(color: str) -> str:
    """Name of the image that hatches in ``color``; the map application draws it.

    >>> hatch_name("#D7301F")
    'hatch-d7301f'
    """
    return "hatch-" + color.removeprefix("#").lower()
