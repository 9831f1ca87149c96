"""Rows that are proved by the data themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gis.contract.derived import Counted
from publishers.compliance.verdict import Verdict, failed, judged, met, not_applicable, unproved

if TYPE_CHECKING:
    from publishers.compliance.evidence import Evidence

MILLIMETRE = 0.001
WRITTEN_M = 0.02
"""GeoJSON has seven decimals of a degree: what the other file may differ from it."""
COUNTRY = (-82.0, -5.0, -66.0, 14.0)
"""West, south, east, north: where the portal takes coordinates for Colombian."""
MULTI = frozenset({"Point", "MultiPoint", "LineString", "MultiLineString", "Polygon",
                   "MultiPolygon"})  # fmt: skip
TABLE = "El conjunto es una tabla, sin geometría"


def origin(e: Evidence) -> Verdict:
    """Row 1. The GeoPackage is in EPSG:9377 and says the same places as the GeoJSON; the library
    puts the projection's own origin where the resolution does, to the millimetre."""
    if not e.record.geometry_type:
        return not_applicable(TABLE)
    if e.shapes is None:
        return failed("No está el GeoPackage o el GeoJSON")
    faults = []
    if e.shapes.package_crs != "EPSG:9377":
        faults.append(f"el GeoPackage está en {e.shapes.package_crs or 'un sistema sin nombre'}")
    if e.shapes.apart_m > WRITTEN_M:
        faults.append(f"sus elementos se apartan {e.shapes.apart_m:.3f} m de los del GeoJSON")
    if e.origin_error_m > MILLIMETRE:
        faults.append(f"el origen de la proyección se aparta {e.origin_error_m:.4f} m")
    apart = f"{e.shapes.apart_m * 1000:.1f} mm"
    return judged(
        faults, f"GeoPackage en EPSG:9377; a {apart} del GeoJSON; origen de la proyección a ≤ 1 mm"
    )


def impersonal(e: Evidence) -> Verdict:
    """Row 17. Only public columns, and nothing in the bytes that looks like a person's data."""
    public = {variable.name for variable in e.record.variables} | {"longitud", "latitud"}
    columns = set(e.table.columns) if e.table else set()
    extra = sorted(columns - public - {"geometria", "id"})
    if extra:
        return failed(f"Salen columnas que no son públicas: {', '.join(extra)}")
    if e.personal is None:
        return unproved("Solo salen columnas públicas; el contenido no se ha revisado aquí")
    return judged(list(e.personal), "Solo columnas públicas; nada de personas en los archivos")


def anonymous(e: Evidence) -> Verdict:
    """Row 18. No row of an aggregated dataset tells fewer cases than its contract allows."""
    if not isinstance(e.layer.derived, Counted):
        return not_applicable("El conjunto no cuenta personas")
    k = e.layer.derived.aggregate.k
    if e.table is None:
        return failed("No está la tabla")
    least = e.table.least
    if least is not None and least < k:
        return failed(f"Hay una celda de {least:g}, menos de {k}")
    return met(f"k = {k}; la menor celda dicha es {'ninguna' if least is None else f'{least:g}'}")


def portal_geometry(e: Evidence) -> Verdict:
    """Row 20. WGS 84, two dimensions, one family of types, valid, in the country."""
    if not e.record.geometry_type:
        return not_applicable(TABLE)
    if e.shapes is None:
        return failed("No está el GeoJSON")
    faults = []
    if e.shapes.depth != 2:
        faults.append("hay coordenadas de tres dimensiones")
    families = {kind.removeprefix("Multi") for kind in e.shapes.kinds}
    if len(families) > 1 or not e.shapes.kinds <= MULTI:
        faults.append(f"hay geometrías de varios tipos: {', '.join(sorted(e.shapes.kinds))}")
    if e.shapes.bounds is not None and not _within(e.shapes.bounds):
        faults.append(f"hay coordenadas fuera del país: {e.shapes.bounds}")
    faults += [
        f"{m.value:g} geometrías no válidas (medida {m.id})"
        for m in e.record.quality.measures
        if m.id in ("26", "27") and m.value
    ]
    return judged(faults, "WGS 84, dos dimensiones, un tipo, válida y en el país")


def closed_vocabularies(e: Evidence) -> Verdict:
    """Row 27. Every coded column was measured against its list, and has nothing outside."""
    coded = [v.name for v in e.record.variables if v.codes]
    if not coded:
        return not_applicable("Ningún campo tiene lista de códigos")
    found = {m.field: m for m in e.record.quality.measures if m.id == "18"}
    faults = [f"«{name}» no se midió" for name in coded if name not in found]
    faults += [
        f"«{name}» tiene {found[name].value:.2%} fuera de su lista"
        for name in coded
        if name in found and found[name].value
    ]
    return judged(faults, f"medida 18 en cero para {', '.join(coded)}")


def road_topology(e: Evidence) -> Verdict:
    """Row 28. Undershoots and overshoots were counted, with the tolerance they were counted at."""
    if e.layer.network is None:
        return not_applicable("La capa no es una red")
    found = [m for m in e.record.quality.measures if m.id in ("23", "24")]
    if len(found) < 2:
        return unproved("No se midieron las medidas 23 y 24")
    told = ", ".join(f"{m.value:g} ({m.note})" for m in found)
    return met(f"extremos que no llegan y que se pasan: {told}")


def _within(bounds: tuple[float, float, float, float]) -> bool:
    west, south, east, north = COUNTRY
    return west <= bounds[0] <= bounds[2] <= east and south <= bounds[1] <= bounds[3] <= north
