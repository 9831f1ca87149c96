"""What it means, for who writes a few rows, that the store is away."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

import sqlalchemy as sa

from gis.errors import StoreUnavailable

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextmanager
def answering() -> Iterator[None]:
    """Turn a database that does not answer, or no longer, into :class:`StoreUnavailable`."""
    try:
        yield
    except sa.exc.TimeoutError as error:
        raise StoreUnavailable("Hay demasiadas solicitudes en curso") from error
    except sa.exc.DBAPIError as error:
        away = isinstance(error, sa.exc.OperationalError | sa.exc.InterfaceError)
        if not (away or error.connection_invalidated):
            raise
        raise StoreUnavailable("La base de datos no responde") from error
