"""Rows of a selection as a stream of Arrow batches, through a cursor of the server."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import sqlalchemy as sa

from gis.export.selection import placed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gis.export.selection import Selection

BATCH = 10_000
GEOMETRY = "geom"
_TYPES: dict[str, pa.DataType] = {
    "text": pa.string(),
    "integer": pa.int64(),
    "number": pa.float64(),
    "boolean": pa.bool_(),
    "date": pa.date32(),
    "timestamp": pa.timestamp("us", tz="UTC"),
}


def schema(selection: Selection) -> pa.Schema:
    """The fields, the notice if there is one, and the geometry as WKB (``geoarrow.wkb``)."""
    columns = [pa.field(f.name, _TYPES[f.type.kind]) for f in selection.fields]
    if selection.notice:
        columns.append(pa.field(selection.notice_name(), pa.string()))
    if selection.has_geometry:
        crs = {"crs": f"EPSG:{selection.crs.srid}"}
        kind = {"ARROW:extension:name": "geoarrow.wkb", "ARROW:extension:metadata": json.dumps(crs)}
        columns.append(pa.field(GEOMETRY, pa.binary(), metadata=kind))
    return pa.schema(columns)


class Batches:
    """Reads the selection batch by batch; ``count`` grows with what has been read. ``error`` is
    what ended it early, which a reader behind a C interface cannot see."""

    def __init__(self, conn: sa.Connection, selection: Selection, size: int = BATCH) -> None:
        self.schema = schema(selection)
        self.count = 0
        self.error: Exception | None = None
        self._conn = conn
        self._selection = selection
        self._size = size

    def __iter__(self) -> Iterator[pa.RecordBatch]:
        try:
            yield from self._read()
        except Exception as error:
            self.error = error
            raise

    def _read(self) -> Iterator[pa.RecordBatch]:
        compiled = _statement(self._selection).compile(
            self._conn, compile_kwargs={"render_postcompile": True}
        )
        raw: Any = self._conn.connection
        # The driver's own cursor: SQLAlchemy's rows cost as much as GDAL's writing.
        with raw.cursor(f"export_{id(self)}") as cursor:
            cursor.execute(str(compiled), compiled.params)
            while rows := cursor.fetchmany(self._size):
                self.count += len(rows)
                yield self._batch(list(zip(*rows, strict=True)))

    def reader(self) -> pa.RecordBatchReader:
        """The same as an Arrow stream."""
        return pa.RecordBatchReader.from_batches(self.schema, iter(self))

    def _batch(self, columns: list[tuple[Any, ...]]) -> pa.RecordBatch:
        arrays = [_array(v, field.type) for v, field in zip(columns, self.schema, strict=True)]
        return pa.RecordBatch.from_arrays(arrays, schema=self.schema)


def _array(values: tuple[Any, ...], kind: pa.DataType) -> pa.Array:
    if pa.types.is_binary(kind):
        # Of the driver's memoryviews pyarrow (26) would never let go.
        values = tuple(None if value is None else bytes(value) for value in values)
    return pa.array(values, kind)


def _statement(selection: Selection) -> sa.Select[Any]:
    columns: list[sa.ColumnElement[Any]] = [selection.source.c[f.name] for f in selection.fields]
    if selection.notice:
        columns.append(sa.literal(selection.notice))
    if selection.has_geometry:
        columns.append(sa.func.ST_AsBinary(placed(selection), type_=sa.LargeBinary))
    return sa.select(*columns).order_by(*selection.order)
