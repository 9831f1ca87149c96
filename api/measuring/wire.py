"""How many features there are in a vector tile larger than GDAL reads (none of ours is).

The wire format of Protocol Buffers, as far as counting needs: a tile's layers are its fields 3, a
layer's features its fields 2 (Mapbox Vector Tile 2.1, §4).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

LAYER, FEATURE = 3, 2
VARINT, FIXED64, DELIMITED, FIXED32 = 0, 1, 2, 5


def features_in(tile: bytes) -> int:
    """Features of all layers of an uncompressed tile."""
    return sum(
        number == FEATURE
        for layer, start, end in _fields(tile, 0, len(tile))
        if layer == LAYER
        for number, _, _ in _fields(tile, start, end)
    )


def _fields(data: bytes, at: int, end: int) -> Iterator[tuple[int, int, int]]:
    """Number and place of each field of a message."""
    while at < end:
        key, at = _varint(data, at)
        number, kind = key >> 3, key & 7
        size = 8 if kind == FIXED64 else 4
        if kind in (VARINT, DELIMITED):
            size, at = _varint(data, at)
        if kind == VARINT:
            size = 0
        yield number, at, at + size
        at += size


def _varint(data: bytes, at: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        byte = data[at]
        at += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value, at
        shift += 7
