"""How far from a tile a feature may lie and still change it."""

from __future__ import annotations

DRAWN_BEYOND = 1 / 32
"""Part of a tile's side: twice the 64/4096 that the tile functions draw beyond it, to spare."""
MERGED_BEYOND = 1 / 2
"""Lines and surfaces are merged in blocks of 16 pixels, of a band up to four times coarser than the
zoom: 64 pixels of 256, and a line as far again beyond its block (100 at most)."""
USUALLY_MERGED_UP_TO = {0: 14, 1: 12, 2: 14}
"""Last zoom at which features are merged as a rule, by dimension; beyond it, only in tiles that
would hold too much."""
MERGED_UP_TO = {0: -1, 1: 14, 2: 16}
"""Last zoom at which a band of merged features may serve, by dimension. A point is merged with
those of its own tile alone."""


def reach(dimension: int, zoom: int) -> float:
    """Part of a tile's side beyond its sides on which its content may depend."""
    return MERGED_BEYOND if zoom <= MERGED_UP_TO[dimension] else DRAWN_BEYOND
