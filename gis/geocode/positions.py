"""Places between degrees (CRS84) and metres (EPSG:9377)."""

from __future__ import annotations

from functools import cache

from pyproj import Transformer

from gis.crs import CRS84, STORAGE


def to_degrees(x: float, y: float) -> tuple[float, float]:
    """Longitude and latitude of a place in the storage CRS."""
    lon, lat = _transformer(STORAGE.srid, CRS84.srid).transform(x, y)
    return round(float(lon), CRS84.decimals), round(float(lat), CRS84.decimals)


def to_metres(lon: float, lat: float) -> tuple[float, float]:
    """Easting and northing of a place in degrees."""
    x, y = _transformer(CRS84.srid, STORAGE.srid).transform(lon, lat)
    return float(x), float(y)


@cache
def _transformer(source: int, target: int) -> Transformer:
    return Transformer.from_crs(source, target, always_xy=True)
