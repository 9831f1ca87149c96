"""Derived layers, wired: made anew before they leave, on order, and when the system starts."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from gis import derived
from publishers.calendar import ZONE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from api.wiring import System
    from gis.changesets import LoadReport
    from gis.contract import Layer


def refresh(system: System, layer: Layer, *, dry_run: bool = False) -> LoadReport | None:
    """Make the layer's rows anew, as of today in the municipality; None for one that is
    delivered."""
    if layer.derived is None:
        return None
    today = datetime.now(ZONE).date()
    return derived.refresh(system.engine, system.catalog, layer, today, dry_run=dry_run)


def refresh_all(system: System, *, dry_run: bool = False) -> Iterator[LoadReport]:
    """Every derived layer, in order of declaration."""
    for layer in derived.derived_layers(system.catalog):
        report = refresh(system, layer, dry_run=dry_run)
        assert report is not None
        yield report
