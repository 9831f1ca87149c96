"""How a layer is painted: values from which MapLibre style, legend and folium maps follow."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from gis.contract.checks import check_color, check_kind
from gis.errors import ContractError


class Role(StrEnum):
    """What part a layer plays on the map."""

    THEMATIC = "thematic"
    """Switched on and off by people, drawn above the base map, with legend and popup."""
    BASE = "base"
    """Part of the city's own base map: quiet, always available, never in the way."""


@dataclass(frozen=True, slots=True)
class Symbol:
    """Colours are ``#rrggbb``; widths and radii are screen pixels at the layer's middle zooms.

    ``radius_m`` draws a point's circle in ground metres (a WiFi zone's reach) around it.
    ``hatch`` repeats the meaning of a colour as a pattern, for those who do not tell colours.
    """

    color: str = "#3366cc"
    outline: str = "#ffffff"
    width: float = 1.5
    radius: float = 6.0
    opacity: float = 0.8
    dashed: bool = False
    radius_m: float | None = None
    hatch: bool = False

    def __post_init__(self) -> None:
        check_color(self.color, "symbol.color")
        check_color(self.outline, "symbol.outline")
        if not 0 <= self.opacity <= 1:
            raise ContractError("La opacidad va de 0 a 1", field="symbol.opacity")
        if self.width < 0 or self.radius <= 0 or (self.radius_m is not None and self.radius_m <= 0):
            raise ContractError("Anchos y radios son positivos", field="symbol")


@dataclass(frozen=True, slots=True)
class Style:
    """One symbol for all features; with ``by`` (a coded field), colours from its code list.

    ``by`` colours the symbol from the ``color`` column of the field's code list, in its order.
    """

    symbol: Symbol = Symbol()
    by: str = ""
    width_by: tuple[tuple[str, float], ...] = ()
    """Line width per code of ``by``, where importance is what the codes say."""
    label: str = ""
    """Field written beside each feature."""
    label_minzoom: float = 13
    role: Role = Role.THEMATIC
    order: int = 50
    """Drawing order among layers of one role and dimension; higher is nearer the eye."""
    visible: bool = False
    """Whether the map opens with the layer on."""

    def __post_init__(self) -> None:
        check_kind(self.symbol, Symbol, "style.symbol")
        check_kind(self.role, Role, "style.role")
        if self.width_by and not self.by:
            raise ContractError(
                "«style.width_by» da anchos por código: diga también «by»", field="style.width_by"
            )
