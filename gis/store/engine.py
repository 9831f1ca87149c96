"""Engines and migrations."""

from __future__ import annotations

from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psycopg2
import sqlalchemy as sa

from gis.errors import ConfigurationError, StoreUnavailable
from gis.later import Later

if TYPE_CHECKING:
    from collections.abc import Iterator

    from alembic import command, config, util
else:
    command, config, util = (Later(f"alembic.{name}") for name in ("command", "config", "util"))

EXTENSIONS = {"postgis": "PostGIS", "pgrouting": "pgRouting"}
"""What the store needs of PostgreSQL beside itself, and how people call it."""
MIGRATION_LOCK = 0x5167_0001
"""Advisory lock that lets one process at a time create or change tables."""


def make_engine(url: str, *, role: str | None = None, pool_size: int = 8) -> sa.Engine:
    """An engine on ``url`` (``postgresql+psycopg2://…``).

    With ``role`` every connection runs as that role from its first statement, read only; a
    statement is cut after 30 s and never compiled (JIT costs more than any page or tile). The
    pool never grows beyond ``pool_size``; a caller waits up to 10 s for a connection.
    """
    options = "-c timezone=UTC"
    if role is not None:
        options += (
            f" -c role={role} -c default_transaction_read_only=on"
            " -c statement_timeout=30000 -c jit=off"
        )
    return sa.create_engine(
        url,
        pool_size=pool_size,
        max_overflow=0,
        pool_timeout=10,
        pool_pre_ping=True,
        connect_args={"options": options, "connect_timeout": 5, "application_name": "sig"},
    )


def migrate(engine: sa.Engine) -> None:
    """Bring the system's own tables to the newest version. Safe to call from many processes."""
    options = config.Config()
    options.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    try:
        with engine.begin() as connection:
            connection.execute(sa.select(sa.func.pg_advisory_xact_lock(MIGRATION_LOCK)))
            _ensure_extensions(connection)
            connection.execute(sa.schema.CreateSchema("sig_meta", if_not_exists=True))
            options.attributes["connection"] = connection
            command.upgrade(options, "head")
    except sa.exc.OperationalError as error:
        raise StoreUnavailable("La base de datos no responde") from error
    except util.CommandError as error:
        raise ConfigurationError(
            "La base de datos la preparó una versión más reciente del programa: actualícelo"
        ) from error


@contextmanager
def driver_cursor(connection: sa.Connection) -> Iterator[Any]:
    """A cursor of the driver in the connection's transaction: for COPY, and for definitions that
    take no parameters."""
    cursor = connection.connection.cursor()
    try:
        yield cursor
    except psycopg2.OperationalError as error:
        if error.pgcode:  # the server lives and says what is wrong
            raise
        raise StoreUnavailable("La base de datos dejó de responder; nada se guardó") from error
    finally:
        cursor.close()


def _ensure_extensions(connection: sa.Connection) -> None:
    found = set(connection.scalars(sa.text("SELECT extname FROM pg_extension")))
    for name, spelled in EXTENSIONS.items():
        if name in found:
            continue
        try:
            with connection.begin_nested():
                connection.execute(_CREATE_EXTENSION[name])
        except sa.exc.DBAPIError as error:
            raise ConfigurationError(
                f"La base de datos no tiene {spelled} y este usuario no puede instalarlo: "
                "ejecute `sig doctor --sql` y entregue esas órdenes a quien la administra"
            ) from error


_CREATE_EXTENSION = {
    "postgis": sa.text("CREATE EXTENSION IF NOT EXISTS postgis"),
    "pgrouting": sa.text("CREATE EXTENSION IF NOT EXISTS pgrouting"),
}
