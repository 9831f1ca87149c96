"""Whether a network hangs together: its connected pieces, and how much of it the largest is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gis.network.edges import Streets
    from gis.network.spots import Spot


@dataclass(frozen=True, slots=True)
class Pieces:
    """Connected pieces of what one may travel, one-way streets taken as joining their ends."""

    count: int
    metres: float
    largest_metres: float

    @property
    def share(self) -> float:
        """How much of the network's length its largest piece is, from 0 to 1."""
        return self.largest_metres / self.metres if self.metres else 0.0


def pieces(connection: sa.Connection, streets: Streets) -> Pieces:
    """The whole network's."""
    found = _lengths(streets)
    row = connection.execute(
        sa.select(
            sa.func.count(),
            sa.func.coalesce(sa.func.sum(found.c.metres), 0.0),
            sa.func.coalesce(sa.func.max(found.c.metres), 0.0),
        ).select_from(found)
    ).one()
    return Pieces(*row)


def pieces_of(
    connection: sa.Connection, streets: Streets, spots: Sequence[Spot]
) -> list[tuple[int, float]]:
    """For each spot the number of its piece, and the metres of street it has."""
    found = _lengths(streets)
    nodes = _nodes(streets).subquery("nodes")
    select = sa.select(nodes.c.node, found.c.component, found.c.metres).select_from(
        nodes.join(found, nodes.c.component == found.c.component)
    )
    select = select.where(nodes.c.node.in_([spot.source for spot in spots]))
    rows = {row.node: (row.component, row.metres) for row in connection.execute(select)}
    return [rows[spot.source] for spot in spots]


def _nodes(streets: Streets) -> sa.Select[Any]:
    """Nodes and the number of their piece."""
    named = [sa.column("component", sa.BigInteger), sa.column("node", sa.BigInteger)]
    rows = sa.func.pgr_connectedComponents(streets.text(None)).table_valued(*named).alias("c")
    return sa.select(rows.c.component, rows.c.node)


def _lengths(streets: Streets) -> sa.Subquery:
    """Metres of street of each piece."""
    edges, nodes = streets.view, _nodes(streets).subquery("n")
    return (
        sa.select(nodes.c.component, sa.func.sum(edges.c.metres).label("metres"))
        .select_from(edges.join(nodes, nodes.c.node == edges.c.source))
        .where(streets.passable(edges))
        .group_by(nodes.c.component)
        .subquery("lengths")
    )
