"""Travelling over a layer of streets: the way between two places, how far one gets, what is near.

Each function takes a connection, a layer that declares a ``network``, the class that asks, and
points in EPSG:9377 (metres, x = easting). Lengths are metres and times seconds, of travelling along
the streets: the straight line between a place and its nearest street is told apart and never
counted. Slope is not: an hour uphill counts as one on the flat.
"""

from gis.network.area import BESIDE_M, HOLE_M2, Reached, service_area
from gis.network.edges import Mode, Streets
from gis.network.pieces import Pieces, pieces, pieces_of
from gis.network.route import Route, Step, route
from gis.network.settled import EXTRA_M, settled
from gis.network.spots import Passed, Spot, spots
from gis.network.walk import LONGEST_S, Target, Walk, walk_to

__all__ = [
    "BESIDE_M",
    "EXTRA_M",
    "HOLE_M2",
    "LONGEST_S",
    "Mode",
    "Passed",
    "Pieces",
    "Reached",
    "Route",
    "Spot",
    "Step",
    "Streets",
    "Target",
    "Walk",
    "pieces",
    "pieces_of",
    "route",
    "service_area",
    "settled",
    "spots",
    "walk_to",
]
