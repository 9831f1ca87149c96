"""Connections for reading: one snapshot each, and what it means when the store is away."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

import psycopg2
import sqlalchemy as sa

from gis.errors import StoreUnavailable
from gis.features.cancelling import abandoned, cancellable, is_cancelled

if TYPE_CHECKING:
    from collections.abc import Iterator

QUERY_CANCELED = "57014"


class TookTooLong(StoreUnavailable):
    """A statement that was stopped because it lasted longer than it may."""


@contextmanager
def reading(reader: sa.Engine) -> Iterator[sa.Connection]:
    """A connection to read with: read only, everything in it seen in one snapshot.

    Raises :class:`StoreUnavailable` when the database does not answer, :class:`TookTooLong`
    when it does not in time, and :class:`QueryAbandoned` when whoever waits for it has left
    (:mod:`gis.features.cancelling`).
    """
    snapshot = reader.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
    try:
        with snapshot.connect() as connection, cancellable(connection):
            yield connection
    except (sa.exc.DBAPIError, psycopg2.OperationalError) as error:
        if not _is_away(error):
            raise
        if is_cancelled():
            raise abandoned() from error
        if getattr(getattr(error, "orig", error), "pgcode", None) == QUERY_CANCELED:
            raise TookTooLong(
                "La consulta tardó más de lo permitido; acótela con «bbox», «limit» o un filtro"
            ) from error
        raise StoreUnavailable(
            "La base de datos no responde; intente de nuevo en un momento"
        ) from error
    except sa.exc.TimeoutError as error:
        raise StoreUnavailable(
            "Hay demasiadas consultas en curso; intente en un momento"
        ) from error


def _is_away(error: Exception) -> bool:
    """Whether the server is what failed. One that dies in the middle of an answer is a bare
    ``DatabaseError``, which only its lost connection tells from a wrong statement."""
    if isinstance(error, sa.exc.DBAPIError) and error.connection_invalidated:
        return True
    kinds = (sa.exc.OperationalError, sa.exc.InterfaceError, psycopg2.OperationalError)
    return isinstance(error, kinds)
