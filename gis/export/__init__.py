"""Whole layers as files, in constant memory. One format is one small module and one row here."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal
from uuid import uuid4

import psycopg2
import sqlalchemy as sa

from gis.crs import CRS84, STORAGE, by_code
from gis.errors import InvalidRequest
from gis.export import delimited, geojson, kml
from gis.export.selection import Selection, select
from gis.features.query import Query
from gis.later import Later

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from gis.contract import Access, Layer
    from gis.export import ogr, parquet, sheet
else:
    ogr, parquet, sheet = (Later(f"gis.export.{name}") for name in ("ogr", "parquet", "sheet"))

FormatName = Literal["csv", "geojson", "gpkg", "fgb", "kml", "parquet", "shp", "xlsx"]


@dataclass(frozen=True, slots=True)
class Format:
    """One file format. ``writer`` gives what writes it, loaded by then; that returns the number
    of rows it wrote."""

    label: str
    media_type: str
    extension: str
    writer: Callable[[], Callable[[sa.Connection, Selection, Path], int]]
    crs: int
    """EPSG code when none is asked for."""
    placed: bool = False
    """Whether it carries nothing but features with a geometry column."""


FORMATS: dict[FormatName, Format] = {
    "csv": Format("CSV", "text/csv", "csv", lambda: delimited.write, CRS84.srid),
    "geojson": Format(
        "GeoJSON", "application/geo+json", "geojson", lambda: geojson.write, CRS84.srid
    ),
    "gpkg": Format(
        "GeoPackage",
        "application/geopackage+sqlite3",
        "gpkg",
        lambda: ogr.write_geopackage,
        STORAGE.srid,
    ),
    "fgb": Format(
        "FlatGeobuf",
        "application/flatgeobuf",
        "fgb",
        lambda: ogr.write_flatgeobuf,
        CRS84.srid,
        True,
    ),
    "kml": Format(
        "KML", "application/vnd.google-earth.kml+xml", "kml", lambda: kml.write, CRS84.srid, True
    ),
    "parquet": Format(
        "GeoParquet",
        "application/vnd.apache.parquet",
        "parquet",
        lambda: parquet.write,
        STORAGE.srid,
    ),
    "shp": Format(
        "Shapefile (ZIP)", "application/zip", "zip", lambda: ogr.write_shapefile, STORAGE.srid, True
    ),
    "xlsx": Format(
        "Excel",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "xlsx",
        lambda: sheet.write,
        CRS84.srid,
    ),
}


def write(
    conn: sa.Connection,
    layer: Layer,
    access: Access,
    path: Path,
    format: FormatName,
    *,
    fields: tuple[str, ...] = (),
    where: str = "",
    crs: int | None = None,
    as_of: int | None = None,
    notice: str = "",
    query: Query | None = None,
    limit_s: int = 0,
) -> int:
    """Write the layer as ``access`` sees it to ``path``; the number of rows written.

    ``query`` narrows the rows further and may choose their fields, moment and order; its page and
    CRS are not looked at. Otherwise features come in the order of their id, x = easting or
    longitude, and the same state gives the same bytes. ``fields`` empty means all that may be
    seen; ``where`` is CQL2 text over them; ``notice`` goes into the file, with every row where the
    format has no other place. The file appears whole or not at all, within ``limit_s`` seconds of
    the database (0: any). Raises :class:`InvalidRequest` for a field that does not exist or is not
    to be seen, a filter that cannot be read, a CRS that the format cannot carry.
    """
    if format not in FORMATS:
        raise InvalidRequest(
            f"El formato «{format}» no se ofrece; los que hay: {', '.join(FORMATS)}",
            parameter="format",
            value=format,
        )
    chosen = FORMATS[format]
    output = by_code(chosen.crs if crs is None else crs)
    selection = select(
        layer,
        access,
        fields=fields,
        where=where,
        crs=output,
        notice=notice,
        query=Query(as_of=as_of) if query is None else query,
    )
    partial = path.with_name(f".{uuid4().hex}{path.suffix}")
    # A whole layer may take longer than a page is allowed to; until the caller's transaction ends.
    conn.execute(sa.select(sa.func.set_config("statement_timeout", f"{limit_s}s", True)))
    try:
        count = chosen.writer()(conn, selection, partial)
        os.replace(partial, path)
    except (sa.exc.DataError, psycopg2.DataError) as error:
        raise InvalidRequest(
            "El filtro compara un campo con un valor de otra clase", parameter="where", value=where
        ) from error
    finally:
        partial.unlink(missing_ok=True)
    return count


__all__ = ["FORMATS", "Format", "FormatName", "write"]
