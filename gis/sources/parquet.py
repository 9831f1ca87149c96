"""GeoParquet: columns with their types, geometry as WKB, CRS from the file's ``geo`` metadata."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import pandas as pd
import pyarrow as pa
import pyarrow.parquet

from gis.sources.delivered import ROW, Delivered
from gis.sources.heading import unique_names
from gis.sources.recognise import refusal
from gis.sources.vector import from_wkb

if TYPE_CHECKING:
    from pathlib import Path

MAX_EXPANDED = 8 * 1024**3
"""Bytes of all column chunks once decompressed."""


def read(path: Path) -> Delivered:
    """Read a Parquet file whole; without ``geo`` metadata it is a plain table.

    Raises :class:`gis.errors.SourceError` when it is broken, empty, or swells beyond reason.
    """
    try:
        file = pyarrow.parquet.ParquetFile(path)
        groups = (file.metadata.row_group(i) for i in range(file.metadata.num_row_groups))
        if sum(group.total_byte_size for group in groups) > MAX_EXPANDED:
            raise refusal(
                path, f"Descomprimido pasa de {MAX_EXPANDED // 1024**3} GB", "Pártalo en varios"
            )
        table = file.read()
    except (pa.ArrowException, OSError) as error:
        raise refusal(
            path, f"El Parquet está dañado o cortado ({error})", "Expórtelo o descárguelo otra vez"
        ) from error
    if not table.num_rows:
        raise refusal(path, "No trae ninguna fila", "Expórtelo otra vez con sus datos")
    return _delivered(path, table)


def _delivered(path: Path, table: Any) -> Delivered:
    geo = _geo(path, table.schema.metadata or {})
    name = geo.get("primary_column", "")
    shapes, crs = None, None
    unreadable: dict[int, str] = {}
    if name in table.schema.names:
        column = geo["columns"][name]
        crs = _crs(column)
        if column.get("encoding", "WKB").upper() == "WKB":
            wkb = table.column(name).to_numpy(zero_copy_only=False)
            shapes, unreadable = from_wkb(wkb)
        else:
            shapes = gpd.read_parquet(path, columns=[name]).geometry.to_numpy()
    extra = [n for n in table.schema.names if n.startswith("__index_level_")]
    left_out = [*extra, *geo.get("columns", {})]
    table = table.drop_columns([n for n in table.schema.names if n in left_out])
    frame = table.replace_schema_metadata(None).to_pandas(types_mapper=pd.ArrowDtype)
    frame.columns = pd.Index(unique_names(list(frame.columns)))
    frame.index = pd.RangeIndex(1, len(frame) + 1, name=ROW)
    return Delivered(
        table=frame, shapes=shapes, format="GeoParquet", crs=crs, unreadable=unreadable
    )


def _geo(path: Path, metadata: dict[bytes, bytes]) -> dict[str, Any]:
    if b"geo" not in metadata:
        return {}
    try:
        geo: dict[str, Any] = json.loads(metadata[b"geo"])
        geo["columns"][geo["primary_column"]]
    except (ValueError, KeyError, TypeError) as error:
        raise refusal(
            path, "Sus metadatos «geo» están dañados", "Expórtelo otra vez como GeoParquet"
        ) from error
    return geo


def _crs(column: dict[str, Any]) -> str | None:
    """PROJJSON as text; the standard's default (CRS84) when absent; None when it says unknown."""
    if "crs" not in column:
        return "OGC:CRS84"
    return None if column["crs"] is None else json.dumps(column["crs"])
