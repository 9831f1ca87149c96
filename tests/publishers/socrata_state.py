"""What the test portal holds, and what its data plane does: views, revisions, sources, rows.

It follows the rules that the official client relies on and refuses what it does not know. Every
change is forced to disk, so that killing it loses nothing that it answered.
"""

from __future__ import annotations

import csv
import io
import os
import pickle
import re
import threading
from contextlib import contextmanager
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any

import shapely
from shapely.geometry import mapping

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

Json = dict[str, Any]
Row = dict[str, Any]


class Refused(Exception):
    """What the portal answers when it says no."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status


@dataclass
class Held:
    """All of the portal's state. Tests read and change it as somebody with a browser would."""

    views: dict[str, Json] = field(default_factory=dict)
    rows: dict[str, list[Row]] = field(default_factory=dict)
    keys: dict[str, str] = field(default_factory=dict)
    revisions: dict[str, list[Json]] = field(default_factory=dict)
    sources: dict[int, Json] = field(default_factory=dict)
    jobs: dict[int, Json] = field(default_factory=dict)
    uploads: dict[int, dict[int, tuple[int, bytes]]] = field(default_factory=dict)
    last_id: int = 0
    clock: int = 1_700_000_000
    approvals: bool = False
    """Whether the domain has a queue of approvals."""
    keys_valid: bool = True
    """Whether the account's credential is."""

    def new_id(self) -> int:
        self.last_id += 1
        return self.last_id

    def tick(self) -> int:
        self.clock += 1
        return self.clock


class Store:
    """``held`` on disk, changed under a lock."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.RLock()
        self.held: Held = pickle.loads(path.read_bytes()) if path.exists() else Held()

    @contextmanager
    def change(self) -> Iterator[Held]:
        with self._lock:
            yield self.held
            beside = self._path.with_suffix(".new")
            beside.write_bytes(pickle.dumps(self.held))
            os.replace(beside, self._path)


_NUMBER_TYPES = {
    "to_text": "text",
    "to_number": "number",
    "to_checkbox": "checkbox",
    "to_floating_timestamp": "calendar_date",
}
_SHAPES = {
    "multipoint": "MultiPoint",
    "line": "LineString",
    "multiline": "MultiLineString",
    "polygon": "Polygon",
    "multipolygon": "MultiPolygon",
}
_PLAIN = re.compile(r"`(\w+)`")
_CALL = re.compile(r"(\w+)\(`(\w+)`\)")
_POINT = re.compile(r"make_point\(to_number\(`(\w+)`\), to_number\(`(\w+)`\)\)")


def compiled(expression: str) -> tuple[str, list[str], Callable[[Row], Any]]:
    """Type, columns of the file and function of a transform; what is unknown is refused."""
    if found := _PLAIN.fullmatch(expression):
        name = found[1]
        return "text", [name], lambda row: row[name] or None
    if found := _POINT.fullmatch(expression):
        lat, lon = found.groups()
        return "point", [lat, lon], lambda row: _point(row[lat], row[lon])
    if found := _CALL.fullmatch(expression):
        function, name = found.groups()
        if function in _NUMBER_TYPES:
            kind = _NUMBER_TYPES[function]
            return kind, [name], lambda row: converted(row[name], kind)
        if function.removeprefix("to_") in _SHAPES:
            kind = function.removeprefix("to_")
            return kind, [name], lambda row: converted(row[name], kind)
    raise Refused(400, f"query.compiler.malformed: {expression}")


def converted(value: Any, kind: str) -> Any:
    """A value as the portal stores it; ValueError when it cannot."""
    if value in (None, ""):
        return None
    if kind == "number":
        try:
            return str(Decimal(str(value)))
        except InvalidOperation as error:
            raise ValueError(value) from error
    if kind == "checkbox":
        return {"true": True, "false": False}[str(value).lower()]
    if kind == "calendar_date":
        if not re.fullmatch(r"\d{4}-\d\d-\d\d(T[\d:.]+)?", str(value)):
            raise ValueError(value)
        return f"{value[:10]}T00:00:00.000"
    if kind == "text":
        return str(value)
    shape = shapely.geometry.shape(value) if isinstance(value, dict) else shapely.from_wkt(value)
    wanted = _SHAPES.get(kind, "Point")
    if shape.geom_type != wanted or shape.has_z:
        raise ValueError(f"{shape.geom_type} no es {wanted}")
    west, south, east, north = shape.bounds
    if not (-180 <= west <= east <= 180 and -90 <= south <= north <= 90):
        raise ValueError("no es WGS 84")
    return mapping(shape)


def _point(lat: Any, lon: Any) -> Any:
    if not lat or not lon:
        return None
    return {"type": "Point", "coordinates": [float(lon), float(lat)]}


def parsed(content: bytes) -> tuple[list[str], list[Row]]:
    """A CSV as the portal reads it."""
    reader = csv.DictReader(io.StringIO(content.decode("utf-8-sig")))
    found = list(reader)
    return list(reader.fieldnames or []), found


def whole(pieces: dict[int, tuple[int, bytes]], last: int, total: int, size: int) -> bytes:
    """The file of the pieces sent; refused unless they are all there and equal but the last."""
    content = b""
    for number in range(last + 1):
        if number not in pieces or pieces[number][0] != len(content):
            raise Refused(400, f"chunk {number} missing or out of place")
        if number < last and len(pieces[number][1]) != size:
            raise Refused(400, "all chunks but the last must be equal")
        content += pieces[number][1]
    if len(content) != total or set(pieces) != set(range(last + 1)):
        raise Refused(400, "byte offset is not the total size")
    return content


def upserted(held: Held, view: str, items: list[Json]) -> Json:
    """SODA upsert: all the rows or none."""
    key = held.keys.get(view)
    if key is None:
        raise Refused(400, "no row identifier")
    types = {c["fieldName"]: c["dataTypeName"] for c in held.views[view]["columns"]}
    rows = {row[key]: row for row in held.rows[view]}
    count = {"Rows Deleted": 0, "Rows Updated": 0, "Rows Created": 0, "Errors": 0}
    for item in items:
        if item.get(":deleted"):
            count["Rows Deleted" if rows.pop(item[key], None) else "Errors"] += 1
            continue
        if unknown := set(item) - set(types):
            raise Refused(400, f"unknown columns {unknown}")
        try:
            row = {name: converted(item.get(name), kind) for name, kind in types.items()}
        except (ValueError, KeyError) as error:
            raise Refused(400, f"type_conversion_failed: {error}") from error
        count["Rows Updated" if row[key] in rows else "Rows Created"] += 1
        rows[row[key]] = row
    held.rows[view] = list(rows.values())
    held.views[view]["rowsUpdatedAt"] = held.tick()
    return count
