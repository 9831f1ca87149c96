"""What SQL says that a layer holds, and whether what a client read is the same."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from gis.contract import PUBLICA

if TYPE_CHECKING:
    from collections.abc import Iterable

    from gis.contract import Layer
    from gis.contract.catalog import Catalog

CENTIMETRE = {4326: 1.5e-7, 4686: 1.5e-7, 9377: 0.0015, 3116: 0.0015, 3857: 0.0015}
"""In units of each CRS, what the digits of our GeoJSON leave out."""
EXACT = 1e-9
HOUR = re.compile(r"\d\d:\d\d:00")
Box = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Row:
    """A feature: its values by field, those that are null left out, and its box (x first)."""

    values: dict[str, Any]
    box: Box | None


@dataclass(frozen=True, slots=True)
class Site:
    """A served system: where, and who may ask the database what is true."""

    address: str
    catalog: Catalog
    reader: sa.Engine
    asked: list[str]
    """Path and query of every request, as they came."""

    @property
    def api(self) -> str:
        return f"{self.address}/api"

    def layer(self, name: str) -> Layer:
        return self.catalog.layer(name)

    def items(self, name: str) -> str:
        return f"{self.api}/collections/{name}/items"

    def columns(self, name: str) -> list[str]:
        """The fields that anybody may see."""
        return [field.name for field in self.layer(name).fields_for(PUBLICA)]

    def rows(self, name: str, srid: int = 4326, where: str = "true") -> list[Row]:
        """What the public may see of the layer, with boxes in the CRS."""
        layer = self.layer(name)
        fields = self.columns(name)
        shape = "geom" if layer.geometry_for(PUBLICA) else "NULL::geometry"
        place = f"ST_Transform({shape}, {srid})"
        ends = ", ".join(f"ST_{end}({place})" for end in ("XMin", "YMin", "XMax", "YMax"))
        names = ", ".join(f'"{field}"' for field in fields)
        text = f"SELECT {ends}, {names} FROM publica.{name} WHERE {where}"  # noqa: S608
        with self.reader.connect() as connection:
            found = connection.execute(sa.text(text)).all()
        return [
            Row(plain(zip(fields, row[4:], strict=True)), None if row[0] is None else row[:4])
            for row in found
        ]

    def extent(self, name: str) -> Box:
        """In CRS84, of what the public may see."""
        boxes = [row.box for row in self.rows(name) if row.box]
        west, south, east, north = zip(*boxes, strict=True)
        return min(west), min(south), max(east), max(north)

    def value(self, statement: str) -> Any:
        with self.reader.connect() as connection:
            return connection.execute(sa.text(statement)).scalar_one()


def plain(pairs: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    """Values without nulls; days and instants (in UTC) as ISO text."""
    found = {}
    for name, value in pairs:
        if value is None or (isinstance(value, float) and math.isnan(value)):
            continue
        if isinstance(value, datetime):
            found[name] = value.astimezone(UTC).isoformat()
        else:
            found[name] = value.isoformat() if isinstance(value, date) else value
    return found


def agree(
    layer: Layer, found: Iterable[Row], expected: Iterable[Row], within: float = EXACT
) -> None:
    """Both are the same features: same values, numbers and boxes to the precision given."""
    one, other = (by_key(layer, rows) for rows in (found, expected))
    assert one.keys() == other.keys()
    for key, row in other.items():
        got = {name: as_declared(layer, name, v) for name, v in one[key].values.items()}
        differ = {
            n for n in got.keys() | row.values.keys() if not same(got.get(n), row.values.get(n))
        }
        assert not differ, (layer.name, key, {n: (got.get(n), row.values.get(n)) for n in differ})
        boxes = (one[key].box, row.box)
        assert (boxes[0] is None) == (boxes[1] is None), (layer.name, key, boxes)
        if boxes[0] is not None and boxes[1] is not None:
            apart = max(abs(a - b) for a, b in zip(*boxes, strict=True))
            assert apart <= within, (layer.name, key, boxes)


def by_key(layer: Layer, rows: Iterable[Row]) -> dict[tuple[str, ...], Row]:
    listed = list(rows)
    found = {tuple(str(row.values[name]) for name in layer.key): row for row in listed}
    assert len(found) == len(listed), f"{layer.name}: a feature came twice"
    return found


def as_declared(layer: Layer, name: str, value: Any) -> Any:
    """A value as the field's type has it, when a client has a poorer type for it."""
    kind = layer.field(name).type.kind
    if kind == "text" and HOUR.fullmatch(str(value)):  # GDAL takes an hour for a time of day.
        return str(value)[:5]
    if kind == "integer" and isinstance(value, str):  # QGIS, of a field empty in the first page.
        return int(value)
    if kind == "boolean" and value in (0, 1, "0", "1"):
        return bool(int(value))
    if kind == "date":
        return str(value).replace("/", "-")[:10]
    if kind == "timestamp":
        text = str(value).replace("/", "-").replace("Z", "+00:00")
        moment = datetime.fromisoformat(text if "+" in text or text[-6] == "-" else text + "+00:00")
        return moment.astimezone(UTC).isoformat()
    return value


def same(one: Any, other: Any) -> bool:
    """Numbers to twelve digits, the rest exactly; a truth value is no number."""
    numbers = all(isinstance(value, (int, float)) for value in (one, other))
    if numbers and isinstance(one, bool) == isinstance(other, bool):
        return math.isclose(one, other, rel_tol=1e-12)
    return bool(one == other)
