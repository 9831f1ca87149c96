"""The look of the pages that comes from elsewhere: the entity's colour, the map's typeface.

Both are the map's own, so that its pages and ours are one site; ``sig.css`` says all the rest.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

FONT = "assets/work-sans-*.woff2"
"""Where the web build leaves the typeface; its name changes with its content."""
READABLE = 4.5
"""Contrast that text needs on white (WCAG 2.1, 1.4.3)."""


def stylesheet(color: str, web: Path) -> str:
    """Style sheet with the colour, and the typeface if ``web``, the map's build, has it."""
    sheet = f":root {{ --primary: {readable(color)}; }}\n"
    font = next(iter(sorted(web.glob(FONT))), None)
    if font is None:
        return sheet
    face = f'font-family: "Work Sans"; src: url("/assets/{font.name}") format("woff2")'
    return f"@font-face {{ {face}; font-weight: 100 900; font-display: swap; }}\n{sheet}"


def readable(color: str) -> str:
    """``#rrggbb`` darkened no more than needed to read as text on white, as the map does.

    >>> readable("#00653b"), readable("#f3d03e")
    ('#00653b', '#847122')
    """
    parts = [int(color[at : at + 2], 16) for at in (1, 3, 5)]
    while _contrast_on_white(parts) < READABLE:
        parts = [round(part * 0.95) for part in parts]
    return "#" + "".join(f"{part:02x}" for part in parts)


def _contrast_on_white(parts: list[int]) -> float:
    linear = [_linear(part / 255) for part in parts]
    luminance = sum(w * c for w, c in zip((0.2126, 0.7152, 0.0722), linear, strict=True))
    return 1.05 / (luminance + 0.05)


def _linear(share: float) -> float:
    return share / 12.92 if share <= 0.04045 else float(((share + 0.055) / 1.055) ** 2.4)
