"""GeoParquet 1.1, written batch by batch."""

from __future__ import annotations

import json
import math
from typing import TYPE_CHECKING, Any

import pyarrow.parquet as pq
import pyproj
import shapely

from gis.export.arrow import GEOMETRY, Batches
from gis.export.selection import NOTICE

if TYPE_CHECKING:
    from pathlib import Path

    import pyarrow as pa
    import sqlalchemy as sa

    from gis.export.selection import Selection


def write(conn: sa.Connection, selection: Selection, path: Path) -> int:
    """Write the file, compressed with zstd; the number of rows."""
    batches = Batches(conn, selection)
    metadata = {NOTICE: selection.notice} if selection.notice else {}
    box = (math.inf, math.inf, -math.inf, -math.inf)
    schema = batches.schema
    if selection.has_geometry:  # A plain binary column: the file's own metadata says what it is.
        place = schema.get_field_index(GEOMETRY)
        schema = schema.set(place, schema.field(GEOMETRY).remove_metadata())
    # Without Arrow's own copy of the schema readers take the metadata from the file, which has the
    # box: known when all is written.
    schema = schema.with_metadata(metadata)
    with pq.ParquetWriter(path, schema, compression="zstd", store_schema=False) as writer:
        for batch in batches:
            writer.write_batch(batch.cast(schema))
            if selection.has_geometry:
                box = _joined(box, batch.column(GEOMETRY))
        if selection.has_geometry:
            writer.add_key_value_metadata({"geo": json.dumps(_geo(selection, box))})
    return batches.count


Box = tuple[float, float, float, float]


def _joined(box: Box, shapes: pa.Array[Any]) -> Box:
    """The box around ``box`` and the shapes (WKB), of which some may be null."""
    west, south, east, north = shapely.total_bounds(
        shapely.from_wkb(shapes.to_numpy(zero_copy_only=False))
    ).tolist()
    if math.isnan(west):
        return box
    return min(box[0], west), min(box[1], south), max(box[2], east), max(box[3], north)


def _geo(selection: Selection, box: Box) -> dict[str, Any]:
    """Its metadata; of nothing there is no box."""
    geometry = selection.layer.geometry
    assert geometry is not None
    column: dict[str, Any] = {
        "encoding": "WKB",
        "geometry_types": [geometry.type],
        "crs": pyproj.CRS.from_epsg(selection.crs.srid).to_json_dict(),
    }
    if box[0] <= box[2]:
        column["bbox"] = box
    return {"version": "1.1.0", "primary_column": GEOMETRY, "columns": {GEOMETRY: column}}
