"""Stopping what the store does for somebody who does not wait any more.

Whoever starts a piece of work gives it a :class:`Cancellation` (``with cancellation.covering():``);
every connection that :func:`gis.features.reading` opens inside belongs to it. ``cancel`` may come
from any thread. It repeats until each connection has been given back: a request to stop that
arrives between two statements stops neither.
"""

from __future__ import annotations

import threading
import time
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any

import psycopg2

from gis.errors import QueryAbandoned

if TYPE_CHECKING:
    from collections.abc import Iterator

    import sqlalchemy as sa

INSISTING_SECONDS = 5.0
PAUSE_SECONDS = 0.05
_covering: ContextVar[Cancellation | None] = ContextVar("cancellation", default=None)


class Cancellation:
    """The right to stop one piece of work. Once used, the work opens no more connections."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._drivers: list[Any] = []
        self.is_cancelled = False

    @contextmanager
    def covering(self) -> Iterator[None]:
        """What is read inside the block, by this thread or task, is the work."""
        token = _covering.set(self)
        try:
            yield
        finally:
            _covering.reset(token)

    def check(self) -> None:
        """Raise :class:`QueryAbandoned` when it has been used."""
        if self.is_cancelled:
            raise abandoned()

    def cancel(self) -> None:
        """Stop the work's statements. Blocks until they have stopped, or for some seconds."""
        deadline = time.monotonic() + INSISTING_SECONDS
        with self._changed:
            self.is_cancelled = True
            while self._drivers and time.monotonic() < deadline:
                for driver in self._drivers:
                    # Under the lock: a connection given back may already serve somebody else.
                    with suppress(psycopg2.Error):
                        driver.cancel()
                self._changed.wait(PAUSE_SECONDS)

    @contextmanager
    def _using(self, driver: Any) -> Iterator[None]:
        with self._changed:
            if self.is_cancelled:
                raise abandoned()
            self._drivers.append(driver)
        try:
            yield
        finally:
            with self._changed:
                self._drivers.remove(driver)
                self._changed.notify_all()


@contextmanager
def cancellable(connection: sa.Connection) -> Iterator[None]:
    """Let whoever covers this thread or task stop what ``connection`` does in the block."""
    cancellation = _covering.get()
    if cancellation is None:
        yield
        return
    with cancellation._using(connection.connection.driver_connection):
        yield


def is_cancelled() -> bool:
    """Whether the work of this thread or task has been stopped."""
    cancellation = _covering.get()
    return cancellation is not None and cancellation.is_cancelled


def abandoned() -> QueryAbandoned:
    """What whoever does the work is told; nobody else hears it."""
    return QueryAbandoned("Quien pidió la consulta ya no la espera")
