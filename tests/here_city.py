"""A small invented city that answers «¿Qué hay aquí?»: every relation, and text that means harm.

Everything stands around the control point of ``tests.api.world``: metres east and north of it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from gis.contract import (
    CLASIFICADA,
    Coded,
    Date,
    Decimal,
    Geometry,
    Here,
    Integer,
    Layer,
    Place,
    PlaceKind,
    Reference,
    Relation,
    Section,
    Text,
    Zone,
)
from gis.contract.catalog import Catalog
from gis.contract.codelists import Code
from gis.contract.entity import Call, Procedure
from tests.api.world import CANARY, CONTROL, ENTITY, METADATA, field, point, square

if TYPE_CHECKING:
    from collections.abc import Sequence

HERE = (-75.2322, 4.4389)
"""Longitude and latitude of the control point."""
HOSTILE = "<script>alert('ñ')</script> & {{ 7*7 }} \"%s\"\u202e"
PHENOMENA = (
    Code("IN", "Inundación", "Agua donde no la hay", "", "Vaya a un lugar alto.", "Guía de prueba"),
    Code("MM", "Movimientos en masa", "Suelo que baja"),
)
LEVELS = (
    Code("alta", "Alta", "Puede causar daños graves", "#7f0000"),
    Code("baja", "Baja", "Poco probable; no es ausencia", "#fdc47d"),
)

CIUDAD = Layer(
    name="ciudad",
    title="Límite",
    geometry=Geometry("MultiPolygon"),
    key=("nombre",),
    fields=(field("nombre", Text(), required=True),),
    metadata=METADATA,
    here=Here(Section.PLACE, Relation.COVERS, ("nombre",), order=1, means=Zone.MUNICIPALITY),
)
SECTORES = Layer(
    name="sectores",
    title="Sectores",
    geometry=Geometry("MultiPolygon"),
    key=("nombre",),
    fields=(field("nombre", Text(), required=True),),
    metadata=METADATA,
    label="nombre",
    here=Here(Section.PLACE, Relation.COVERS, ("nombre",), order=2, means=Zone.URBAN),
)
PELIGROS = Layer(
    name="peligros",
    title="Peligros",
    geometry=Geometry("MultiPolygon"),
    key=("codigo",),
    fields=(
        field("codigo", Integer(), required=True),
        field("fenomeno", Coded("fenomeno_prueba", listed=PHENOMENA)),
        field("nivel", Coded("nivel_prueba", listed=LEVELS)),
        field("estudio", Text()),
        field("fecha", Date()),
        field("escala", Integer(minimum=500, maximum=100_000)),
        field("autor", Text(), CLASIFICADA),
    ),
    metadata=METADATA,
    here=Here(
        Section.RISK,
        Relation.COVERS,
        ("fenomeno", "nivel", "estudio", "fecha"),
        unknown="Sin estudio de peligros: no se sabe si los hay",
        level="nivel",
        advice="fenomeno",
        cases="fenomeno",
        scale_by="escala",
    ),
)
RIESGOS = Layer(
    name="riesgos",
    title="Riesgos",
    geometry=Geometry("MultiPolygon"),
    key=("codigo",),
    fields=(field("codigo", Integer(), required=True),),
    metadata=METADATA,
    here=Here(Section.RISK, Relation.COVERS, ("codigo",), unknown="Sin estudio de riesgos"),
)
ANTENAS = Layer(
    name="antenas",
    title="Antenas",
    geometry=Geometry("Point", required=False),
    key=("nombre",),
    fields=(field("nombre", Text(), required=True), field("alcance", Decimal(measure="m"))),
    metadata=METADATA,
    label="nombre",
    here=Here(
        Section.SERVICES, Relation.NEAREST, ("nombre", "alcance"), reach_m=100.0, reach_by="alcance"
    ),
    place=Place(PlaceKind.SITE),
)
TIENDAS = Layer(
    name="tiendas",
    title="Tiendas",
    geometry=Geometry("Point"),
    key=("codigo",),
    fields=(
        field("codigo", Text(), required=True),
        field("nombre", Text()),
        field("duena", Text(), CLASIFICADA),
    ),
    metadata=METADATA,
    label="nombre",
)
VISITAS = Layer(
    name="visitas",
    title="Visitas",
    geometry=Geometry("Point"),
    key=("codigo",),
    fields=(
        field("codigo", Integer(), required=True),
        field("tienda", Reference("tiendas")),
        field("concepto", Coded("nivel_prueba", listed=LEVELS)),
        field("fecha", Date()),
    ),
    metadata=METADATA,
    time=("fecha",),
    here=Here(
        Section.NEIGHBOURS,
        Relation.AROUND,
        ("tienda", "concepto", "fecha"),
        level="concepto",
        reach_m=150.0,
        most=2,
        latest_by="tienda",
    ),
)
OCULTOS = Layer(
    name="ocultos",
    title="Lo que no se muestra",
    geometry=Geometry("Point", access=CLASIFICADA),
    key=("codigo",),
    fields=(field("codigo", Text(), required=True),),
    metadata=METADATA,
    here=Here(Section.SERVICES, Relation.NEAREST, ("codigo",)),
)
LAYERS = (CIUDAD, SECTORES, PELIGROS, RIESGOS, ANTENAS, TIENDAS, VISITAS, OCULTOS)


def catalog() -> Catalog:
    """The city, with whom to call and what it does on request."""
    entity = type(ENTITY)(
        **{name: getattr(ENTITY, name) for name in ENTITY.__slots__}
        | {
            "calls": (Call("Emergencias", "123", "Siempre", "Línea nacional"),),
            "procedures": (Procedure("Concepto", "https://example.gov.co/c", "riesgo", HOSTILE),),
        }
    )
    return Catalog(entity, {layer.name: layer for layer in LAYERS})


def at(east: float, north: float) -> str:
    return point(CONTROL[0] + east, CONTROL[1] + north)


def around(size: float, east: float = 0, north: float = 0) -> str:
    """A square of side ``size`` around a place."""
    return square(CONTROL[0] + east - size / 2, CONTROL[1] + north - size / 2, size)


ROWS: dict[str, list[dict[str, Any]]] = {
    "ciudad": [{"nombre": "Prueba", "geom": around(20_000)}],
    "sectores": [{"nombre": HOSTILE, "geom": around(1000)}],
    "peligros": [
        {
            "codigo": 1,
            "fenomeno": "IN",
            "nivel": "alta",
            "estudio": HOSTILE,
            "fecha": "2024-03-05",
            "autor": CANARY,
            "geom": around(400),
        },
        {
            "codigo": 2,
            "fenomeno": "MM",
            "nivel": "baja",
            "estudio": "Otro",
            "fecha": None,
            "autor": CANARY,
            "geom": around(400, 3000),
        },
    ],
    "antenas": [
        {"nombre": "Cercana de poco alcance", "alcance": 20.0, "geom": at(50, 0)},
        {"nombre": "Lejana de mucho alcance", "alcance": 300.0, "geom": at(200, 0)},
        {"nombre": "Antena perdida", "alcance": 40.0, "geom": None},
    ],
    "tiendas": [
        {"codigo": f"t{n}", "nombre": f"Tienda {n}", "duena": CANARY, "geom": at(10 * n, 0)}
        for n in range(1, 5)
    ],
    "visitas": [
        {"codigo": 1, "tienda": "t1", "concepto": "alta", "fecha": "2023-01-01", "geom": at(10, 0)},
        {"codigo": 2, "tienda": "t1", "concepto": "baja", "fecha": "2024-01-01", "geom": at(10, 0)},
        {"codigo": 3, "tienda": "t2", "concepto": "alta", "fecha": "2024-02-01", "geom": at(20, 0)},
        {"codigo": 4, "tienda": "t3", "concepto": "alta", "fecha": "2024-02-01", "geom": at(30, 0)},
        {
            "codigo": 5,
            "tienda": "t4",
            "concepto": "alta",
            "fecha": "2024-01-01",
            "geom": at(900, 0),
        },
    ],
    "ocultos": [{"codigo": CANARY, "geom": at(1, 1)}],
}


def fill(engine: sa.Engine, names: Sequence[str] = tuple(ROWS)) -> None:
    """Insert :data:`ROWS` as the owner would from psql: each statement is a changeset."""
    for name in names:
        with engine.begin() as connection:
            columns = list(ROWS[name][0])
            target = sa.table(name, *map(sa.column, columns), schema="data")
            connection.execute(target.insert().values(ROWS[name]))
