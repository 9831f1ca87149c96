"""Where one who starts at a place had better meet the streets: not on a piece of the network that
leads nowhere while the rest of it passes some metres farther."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, NamedTuple

import sqlalchemy as sa

from gis.network.edges import around, envelope
from gis.network.spots import Passed, candidates

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gis.network.edges import Streets
    from gis.network.spots import Spot

EXTRA_M = 30.0
"""How much farther than the nearest street another may be to be taken instead."""
AROUND_M = 500.0
"""A piece of the network that ends within this of a place leads nowhere."""


class Piece(NamedTuple):
    """A connected piece as seen around a place. One that ``ends`` is all there."""

    ends: bool
    metres: float


def settled(connection: sa.Connection, streets: Streets, point: tuple[float, float]) -> Spot | None:
    """The nearest spot; where its street is of a piece that ends nearby, the nearest of the larger
    piece that passes within :data:`EXTRA_M` more, saying what was passed over. None where the
    layer has no street to travel."""
    near = candidates(connection, streets, point, EXTRA_M)
    if not near:
        return None
    first = near[0]
    others = [spot for spot in near if spot.edge not in _joined(near)]
    if not others:
        return first
    found = _pieces(connection, streets, [first, *others])
    own = found[first.source]
    best = max((found[spot.source] for spot in others), key=_size)
    if not own.ends or _size(best) <= _size(own):
        return first
    chosen = next(spot for spot in others if found[spot.source] == best)
    return replace(chosen, passed=Passed(first.gap_m, own.metres))


def _size(piece: Piece) -> tuple[bool, float]:
    return not piece.ends, piece.metres


def _joined(near: Sequence[Spot]) -> set[int]:
    """The edges that the first is joined to by others of them: no need to look farther."""
    nodes, edges = {near[0].source, near[0].target}, {near[0].edge}
    grown = True
    while grown:
        met = [s for s in near if s.edge not in edges and nodes & {s.source, s.target}]
        grown = bool(met)
        edges |= {spot.edge for spot in met}
        nodes |= {node for spot in met for node in (spot.source, spot.target)}
    return edges


def _pieces(connection: sa.Connection, streets: Streets, spots: Sequence[Spot]) -> dict[int, Piece]:
    """By the node where each spot's edge begins, the piece it is of. Whether one ends is exact:
    an edge that went on from it would meet the box, and be read."""
    box = around(spots[0].x, spots[0].y, AROUND_M)
    columns = [sa.column("component", sa.BigInteger), sa.column("node", sa.BigInteger)]
    rows = sa.func.pgr_connectedComponents(streets.text(box)).table_valued(*columns)
    nodes = rows.alias("n").select().cte("nodes").prefix_with("MATERIALIZED")
    edges, area = streets.view, envelope(box)
    ends: sa.ColumnElement[Any] = sa.func.bool_and(edges.c.geom.op("@")(area))
    pieces = (
        sa.select(
            nodes.c.component, ends.label("ends"), sa.func.sum(edges.c.metres).label("metres")
        )
        .select_from(edges.join(nodes, nodes.c.node == edges.c.source))
        .where(edges.c.geom.op("&&")(area), streets.passable(edges))
        .group_by(nodes.c.component)
        .subquery("pieces")
    )
    select = (
        sa.select(nodes.c.node, pieces.c.ends, pieces.c.metres)
        .select_from(nodes.join(pieces, pieces.c.component == nodes.c.component))
        .where(nodes.c.node.in_([spot.source for spot in spots]))
    )
    return {node: Piece(whole, metres) for node, whole, metres in connection.execute(select)}
