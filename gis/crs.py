"""Coordinate reference systems: where features are stored, and what they may be asked for in.

In the store and in all code x is easting or longitude and y northing or latitude. The order of
axes that an authority gives to its CRS matters at one place, the edge: OGC API responses and
``bbox`` values in EPSG:4326, 4686, 9377 and 3116 put north first (EPSG database; standards §1.2).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from pyproj import Transformer

from gis.errors import InvalidRequest

OGC_AUTHORITY = "http://www.opengis.net/def/crs/"
AREA = (-90.0, -15.0, -60.0, 25.0)
"""West, south, east, north (degrees) around all that EPSG:9377 is for. A search box is cut to it:
reprojected from farther away it would mean nothing."""


@dataclass(frozen=True, slots=True)
class Crs:
    """A CRS that features may be asked for in."""

    uri: str
    srid: int
    """What the store calls it (``spatial_ref_sys``)."""
    name: str
    north_first: bool
    """Whether the authority's first axis points north."""
    geographic: bool

    @property
    def decimals(self) -> int:
        """Digits after the point in output: about 1 cm for degrees, 1 mm for metres."""
        return 7 if self.geographic else 3

    @property
    def header(self) -> str:
        """Value of ``Content-Crs`` (OGC API Features Part 2)."""
        return f"<{self.uri}>"

    @property
    def area(self) -> tuple[float, float, float, float]:
        """:data:`AREA` as minimum x, minimum y, maximum x, maximum y of this CRS."""
        return _area(self.srid)


def _epsg(code: int, name: str, *, north_first: bool, geographic: bool) -> Crs:
    return Crs(f"{OGC_AUTHORITY}EPSG/0/{code}", code, name, north_first, geographic)


CRS84 = Crs(f"{OGC_AUTHORITY}OGC/1.3/CRS84", 4326, "WGS 84 (longitud, latitud)", False, True)
WGS84 = _epsg(4326, "WGS 84", north_first=True, geographic=True)
MAGNA_SIRGAS = _epsg(4686, "MAGNA-SIRGAS", north_first=True, geographic=True)
ORIGEN_NACIONAL = _epsg(
    9377, "MAGNA-SIRGAS 2018 / Origen Nacional", north_first=True, geographic=False
)
BOGOTA = _epsg(3116, "MAGNA-SIRGAS / Colombia Bogotá", north_first=True, geographic=False)
WEB_MERCATOR = _epsg(3857, "WGS 84 / Pseudo-Mercator", north_first=False, geographic=False)

STORAGE = ORIGEN_NACIONAL
OUTPUT = (CRS84, WGS84, MAGNA_SIRGAS, ORIGEN_NACIONAL, BOGOTA, WEB_MERCATOR)
"""What any layer may be asked for in; the first is what comes unasked."""

_BY_CODE = {crs.srid: crs for crs in OUTPUT if crs is not CRS84}
_EPSG_FORMS = re.compile(
    r"https?://www\.opengis\.net/def/crs/EPSG/[0-9.]+/(?P<uri>\d{1,6})/?"
    r"|urn:ogc:def:crs:EPSG:[0-9.]*:(?P<urn>\d{1,6})"
    r"|\[EPSG:(?P<safe>\d{1,6})\]|EPSG:(?P<curie>\d{1,6})",
    re.IGNORECASE,
)
_CRS84_FORMS = re.compile(
    r"https?://www\.opengis\.net/def/crs/OGC/[0-9.]+/CRS84/?|urn:ogc:def:crs:OGC:[0-9.]*:CRS84"
    r"|\[OGC:CRS84\]|OGC:CRS84",
    re.IGNORECASE,
)


def parse_crs(text: str, parameter: str = "crs") -> Crs:
    """The output CRS that an OGC URI, URN, CURIE or safe CURIE (``[EPSG:9377]``) names.

    Raises :class:`InvalidRequest` for anything else, saying what there is.

    >>> parse_crs("[EPSG:9377]").uri
    'http://www.opengis.net/def/crs/EPSG/0/9377'
    """
    if _CRS84_FORMS.fullmatch(text):
        return CRS84
    match = _EPSG_FORMS.fullmatch(text)
    code = next((group for group in match.groups() if group), "") if match else ""
    if code and int(code) in _BY_CODE:
        return _BY_CODE[int(code)]
    raise InvalidRequest(
        f"El sistema de coordenadas «{text}» no se ofrece; use uno de: "
        f"{', '.join(crs.uri for crs in OUTPUT)}",
        parameter=parameter,
        value=text,
    )


def by_code(code: int) -> Crs:
    """The output CRS with an EPSG code; 4326 is longitude first (CRS84), as in files."""
    if code == CRS84.srid:
        return CRS84
    if code not in _BY_CODE:
        known = ", ".join(f"EPSG:{known}" for known in sorted(_BY_CODE))
        raise InvalidRequest(
            f"El sistema de coordenadas EPSG:{code} no se ofrece; use uno de: {known}",
            parameter="crs",
            value=code,
        )
    return _BY_CODE[code]


@cache
def _area(srid: int) -> tuple[float, float, float, float]:
    transformer = Transformer.from_crs("OGC:CRS84", f"EPSG:{srid}", always_xy=True)
    west, south, east, north = transformer.transform_bounds(*AREA, densify_pts=21)
    return (west, south, east, north)
