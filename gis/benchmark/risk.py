"""Seeded polygons of risk: thousands of small ones and a few giants, as contour lines make them."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import shapely

from gis.benchmark.data import EAST, HEIGHT, NORTH, SEED, WIDTH
from gis.benchmark.layers import LEVELS

GIANTS = 400
"""One polygon of so many is a giant."""
SMALLEST_GIANT = 10_000
"""Vertices of the smallest of them."""
WAVES = (3, 7, 19, 53, 151, 499)


def risk(count: int, vertices: int = 50_000) -> gpd.GeoDataFrame:
    """``count`` jagged polygons (EPSG:9377); they may overlap, as studies of several hazards do.

    One of 400, two at least, has between 10 000 vertices (or ``vertices`` when that is less) and
    ``vertices``, and is 2 to 8 km wide; the others have 12 to 400 and are 30 to 1 000 m wide.
    """
    draw = np.random.default_rng(SEED)
    giants = max(2, count // GIANTS)
    sizes = np.linspace(vertices, min(SMALLEST_GIANT, vertices), giants).astype(int)
    sizes = np.concatenate([sizes, np.exp(draw.uniform(np.log(12), np.log(400), count - giants))])
    radii = np.exp(draw.uniform(np.log(15), np.log(500), count))
    radii[:giants] = draw.uniform(1_000, 4_000, giants)
    centres = np.stack(
        [EAST + WIDTH * draw.random(count), NORTH + HEIGHT * draw.random(count)], axis=-1
    )
    shapes = [
        shapely.MultiPolygon([_blob(draw, centre, radius, int(size))])
        for centre, radius, size in zip(centres, radii, sizes, strict=True)
    ]
    codes = np.asarray([code.code for code in LEVELS])
    table = {
        "codigo": np.arange(count),
        "nivel": codes[np.arange(count) % len(codes)],
        "estudio": np.full(count, "Estudio sintético"),
    }
    return gpd.GeoDataFrame(table, geometry=shapes, crs=9377)


def _blob(
    draw: np.random.Generator, centre: np.ndarray, radius: float, vertices: int
) -> shapely.Polygon:
    """A star-shaped ring whose radius wanders as a contour line does: never crosses itself."""
    angles = np.linspace(0, 2 * np.pi, vertices, endpoint=False)
    wander = np.zeros(vertices)
    for wave in WAVES:
        wander += np.sin(wave * angles + draw.uniform(0, 6.28)) / wave
    noise = draw.normal(0, 0.0008, vertices)
    reach = radius * (0.72 + 0.28 * wander / np.abs(wander).max() + noise)
    ring = np.stack(
        [centre[0] + reach * np.cos(angles), centre[1] + reach * np.sin(angles)], axis=-1
    )
    return shapely.Polygon(ring)
