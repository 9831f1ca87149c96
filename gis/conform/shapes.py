"""Geometry in its declared type: there, readable, not empty, in two dimensions, single or Multi."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import shapely
from shapely import GeometryType as Kind

from gis.conform.repairs import said
from gis.findings import Severity
from gis.spelling import counted, listed

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

    from gis.conform.collector import Collector
    from gis.contract import Geometry

NAMES = {
    Kind.POINT: "punto", Kind.LINESTRING: "línea", Kind.LINEARRING: "anillo",
    Kind.POLYGON: "polígono", Kind.MULTIPOINT: "multipunto", Kind.MULTILINESTRING: "multilínea",
    Kind.MULTIPOLYGON: "multipolígono", Kind.GEOMETRYCOLLECTION: "colección de geometrías",
}  # fmt: skip
PLACES = ("longitud", "latitud")
"""Fields of findings on coordinates that could not be read: those rows have been told why."""
SINGLE = {"Point": Kind.POINT, "LineString": Kind.LINESTRING, "Polygon": Kind.POLYGON}
MULTI = {
    Kind.POINT: Kind.MULTIPOINT,
    Kind.LINESTRING: Kind.MULTILINESTRING,
    Kind.POLYGON: Kind.MULTIPOLYGON,
}
_TO_MULTI = {
    Kind.POINT: shapely.multipoints,
    Kind.LINESTRING: shapely.multilinestrings,
    Kind.POLYGON: shapely.multipolygons,
}


def single_kind(geometry: Geometry) -> Kind:
    """The kind of one part of the declared type."""
    return SINGLE[geometry.type.removeprefix("Multi")]


TOLD = ("half-coordinate", "not-geocoded")
"""Findings that say already why a row has no place."""


def in_place(
    shapes: Any, rows: pd.Index[int], geometry: Geometry, unreadable: Mapping[int, str],
    found: Collector,
) -> Any:  # fmt: skip
    """The shapes that are there; absent, unreadable and empty ones become None and are said."""
    missing = shapely.is_missing(shapes)
    broken = missing & rows.isin(list(unreadable))
    if broken.any():
        why = [unreadable[int(row)] for row in rows[broken]]
        found.rows(
            "unreadable-geometry",
            rows[broken],
            [f"La geometría no se puede leer: {reason}" for reason in why],
            "Corríjala o dibújela de nuevo en el programa de SIG",
        )
    empty = shapely.is_empty(shapes) & ~missing
    if empty.any():
        found.rows(
            "empty-geometry", rows[empty], "La geometría está vacía (no tiene coordenadas)",
            "Dibújela, o borre la fila",
        )  # fmt: skip
    told = {f.row for f in found.findings if f.field in PLACES or f.rule in TOLD}
    _say_absent(rows[missing & ~broken & ~rows.isin(list(told))], geometry, found)
    return np.where(missing | empty, None, shapes)


def typed(shapes: Any, rows: pd.Index[int], geometry: Geometry, found: Collector) -> Any:
    """The shapes in the declared type: singles promoted to Multi, Multis of one part unwrapped.

    Any other type, and several parts where one is declared, are blocking and become None.
    """
    kind = single_kind(geometry)
    kinds = shapely.get_type_id(shapes)
    present = kinds >= 0
    single, multi = kinds == kind, kinds == MULTI[kind]
    wrong = present & ~single & ~multi
    if wrong.any():
        found.rows(
            "wrong-geometry-type",
            rows[wrong],
            [
                f"Es {NAMES.get(Kind(k), 'otra cosa')} y la capa es de {NAMES[kind]}s"
                for k in kinds[wrong]
            ],
            "Revise que es la capa correcta; separe las colecciones por tipo",
        )
    result = np.where(wrong, None, shapes)
    if geometry.is_multi:
        return _promoted(result, single, kind, found)
    return _unwrapped(result, multi, rows, kind, found)


def flat(shapes: Any, rows: pd.Index[int], asked: bool, found: Collector) -> Any:
    """The shapes in two dimensions. Heights or measures other than zero are lost only if asked."""
    present = ~shapely.is_missing(shapes)
    deep = present & (shapely.has_z(shapes) | shapely.has_m(shapes))
    if not deep.any():
        if asked:
            said(found, "force_2d", 0, "geometría")
        return shapes
    places = np.flatnonzero(deep)
    telling = deep.copy()
    telling[places] = [_tells(shape) for shape in shapes[places]]
    result = shapes.copy()
    flattened = deep if asked else deep & ~telling
    result[flattened] = shapely.force_2d(shapes[flattened])
    if asked:
        said(found, "force_2d", int(deep.sum()), "geometría")
    else:
        if flattened.any():
            found.whole(
                "third-dimension",
                f"{counted(int(flattened.sum()), 'geometría')} con Z o M en cero: se guarda en 2D",
                "Ninguno: no se pierde nada",
                severity=Severity.INFO,
            )
        if telling.any():
            found.rows(
                "third-dimension", rows[telling],
                "Trae alturas (Z) o medidas (M), que la capa no guarda",
                "Entréguela en 2D, o con --repair force_2d si se pueden descartar",
            )  # fmt: skip
            result[telling] = None
    return result


def _tells(shape: Any) -> bool:
    """Whether Z or M says anything: some value that is neither zero nor missing."""
    values = shapely.get_coordinates(
        shape, include_z=shapely.has_z(shape), include_m=shapely.has_m(shape)
    )[:, 2:]
    return bool(np.any(np.nan_to_num(values) != 0))


def _say_absent(rows: pd.Index[int], geometry: Geometry, found: Collector) -> None:
    if not len(rows):
        return
    if geometry.required:
        found.rows(
            "missing-geometry", rows, "No tiene geometría (coordenadas vacías o ilegibles)",
            "Agregue las coordenadas, o borre la fila",
        )  # fmt: skip
    else:
        where = listed(rows, limit=10).replace("«", "").replace("»", "")
        found.whole(
            "no-geometry",
            f"{len(rows)} sitios no tienen ubicación (filas {where}): se muestran en la tabla y no "
            "en el mapa",
            "Ninguno si no se conoce el sitio",
        )


def _promoted(shapes: Any, single: Any, kind: Kind, found: Collector) -> Any:
    result = shapes.copy()
    places = np.flatnonzero(single)
    if len(places):
        result[places] = _TO_MULTI[kind](shapes[places], indices=np.arange(len(places)))
        found.whole(
            "converted",
            f"{counted(len(places), 'geometría')} de una parte a {NAMES[MULTI[kind]]}",
            "Ninguno: no se pierde nada",
        )
    return result


def _unwrapped(shapes: Any, multi: Any, rows: pd.Index[int], kind: Kind, found: Collector) -> Any:
    parts = shapely.get_num_geometries(shapes)
    result = shapes.copy()
    one, several = multi & (parts == 1), multi & (parts > 1)
    if one.any():
        result[one] = shapely.get_geometry(shapes[one], 0)
        found.whole(
            "converted",
            f"{counted(int(one.sum()), NAMES[MULTI[kind]])} de una sola parte a {NAMES[kind]}",
            "Ninguno: no se pierde nada",
        )
    if several.any():
        found.rows(
            "several-parts",
            rows[several],
            [f"Tiene {n} partes y la capa admite una por elemento" for n in parts[several]],
            "Sepárelas en filas («Multipart to singleparts»), cada una con su llave",
        )
        result[several] = None
    return result
