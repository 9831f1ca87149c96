"""What ``sig bench`` measures with: seeded data, and the plain statements to compare with."""

from gis.benchmark.data import POINTS, ROADS, ZONES, points, roads, zones
from gis.benchmark.plain import CopyReference, PlainTiles
from gis.benchmark.sample import sample_tiles

__all__ = [
    "POINTS",
    "ROADS",
    "ZONES",
    "CopyReference",
    "PlainTiles",
    "points",
    "roads",
    "sample_tiles",
    "zones",
]
