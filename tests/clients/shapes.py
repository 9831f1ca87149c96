"""A small layer of each geometry type, and a table, with every kind of field.

Programs guess types from the features that come first: here those say too little. In them
``entero`` is empty, ``decimal`` is whole and ``nombre`` a number.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from gis.contract import (
    Boolean,
    Coded,
    Date,
    Decimal,
    Geometry,
    Integer,
    Layer,
    Style,
    Text,
    Tiles,
    Timestamp,
)
from gis.contract.catalog import Catalog
from tests.api.world import CONTROL, ENTITY, METADATA, STATES, field

if TYPE_CHECKING:
    from gis.contract.fields import GeometryType

FEATURES = 30
SILENT = 21
"""How many of them say too little: more than any program looks at."""

SHAPES: dict[str, GeometryType] = {
    "puntos": "Point",
    "multipuntos": "MultiPoint",
    "lineas": "LineString",
    "multilineas": "MultiLineString",
    "poligonos": "Polygon",
    "multipoligonos": "MultiPolygon",
}
TABLE = "tabla"


def layer(name: str, shape: GeometryType | None) -> Layer:
    return Layer(
        name=name,
        title=name.capitalize(),
        geometry=None if shape is None else Geometry(shape, required=False),
        key=("codigo",),
        fields=(
            field("codigo", Text(max_length=20), required=True),
            field("nombre", Text()),
            field("clase", Coded(codelist="clase", listed=STATES)),
            field("entero", Integer(), sortable=True),
            field("decimal", Decimal()),
            field("logico", Boolean()),
            field("dia", Date()),
            field("instante", Timestamp()),
        ),
        style=Style(by="clase", label="nombre"),
        tiles=Tiles(minzoom=6, maxzoom=16, detail_zoom=12),
        metadata=METADATA,
        time=("dia",),
        label="nombre",
    )


def catalog() -> Catalog:
    layers = [*(layer(name, shape) for name, shape in SHAPES.items()), layer(TABLE, None)]
    return Catalog(ENTITY, {one.name: one for one in layers})


def rows(name: str) -> list[dict[str, Any]]:
    """The last feature has no place."""
    made = []
    for number in range(FEATURES):
        silent = number < SILENT
        row: dict[str, Any] = {
            "codigo": f"{name[:3]}/{number:02} ñ'\"",
            "nombre": str(number) if silent else f"O'Higgins, «{number}»",
            "clase": ("abierto", "cerrado", None)[number % 3],
            "entero": None if silent else number * 10**6,
            "decimal": float(number) if silent else number / 8,
            "logico": (True, False, None)[number % 3],
            "dia": None if number % 4 == 3 else f"2024-02-{1 + number % 28:02}",
            "instante": None if number % 5 == 4 else f"2024-05-01T{number % 24:02}:30:00-05:00",
        }
        if name in SHAPES:
            row["geom"] = None if number == FEATURES - 1 else place(SHAPES[name], number)
        made.append(row)
    return made


def place(shape: GeometryType, number: int) -> str:
    """EWKT in EPSG:9377, more to the east the greater the number."""
    east, north = CONTROL[0] + 700 * number, CONTROL[1] + 90 * number
    one = {
        "Point": f"{east} {north}",
        "LineString": f"({east} {north}, {east + 400} {north + 100}, {east + 450} {north - 80})",
        "Polygon": f"({_ring(east, north, 500)}, {_ring(east + 100, north + 100, 200)})",
    }
    single = shape.removeprefix("Multi")
    if single == shape:
        written = one[single] if single != "Point" else f"({one[single]})"
        return f"SRID=9377;{shape}{written}"
    other = {
        "Point": f"({east + 30} {north + 40})",
        "LineString": f"({east} {north + 300}, {east + 300} {north + 350})",
        "Polygon": f"({_ring(east, north + 600, 50)})",
    }
    first = f"({one[single]})" if single == "Point" else one[single]
    return f"SRID=9377;{shape}({first}, {other[single]})"


def _ring(east: float, north: float, side: float) -> str:
    corners = ((0, 0), (side, 0), (side, side), (0, side), (0, 0))
    return "(" + ", ".join(f"{east + x} {north + y}" for x, y in corners) + ")"


def fill(engine: sa.Engine) -> None:
    for name in (*SHAPES, TABLE):
        with engine.begin() as connection:
            values = rows(name)
            target = sa.table(name, *map(sa.column, values[0]), schema="data")
            connection.execute(target.insert().values(values))
