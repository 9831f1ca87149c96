"""What a database lacks to serve as the store, each problem with its remedy."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from gis.binaries import EXTENSIONS, OLDEST
from gis.cluster import ACCESS_ROLES

if TYPE_CHECKING:
    from collections.abc import Iterator

ASK_ADMINISTRATOR = "Ejecute «sig doctor --sql» y entregue esas órdenes a quien la administra"
CONTROL_POINTS = (
    (9377, -73.0, 4.0, 5_000_000.0, 2_000_000.0),
    (9377, -75.0, 4.7, 4_778_237.462, 2_077_661.789),
    (6253, -75.1799259333333, 4.41941282777778, 877_634.33, 980_541.348),
)
"""SRID, longitude, latitude, easting and northing in metres (EPSG database)."""
TOLERANCE_M = 0.001


@dataclass(frozen=True, slots=True)
class Check:
    """One thing looked at: ``detail`` says what was found, ``remedy`` what to do when not ok."""

    name: str
    ok: bool
    detail: str
    remedy: str = ""
    advice: str = ""
    """What would be better, of something that is well enough."""


def administrator_script() -> str:
    """SQL (for psql) that an administrator runs where the system has no superuser rights."""
    parts = ("sql/administrator.sql", "store/migrations/versions/0005_readers.sql", "sql/own.sql")
    return "\n".join((files("gis") / part).read_text(encoding="utf-8") for part in parts)


def examine(connection: sa.Connection) -> Iterator[Check]:
    """Every check of a database, in an order where the first failure explains those after it."""
    yield from _server(connection)
    postgis = _extension(connection, "postgis")
    yield postgis
    yield _extension(connection, "pgrouting")
    yield from _roles(connection)
    if postgis.ok and postgis.detail.startswith("instalado"):
        yield from _reference_systems(connection)
    yield _leaks(connection)
    yield _intrusion(connection)


def can_become(connection: sa.Connection) -> str:
    """A role that who reads through ``connection`` could take besides its own, empty for none."""
    return next((str(row.role) for row in _rows(connection, "becomes")), "")


@lru_cache
def _queries() -> dict[str, sa.TextClause]:
    text = (files("gis") / "sql" / "diagnosis.sql").read_text(encoding="utf-8")
    parts = re.split(r"^-- name: (\w+)$", text, flags=re.MULTILINE)[1:]
    return {
        name: sa.text(query.strip().rstrip(";"))
        for name, query in zip(parts[::2], parts[1::2], strict=True)
    }


def _rows(connection: sa.Connection, name: str, /, **values: Any) -> list[Any]:
    return list(connection.execute(_queries()[name], values))


def _server(connection: sa.Connection) -> Iterator[Check]:
    (found,) = _rows(connection, "server")
    yield Check(
        "servidor",
        found.major >= OLDEST,
        f"PostgreSQL {found.major}",
        f"Use PostgreSQL {OLDEST} o más reciente",
    )
    yield Check(
        "codificación",
        found.encoding == "UTF8",
        found.encoding,
        "Cree la base de datos con ENCODING 'UTF8'",
    )
    allowed = found.superuser or found.may_create
    what = "superusuario" if found.superuser else "usuario corriente"
    detail = what if allowed else f"{what} que no puede crear esquemas"
    yield Check("permisos", allowed, detail, ASK_ADMINISTRATOR)


def _extension(connection: sa.Connection, name: str) -> Check:
    spelled, package = EXTENSIONS[name]
    title = f"extensión {spelled}"
    (found,) = _rows(connection, "extension", name=name)
    if found.installed:
        return Check(title, True, f"instalado {spelled} {found.installed}")
    (server,) = _rows(connection, "server")
    if found.available is None:
        remedy = f"Instale en su servidor: apt-get install postgresql-{server.major}-{package}"
        return Check(title, False, f"el servidor no tiene {spelled}", remedy)
    detail = f"{spelled} {found.available} por instalar en la base"
    return Check(title, server.superuser, detail, ASK_ADMINISTRATOR)


def _roles(connection: sa.Connection) -> Iterator[Check]:
    (server,) = _rows(connection, "server")
    for found in _rows(connection, "roles", roles=list(ACCESS_ROLES)):
        detail = "listo" if found.member else "existe, sin ser suyo" if found.present else "falta"
        ok = bool(found.member or server.superuser)
        yield Check(f"rol {found.role}", ok, detail, ASK_ADMINISTRATOR)


def _reference_systems(connection: sa.Connection) -> Iterator[Check]:
    srids = sorted({point[0] for point in CONTROL_POINTS})
    for found in _rows(connection, "reference_systems", srids=srids):
        name = f"EPSG:{found.srid}"
        if not found.present:
            yield Check(name, found.may_insert, "por agregar", ASK_ADMINISTRATOR)
            continue
        metres = max(
            _error(connection, point) for point in CONTROL_POINTS if point[0] == found.srid
        )
        remedy = "Su definición en spatial_ref_sys no es la de EPSG: corríjala o bórrela"
        yield Check(name, metres <= TOLERANCE_M, f"difiere {metres:.4f} m", remedy)


def _error(connection: sa.Connection, point: tuple[int, float, float, float, float]) -> float:
    names = ("srid", "lon", "lat", "x", "y")
    (found,) = _rows(connection, "distance", **dict(zip(names, point, strict=True)))
    return float(found.metres)


def _leaks(connection: sa.Connection) -> Check:
    public = ACCESS_ROLES[0]
    present = next(row.present for row in _rows(connection, "roles", roles=[public]))
    found = _rows(connection, "leaks", role=public) if present else []
    names = ", ".join(row.relation for row in found)
    return Check(
        "acceso",
        not found,
        f"el público podría leer {names}" if found else "el público solo lee lo público",
        f"Quite a {public} y a PUBLIC el permiso de leer {names}",
    )


def _intrusion(connection: sa.Connection) -> Check:
    public = ACCESS_ROLES[0]
    present = next(row.present for row in _rows(connection, "roles", roles=[public]))
    found = _rows(connection, "open_schemas", role=public) if present else []
    names = ", ".join(row.schema for row in found)
    return Check(
        "esquemas",
        not found,
        f"el público podría crear objetos en {names}" if found else "el público no crea nada",
        ASK_ADMINISTRATOR,
    )
