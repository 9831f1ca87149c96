"""Geometries of questions and answers: degrees outside, the storage CRS inside."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from gis.crs import CRS84, STORAGE

if TYPE_CHECKING:
    import shapely

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
