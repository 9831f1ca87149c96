"""What a reader hands on: the rows of a file as they came, and what the file said of itself."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    import pandas as pd

    from gis.findings import Finding

ROW = "row"
"""Name of the index: the row number a person sees (see :class:`gis.findings.Finding`)."""


@dataclass(frozen=True, slots=True)
class Delivered:
    """Rows as delivered. Text stays text; native types of a format stay native.

    ``shapes`` are shapely geometries or None, one per row, in ``crs`` with x = easting or
    longitude; None when the format carries no geometry of its own (CSV, a worksheet).
    """

    table: pd.DataFrame
    shapes: Any | None
    format: str
    crs: str | None = None
    """What the file says of its CRS: an authority code or WKT; None when it says nothing."""
    encoding: str | None = None
    part: str | None = None
    """The sheet or inner layer that was read."""
    unreadable: Mapping[int, str] = field(default_factory=dict)
    """Why a geometry could not be read, by row."""
    formulas: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    """Rows that hold a formula instead of a value, by column."""
    notes: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True)
class Source:
    """Where conformed rows come from, for the ledger and the lineage. No path of any machine."""

    name: str
    """File name."""
    sha256: str
    size: int
    """Bytes."""
    format: str
    rows: int
    """Rows read, before any filter."""
    encoding: str | None = None
    crs: int | None = None
    """EPSG code the coordinates were read in; None for a table."""
    part: str | None = None
    options: tuple[tuple[str, str], ...] = ()
    """Every choice made by a person: filter, mapping, CRS, encoding, part."""
    repairs: tuple[str, ...] = ()


def digest(path: Path) -> str:
    """SHA-256 of a file's bytes, in hex."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
