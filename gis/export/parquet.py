"""GeoParquet 1.1, written batch by batch."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pyarrow.parquet as pq
import pyproj

from gis.export.arrow import GEOMETRY, Batches
from gis.export.selection import NOTICE

if TYPE_CHECKING:
    from pathlib import Path

    import sqlalchemy as sa

    from gis.export.selection import Selection


def write(conn: sa.Connection, selection: Selection, path: Path) -> int:
    """Write the file, compressed with zstd; the number of rows."""
    batches = Batches(conn, selection)
    metadata = {"geo": json.dumps(_geo(selection))} if selection.has_geometry else {}
    if selection.notice:
        metadata[NOTICE] = selection.notice
    schema = batches.schema
    if selection.has_geometry:  # A plain binary column: the file's own metadata says what it is.
        place = schema.get_field_index(GEOMETRY)
        schema = schema.set(place, schema.field(GEOMETRY).remove_metadata())
    with pq.ParquetWriter(path, schema.with_metadata(metadata), compression="zstd") as writer:
        for batch in batches:
            writer.write_batch(batch.cast(schema))
    return batches.count


def _geo(selection: Selection) -> dict[str, Any]:
    geometry = selection.layer.geometry
    assert geometry is not None
    column = {
        "encoding": "WKB",
        "geometry_types": [geometry.type],
        "crs": pyproj.CRS.from_epsg(selection.crs.srid).to_json_dict(),
    }
    return {"version": "1.1.0", "primary_column": GEOMETRY, "columns": {GEOMETRY: column}}
