"""Log-ins of those that only read, in a database that is not the private one.

Each access class has its own, made with a secret that only the owner reads. Whoever reads through
it can become no other role, whatever they make the server run.
"""

from __future__ import annotations

import logging
import time
from threading import Lock
from typing import Any

import sqlalchemy as sa

RECHECK_SECONDS = 30.0
"""How long a log-in that the server did not let in is left alone, and the most that a connection
made without it is used: an administrator who mends it has it in use this soon."""

_READER = sa.table("reader", *map(sa.column, ("role", "login", "secret")), schema="sig_keys")
_GIVEN = "sig.given_since"

log = logging.getLogger("sig.lectura")


def ensure_logins(engine: sa.Engine) -> list[str]:
    """Make the log-ins that are missing; the roles that stay without one, since the owner may not
    make roles (``sig doctor --sql`` says what to run instead)."""
    with engine.begin() as conn:
        return list(conn.scalars(sa.select(sa.func.sig_keys.ensure_readers())))


def logins(engine: sa.Engine) -> dict[str, tuple[str, str]]:
    """Name and secret by role; nothing where the database is not prepared."""
    try:
        with engine.connect() as conn:
            rows = conn.execute(sa.select(_READER.c.role, _READER.c.login, _READER.c.secret))
            return {row.role: (row.login, row.secret) for row in rows}
    except sa.exc.ProgrammingError:
        return {}


class Door:
    """How the connections of an engine that reads as ``role`` come in: by that role's log-in while
    there is one that the server lets in, else as the engine's address says.

    It is decided for each connection, so that a log-in made, changed or refused while the process
    runs is taken, or left, without starting again. ``keys`` is the owner's engine, which knows the
    log-ins.
    """

    def __init__(self, keys: sa.Engine, role: str) -> None:
        self._keys = keys
        self._role = role
        self._login: tuple[str, str] | None = None
        self._shut_until = 0.0
        self._lock = Lock()

    def guard(self, engine: sa.Engine) -> None:
        """Have every connection that ``engine`` makes come in by this door."""
        sa.event.listen(engine, "do_connect", self._connect)
        sa.event.listen(engine, "checkout", _leave_the_given)

    @property
    def shut(self) -> bool:
        """Whether the log-in was refused, or not there, a moment ago."""
        return time.monotonic() < self._shut_until

    def _connect(self, dialect: Any, record: Any, args: Any, options: dict[str, Any]) -> Any:
        """A connection by the log-in; None has SQLAlchemy make it as the address says."""
        if not self.shut:
            for login in self._known():
                name, secret = login
                try:
                    return dialect.connect(*args, **{**options, "user": name, "password": secret})
                except dialect.loaded_dbapi.OperationalError as error:
                    log.warning("%s no entra: %s", name, str(error).strip())
        record.info[_GIVEN] = time.monotonic()
        return None

    def _known(self) -> Any:
        """The log-in that was let in last, then what the owner knows now if that is another; who
        comes to the end has found none, and the door is left alone for a while."""
        with self._lock:
            former = self._login
        if former is not None:
            yield former
        try:
            found = logins(self._keys).get(self._role)
        except sa.exc.SQLAlchemyError:  # away: no reason to think that the log-in is refused
            return
        with self._lock:
            self._login = found
        if found is not None and found != former:
            yield found
        self._shut_until = time.monotonic() + RECHECK_SECONDS


def _leave_the_given(connection: Any, record: Any, proxy: Any) -> None:
    """Called when a pool lends a connection: one made without the log-in is not used for ever."""
    since = record.info.get(_GIVEN)
    if since is not None and time.monotonic() - since > RECHECK_SECONDS:
        raise sa.exc.DisconnectionError("looking again for the log-in of its own")
