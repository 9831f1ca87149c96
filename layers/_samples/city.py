"""An imagined city on Ibagué's site: streets, comunas, rural seeds, rivers. No data of others.

Places are counted in the city's own terms: ``calle`` along the valley (1 in the west) and
``carrera`` across it (growing northwards; ``carrera 1 Sur`` is 0, ``2 Sur`` is -1). All results
are CRS84 degrees, longitude first.
"""

from __future__ import annotations

import itertools
import math
from typing import TYPE_CHECKING, Any

import shapely
from shapely import LineString, MultiLineString, Point, Polygon

if TYPE_CHECKING:
    import random

METRES_LON = 110_986.0
METRES_LAT = 110_580.0
"""Metres of one degree at latitude 4.44°."""
CALLE_M, CARRERA_M = 81.8, 105.0
WEST, EAST = -6.0, 152.0
"""First and last calle of the urban area."""

Position = tuple[float, float]

VILLAGES: dict[str, tuple[str, float, float]] = {
    # Name of the place: DANE code, longitude, latitude (centroids of populated places).
    "Tapias": ("73001011", -75.35049, 4.45455),
    "El Cay": ("73001030", -75.25986, 4.46662),
    "Juntas": ("73001006", -75.32201, 4.55542),
    "Pastales Nuevo": ("73001027", -75.29915, 4.51012),
    "Llanitos": ("73001014", -75.28663, 4.49040),
    "San Juan de la China": ("73001010", -75.07628, 4.54102),
    "El Totumo": ("73001015", -75.18280, 4.38240),
    "Carmen de Bulira": ("73001017", -75.20056, 4.30429),
    "El Rodeo": ("73001018", -75.19078, 4.36149),
    "Santa Teresa": ("73001024", -75.25927, 4.44592),
    "Laureles": ("73001007", -75.36392, 4.36984),
    "Dantas": ("73001004", -75.39414, 4.34854),
    "Coello - Cocora": ("73001020", -75.29051, 4.40024),
    "Toche": ("73001012", -75.40938, 4.51975),
}

CORREGIMIENTOS: tuple[tuple[str, float, float], ...] = (
    # Real names in their official order; the seeds of the imagined limits.
    ("Dantas", -75.405, 4.342),
    ("Laureles", -75.364, 4.374),
    ("Coello - Cocora", -75.290, 4.395),
    ("Gamboa", -75.318, 4.428),
    ("Tapias", -75.352, 4.458),
    ("Toche", -75.420, 4.525),
    ("Juntas", -75.335, 4.580),
    ("Villa Restrepo", -75.300, 4.522),
    ("Cay", -75.262, 4.475),
    ("Calambeo", -75.225, 4.476),
    ("San Juan de la China", -75.076, 4.560),
    ("San Bernardo", -75.150, 4.570),
    ("El Salado", -75.120, 4.490),
    ("Buenos Aires", -75.050, 4.425),
    ("Carmen de Bulira", -75.200, 4.300),
    ("El Totumo", -75.165, 4.385),
    ("La Florida", -75.240, 4.385),
)

OUTLINE: tuple[Position, ...] = (
    (-75.515, 4.640),
    (-75.430, 4.692),
    (-75.330, 4.668),
    (-75.220, 4.640),
    (-75.100, 4.680),
    (-74.995, 4.640),
    (-74.972, 4.530),
    (-75.005, 4.430),
    (-75.025, 4.360),
    (-75.090, 4.305),
    (-75.185, 4.264),
    (-75.275, 4.290),
    (-75.365, 4.298),
    (-75.450, 4.320),
    (-75.465, 4.400),
    (-75.450, 4.460),
    (-75.500, 4.540),
)

RIVERS: dict[str, tuple[Position, ...]] = {
    "río Combeima": (
        (-75.360, 4.615),
        (-75.322, 4.556),
        (-75.300, 4.512),
        (-75.288, 4.488),
        (-75.270, 4.462),
        (-75.256, 4.440),
        (-75.238, 4.424),
        (-75.210, 4.406),
        (-75.160, 4.395),
        (-75.110, 4.380),
    ),
    "río Chipalo": (
        (-75.238, 4.462),
        (-75.210, 4.449),
        (-75.180, 4.446),
        (-75.150, 4.456),
        (-75.090, 4.470),
    ),
}

MIDDLE = ((1, -6.0, 19.0), (10, 19.0, 46.0), (4, 46.0, 68.0), (5, 68.0, 92.0), (8, 92.0, 152.0))
NORTH = ((2, -6.0, 30.0), (3, 30.0, 55.0), (6, 55.0, 105.0), (7, 105.0, 152.0))
SOUTH = ((13, -6.0, 10.0), (12, 10.0, 34.0), (11, 34.0, 58.0), (9, 58.0, 152.0))
"""Comuna number with its first and last calle, in three rows across the valley."""


def place(calle: float, carrera: float) -> Position:
    """Where a calle meets a carrera; fractions are between corners."""
    across = (calle - 74.0) / 64.0
    lon = -75.243 + (calle - 10.0) * CALLE_M / METRES_LON
    lat = 4.4345 + 0.0102 * across**2
    slope = 2 * 0.0102 * across / 64.0 * METRES_LAT / CALLE_M
    length = math.hypot(1.0, slope)
    offset = (carrera - 3.0) * CARRERA_M
    return (
        lon - slope / length * offset / METRES_LON,
        lat + 1.0 / length * offset / METRES_LAT,
    )


def on_address(number: int, along: float) -> float:
    """The corner ``number`` plus ``along`` metres, as a fractional calle."""
    return number + along / CALLE_M


def rows_of(calle: float) -> tuple[float, float, float, float]:
    """Southern limit, the two inner limits and northern limit of the comunas, as carreras."""
    south = -26.0 if calle <= 4 else min(-26.0 + (calle - 4) * 0.55, -11.0)
    return (
        south + 0.8 * math.sin(calle / 9.0),
        0.5 + 0.4 * math.sin(calle / 6.0),
        6.5 + 0.4 * math.cos(calle / 7.0),
        14.5 + 1.2 * math.sin(calle / 11.0),
    )


def cell(first: float, last: float, low: Any, high: Any, step: float = 2.0) -> Polygon:
    """The piece between two calles and two curves of the valley, on shared vertices."""
    calles = [first]
    while calles[-1] + step < last:
        calles.append(math.floor(calles[-1] / step + 1) * step)
    calles.append(last)
    lower = [place(calle, low(calle)) for calle in calles]
    upper = [place(calle, high(calle)) for calle in reversed(calles)]
    return Polygon(lower + upper)


def comunas() -> dict[int, Polygon]:
    """The thirteen comunas by number; neighbours share their vertices."""
    found: dict[int, Polygon] = {}
    cuts = sorted({edge for row in (NORTH, MIDDLE, SOUTH) for _, *ends in row for edge in ends})
    for row, (low, high) in ((SOUTH, (0, 1)), (MIDDLE, (1, 2)), (NORTH, (2, 3))):
        for number, first, last in row:
            calles = sorted({*(c for c in cuts if first <= c <= last), *_even(first, last)})
            lower = [place(c, rows_of(c)[low]) for c in calles]
            upper = [place(c, rows_of(c)[high]) for c in reversed(calles)]
            found[number] = Polygon(lower + upper)
    return dict(sorted(found.items()))


def _even(first: float, last: float) -> list[float]:
    return [float(c) for c in range(math.ceil(first / 2) * 2, math.floor(last / 2) * 2 + 1, 2)]


def roughen(points: tuple[Position, ...], rng: random.Random, times: int, closed: bool) -> Any:
    """A line through ``points`` broken by midpoints shifted sideways, less at each step."""
    line = [*points, points[0]] if closed else list(points)
    for step in range(times):
        finer: list[Position] = [line[0]]
        for start, end in itertools.pairwise(line):
            shift = rng.uniform(-0.16, 0.16) / (step + 1)
            dx, dy = end[0] - start[0], end[1] - start[1]
            middle = ((start[0] + end[0]) / 2 - dy * shift, (start[1] + end[1]) / 2 + dx * shift)
            finer += [middle, end]
        line = finer
    return Polygon(line) if closed else LineString(line)


def disc(lon: float, lat: float, radius_m: float, sides: int = 24) -> Polygon:
    """A regular polygon around a place."""
    turns = (2 * math.pi * i / sides for i in range(sides))
    return Polygon(
        (lon + radius_m / METRES_LON * math.cos(t), lat + radius_m / METRES_LAT * math.sin(t))
        for t in turns
    )


def strip(line: Any, half_width_m: float) -> Any:
    """The band around a line, without needless vertices."""
    band = line.buffer(half_width_m / METRES_LAT, quad_segs=2)
    return band.simplify(12 / METRES_LAT)


def faces(boundaries: list[Any]) -> list[Polygon]:
    """The pieces that a set of lines cuts the plane into; neighbours share their vertices."""
    noded = shapely.unary_union(MultiLineString([p for b in boundaries for p in _lines(b)]))
    return list(shapely.polygonize([noded]).geoms)


def _lines(shape: Any) -> list[Any]:
    edges = shape.boundary if shape.geom_type.endswith("Polygon") else shape
    return [part for part in shapely.get_parts(edges) if not part.is_empty]


def levels(nested: list[tuple[str, Any]], clip: Any) -> dict[str, Any]:
    """Surfaces that do not overlap: each piece takes the first of ``nested`` that holds it."""
    pieces: dict[str, list[Polygon]] = {}
    for piece in faces([clip, *(shape for _, shape in nested)]):
        inner = piece.representative_point()
        code = next((code for code, shape in nested if shape.contains(inner)), None)
        if code is not None and clip.contains(inner):
            pieces.setdefault(code, []).append(piece)
    return {code: shapely.unary_union(parts) for code, parts in pieces.items()}


def nearest_seed(areas: list[tuple[Any, list[Position]]]) -> list[list[Any]]:
    """Each area shared out by its nearest seed, in the order of its seeds.

    All areas are cut at once, so that neighbours share their vertices also across areas.
    """
    lines: list[Any] = []
    for area, seeds in areas:
        cells = shapely.voronoi_polygons(
            shapely.MultiPoint(seeds), extend_to=area.envelope.buffer(0.2), only_edges=True
        )
        # A little beyond the limit, so that cut and limit are sure to cross.
        lines += [area, cells.intersection(area.buffer(2e-5))]
    shares: list[list[list[Polygon]]] = [[[] for _ in seeds] for _, seeds in areas]
    for piece in faces(lines):
        inner = piece.representative_point()
        for number, (area, seeds) in enumerate(areas):
            if area.contains(inner):
                near = min(range(len(seeds)), key=lambda i: inner.distance(Point(seeds[i])))
                shares[number][near].append(piece)
    return [[shapely.unary_union(parts) for parts in share] for share in shares]
