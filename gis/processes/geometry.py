"""Geometries of questions and answers: degrees outside, the storage CRS inside."""

from __future__ import annotations

import json
from functools import cache
from typing import TYPE_CHECKING, Any

import shapely
import sqlalchemy as sa
from pyproj import Transformer

from gis.crs import CRS84, STORAGE

if TYPE_CHECKING:
    from numpy.typing import NDArray

DECIMALS = CRS84.decimals


def stored_point(place: tuple[Any, Any]) -> sa.ColumnElement[Any]:
    """A place (longitude, latitude: numbers or parameters) as a point of the storage CRS."""
    point = sa.func.ST_SetSRID(sa.func.ST_MakePoint(*place), CRS84.srid)
    return sa.func.ST_Transform(point, STORAGE.srid)


def stored_area(shape: shapely.Geometry) -> sa.ColumnElement[Any]:
    """A surface in degrees as one of the storage CRS; its sides bend as the projection does."""
    given = sa.func.ST_GeomFromText(shape.wkt, CRS84.srid)
    return sa.func.ST_Transform(sa.func.ST_Segmentize(given, 0.001), STORAGE.srid)


def as_geojson(geometry: sa.ColumnElement[Any]) -> sa.ColumnElement[Any]:
    """A stored geometry as a GeoJSON value in CRS84."""
    shown = sa.func.ST_AsGeoJSON(sa.func.ST_Transform(geometry, CRS84.srid), DECIMALS, 0)
    return sa.cast(shown, sa.JSON)


def in_metres(place: tuple[float, float]) -> tuple[float, float]:
    """A place (longitude, latitude) as easting and northing of the storage CRS."""
    x, y = _transformer(CRS84.srid, STORAGE.srid).transform(*place)
    return float(x), float(y)


def in_degrees(geometry: shapely.Geometry) -> dict[str, Any]:
    """A geometry of the storage CRS as a GeoJSON value in CRS84."""
    transformer = _transformer(STORAGE.srid, CRS84.srid)

    def turned(points: NDArray[Any]) -> NDArray[Any]:
        moved: NDArray[Any] = shapely.get_coordinates(
            shapely.points(*transformer.transform(points[:, 0], points[:, 1]))
        )
        return moved.round(DECIMALS)

    value: dict[str, Any] = json.loads(shapely.to_geojson(shapely.transform(geometry, turned)))
    return value


@cache
def _transformer(source: int, target: int) -> Transformer:
    return Transformer.from_crs(source, target, always_xy=True)
