"""Tiles in which the invented city lies."""

from __future__ import annotations

import math

LON, LAT = -75.2322, 4.4389


def control_tile(zoom: int) -> str:
    """``zoom/row/column`` of the tile with the control point."""
    column = int((LON + 180) / 360 * 2**zoom)
    sine = math.asinh(math.tan(math.radians(LAT)))
    row = int((1 - sine / math.pi) / 2 * 2**zoom)
    return f"{zoom}/{row}/{column}"
