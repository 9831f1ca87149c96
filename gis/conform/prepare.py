"""The whole way of a delivery: read, filter, match, repair, convert, place, check."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import shapely

from gis.conform import coordinates, duplicates, position, reference, shapes, validity, values
from gis.conform.addresses import by_address
from gis.conform.collector import Collector
from gis.conform.columns import match
from gis.conform.dissolve import dissolve
from gis.conform.repairs import check_repairs, delivered_text, repair_text
from gis.demonstration import says_so
from gis.errors import DeliveryRefused, InvalidRequest
from gis.findings import Finding, Severity
from gis.sources import Delivered, Source, digest, read
from gis.sources.where import keep

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    import pandas as pd

    from gis.conform.addresses import Addresses
    from gis.conform.columns import Columns
    from gis.contract import Extent, Layer
    from gis.contract.rules import Rule, Surroundings

    Progress = Callable[[str, float], None]

GEOMETRY = "geom"


@dataclass(frozen=True, slots=True)
class Conformed:
    """What a delivery comes to. Nothing here depends on what the store holds.

    ``rows`` are those that may enter: the declared fields in order, then ``geom`` (EPSG:9377,
    x = easting, two dimensions, valid, exteriors counter-clockwise) for a layer with geometry;
    the index is the row number of the source. Kinds: text ``object`` of str or None · integer
    ``Int64`` · number ``Float64`` · boolean ``boolean`` · date ``object`` of ``datetime.date`` or
    None · timestamp ``datetime64[us, UTC]``. Rows with a blocking finding are left out of it.
    """

    rows: pd.DataFrame | gpd.GeoDataFrame
    findings: tuple[Finding, ...]
    """Every finding of every severity, in order of row; those of the whole delivery first."""
    refused: frozenset[int]
    """Row numbers with a blocking finding."""
    delivered: pd.DataFrame
    """The refused rows as delivered, as text, geometry as WKT in the delivery's own CRS."""
    source: Source
    demonstration: bool = False
    """Whether the file is one of ours that says it only demonstrates; what it writes does too."""
    absent: frozenset[str] = frozenset()
    """Fields the delivery has no column for: it says nothing of them. In ``rows`` they are null."""


def prepare(
    path: Path,
    layer: Layer,
    *,
    extent: Extent,
    surroundings: Surroundings,
    where: str = "",
    mapping: Mapping[str, str] | None = None,
    crs: int | None = None,
    encoding: str | None = None,
    part: str = "",
    repairs: frozenset[str] = frozenset(),
    addresses: Addresses | None = None,
    progress: Progress | None = None,
) -> Conformed:
    """Read a file and conform it to a layer.

    ``extent`` is where features must lie when the layer declares no extent of its own (CRS84).
    ``where`` is CQL2 text over the file's own columns; ``mapping`` is field → column (also
    ``longitud``, ``latitud``, ``geometria``); ``crs`` an EPSG code; ``part`` the sheet or inner
    layer; ``addresses`` the choice to place by address the rows of a file without coordinates.
    Problems in data are findings; :class:`gis.errors.SourceError` is for a file that cannot be
    read, :class:`DeliveryRefused` (with all findings) for one that lacks a required column, and
    :class:`gis.errors.InvalidRequest` for an option that makes no sense.
    ``progress`` is told the phase and how much of the whole is done (0 to 1).
    """
    told = progress or (lambda phase, done: None)
    check_repairs(repairs)
    if crs is not None:
        reference.check_code(crs)
    told("leer", 0.0)
    delivered = read(path, encoding=encoding, part=part, prefer=(layer.name, layer.title))
    source = Source(
        name=path.name, sha256=digest(path), size=path.stat().st_size, format=delivered.format,
        rows=len(delivered.table), encoding=delivered.encoding, part=delivered.part,
        options=_options(where, mapping or {}, crs, encoding, part, addresses),
        repairs=tuple(sorted(repairs)),
    )  # fmt: skip
    done = conform(
        delivered, source, layer, extent=extent, surroundings=surroundings, where=where,
        mapping=mapping or {}, crs=crs, repairs=repairs, addresses=addresses, progress=told,
    )  # fmt: skip
    return replace(done, demonstration=says_so(delivered.table, path))


def conform(
    delivered: Delivered,
    source: Source,
    layer: Layer,
    *,
    extent: Extent,
    surroundings: Surroundings,
    where: str = "",
    mapping: Mapping[str, str] | None = None,
    crs: int | None = None,
    repairs: frozenset[str] = frozenset(),
    addresses: Addresses | None = None,
    progress: Progress | None = None,
) -> Conformed:
    """Conform rows already read; see :func:`prepare`. Never changes ``delivered``."""
    told = progress or (lambda phase, done: None)
    found = Collector(delivered.notes)
    if where:
        delivered = _filtered(delivered, where, found)
    has_shapes = delivered.shapes is not None
    columns = match(layer, list(delivered.table.columns), mapping or {}, has_shapes, found)
    told("convertir", 0.35)
    table = repair_text(delivered.table, layer, columns, repairs, found)
    rows = values.convert(
        layer, table, columns, delivered.formulas, found, blank_invalid="blank_invalid" in repairs
    )
    values.look_over(layer, rows, found)
    told("ubicar", 0.55)
    sited = delivered
    if addresses is not None:
        sited = by_address(delivered, table, layer, columns, addresses, found)
    placed, raw, code = _placed(sited, table, layer, columns, layer.extent or extent, crs,
                                repairs, found, source.name)  # fmt: skip
    told("comparar", 0.8)
    every, of_parts = rows, []
    if "dissolve" in repairs:
        of_parts = [rule for rule in layer.rules if getattr(rule, "of_parts", False)]
        _rules(of_parts, _frame(rows, placed), surroundings, found)
    rows, placed = _single(layer, rows, placed, repairs, found)
    told("reglas", 0.9)
    frame = _frame(rows, placed)
    _rules([rule for rule in layer.rules if rule not in of_parts], frame, surroundings, found)
    _refuse_whole(layer, found)
    refused = frozenset(found.refused)
    kept = _only(frame, ~frame.index.isin(list(refused)))
    findings = _located(layer, found.findings, every, delivered.table.index, raw, code)
    told("listo", 1.0)
    return Conformed(
        rows=kept,
        findings=findings,
        refused=refused,
        delivered=_as_delivered(delivered, refused),
        source=replace(source, crs=code),
        absent=frozenset(layer.field_names) - set(columns.fields),
    )


def _filtered(delivered: Delivered, where: str, found: Collector) -> Delivered:
    chosen = keep(delivered.table, where).to_numpy()
    if not chosen.any():
        raise InvalidRequest(
            f"El filtro «{where}» no deja ninguna de las {len(chosen)} filas: revise sus valores",
            parameter="--where",
            value=where,
        )
    found.whole(
        "filtered",
        f"El filtro «{where}» dejó {int(chosen.sum())} de {len(chosen)} filas",
        "Ninguno: se pidió así",
    )
    return replace(
        delivered,
        table=delivered.table[chosen],
        shapes=None if delivered.shapes is None else delivered.shapes[chosen],
    )


def _placed(
    delivered: Delivered, table: pd.DataFrame, layer: Layer, columns: Columns, extent: Extent,
    crs: int | None, repairs: frozenset[str], found: Collector, file: str,
) -> tuple[Any | None, Any | None, int | None]:  # fmt: skip
    """Geometry in EPSG:9377 as declared, None where refused; as delivered; and its EPSG code."""
    geometry = layer.geometry
    if geometry is None:
        if delivered.shapes is not None:
            found.whole(
                "geometry-ignored", "La capa es una tabla: la geometría del archivo no se guarda",
                "Ninguno",
            )  # fmt: skip
        return None, None, None
    raw, unreadable = delivered.shapes, delivered.unreadable
    if raw is None:
        raw, unreadable = coordinates.shapes_of(table, layer, columns, found, file)
    code = _reference(delivered, raw, layer, extent, crs, found, file)
    index = table.index
    there = shapes.in_place(raw, index, geometry, unreadable, found)
    there = shapes.typed(there, index, geometry, found)
    there = shapes.flat(there, index, "force_2d" in repairs, found)
    stored = position.place(
        there, index, code, extent, geometry.accepted_crs, "swap_axes" in repairs, found
    )
    return validity.valid(stored, index, geometry, "make_valid" in repairs, found), raw, code


def _reference(
    delivered: Delivered, raw: Any, layer: Layer, extent: Extent, crs: int | None,
    found: Collector, file: str,
) -> int:  # fmt: skip
    accepted = layer.geometry.accepted_crs if layer.geometry else ()
    code = reference.resolve(delivered.crs, crs, accepted, found, file)
    if code is not None:
        return code
    if delivered.shapes is None:
        return coordinates.crs_of(raw, extent, layer, found, file)
    bounds = shapely.bounds(raw)
    bounds = bounds[np.isfinite(bounds).all(axis=1)]
    x, y = (bounds[:, 0] + bounds[:, 2]) / 2, (bounds[:, 1] + bounds[:, 3]) / 2
    likely = reference.candidates(x, y, extent, accepted) if len(x) else []
    raise reference.unknown(file, likely, accepted)


def _single(
    layer: Layer, rows: pd.DataFrame, placed: Any | None, repairs: frozenset[str], found: Collector
) -> tuple[pd.DataFrame, Any | None]:
    """Rows told apart: repeats refused or dropped, parts dissolved, keys checked."""
    sound = ~rows.index.isin(found.refused)
    if "drop_duplicates" in repairs or "dissolve" not in repairs:
        usable = None if placed is None else placed[sound]
        repeats = duplicates.exact(
            layer, _only(rows, sound), usable, "drop_duplicates" in repairs, found
        )
        kept = ~rows.index.isin(repeats.index[repeats.to_numpy()])
        if "drop_duplicates" in repairs:
            rows, placed = rows[kept], None if placed is None else placed[kept]
    if "dissolve" in repairs:
        rows, placed = dissolve(layer, rows, placed, found)
    duplicates.keys(layer, _only(rows, ~rows.index.isin(_repeats(found))), found)
    if placed is not None:
        sound = ~rows.index.isin(found.refused)
        duplicates.places(placed[sound], rows.index[sound], found)
    return rows, placed


def _only(rows: pd.DataFrame, chosen: Any) -> pd.DataFrame:
    """The rows chosen; the frame itself, uncopied, when that is all of them."""
    return rows if chosen.all() else rows[chosen]


def _repeats(found: Collector) -> set[int]:
    return {f.row for f in found.findings if f.rule == "duplicate-row" and f.row is not None}


def _frame(rows: pd.DataFrame, placed: Any | None) -> pd.DataFrame | gpd.GeoDataFrame:
    if placed is None:
        return rows
    frame = rows.copy(deep=False)
    frame[GEOMETRY] = gpd.array.GeometryArray(placed, crs=reference.STORAGE)
    return gpd.GeoDataFrame(frame, geometry=GEOMETRY, crs=reference.STORAGE)


def _rules(
    rules: Sequence[Rule], frame: pd.DataFrame | gpd.GeoDataFrame, surroundings: Surroundings,
    found: Collector,
) -> None:  # fmt: skip
    """Rules the layer declares, over the rows that may still enter."""
    sound = _only(frame, ~frame.index.isin(list(found.refused)))
    if sound.empty:
        return
    for name in _unknown(rules, surroundings):
        found.whole(
            "not-compared",
            f"No se comparó con «{name}», que no tiene datos (los de demostración no cuentan)",
            "Cargue esa capa y repita la revisión, si la comparación importa",
        )
    for rule in rules:
        for finding in rule.check(sound, surroundings):
            found.findings.append(finding)
            if finding.severity is Severity.BLOCKING and finding.row is not None:
                found.refused.add(finding.row)


def _unknown(rules: Sequence[Rule], surroundings: Surroundings) -> list[str]:
    """Layers that rules compare with and nobody has loaded."""
    named = [
        name
        for rule in rules
        for name in (getattr(rule, "layer", ""), *getattr(rule, "also", ()))
        if name
    ]
    return [name for name in dict.fromkeys(named) if surroundings.features(name) is None]


def _refuse_whole(layer: Layer, found: Collector) -> None:
    """Raise when what is wrong is the file and not its rows: no row of it can be judged."""
    whole = [f for f in found.findings if f.row is None and f.severity is Severity.BLOCKING]
    if whole:
        raise DeliveryRefused(
            "; ".join(f"{f.message}. {f.remedy}" for f in whole), found.findings, layer=layer.name
        )


def _located(
    layer: Layer, findings: list[Finding], rows: pd.DataFrame, index: pd.Index[int],
    raw: Any | None, code: int | None,
) -> tuple[Finding, ...]:  # fmt: skip
    """The findings in order, each with the feature it is about and where it was delivered."""
    numbers = {f.row for f in findings if f.row is not None}
    features = _features(layer, rows, numbers)
    where = {} if raw is None or code is None else _points(index, raw, code, numbers)
    told = []
    for finding in findings:
        row = finding.row
        if row is not None:
            lon, lat = where.get(row, (None, None))
            finding = replace(
                finding,
                feature=finding.feature or features.get(row),
                lon=lon if finding.lon is None else finding.lon,
                lat=lat if finding.lat is None else finding.lat,
            )
        told.append(finding)
    return tuple(sorted(told, key=lambda f: (f.row is not None, f.row or 0)))


def _features(layer: Layer, rows: pd.DataFrame, numbers: set[int]) -> dict[int, str]:
    if not layer.key:
        return {}
    some = rows[rows.index.isin(list(numbers))]
    some = some[some[list(layer.key)].notna().all(axis=1).to_numpy()]
    texts = duplicates.key_text(layer, some)
    return {int(str(row)): str(text) for row, text in texts.items()}


def _points(
    index: pd.Index[int], placed: Any, code: int, numbers: set[int]
) -> dict[int, tuple[float, float]]:
    """Longitude and latitude of a point of each row's geometry, where it means something."""
    chosen = index.isin(list(numbers)) & ~shapely.is_missing(placed) & ~shapely.is_empty(placed)
    if not chosen.any():
        return {}
    middles = shapely.centroid(shapely.force_2d(placed[chosen]))
    lon, lat = reference.to_degrees(shapely.get_x(middles), shapely.get_y(middles), code)
    sensible = np.isfinite(lon) & np.isfinite(lat) & (np.abs(lon) <= 180) & (np.abs(lat) <= 90)
    return {
        int(row): (round(float(x), 7), round(float(y), 7))
        for row, x, y, good in zip(index[chosen], lon, lat, sensible, strict=True)
        if good
    }


def _as_delivered(delivered: Delivered, refused: frozenset[int]) -> pd.DataFrame:
    chosen = delivered.table.index.isin(list(refused))
    table = delivered_text(delivered.table[chosen])
    if delivered.shapes is not None:
        table = table.assign(
            geometria=shapely.to_wkt(delivered.shapes[chosen], rounding_precision=-1)
        )
    return table


def _options(
    where: str,
    mapping: Mapping[str, str],
    crs: int | None,
    encoding: str | None,
    part: str,
    addresses: Addresses | None,
) -> tuple[tuple[str, str], ...]:
    given = {
        "where": where,
        "map": " ".join(f"{field}={column}" for field, column in sorted(mapping.items())),
        "crs": "" if crs is None else f"EPSG:{crs}",
        "encoding": encoding or "",
        "part": part,
        **(addresses.options if addresses else {}),
    }
    return tuple((name, value) for name, value in given.items() if value)


__all__ = ["GEOMETRY", "Conformed", "conform", "prepare"]
