"""The parts of a measurement, one after another over one stage."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from api.measuring import (
    edits,
    features,
    files,
    here,
    loads,
    network,
    peers,
    questions,
    tiles,
    warm,
)  # fmt: skip
from api.measuring.figures import Report
from api.measuring.stage import Client, served
from gis.benchmark.layers import PARCELS, POINTS, RISK, ROADS

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from api.measuring.stage import Stage

PARTS = (
    loads.PART, tiles.PART, features.PART, questions.PART, files.PART, network.PART, here.PART,
    edits.PART, warm.PART,
)  # fmt: skip
CACHE_MB = 256


@dataclass(frozen=True, slots=True)
class Sizes:
    """How much is made and asked for."""

    points: int = 1_000_000
    roads: int = 250_000
    risk: int = 20_000
    parcels: int = 400_000
    streets: int = 80_000
    """Edges of the network that is travelled."""
    vertices: int = 50_000
    """Of the largest polygon of risk."""
    tiles: int = 5
    """Tiles a zoom and layer."""
    edits: int = 200
    warm_seconds: int = 10


def measure(
    stage: Stage,
    sizes: Sizes,
    only: tuple[str, ...],
    tell: Callable[[str], None],
    tipg: Path | None = None,
) -> Report:
    """What the parts in ``only`` (empty: all of them) find. The data are loaded whatever they are.

    ``tipg`` is the folder for programs of others, which are then measured beside ours.
    """
    wanted, report = set(only or PARTS), Report()
    counts = {POINTS: sizes.points, ROADS: sizes.roads, RISK: sizes.risk, PARCELS: sizes.parcels}
    filled = loads.fill(
        stage,
        {layer.name: count for layer, count in counts.items()},
        sizes.vertices,
        tell,
        whole=loads.PART in wanted,
    )
    for figure in filled:
        if loads.PART in wanted:
            report.add(figure)
    if network.PART in wanted:
        report.add(*network.measure(stage, sizes.streets, tell))
    with served(stage) as server, Client(server) as client:
        if tiles.PART in wanted:
            report.add(*tiles.measure(stage, client, sizes.tiles, tell))
            report.add(*loads.exact(stage), *tiles.exact(stage, client))
        if tipg is not None:
            report.add(*peers.measure(stage, client, sizes.tiles, tipg, tell))
        if features.PART in wanted:
            report.add(*features.measure(stage, client, tell))
        if questions.PART in wanted:
            report.add(*questions.measure(stage, client, tell))
        if files.PART in wanted:
            report.add(*files.measure(stage, server, client, tell))
    if here.PART in wanted:
        report.add(*here.measure(stage, tell))
    if {edits.PART, warm.PART} & wanted:
        with served(stage, CACHE_MB) as server, Client(server) as client:
            if warm.PART in wanted:
                report.add(*warm.measure(stage, server, client, sizes.warm_seconds, tell))
            if edits.PART in wanted:
                report.add(*edits.measure(stage, client, sizes.edits, tell))
    return report
