"""Files as delivered: read hostile until proved otherwise, and nothing typed by guess."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gis.sources import delimited, parquet, shapefile, vector, workbook
from gis.sources.delivered import ROW, Delivered, Source, digest
from gis.sources.encoding import check_encoding
from gis.sources.recognise import recognise

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

__all__ = ["ROW", "Delivered", "Source", "digest", "read"]


def read(
    path: Path, *, encoding: str | None = None, part: str = "", prefer: Sequence[str] = ()
) -> Delivered:
    """Read a file of any accepted format.

    ``part`` names the sheet or inner layer; without it a file with several is read only when
    exactly one of them is called as one of ``prefer``. Raises :class:`gis.errors.SourceError`
    (what, where, why, what to do) and :class:`gis.errors.InvalidRequest` for an option that
    does not exist.
    """
    if encoding:
        check_encoding(encoding)
    kind = recognise(path)
    if kind == "CSV":
        return delimited.read(path, encoding)
    if kind == "XLSX":
        return workbook.read(path, part, prefer)
    if kind == "GeoPackage":
        return vector.read_geopackage(path, part, prefer)
    if kind == "Shapefile":
        return shapefile.read(path, part, prefer, encoding)
    if kind == "GeoParquet":
        return parquet.read(path)
    return vector.read_geojson(path, encoding, lines=kind == "NDJSON")
