"""GeoPackage, FlatGeobuf and shapefile, written by GDAL from an Arrow stream."""

from __future__ import annotations

import shutil
import tempfile
import threading
import warnings
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyogrio

from gis.errors import InvalidRequest
from gis.export.arrow import GEOMETRY, Batches

if TYPE_CHECKING:
    import sqlalchemy as sa

    from gis.export.selection import Selection

SAME_DATE = "2000-01-01T00:00:00.000Z"
"""Written as the date of change in every GeoPackage: the same state gives the same bytes."""
ZIP_DATE = (2000, 1, 1, 0, 0, 0)
AT_ONCE = 2_000
"""Rows handed to GDAL together: it gains nothing from more, which take memory."""
INDEX_BYTES = 20_000_000
"""What the spatial index of a GeoPackage may take in memory (some 570 000 features): the rest is
indexed on disk. A thread of its own for it would take as much again."""
SHORT = 10
"""Characters that a shapefile lets a field's name have."""
_SETTINGS = {
    "OGR_CURRENT_DATE": SAME_DATE,
    "OGR_GPKG_MAX_RAM_USAGE_RTREE": str(INDEX_BYTES),
    "OGR_GPKG_ALLOW_THREADED_RTREE": "NO",
}
_gdal = threading.Lock()


def write_geopackage(conn: sa.Connection, selection: Selection, path: Path) -> int:
    """Write a GeoPackage with one layer, named like ours. A table is an attributes table."""
    options: dict[str, Any] = {
        "IDENTIFIER": selection.layer.title,
        "DESCRIPTION": " ".join(
            filter(None, (selection.notice, selection.layer.metadata.abstract))
        ),
    }
    if selection.has_geometry:
        options["GEOMETRY_NAME"] = GEOMETRY
    return _write(conn, selection, path, "GPKG", layer_options=options)


def write_flatgeobuf(conn: sa.Connection, selection: Selection, path: Path) -> int:
    """Write a FlatGeobuf, with its spatial index unless features may lack a geometry."""
    _need_geometry(selection, "FlatGeobuf")
    geometry = selection.layer.geometry
    indexed = geometry is not None and geometry.required
    options = {} if indexed else {"SPATIAL_INDEX": "NO"}
    return _write(conn, selection, path, "FlatGeobuf", layer_options=options)


def write_shapefile(conn: sa.Connection, selection: Selection, path: Path) -> int:
    """Write a zip with a shapefile in UTF-8. Names longer than ten characters are shortened, and
    ``campos.csv`` inside says which is which."""
    _need_geometry(selection, "Shapefile")
    with tempfile.TemporaryDirectory(dir=path.parent) as folder:
        names = short_names([*_names(selection)])
        shape = Path(folder) / f"{selection.layer.name}.shp"
        count = _write(
            conn,
            selection,
            shape,
            "ESRI Shapefile",
            names=names,
            layer_options={"ENCODING": "UTF-8"},
        )
        lines = ["campo_shp,campo", *(f"{short},{name}" for name, short in names.items())]
        (Path(folder) / "campos.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            for file in sorted(Path(folder).iterdir()):
                entry = zipfile.ZipInfo(file.name, ZIP_DATE)
                entry.compress_type = zipfile.ZIP_DEFLATED
                with archive.open(entry, "w") as target, file.open("rb") as source:
                    shutil.copyfileobj(source, target)
    return count


def short_names(names: list[str]) -> dict[str, str]:
    """A different name of at most ten characters for each name.

    >>> short_names(["nombre", "area_oficial_km2", "area_oficial_ha"])
    {'nombre': 'nombre', 'area_oficial_km2': 'area_ofici', 'area_oficial_ha': 'area_ofi_1'}
    """
    short: dict[str, str] = {}
    for name in names:
        candidate, number = name[:SHORT], 0
        while candidate in short.values():
            number += 1
            candidate = f"{name[: SHORT - 1 - len(str(number))]}_{number}"
        short[name] = candidate
    return short


def _write(
    conn: sa.Connection,
    selection: Selection,
    path: Path,
    driver: str,
    *,
    names: dict[str, str] | None = None,
    layer_options: dict[str, Any] | None = None,
) -> int:
    batches = Batches(conn, selection, AT_ONCE)
    stream = batches.reader()
    if names is not None:
        stream = _renamed(stream, names)
    geometry = selection.layer.geometry
    with _gdal, warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        pyogrio.set_gdal_config_options(_SETTINGS)
        try:
            pyogrio.write_arrow(
                stream,
                path,
                layer=selection.layer.name,
                driver=driver,
                geometry_name=GEOMETRY if selection.has_geometry else None,
                geometry_type=geometry.type if geometry and selection.has_geometry else None,
                crs=f"EPSG:{selection.crs.srid}" if selection.has_geometry else None,
                layer_options=layer_options or {},
            )
        except RuntimeError:
            if batches.error is None:
                raise
        finally:
            pyogrio.set_gdal_config_options(dict.fromkeys(_SETTINGS))
    if batches.error is not None:
        raise batches.error
    if any("truncated" in str(warning.message) for warning in said):
        raise InvalidRequest(
            f"{driver} recortaría un texto largo: elija csv, gpkg o parquet",
            parameter="format",
            value=driver,
        )
    return batches.count


def _renamed(stream: pa.RecordBatchReader, names: dict[str, str]) -> pa.RecordBatchReader:
    schema = pa.schema([f.with_name(names.get(f.name, f.name)) for f in stream.schema])
    return pa.RecordBatchReader.from_batches(
        schema, (pa.RecordBatch.from_arrays(batch.columns, schema=schema) for batch in stream)
    )


def _names(selection: Selection) -> list[str]:
    names = [field.name for field in selection.fields]
    return [*names, selection.notice_name()] if selection.notice else names


def _need_geometry(selection: Selection, label: str) -> None:
    if not selection.has_geometry:
        raise InvalidRequest(
            f"{label} no lleva tablas sin geometría: elija csv, xlsx, gpkg o parquet",
            parameter="format",
            value=label,
        )
