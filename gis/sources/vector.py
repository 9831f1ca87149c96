"""GeoJSON, GeoPackage and shapefile: read through GDAL, as an Arrow stream, never by path magic.

GDAL forgives much in silence (an unknown ``crs`` member becomes WGS 84, a broken line of NDJSON
is skipped): what it would forgive is looked for here first.
"""

from __future__ import annotations

import json
import mmap
import re
import shutil
import sqlite3
import tempfile
import warnings
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import numpy as np
import pandas as pd
import pyarrow as pa
import pyogrio
import shapely
from pyogrio.errors import DataLayerError, DataSourceError, FieldError, GeometryError
from pyogrio.raw import read_arrow

from gis.sources.choose import choose
from gis.sources.delivered import ROW, Delivered
from gis.sources.encoding import declared_or_utf8
from gis.sources.heading import unique_names
from gis.sources.recognise import refusal

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from gis.errors import SourceError

GDAL = (DataSourceError, DataLayerError, FieldError, GeometryError, UnicodeDecodeError,
        RuntimeError, pa.ArrowException)  # fmt: skip
CRS_MEMBER = re.compile(
    rb'"crs"\s*:\s*\{\s*"type"\s*:\s*"name"\s*,\s*"properties"\s*:\s*\{\s*"name"\s*:\s*"([^"]*)"'
)
MAX_VERTICES = 100_000_000


def read_geojson(path: Path, encoding: str | None, lines: bool) -> Delivered:
    """Read GeoJSON, or one feature per line. Its CRS is WGS 84 unless a ``crs`` member says other.

    Numbers are numbers; dates stay text. Raises :class:`gis.errors.SourceError`.
    """
    found = declared_or_utf8(path, encoding)
    count = _check_lines(path) if lines else None
    with _in_utf8(path, found) as file:
        table, _ = _features(path, file, None, {"DATE_AS_STRING": "YES"})
    if count is not None and table.num_rows != count:
        raise refusal(
            path, f"De {count} líneas solo {table.num_rows} son elementos GeoJSON",
            "Exporte el archivo otra vez: cada línea debe ser un Feature",
        )  # fmt: skip
    named = None if lines else _named_crs(path)
    shown = "UTF-8" if found.startswith("utf-8") else found
    return _delivered(path, table, named or "EPSG:4326", "GeoJSON", shown, None)


def read_geopackage(path: Path, part: str, prefer: Sequence[str]) -> Delivered:
    """Read one layer of a GeoPackage. Raises :class:`gis.errors.SourceError`."""
    tables = _plain_tables(path)
    try:
        with _quiet():
            layers = [str(name) for name, _ in pyogrio.list_layers(path) if name != "layer_styles"]
    except GDAL as error:
        raise _unreadable(path, error) from error
    chosen = choose(path, "capa", layers, part, prefer)
    if chosen not in tables:
        raise refusal(
            path, f"«{chosen}» no es una tabla sino una vista o consulta guardada",
            "Exporte sus elementos como una capa de un GeoPackage nuevo",
        )  # fmt: skip
    table, crs = _features(path, path, chosen, {})
    return _delivered(path, table, crs, "GeoPackage", "UTF-8", chosen)


def _plain_tables(path: Path) -> set[str]:
    """Names of the tables that hold rows of their own. What makes them up as it is read (a view, a
    virtual table) may never end, or read other files; the catalogue itself may not be one."""
    query = "SELECT name, type = 'table' AND sql NOT LIKE 'CREATE VIRTUAL%' FROM sqlite_master"
    address = f"file:{quote(str(path.resolve()))}?mode=ro&immutable=1"
    try:
        with closing(sqlite3.connect(address, uri=True)) as base:
            found = list(base.execute(query + " WHERE type IN ('table', 'view')"))
    except (sqlite3.Error, UnicodeDecodeError) as error:
        raise _unreadable(path, error) from error
    names = {name for name, plain in found if plain}
    made_up = [name for name, plain in found if not plain and name.lower().startswith("gpkg_")]
    if made_up or "gpkg_contents" not in names:
        raise refusal(
            path, "Su catálogo (gpkg_contents) no es el de un GeoPackage",
            "Expórtelo otra vez y revise que abre en QGIS",
        )  # fmt: skip
    return names


def read_shapefile_at(path: Path, inner: Path, part: str, encoding: str | None) -> Delivered:
    """Read a shapefile taken out to ``inner``; ``path`` is the file it came in."""
    table, crs = _features(path, inner, None, {}, encoding)
    crs = crs if inner.with_suffix(".prj").exists() else None
    return _delivered(path, table, crs, "Shapefile", encoding, part)


def from_wkb(values: Any, first: int = 1) -> tuple[Any, dict[int, str]]:
    """Shapes of an array of WKB, with the reason for each that cannot be read, by row number."""
    shapes = shapely.from_wkb(values, on_invalid="ignore")
    missing = np.array([value is None for value in values], dtype=bool)
    unreadable: dict[int, str] = {}
    for place in np.flatnonzero(shapely.is_missing(shapes) & ~missing):
        try:
            shapely.from_wkb(values[place])
        except (shapely.errors.GEOSException, ValueError) as error:
            unreadable[int(place) + first] = _reason(str(error))
    return shapes, unreadable


@contextmanager
def _quiet() -> Iterator[None]:
    """GDAL's warnings aside: what they are about is looked for and said in Spanish."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)
        yield


@contextmanager
def _in_utf8(path: Path, encoding: str) -> Iterator[Path]:
    """The file itself when it is UTF-8, otherwise a copy in UTF-8 that lives as long as needed."""
    if encoding == "utf-8":
        yield path
        return
    with tempfile.TemporaryDirectory(prefix="sig-") as folder:
        copy = Path(folder) / f"copia{path.suffix}"
        with path.open(encoding=encoding) as source, copy.open("w", encoding="utf-8") as out:
            shutil.copyfileobj(source, out)
        yield copy


def _features(
    path: Path, file: Path, layer: str | None, options: dict[str, str], encoding: str | None = None
) -> tuple[Any, str | None]:
    try:
        with _quiet():
            meta, table = read_arrow(file, layer=layer, encoding=encoding, **options)
    except GDAL as error:
        raise _unreadable(path, error) from error
    if not table.num_rows:
        raise refusal(path, "No trae ningún elemento (0 filas)", "Expórtelo otra vez con sus datos")
    geometry = meta["geometry_name"] or "wkb_geometry"
    if geometry in table.schema.names and geometry != "wkb_geometry":
        names = ["wkb_geometry" if n == geometry else n for n in table.schema.names]
        table = table.rename_columns(names)
    return table, meta["crs"]


def _delivered(
    path: Path, table: Any, crs: str | None, format: str, encoding: str | None, part: str | None
) -> Delivered:
    index = pd.RangeIndex(1, table.num_rows + 1, name=ROW)
    shapes: Any = None
    unreadable: dict[int, str] = {}
    if "wkb_geometry" in table.schema.names:
        column = table.column("wkb_geometry")
        shapes, unreadable = from_wkb(column.to_numpy(zero_copy_only=False))
        table = table.drop_columns(["wkb_geometry"])
        if shapely.get_num_coordinates(shapes).sum() > MAX_VERTICES:
            raise refusal(
                path, f"Tiene más de {MAX_VERTICES:,} vértices", "Pártalo o simplifique la capa"
            )
    frame = _plain(table).to_pandas(types_mapper=pd.ArrowDtype)
    frame.columns = pd.Index(unique_names(list(frame.columns)))
    frame.index = index
    return Delivered(
        table=frame, shapes=shapes, format=format, crs=crs, encoding=encoding, part=part,
        unreadable=unreadable,
    )  # fmt: skip


def _plain(table: Any) -> Any:
    """The table without GDAL's extension types: a JSON object is its text."""
    columns = [
        column.cast(pa.string()) if isinstance(column.type, pa.BaseExtensionType) else column
        for column in table.columns
    ]
    return pa.table(columns, names=table.schema.names)


def _check_lines(path: Path) -> int:
    """How many lines hold something."""
    with path.open("rb") as stream:
        return sum(1 for line in stream if line.strip(b" \t\r\n\x1e"))


def _named_crs(path: Path) -> str | None:
    """The name in the file's ``crs`` member (GeoJSON 2008), as an authority code when it is one."""
    with path.open("rb") as stream, mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ) as data:
        match = CRS_MEMBER.search(data)
        name = match[1].decode("utf-8", "replace") if match else None
    if name is None:
        return None
    code = re.fullmatch(r"urn:ogc:def:crs:(\w+):[\w.]*:(\w+)", name, re.IGNORECASE)
    return f"{code[1]}:{code[2]}" if code else name


def _unreadable(path: Path, error: Exception) -> SourceError:
    where = ""
    if path.suffix.lower() in (".json", ".geojson"):
        where = _json_problem(path)
    detail = where or str(error).split("; It might")[0] or "no cabe en la memoria"
    return refusal(
        path, f"No se puede leer: {detail}", "Expórtelo otra vez y revise que abre en QGIS"
    )


def _json_problem(path: Path) -> str:
    try:
        document = json.loads(path.read_bytes())
    except (json.JSONDecodeError, UnicodeDecodeError, RecursionError) as error:
        place = ""
        if isinstance(error, json.JSONDecodeError):
            place = f", línea {error.lineno}, columna {error.colno}"
        return f"el JSON está cortado o mal escrito{place}"
    if isinstance(document, dict) and document.get("type") == "FeatureCollection":
        return "" if document.get("features") else "no trae ningún elemento (0 filas)"
    return "es JSON pero no GeoJSON (falta «type»: «FeatureCollection»)"


def _reason(text: str) -> str:
    known = {
        "do not form a closed": "un anillo no cierra",
        "must be 0 or": "un anillo o una línea tiene muy pocos puntos",
        "Invalid number of points": "un anillo o una línea tiene muy pocos puntos",
        "Unknown WKB type": "es un tipo de geometría que no se recibe (curva, superficie 3D…)",
    }
    return next((said for piece, said in known.items() if piece in text), text.strip())
