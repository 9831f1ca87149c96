"""A city seeded with values that must not come out, who asks for them, and reading any answer."""

from __future__ import annotations

import io
import json
import re
import sqlite3
import tempfile
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import mapbox_vector_tile
import pyarrow.parquet as pq
import pyogrio
import sqlalchemy as sa

from gis.accounts import Action
from gis.contract import (
    CLASIFICADA,
    RESERVADA,
    Access,
    Boolean,
    Coded,
    Dataset,
    Date,
    Decimal,
    Geometry,
    Integer,
    Layer,
    Style,
    Symbol,
    Text,
    Tiles,
    Timestamp,
)
from gis.contract.catalog import Catalog
from gis.contract.codelists import Code
from gis.contract.entity import Entity, Target
from tests.api.people import allow
from tests.api.world import CONTROL, ENTITY, METADATA, field, point, square

if TYPE_CHECKING:
    import httpx

    from gis.accounts import Grant

PLAIN = (Code("a", "Abierto", color="#1a9850"), Code("c", "Cerrado", color="#d73027"))
HIDDEN = {CLASIFICADA: "klasif", RESERVADA: "rezerv"}
"""A word that is in the name, label, values and codes of every field of the class."""
NUMBERS = {CLASIFICADA: "707131", RESERVADA: "909373"}
"""Digits that are in every number of the class."""
DAYS = {CLASIFICADA: "1907-03-17", RESERVADA: "1909-07-19"}
PLACES = {CLASIFICADA: (-75.31873, 4.52413), RESERVADA: (-75.17571, 4.31817)}
"""Longitude and latitude where everything of that class stands, whose digits are nowhere else."""


def codes(access: Access) -> tuple[Code, ...]:
    word = HIDDEN[access]
    return (
        Code(f"{word}1", f"Etiqueta {word}", color="#1a9850"),
        Code("otro", "Otro", color="#000000"),
    )


def hidden_fields() -> list[Any]:
    """One of each kind for each class, sortable where it can be."""
    made = []
    for access, word in HIDDEN.items():
        made += [
            field(f"{word}_texto", Text(), access, sortable=True),
            field(f"{word}_entero", Integer(), access, sortable=True),
            field(f"{word}_decimal", Decimal(), access, sortable=True),
            field(f"{word}_dia", Date(), access, sortable=True),
            field(f"{word}_hora", Timestamp(), access, sortable=True),
            field(f"{word}_codigo", Coded(codelist=word, listed=codes(access)), access),
            field(f"{word}_si", Boolean(), access),
        ]
    return made


def hidden_values(number: int = 0) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for access, word in HIDDEN.items():
        values |= {
            f"{word}_texto": f"secreto {word} {number}",
            f"{word}_entero": int(NUMBERS[access]),
            f"{word}_decimal": float(f"3.{NUMBERS[access]}"),
            f"{word}_dia": DAYS[access],
            f"{word}_hora": f"{DAYS[access]}T11:22:33-05:00",
            f"{word}_codigo": f"{word}1",
            f"{word}_si": True,
        }
    return values


def layer(name: str, geometry: Geometry | None, *fields: Any, **more: Any) -> Layer:
    own = (
        field("codigo", Text(), required=True, sortable=True),
        field("nombre", Text(), sortable=True),
        field("estado", Coded(codelist="estado", listed=PLAIN)),
    )
    return Layer(
        name=name,
        title=name.capitalize(),
        geometry=geometry,
        key=("codigo",),
        fields=(*own, *fields),
        metadata=METADATA,
        label="nombre",
        **more,
    )


DRAWN = {"tiles": Tiles(minzoom=5, maxzoom=16, detail_zoom=12), "style": Style(by="estado")}
ABIERTA = layer(
    "abierta", Geometry("Point"), *hidden_fields(), **DRAWN, datasets=(Dataset("abierta"),)
)
ZONA = layer("zona", Geometry("MultiPolygon"), *hidden_fields(), **DRAWN)
TABLA = layer("tabla", None, *hidden_fields(), datasets=(Dataset("tabla"),))
OCULTAS = {
    access: {
        "point": layer(f"punto_{n}", Geometry("Point", access=access), **DRAWN),
        "line": layer(f"linea_{n}", Geometry("LineString", access=access), **DRAWN),
        "area": layer(f"area_{n}", Geometry("MultiPolygon", access=access), **DRAWN),
        "coarse": layer(
            f"gruesa_{n}",
            Geometry("Point", access=access, coarsen_m=5000),
            tiles=DRAWN["tiles"],
            style=Style(symbol=Symbol()),
        ),
    }
    for n, access in enumerate((CLASIFICADA, RESERVADA), 1)
}
LAYERS = (
    ABIERTA,
    ZONA,
    TABLA,
    *(one for some in OCULTAS.values() for one in some.values()),
)
CITY = Entity(
    **{name: getattr(ENTITY, name) for name in Entity.__dataclass_fields__ if name != "targets"},
    targets=(Target("estatico", "estatico", test=True),),
)


def catalog() -> Catalog:
    return Catalog(CITY, {one.name: one for one in LAYERS})


def placed(access: Access) -> sa.ColumnElement[Any]:
    lon, lat = PLACES[access]
    return sa.func.ST_Transform(sa.func.ST_SetSRID(sa.func.ST_MakePoint(lon, lat), 4326), 9377)


def shape_of(kind: str, access: Access) -> sa.ColumnElement[Any]:
    where = placed(access)
    if kind == "line":
        return sa.func.ST_MakeLine(where, sa.func.ST_Translate(where, 300.0, 0.0))
    if kind == "area":
        return sa.func.ST_Multi(sa.func.ST_Expand(where, 200.0))
    return where


def fill(engine: sa.Engine) -> None:
    """Rows, then an edit and a removal of each, so that history holds hidden values of its own."""
    shapes = {"abierta": point(*CONTROL), "zona": square(*CONTROL, 2000)}
    for one in (ABIERTA, ZONA, TABLA):
        names = [f.name for f in one.fields] + (["geom"] if one.geometry else [])
        table = sa.table(one.name, *map(sa.column, names), schema="data")
        for number in range(4):
            row = {"codigo": f"n{number}", "nombre": f"Elemento {number}", "estado": "a"}
            row |= hidden_values(number) | ({"geom": shapes[one.name]} if one.geometry else {})
            with engine.begin() as conn:
                conn.execute(sa.insert(table).values(row))
        changed = dict.fromkeys(hidden_values()) | {"nombre": "Elemento cambiado"}
        with engine.begin() as conn:
            conn.execute(sa.update(table).where(table.c.codigo == "n2").values(changed))
        with engine.begin() as conn:
            conn.execute(sa.delete(table).where(table.c.codigo == "n3"))
    for access, some in OCULTAS.items():
        for kind, one in some.items():
            table = sa.table(
                one.name, *map(sa.column, ("codigo", "nombre", "estado", "geom")), schema="data"
            )
            for code in ("p1", "p2"):
                row = {"codigo": code, "nombre": "Sitio", "estado": "a"}
                with engine.begin() as conn:
                    conn.execute(sa.insert(table).values(row | {"geom": shape_of(kind, access)}))
            with engine.begin() as conn:
                conn.execute(sa.delete(table).where(table.c.codigo == "p2"))


ROLES: dict[str, tuple[Grant, ...]] = {
    "sin-permisos": (),
    "edita": (allow(Action.EDITAR), allow(Action.ENTREGAR), allow(Action.ADMINISTRAR)),
    "ve-otra": (allow(Action.VER_RESERVADA, "tabla"),),
    "ajeno": (allow(Action.VER_RESERVADA, secretaria="otra"),),
    "clasificada": (allow(Action.VER_CLASIFICADA),),
    "reservada": (allow(Action.VER_RESERVADA),),
}


@dataclass(frozen=True, slots=True)
class Secret:
    """What betrays a class: patterns of text."""

    access: Access
    pattern: re.Pattern[str]


def secrets() -> tuple[Secret, ...]:
    made = []
    for access in (CLASIFICADA, RESERVADA):
        lon, lat = PLACES[access]
        words = [HIDDEN[access], NUMBERS[access], DAYS[access]]
        places = [f"{abs(lon):.3f}", f"{lat:.3f}"]
        made.append(Secret(access, re.compile("|".join(map(re.escape, words + places)))))
    return tuple(made)


SECRETS = secrets()


def text_of(response: httpx.Response) -> str:
    """Everything an answer says, whatever its format, with its headers."""
    kind = response.headers.get("content-type", "").partition(";")[0]
    said = " ".join(f"{name}: {value}" for name, value in response.headers.items())
    return f"{said}\n{_body(kind, response.content)}"


def _body(kind: str, content: bytes) -> str:
    if not content:
        return ""
    if "mapbox-vector-tile" in kind:
        options = {"y_coord_down": False}
        return str(mapbox_vector_tile.decode(content, default_options=options))
    if content[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts = [(name, archive.read(name)) for name in archive.namelist()]
        plain = " ".join(name + part.decode("utf-8", "replace") for name, part in parts)
        return plain + (_table(content, ".shp.zip") if ".shp" in plain else "")
    if content[:4] == b"PAR1":
        table = pq.read_table(io.BytesIO(content))
        return f"{table.schema.metadata} {table.drop_columns(_shapes(table)).to_pydict()}" + (
            _table(content, ".parquet") if "geometry" in table.column_names else ""
        )
    if content[:6] == b"SQLite":
        return _sqlite(content) + _table(content, ".gpkg")
    if content[:3] == b"fgb":
        return _table(content, ".fgb")
    return content.decode("utf-8", "replace")


def _shapes(table: Any) -> list[str]:
    return [name for name in table.column_names if name in ("geometry", "geom")]


def _table(content: bytes, suffix: str) -> str:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"f{suffix}"
        path.write_bytes(content)
        if suffix == ".parquet":
            import geopandas

            frame = geopandas.read_parquet(path)
        else:
            where = f"/vsizip/{path}" if suffix == ".shp.zip" else path
            frame = pyogrio.read_dataframe(where)
        if hasattr(frame, "to_crs") and frame.geometry.name in frame:
            frame = frame.to_crs(4326) if frame.crs is not None else frame
            return str(json.loads(frame.to_json(default=str)))
        return str(frame.to_dict())


def _sqlite(content: bytes) -> str:
    with tempfile.NamedTemporaryFile(suffix=".gpkg") as file:
        file.write(content)
        file.flush()
        database = sqlite3.connect(file.name)
        try:
            return " ".join(
                word if not word.startswith('INSERT INTO "sqlite') else ""
                for word in _dump(database)
            )
        finally:
            database.close()


def _dump(database: sqlite3.Connection) -> list[str]:
    names = [
        row[0] for row in database.execute("SELECT name FROM sqlite_master WHERE type='table'")
    ]
    found = [str(row) for row in database.execute("SELECT sql FROM sqlite_master")]
    for name in names:
        if not name.startswith("rtree"):
            found += [str(row) for row in database.execute(f'SELECT * FROM "{name}"')]  # noqa: S608
    return found
