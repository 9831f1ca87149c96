"""What the published files themselves say, whatever the metadata claim."""

from __future__ import annotations

import csv
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from gis.later import Later
from gis.spelling import fold

if TYPE_CHECKING:
    from pathlib import Path

    import pyogrio
    import pyproj
else:
    pyogrio = Later("pyogrio")
    pyproj = Later("pyproj")

SAMPLE = 50
"""Features of the GeoPackage compared with those of the GeoJSON."""
TOTALS = frozenset({"total", "totales", "subtotal", "total general"})


@dataclass(frozen=True, slots=True)
class Table:
    """The CSV, read whole."""

    columns: tuple[str, ...]
    rows: int
    empty: dict[str, int]
    """Cells without a value, by column."""
    duplicates: int
    """Rows equal to one before them."""
    totals: int
    """Rows that add up others."""
    least: float | None = None
    """Smallest number in the column asked for; None when none was, or it has no numbers."""


@dataclass(frozen=True, slots=True)
class Shapes:
    """The GeoJSON and the GeoPackage, as GDAL reads them."""

    features: int
    bounds: tuple[float, float, float, float] | None
    """West, south, east, north in degrees of the GeoJSON."""
    kinds: frozenset[str]
    """Types of geometry of the first features."""
    depth: int
    """Dimensions of the coordinates."""
    package_crs: str
    """Of the GeoPackage: ``EPSG:9377``."""
    package_features: int
    apart_m: float = 0.0
    """Farthest that a feature of the sample is between both files, in metres."""


def read_table(path: Path, counted: str = "") -> Table:
    """One pass over a CSV in UTF-8; memory grows with a number per row. ``counted`` is the column
    whose smallest number is wanted."""
    seen: set[int] = set()
    rows = duplicates = totals = 0
    numbers: list[float] = []
    with path.open(encoding="utf-8-sig", newline="") as stream:
        reader = csv.reader(stream)
        columns = tuple(next(reader, ()))
        empty = dict.fromkeys(columns, 0)
        for row in reader:
            rows += 1
            for name, value in zip(columns, row, strict=False):
                empty[name] += value == ""
                if name == counted and value:
                    numbers = [min([*numbers, float(value)])]
            mark = hash(tuple(row))
            duplicates += mark in seen
            seen.add(mark)
            totals += any(fold(value) in TOTALS for value in row)
    return Table(columns, rows, empty, duplicates, totals, *numbers)


def read_shapes(geojson: Path, package: Path) -> Shapes:
    """What both say of features, place and coordinates."""
    plain = pyogrio.read_info(geojson, force_feature_count=True, force_total_bounds=True)
    official = pyogrio.read_info(package, force_feature_count=True)
    sample = pyogrio.read_dataframe(geojson, max_features=SAMPLE).geometry
    placed = sample[sample.notna()]
    west, south, east, north = (float(side) for side in plain["total_bounds"])
    return Shapes(
        features=int(plain["features"]),
        bounds=(west, south, east, north) if math.isfinite(west) else None,
        kinds=frozenset(placed.geom_type),
        depth=3 if len(placed) and bool(placed.has_z.any()) else 2,
        package_crs=str(official["crs"] or ""),
        package_features=int(official["features"]),
        apart_m=_apart(sample, package, str(official["crs"] or "")),
    )


def _apart(sample: Any, package: Path, crs: str) -> float:
    """The sample of the GeoPackage, brought to degrees and back as the GeoJSON was written."""
    if not crs:
        return float("inf")
    own = pyogrio.read_dataframe(package, max_features=SAMPLE).geometry
    both = sample.notna().to_numpy() & own.notna().to_numpy()
    if not both.any():
        return 0.0
    there = sample[both].set_crs("OGC:CRS84", allow_override=True).to_crs(crs)
    return float(there.hausdorff_distance(own[both], align=False).max())


def origin_error_m() -> float:
    """How far the library puts the natural origin of EPSG:9377 (4° N, 73° W) from the easting
    5 000 000 and northing 2 000 000 that the resolution gives it."""
    forward = pyproj.Transformer.from_crs("OGC:CRS84", "EPSG:9377", always_xy=True)
    east, north = forward.transform(-73.0, 4.0)
    return float(max(abs(east - 5_000_000), abs(north - 2_000_000)))
