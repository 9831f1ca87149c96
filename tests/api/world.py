"""A small invented city for the tests of reading: every kind of field, shape and access class."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from gis.contract import (
    CLASIFICADA,
    PUBLICA,
    RESERVADA,
    Boolean,
    Coded,
    Date,
    Decimal,
    Extent,
    Field,
    Frequency,
    Geometry,
    Integer,
    Layer,
    Metadata,
    Role,
    Style,
    Symbol,
    Text,
    Tiles,
    Timestamp,
    Topic,
)
from gis.contract.catalog import Catalog
from gis.contract.codelists import Code
from gis.contract.entity import Contact, Entity

if TYPE_CHECKING:
    from collections.abc import Iterable

CANARY = "canario-7f3a"
"""A value of fields that are not public. It must never come out of any door."""
CONTROL = (4752388.9041, 2048868.3160)
"""Easting and northing (EPSG:9377) of the control point at -75.2322, 4.4389."""
SITES = 23

STATES = (
    Code("abierto", "Abierto", "Atiende al público", "#1a9850"),
    Code("cerrado", "Cerrado", "No atiende", "#d73027"),
)
METADATA = Metadata(
    abstract="Capa inventada para las pruebas de lectura; no describe nada que exista. " * 2,
    lineage="Inventada por las pruebas.",
    topic=Topic.SOCIETY,
    frequency=Frequency.AS_NEEDED,
    contact="pruebas",
    notice="No reemplaza un concepto oficial.",
)


def field(name: str, kind: Any, access: Any = PUBLICA, **more: Any) -> Field:
    label = name.replace("_", " ").capitalize()
    return Field(
        name, kind, label=label, definition=f"{label} del elemento.", access=access, **more
    )


SITIOS = Layer(
    name="sitios",
    title="Sitios",
    geometry=Geometry("Point", required=False),
    key=("codigo",),
    fields=(
        field("codigo", Text(max_length=20), required=True),
        field("nombre", Text()),
        field("estado", Coded(codelist="estado", listed=STATES), sortable=True),
        field("cupos", Integer(minimum=0)),
        field("puntaje", Decimal(measure="%"), sortable=True),
        field("accesible", Boolean()),
        field("apertura", Date(), sortable=True),
        field("visita", Timestamp(), sortable=True),
        field("responsable", Text(), CLASIFICADA, sortable=True),
        field("clave", Text(), RESERVADA),
    ),
    style=Style(
        symbol=Symbol(color="#3366cc", radius_m=100), by="estado", label="nombre", visible=True
    ),
    tiles=Tiles(minzoom=8, maxzoom=16, detail_zoom=12),
    metadata=METADATA,
    time=("apertura",),
    label="nombre",
)
ZONAS = Layer(
    name="zonas",
    title="Zonas",
    geometry=Geometry("MultiPolygon"),
    key=("codigo",),
    fields=(
        field("codigo", Integer(), required=True),
        field("nivel", Coded(codelist="estado", listed=STATES)),
        field("desde", Date()),
        field("hasta", Date(), sortable=True),
    ),
    style=Style(symbol=Symbol(hatch=True), by="nivel", role=Role.BASE),
    metadata=METADATA,
    time=("desde", "hasta"),
)
VIAS = Layer(
    name="vias",
    title="Vías",
    geometry=Geometry("LineString"),
    key=("u", "v"),
    fields=(
        field("u", Integer(), required=True),
        field("v", Text(), required=True),
        field("clase", Coded(codelist="estado", listed=STATES)),
    ),
    style=Style(by="clase", width_by=(("abierto", 4.0), ("cerrado", 1.0)), label="v"),
    metadata=METADATA,
)
SECRETOS = Layer(
    name="secretos",
    title="Sitios de ubicación clasificada",
    geometry=Geometry("Point", access=CLASIFICADA),
    key=("codigo",),
    fields=(field("codigo", Text(), required=True), field("clave", Text(), RESERVADA)),
    metadata=METADATA,
)
APROXIMADOS = Layer(
    name="aproximados",
    title="Sitios de ubicación aproximada",
    geometry=Geometry("Point", access=CLASIFICADA, coarsen_m=1000),
    key=("codigo",),
    fields=(field("codigo", Text(), required=True),),
    metadata=METADATA,
)
TABLA = Layer(
    name="talleres",
    title="Talleres",
    geometry=None,
    key=("codigo",),
    fields=(
        field("codigo", Text(), required=True),
        field("tema", Text()),
        field("asistentes", Integer()),
        field("documento", Text(), RESERVADA),
    ),
    metadata=METADATA,
)
LAYERS = (SITIOS, ZONAS, VIAS, SECRETOS, APROXIMADOS, TABLA)

ENTITY = Entity(
    name="Alcaldía de Prueba",
    municipality="Prueba",
    department="Tolima",
    divipola="99001",
    extent=Extent(-75.6, 4.1, -74.9, 4.8),
    contacts={"pruebas": Contact("Oficina de Pruebas", "pruebas@example.gov.co")},
    base_url="http://127.0.0.1:8000",
    nit="800.000.000-1",
    website="https://example.gov.co",
)


def catalog() -> Catalog:
    return Catalog(ENTITY, {layer.name: layer for layer in LAYERS})


def point(east: float, north: float) -> str:
    return f"SRID=9377;POINT({east} {north})"


def square(east: float, north: float, side: float) -> str:
    ring = ((0, 0), (side, 0), (side, side), (0, side), (0, 0))
    corners = ", ".join(f"{east + x} {north + y}" for x, y in ring)
    return f"SRID=9377;MULTIPOLYGON((({corners})))"


def sites() -> Iterable[dict[str, Any]]:
    """``s000`` stands on the control point; the others east of it; the last has no place."""
    for number in range(SITES):
        yield {
            "codigo": f"s{number:03}",
            "nombre": f'Sitio "{number}" ñandú',
            "estado": "abierto" if number % 2 else "cerrado",
            "cupos": number,
            "puntaje": number / 8,
            "accesible": number % 3 == 0,
            "apertura": f"2024-{1 + number % 12:02}-15" if number else None,
            "visita": f"2024-05-01T{number % 24:02}:30:00-05:00",
            "responsable": CANARY,
            "clave": CANARY,
            "geom": None if number == SITES - 1 else point(CONTROL[0] + 100 * number, CONTROL[1]),
        }


ROWS: dict[str, list[dict[str, Any]]] = {
    "sitios": list(sites()),
    "zonas": [
        {
            "codigo": number,
            "nivel": "abierto",
            "desde": "2020-01-01",
            "hasta": None if number == 2 else "2022-12-31",
            "geom": square(CONTROL[0] + 3000 * number, CONTROL[1], 2000),
        }
        for number in range(3)
    ],
    "vias": [
        {
            "u": number,
            "v": "a~b",
            "clase": "abierto",
            "geom": f"SRID=9377;LINESTRING({CONTROL[0]} {CONTROL[1] + number}, "
            f"{CONTROL[0] + 5000} {CONTROL[1] + 500 + number})",
        }
        for number in range(4)
    ],
    "secretos": [{"codigo": "x1", "clave": CANARY, "geom": point(*CONTROL)}],
    "aproximados": [{"codigo": "a1", "geom": point(*CONTROL)}],
    "talleres": [
        {"codigo": "t1", "tema": "=SUM(A1:A9)", "asistentes": 5, "documento": CANARY},
        {"codigo": "t2", "tema": "+57 608 261", "asistentes": None, "documento": CANARY},
    ],
}


def fill(engine: sa.Engine) -> None:
    """Insert :data:`ROWS` as the owner would from psql: each statement is a changeset."""
    for name, rows in ROWS.items():
        with engine.begin() as connection:
            columns = list(rows[0])
            target = sa.table(name, *map(sa.column, columns), schema="data")
            connection.execute(target.insert().values(rows))
