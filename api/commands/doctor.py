"""``sig doctor``: looks at everything the system rests on, and says how to put it right."""

from __future__ import annotations

import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import sqlalchemy as sa
import typer
from rich.table import Table

import api
from api.console import Json, out, print_json
from api.settings import read_settings
from api.wiring import catalog_of, cluster_of, database_of, doors_of, free_bytes
from gis import store
from gis.binaries import find_binaries
from gis.cluster import OWNER
from gis.contract import Access
from gis.diagnosis import Check, administrator_script, can_become, examine, logged_in_as
from gis.errors import ConfigurationError, ContractError, SigError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from api.settings import Settings

WEB = Path(api.__file__).parent.parent / "web" / "dist" / "index.html"
GIB = 1024**3
LEAST_FREE = 2 * GIB
APART = (
    "Para que cada clase se lea con un ingreso propio ejecute «sig doctor --sql» y entregue esas "
    "órdenes a quien la administra, o permita en pg_hba.conf que entren con clave los "
    "sig_lector_…; un servidor en marcha lo toma en menos de un minuto"
)

Sql = Annotated[
    bool,
    typer.Option("--sql", help="Imprime lo que debe ejecutar quien administra la base de datos."),
]


def register(app: typer.Typer) -> None:
    """Add ``sig doctor``."""
    app.command("doctor")(doctor)


def doctor(sql: Sql = False, as_json: Json = False) -> None:
    if sql:
        sys.stdout.write(administrator_script())
        return
    checks = list(_checks(read_settings()))
    if as_json:
        print_json([asdict(check) for check in checks])
    else:
        out.print(_table(checks))
    if not all(check.ok for check in checks):
        raise typer.Exit(ConfigurationError.exit_code)


def _checks(settings: Settings) -> Iterator[Check]:
    yield _machine(settings)
    yield _disk(settings)
    yield _declarations(settings)
    yield Check("aplicación web", WEB.exists(), str(WEB), "Constrúyala: scripts/setup run")
    yield from _database(settings)


def _machine(settings: Settings) -> Check:
    if cluster_of(settings) is None:
        return Check("PostgreSQL", True, "el de SIG_DATABASE_URL")
    try:
        found = find_binaries()
    except ConfigurationError as error:
        return Check("PostgreSQL", False, error.message, str(error.context.get("remedy", "")))
    return Check("PostgreSQL", True, f"{found.major} con PostGIS en {found.folder}")


def _disk(settings: Settings) -> Check:
    cluster = cluster_of(settings)
    folder = settings.home if cluster is None else cluster.data
    free = free_bytes(folder)
    remedy = f"Libere espacio en el disco de {folder}: hacen falta {LEAST_FREE // GIB} GiB"
    return Check("disco", free >= LEAST_FREE, f"{free / GIB:.1f} GiB libres", remedy)


def _declarations(settings: Settings) -> Check:
    try:
        catalog = catalog_of(settings)
    except ContractError as error:
        return Check("declaraciones", False, str(error), "Corrija la declaración")
    detail = f"{len(catalog.layers)} capas de {catalog.entity.municipality}"
    return Check("declaraciones", True, detail)


def _database(settings: Settings) -> Iterator[Check]:
    try:
        with database_of(settings) as (owner, readers):
            yield from _address(settings)
            engine = store.make_engine(owner, pool_size=1)
            try:
                with engine.connect() as connection:
                    checks = list(examine(connection))
                yield from checks
                if all(check.ok for check in checks):
                    yield from _readers(settings, engine, readers)
            finally:
                engine.dispose()
    except (SigError, sa.exc.OperationalError) as error:
        cluster = cluster_of(settings)
        where = f"Lea {cluster.log}" if cluster else "Revise SIG_DATABASE_URL y la red"
        detail = error.message if isinstance(error, SigError) else str(error.orig).strip()
        yield Check("base de datos", False, detail, where)


def _readers(settings: Settings, engine: sa.Engine, given: tuple[str, ...]) -> Iterator[Check]:
    """As whom each access class is read: as somebody who can become nobody else, at best."""
    doors = doors_of(settings, engine, given, prepare=False)
    for access in Access:
        reader = doors.open(access, pool_size=1)
        try:
            with reader.connect() as connection:
                name, shared = logged_in_as(connection), can_become(connection)
        except sa.exc.OperationalError as error:
            yield Check(f"lectura {access}", False, str(error.orig).strip(), APART)
            continue
        finally:
            reader.dispose()
        detail = f"entra como {name}"
        if shared:
            yield Check(
                f"lectura {access}", True, f"{detail}, que puede leer más ({shared})", advice=APART
            )
        else:
            yield Check(f"lectura {access}", True, f"{detail}, que no puede leer nada más")


def _address(settings: Settings) -> Iterator[Check]:
    cluster = cluster_of(settings)
    if cluster is not None:
        address = f"psql --host={cluster.socket} --username={OWNER} {OWNER}"
        yield Check("dirección", True, f"{address} (registro: {cluster.log})")


def _table(checks: list[Check]) -> Table:
    table = Table("", "Qué", "Cómo está", "Qué hacer")
    for check in checks:
        mark = "[green]bien[/]" if check.ok else "[bold red]MAL[/]"
        if check.ok and check.advice:
            mark = "[yellow]ojo[/]"
        table.add_row(mark, check.name, check.detail, check.advice if check.ok else check.remedy)
    return table
