"""Everywhere that one gets from a spot in some time: the tree of shortest ways."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from gis.network.edges import START, around, finite

if TYPE_CHECKING:
    from gis.network.edges import Box, Streets
    from gis.network.spots import Spot


def within(streets: Streets, start: Spot, seconds: float) -> Box:
    """The box that nobody who starts there leaves in so long."""
    return around(start.x, start.y, seconds * streets.fastest + 1.0)


def tree(streets: Streets, start: Spot, seconds: float) -> sa.Select[Any]:
    """Rows ``node``, ``edge`` (by which one arrives; below 0 the first) and ``seconds``, of the
    nodes that are no farther. Exact: the edges read are all that such a way may use."""
    text = streets.text(within(streets, start, seconds), start.leaving())
    columns = [sa.column(name, kind) for name, kind in _COLUMNS]
    found = sa.func.pgr_drivingDistance(text, START, finite(seconds), sa.true())
    rows = found.table_valued(*columns).alias("t")
    return sa.select(rows.c.node, rows.c.edge, rows.c.agg_cost.label("seconds"))


_COLUMNS: tuple[tuple[str, Any], ...] = (
    ("node", sa.BigInteger),
    ("edge", sa.BigInteger),
    ("agg_cost", sa.Float),
)
