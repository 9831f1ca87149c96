"""Which coordinate reference system a delivery is in: told, never guessed.

Here and everywhere in the project x is easting or longitude and y northing or latitude.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np
import pyproj
from pyproj.exceptions import CRSError, ProjError

from gis.errors import SourceError
from gis.spelling import listed

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from gis.conform.collector import Collector
    from gis.contract import Extent

STORAGE = 9377
DEGREES = 4326
COMMON = (9377, 3116, 4326, 4686, 3857, 3115, 3117, 3114, 3118, 32618, 32617, 32619, 21897)
"""What Colombian data usually come in, likeliest first; local urban grids besides."""
URBAN_GRIDS = range(6244, 6276)
"""EPSG codes of the local grids of cities (method «Colombia Urban»)."""


def resolve(
    declared: str | None, asked: int | None, accepted: Sequence[int], found: Collector, file: str
) -> int | None:
    """The EPSG code of a delivery, from the file or ``--crs``; None when neither says.

    Raises :class:`SourceError` for a CRS that has no EPSG code, does not exist, or is not one
    that the layer accepts.
    """
    from_file = None if declared is None else _code(declared, accepted)
    if asked is not None:
        _check_accepted(asked, accepted, file)
        if from_file is not None and from_file != asked:
            found.whole(
                "crs-overridden",
                f"El archivo dice {name(from_file)}, pero se leyó como {name(asked)} porque así "
                "se pidió",
                "Revise en el mapa que las coordenadas caen en su sitio",
            )
        return asked
    if declared is not None and from_file is None:
        raise _refused(
            f"{file}: No se reconoce su sistema de coordenadas ({declared[:80]})",
            f"Diga cuál es con --crs EPSG:n; la capa recibe {_shown(accepted)}",
            file,
        )
    if from_file is not None:
        _check_accepted(from_file, accepted, file)
    return from_file


def unknown(file: str, candidates: Sequence[int], accepted: Sequence[int]) -> SourceError:
    """The refusal of coordinates without a CRS, naming those by which they fall in the extent."""
    if candidates:
        hint = f"Por sus valores podría ser {_shown(candidates)}"
    else:
        hint = "Con ninguno de los usuales caen en la extensión de la capa"
    remedy = (
        f"{hint}. Pregunte a quien hizo el archivo y entréguelo con --crs EPSG:n; "
        f"la capa recibe {_shown(accepted)}"
    )
    return _refused(f"{file}: No dice en qué sistema de coordenadas está", remedy, file)


def candidates(x: Any, y: Any, extent: Extent, accepted: Iterable[int]) -> list[int]:
    """EPSG codes by which most of the points fall in the extent, likeliest first."""
    sample = np.linspace(0, len(x) - 1, min(len(x), 200)).astype(int)
    fitting = []
    for code in dict.fromkeys([*COMMON, *accepted, *URBAN_GRIDS]):
        lon, lat = to_degrees(x[sample], y[sample], code)
        west, south, east, north = extent.as_tuple()
        inside = (lon >= west) & (lon <= east) & (lat >= south) & (lat <= north)
        if inside.mean() > 0.5:
            fitting.append(code)
    return fitting


def to_degrees(x: Any, y: Any, code: int) -> tuple[Any, Any]:
    """Longitude and latitude (WGS 84); infinite where the CRS means nothing."""
    if code == DEGREES:
        return np.asarray(x, dtype=float), np.asarray(y, dtype=float)
    try:
        lon, lat = transformer(code, DEGREES).transform(x, y)
    except (ProjError, CRSError):
        return np.full(len(x), np.inf), np.full(len(x), np.inf)
    return np.asarray(lon, dtype=float), np.asarray(lat, dtype=float)


@cache
def transformer(source: int, target: int) -> pyproj.Transformer:
    """x/y to x/y, never by a «ballpark» operation that ignores the datum."""
    return pyproj.Transformer.from_crs(source, target, always_xy=True, allow_ballpark=False)


def name(code: int) -> str:
    """``EPSG:9377 (MAGNA-SIRGAS 2018 / Origen-Nacional)``."""
    return f"EPSG:{code} ({pyproj.CRS.from_epsg(code).name})"


def check_code(code: int) -> None:
    """Raise :class:`SourceError` when EPSG has no such CRS."""
    try:
        pyproj.CRS.from_epsg(code)
    except CRSError:
        raise SourceError(
            f"No existe el sistema de coordenadas EPSG:{code}. Use, por ejemplo, --crs EPSG:9377.",
            remedy="--crs EPSG:n",
        ) from None


def _code(declared: str, accepted: Sequence[int]) -> int | None:
    """The EPSG code of an authority name, WKT or PROJJSON; known ones told by their parameters."""
    try:
        crs = pyproj.CRS.from_user_input(declared)
    except CRSError:
        return None
    if crs.is_compound:
        crs = crs.sub_crs_list[0]
    if crs.is_bound and crs.source_crs is not None:
        crs = crs.source_crs
    if crs.to_authority(min_confidence=100) == ("OGC", "CRS84"):
        return DEGREES
    code = crs.to_epsg()
    if code is not None:
        return int(code)
    same = (c for c in dict.fromkeys([*accepted, *COMMON]) if _alike(crs, pyproj.CRS.from_epsg(c)))
    return next(same, None)


def _alike(one: pyproj.CRS, other: pyproj.CRS) -> bool:
    if one.equals(other, ignore_axis_order=True):
        return True
    return bool(_parameters(one)) and _parameters(one) == _parameters(other)


def _parameters(crs: pyproj.CRS) -> dict[str, Any]:
    """Projection and ellipsoid as numbers, the names set aside (ESRI writes its own)."""
    if crs.coordinate_operation is None or crs.ellipsoid is None:
        return {}
    values = {p.name.lower(): round(float(p.value), 9) for p in crs.coordinate_operation.params}
    axis, flat = crs.ellipsoid.semi_major_metre, crs.ellipsoid.inverse_flattening
    method = crs.coordinate_operation.method_name.lower().replace("_", " ")
    return {**values, "method": method, "a": round(axis, 3), "rf": round(flat, 6)}


def _check_accepted(code: int, accepted: Sequence[int], file: str) -> None:
    check_code(code)
    if code not in accepted:
        raise _refused(
            f"{file}: Está en {name(code)}, que esta capa no recibe",
            f"Reproyéctelo a uno de {_shown(accepted)}",
            file,
        )


def _shown(codes: Sequence[int]) -> str:
    return listed([f"EPSG:{code}" for code in codes]).replace("«", "").replace("»", "")


def _refused(message: str, remedy: str, file: str) -> SourceError:
    return SourceError(f"{message}. {remedy}.", file=file, remedy=remedy)
