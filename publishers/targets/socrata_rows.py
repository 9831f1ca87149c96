"""Rows: what changed between two files, as the portal wants them, and whether it holds them."""

from __future__ import annotations

import csv
import hashlib
import json
from collections import Counter
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import shapely
from shapely.geometry import mapping, shape

from publishers.targets.socrata_package import LATITUDE, LONGITUDE, POINT, SHAPES

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from publishers.targets.socrata_client import SocrataClient
    from publishers.targets.socrata_package import Column

Row = dict[str, str]
Json = dict[str, Any]

PAGE = 10_000
GEOMETRIES = frozenset({"point", *SHAPES.values()})
PRECISION = 1e-6
"""Degrees within which a coordinate read back is the one sent: a decimetre."""


def read(path: Path) -> Iterator[Row]:
    """The rows of a CSV file of ours."""
    with path.open(encoding="utf-8-sig", newline="") as stream:
        yield from csv.DictReader(stream)


def header(path: Path) -> list[str]:
    """Names of the columns of a CSV file of ours."""
    with path.open(encoding="utf-8-sig", newline="") as stream:
        return next(csv.reader(stream))


def changes(before: Path, after: Path, key: str) -> tuple[list[Row], list[str]]:
    """Rows of ``after`` that are new or other than in ``before``, and keys that are gone.

    Memory: a digest for each row.
    """
    seen = {row[key]: _digest(list(row.values())) for row in read(before)}
    changed = [row for row in read(after) if seen.pop(row[key], None) != _digest([*row.values()])]
    return changed, list(seen)


def payload(
    changed: list[Row], gone: list[str], key: str, columns: tuple[Column, ...]
) -> list[Json]:
    """The body of an upsert: whole rows, and the keys of those to take away."""
    rows = [{column.name: _sent(row, column) for column in columns} for row in changed]
    return [*rows, *({key: value, ":deleted": True} for value in gone)]


def compare(client: SocrataClient, view: str, path: Path, columns: tuple[Column, ...]) -> list[str]:
    """What the portal's rows have otherwise than the file's, in words; the order set aside."""
    ours = Counter(_digest([_canonical(_sent(row, c), c) for c in columns]) for row in read(path))
    theirs: Counter[bytes] = Counter()
    for row in portal_rows(client, view):
        theirs[_digest([_canonical(row.get(c.name), c) for c in columns])] += 1
    missing, extra = (ours - theirs).total(), (theirs - ours).total()
    said = []
    if missing:
        said.append(f"{missing} filas enviadas no están, o están con otros valores")
    if extra:
        said.append(f"{extra} filas que no se enviaron")
    return said


def portal_rows(client: SocrataClient, view: str) -> Iterator[Json]:
    """Every row, as anybody reads them, in pages."""
    offset = 0
    while True:
        query = {"$limit": PAGE, "$offset": offset, "$order": ":id"}
        page = client.get(f"/resource/{view}.json", **query)
        yield from page
        if len(page) < PAGE:
            return
        offset += PAGE


def _sent(row: Row, column: Column) -> Any:
    """A value as SODA takes it: None when empty, a geometry as GeoJSON."""
    if column.name == POINT:
        if not row[LONGITUDE]:
            return None
        return {"type": "Point", "coordinates": [float(row[LONGITUDE]), float(row[LATITUDE])]}
    value = row[column.name]
    if not value:
        return None
    if column.type in GEOMETRIES:
        return json.loads(json.dumps(mapping(shapely.from_wkt(value))))
    return value.lower() == "true" if column.type == "checkbox" else value


def _canonical(value: Any, column: Column) -> str:
    """A value so written that what means the same is the same."""
    if value is None or value == "":
        return ""
    if column.type in GEOMETRIES:
        rounded = shapely.set_precision(shape(value), PRECISION, mode="pointwise")
        return str(rounded.normalize().wkb_hex)
    if column.type == "number":
        return format(Decimal(str(value)).normalize(), "f")
    if column.type == "calendar_date":
        return str(value)[:10]
    return str(value).lower() if column.type == "checkbox" else str(value)


def _digest(values: list[Any]) -> bytes:
    text = json.dumps(values, ensure_ascii=False)
    return hashlib.blake2b(text.encode(), digest_size=16).digest()
