"""The tables inside a file, read from its bytes as anybody who downloads it would.

Batches of text columns: nothing of a large file is held. What is not in a table (properties of a
workbook, metadata of a GeoPackage, members of a GeoJSON) is in :func:`raw`.
"""

from __future__ import annotations

import csv
import zipfile
from dataclasses import dataclass
from itertools import zip_longest
from typing import TYPE_CHECKING, Any

import openpyxl
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet
import pyogrio
import pyogrio.raw

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

BLOCK = 4 * 1024 * 1024
ROWS = 65_536
_OVERLAP = 256
"""Bytes of a piece repeated before the next one: longer than anything looked for in them."""
PROSE = frozenset({".json", ".jsonld", ".xml", ".html", ".md", ".ttl", ".txt"})
GEOMETRY = frozenset({"geometria", "geom", "geometry", "wkb_geometry"})


@dataclass(frozen=True, slots=True)
class Batch:
    """Columns of some rows; ``first`` is the number that a person sees of the first of them."""

    table: pa.RecordBatch
    first: int


def batches(path: Path) -> Iterator[Batch]:
    """The rows of a data file, by its name's ending; nothing for a file that has none."""
    reader = _READERS.get(path.suffix.lower())
    return reader(path) if reader else iter(())


def prose(path: Path) -> Iterator[tuple[int, str]]:
    """The lines of a file that is text for people or machines and no table, with their numbers."""
    if path.suffix.lower() in PROSE:
        with path.open(encoding="utf-8", errors="replace") as lines:
            yield from enumerate(lines, 1)


def raw(path: Path) -> Iterator[bytes]:
    """All its bytes, in pieces that overlap; of a compressed file, those of each member."""
    if zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as archive:
            for member in archive.infolist():
                with archive.open(member) as stream:
                    yield from _pieces(stream)
        return
    with path.open("rb") as stream:
        yield from _pieces(stream)


def _pieces(stream: Any) -> Iterator[bytes]:
    end = b""
    while piece := stream.read(BLOCK):
        yield end + piece
        end = piece[-_OVERLAP:]


def _csv(path: Path) -> Iterator[Batch]:
    with path.open("rb") as stream:
        heading = stream.readline().decode("utf-8-sig").rstrip("\r\n")
    names = next(iter(csv.reader([heading])))
    reader = pyarrow.csv.open_csv(
        path,
        read_options=pyarrow.csv.ReadOptions(block_size=BLOCK),
        parse_options=pyarrow.csv.ParseOptions(newlines_in_values=True),
        convert_options=pyarrow.csv.ConvertOptions(
            column_types=dict.fromkeys(names, pa.string()), strings_can_be_null=False
        ),
    )
    first = 2
    for batch in reader:
        yield Batch(batch, first)
        first += batch.num_rows


def _parquet(path: Path) -> Iterator[Batch]:
    first = 1
    with pyarrow.parquet.ParquetFile(path) as file:
        for batch in file.iter_batches(ROWS):
            yield Batch(batch, first)
            first += batch.num_rows


def _vector(path: Path, inside: str = "") -> Iterator[Batch]:
    """What GDAL reads: GeoJSON, GeoPackage (every table), FlatGeobuf, shapefile."""
    source = f"/vsizip/{path}" if path.suffix.lower() == ".zip" else str(path)
    for name, _ in pyogrio.list_layers(source):
        with pyogrio.raw.open_arrow(
            source, layer=name, read_geometry=False, batch_size=ROWS, use_pyarrow=True
        ) as (_, reader):
            first = 1
            for batch in reader:
                yield Batch(batch, first)
                first += batch.num_rows


def _workbook(path: Path) -> Iterator[Batch]:
    book = openpyxl.load_workbook(path, read_only=True, data_only=True)
    try:
        for sheet in book.worksheets:
            rows = sheet.iter_rows(values_only=True)
            names = [str(name or "") for name in next(rows, ())]
            kept: list[list[str | None]] = [[] for _ in names]
            first = 2
            for row in rows:
                for column, value in zip_longest(kept, row[: len(kept)]):
                    column.append(None if value is None else str(value))
                if len(kept[0]) == ROWS:
                    yield _of_columns(names, kept, first)
                    first += ROWS
                    kept = [[] for _ in names]
            if names:
                yield _of_columns(names, kept, first)
    finally:
        book.close()


def _of_columns(names: list[str], columns: list[list[str | None]], first: int) -> Batch:
    arrays = [pa.array(column, pa.string()) for column in columns]
    return Batch(pa.RecordBatch.from_arrays(arrays, names=names), first)


_READERS = {
    ".csv": _csv,
    ".parquet": _parquet,
    ".xlsx": _workbook,
    ".geojson": _vector,
    ".gpkg": _vector,
    ".fgb": _vector,
    ".zip": _vector,
    ".shp": _vector,
}
