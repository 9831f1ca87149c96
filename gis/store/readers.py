"""Log-ins of those that only read, in a database that is not the private one.

Each access class has its own, made with a secret that only the owner reads. Whoever reads through
it can become no other role, whatever they make the server run.
"""

from __future__ import annotations

import sqlalchemy as sa

_READER = sa.table("reader", *map(sa.column, ("role", "login", "secret")), schema="sig_keys")


def ensure_logins(engine: sa.Engine) -> list[str]:
    """Make the log-ins that are missing; the roles that stay without one, since the owner may not
    make roles (``sig doctor --sql`` says what to run instead)."""
    with engine.begin() as conn:
        return list(conn.scalars(sa.select(sa.func.sig_keys.ensure_readers())))


def logins(engine: sa.Engine) -> dict[str, tuple[str, str | None]]:
    """Name and secret by role; nothing while the database is away, or not prepared."""
    try:
        with engine.connect() as conn:
            rows = conn.execute(sa.select(_READER.c.role, _READER.c.login, _READER.c.secret))
            return {row.role: (row.login, row.secret) for row in rows}
    except (sa.exc.OperationalError, sa.exc.ProgrammingError):
        return {}
