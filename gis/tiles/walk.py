"""The tiles of a layer that are not empty, found from the top: below an empty one there is none."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gis.tiles.matrix import WEB_MERCATOR_QUAD, Box, in_metres

if TYPE_CHECKING:
    from collections.abc import Iterable

    from gis.contract import Extent, Layer

Place = tuple[int, int]
"""Row and column."""
DRAWN_BEYOND = 1 / 64
"""Part of its side that a tile shows beyond it."""


def first_level(extent: Extent, zoom: int) -> list[Place]:
    """The tiles of a zoom in which features within ``extent`` may be drawn."""
    box = Box(*in_metres(extent.west, extent.south), *in_metres(extent.east, extent.north))
    rows, columns = WEB_MERCATOR_QUAD.span(box, zoom, DRAWN_BEYOND)
    return [(row, column) for row in rows for column in columns]


def next_level(layer: Layer, zoom: int, drawn: Iterable[Place]) -> list[Place]:
    """The tiles of the zoom below that may not be empty, given those of ``zoom`` that were not.

    A point is in the quarter of the tile that it was in. Small lines and surfaces are merged in the
    block of their middle, so that one may be drawn next door: there a ring of tiles is added.
    """
    assert layer.geometry is not None
    steps = (0, 1) if layer.geometry.dimension == 0 else (-1, 0, 1, 2)
    found = {
        (2 * row + down, 2 * column + right)
        for row, column in drawn
        for down in steps
        for right in steps
    }
    return sorted(place for place in found if WEB_MERCATOR_QUAD.has(zoom + 1, *place))
