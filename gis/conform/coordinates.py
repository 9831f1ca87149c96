"""Points and shapes from columns of a CSV or worksheet: longitude and latitude, or WKT."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from gis.conform import reference
from gis.conform.values import number_remedy
from gis.contract.convert import as_text, decimal, is_blank
from gis.errors import SourceError
from gis.spelling import listed

if TYPE_CHECKING:
    import pandas as pd

    from gis.conform.collector import Collector
    from gis.conform.columns import Columns
    from gis.contract import Extent, Layer


def shapes_of(
    table: pd.DataFrame, layer: Layer, columns: Columns, found: Collector, file: str
) -> tuple[Any, dict[int, str]]:
    """One geometry or None per row, and why a WKT could not be read, by row.

    Raises :class:`SourceError` when the layer needs geometry and no column places the rows.
    """
    if columns.shape:
        return _from_wkt(table[columns.shape], found)
    if columns.longitude and columns.latitude:
        return _from_numbers(table, columns.longitude, columns.latitude, found), {}
    if layer.geometry is not None and layer.geometry.required:
        raise SourceError(
            f"{file}: No trae coordenadas: no hay columnas longitud y latitud (ni geometria con "
            f"WKT); tiene {listed(table.columns, limit=12)}. "
            "Si se llaman de otra manera, use --map longitud=COLUMNA --map latitud=COLUMNA.",
            file=file,
            remedy="--map longitud=COLUMNA --map latitud=COLUMNA",
        )
    return np.full(len(table), None, dtype=object), {}


def crs_of(shapes: Any, extent: Extent, layer: Layer, found: Collector, file: str) -> int:
    """The CRS of coordinates that come without one: degrees are WGS 84, and that is said.

    Raises :class:`SourceError` for anything else, naming what it could be.
    """
    present = shapes[~shapely.is_missing(shapes)]
    x, y = _middles(present)
    accepted = layer.geometry.accepted_crs if layer.geometry else ()
    degrees = (np.abs(x) <= 180) & (np.abs(y) <= 90)
    if len(x) and degrees.mean() < 0.5:
        raise reference.unknown(file, reference.candidates(x, y, extent, accepted), accepted)
    found.whole(
        "crs-assumed",
        "Las coordenadas son grados y el archivo no dice su sistema: se leyeron como EPSG:4326 "
        "(WGS 84)",
        "Ninguno si vienen de un GPS o del celular; si son de otro sistema, use --crs EPSG:n",
    )
    return reference.DEGREES


def _middles(shapes: Any) -> tuple[Any, Any]:
    bounds = shapely.bounds(shapes)
    bounds = bounds[np.isfinite(bounds).all(axis=1)]
    return (bounds[:, 0] + bounds[:, 2]) / 2, (bounds[:, 1] + bounds[:, 3]) / 2


def _from_numbers(table: pd.DataFrame, longitude: str, latitude: str, found: Collector) -> Any:
    numbers = []
    wrong = np.zeros(len(table), dtype=bool)
    for place, column in (("longitud", longitude), ("latitud", latitude)):
        converted = decimal(table[column], None, None)
        invalid = converted.invalid.to_numpy()
        if invalid.any():
            _say_unreadable(place, column, table.loc[invalid, column], found)
        wrong |= invalid
        numbers.append(converted.values.to_numpy(dtype="float64", na_value=np.nan))
    x, y = numbers
    half = (np.isnan(x) ^ np.isnan(y)) & ~wrong
    if half.any():
        found.rows(
            "half-coordinate", table.index[half], "Trae la longitud o la latitud, pero no ambas",
            "Complete la coordenada, o deje las dos vacías si no se conoce el sitio",
        )  # fmt: skip
    shapes = np.full(len(table), None, dtype=object)
    both = ~np.isnan(x) & ~np.isnan(y)
    shapes[both] = shapely.points(x[both], y[both])
    found.whole(
        "coordinate-columns",
        f"El punto se tomó de las columnas «{longitude}» (longitud) y «{latitude}» (latitud)",
        "Ninguno; si no son esas, use --map longitud=COLUMNA --map latitud=COLUMNA",
    )
    return shapes


def _say_unreadable(place: str, column: str, wrong: pd.Series[Any], found: Collector) -> None:
    shown = as_text(wrong)
    found.rows(
        "invalid-value",
        wrong.index,
        [f"La {place} «{value}» no es un número con punto decimal" for value in shown],
        [number_remedy(str(value)) or "Escriba la coordenada en números" for value in shown],
        field=place,
        values=shown.tolist(),
    )


def _from_wkt(column: pd.Series[Any], found: Collector) -> tuple[Any, dict[int, str]]:
    blank = is_blank(column).to_numpy()
    texts = as_text(column).to_numpy(dtype=object, copy=True)
    texts[blank] = None
    shapes = shapely.from_wkt(texts, on_invalid="ignore")
    broken = shapely.is_missing(shapes) & ~blank
    why = {int(row): "el texto no es WKT" for row in column.index[broken]}
    found.whole(
        "coordinate-columns",
        f"La geometría se tomó de la columna «{column.name}», en WKT",
        "Ninguno; si no es esa, use --map geometria=COLUMNA",
    )
    return shapes, why
