"""A whole layer as a file by the plainest means: ``COPY`` of the same text, ``ogr2ogr``."""

from __future__ import annotations

import hashlib
import shutil
from typing import TYPE_CHECKING, Any

from psycopg2 import sql

from gis.benchmark.pages import FEATURE, fields_of
from gis.store.engine import driver_cursor

if TYPE_CHECKING:
    from pathlib import Path

    import sqlalchemy as sa

    from gis.contract.layer import Layer

_CSV = sql.SQL(
    """
    COPY (SELECT {fields}, trim_scale(round(ST_X(p.place)::numeric, 7)) AS longitud,
                 trim_scale(round(ST_Y(p.place)::numeric, 7)) AS latitud
            FROM {source} AS r,
                 LATERAL (SELECT ST_Transform(r.geom, 4326) AS place OFFSET 0) AS p
           ORDER BY r._id COLLATE "C")
      TO STDOUT WITH (FORMAT csv, HEADER true)
    """
)
_GEOJSON = sql.SQL(
    """
    COPY (SELECT ',' || {feature} FROM {source} AS r, LATERAL (SELECT {fields}) AS p
           ORDER BY r._id COLLATE "C")
      TO STDOUT WITH (FORMAT csv, DELIMITER E'\\x02', QUOTE E'\\x01')
    """
)
_ROWS = sql.SQL("SELECT {fields}, r.geom FROM {source} AS r")
CHUNK = 2**20


def copy_csv(engine: sa.Engine, layer: Layer, path: Path) -> None:
    """Points with their coordinates in degrees, in the order of their id."""
    _copy(engine, layer, _CSV, path)


def copy_geojson(engine: sa.Engine, layer: Layer, path: Path) -> None:
    """A line a feature, each with a comma in front, in the order of their id."""
    _copy(engine, layer, _GEOJSON, path)


def _copy(engine: sa.Engine, layer: Layer, statement: sql.SQL, path: Path) -> None:
    with (
        engine.connect() as connection,
        path.open("wb") as file,
        driver_cursor(connection) as cursor,
    ):
        cursor.copy_expert(statement.format(**_parts(layer)), file)


def _parts(layer: Layer) -> dict[str, sql.Composable]:
    source = sql.Identifier("data", layer.name)
    return {"fields": fields_of(layer), "source": source, "feature": FEATURE}


def ogr2ogr(engine: sa.Engine, layer: Layer, path: Path) -> tuple[list[str], dict[str, str]] | None:
    """The command that writes the layer's fields and places to a GeoPackage, and what its
    environment needs; None where GDAL's programs are not installed."""
    program = shutil.which("ogr2ogr")
    if program is None:
        return None
    url = engine.url
    known: dict[str, Any] = {
        "host": url.host or url.query.get("host"),
        "port": url.port or url.query.get("port"),
        "user": url.username,
        "dbname": url.database,
    }
    place = " ".join(f"{name}='{value}'" for name, value in known.items() if value)
    with engine.connect() as connection, driver_cursor(connection) as cursor:
        rows = _ROWS.format(**_parts(layer)).as_string(cursor)
    command = [program, "-f", "GPKG", str(path), f"PG:{place}", "-sql", rows, "-nln", layer.name]
    return command, {"PGPASSWORD": url.password} if url.password else {}


def same_text(whole: Path, rows: Path, head: bytes = b"", tail: bytes = b"") -> bool:
    """Whether ``whole`` is ``head``, then ``rows`` but for its first byte, then ``tail``."""
    if whole.stat().st_size != len(head) + rows.stat().st_size + len(tail):
        return False
    with whole.open("rb") as one, rows.open("rb") as other:
        if one.read(len(head)) != head:
            return False
        if head:
            one.read(1)
            other.read(1)
        length = rows.stat().st_size - (1 if head else 0)
        return _digest(one, length) == _digest(other, length) and one.read() == tail


def _digest(file: Any, length: int) -> bytes:
    digest = hashlib.blake2b()
    while length and (chunk := file.read(min(CHUNK, length))):
        digest.update(chunk)
        length -= len(chunk)
    return digest.digest()
