"""Where the tiles of layers are: an empty one within these limits is 200, outside of them 404.

The limits are those that a tile set tells (``tileMatrixSetLimits``, OGC 20-057 /req/core/tc-error).
They are the declared extents, which need no look at the data; a tile that has something is
answered wherever it is.
"""

from __future__ import annotations

from functools import reduce
from typing import TYPE_CHECKING

from gis.contract import Extent
from gis.errors import NotFound

if TYPE_CHECKING:
    from collections.abc import Iterable

    from gis.contract import Layer
    from gis.contract.entity import Entity
    from gis.tiles import Grid


def extent_of(layers: Iterable[Layer], entity: Entity) -> Extent:
    """Where the features of all ``layers`` must lie, in CRS84; that of the entity for none."""
    extents = [layer.extent or entity.extent for layer in layers]
    return reduce(Extent.union, extents or [entity.extent])


def refuse_outside(
    grid: Grid, place: tuple[int, int, int], layers: Iterable[Layer], entity: Entity
) -> None:
    """:class:`NotFound` when an empty tile (zoom, row, column) is outside the limits."""
    if not grid.meets(extent_of(layers, entity), *place):
        named = "/".join(map(str, place))
        raise NotFound(
            f"La tesela {named} está fuera de los límites del conjunto de teselas "
            "(«tileMatrixSetLimits» dice cuáles hay)",
            tile=named,
        )
