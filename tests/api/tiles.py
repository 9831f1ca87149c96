"""Tiles in which the invented city lies."""

from __future__ import annotations

import math

LON, LAT = -75.2322, 4.4389


def control_tile(zoom: int) -> str:
    """``zoom/row/column`` of the tile with the control point."""
    return tile_at(zoom, LON, LAT)


def empty_tile(zoom: int) -> str:
    """One within the city's limits where nothing lies."""
    return tile_at(zoom, -75.55, 4.75)


def tile_at(zoom: int, longitude: float, latitude: float) -> str:
    """The tile of Web Mercator with a point."""
    column = int((longitude + 180) / 360 * 2**zoom)
    sine = math.asinh(math.tan(math.radians(latitude)))
    row = int((1 - sine / math.pi) / 2 * 2**zoom)
    return f"{zoom}/{row}/{column}"
