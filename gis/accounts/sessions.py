"""Sessions of people: opened by whatever proves an identity, known by a cookie's digest."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from gis.accounts import attempts, passwords
from gis.accounts.audit import record, record_once
from gis.accounts.directory import LOCAL, grants_of
from gis.accounts.keys import digest, new_key
from gis.accounts.roles import Principal
from gis.accounts.tables import account, identity, password, session
from gis.errors import NotAuthenticated, TooManyAttempts

if TYPE_CHECKING:
    from gis.accounts.audit import Source

SEEN_S = 60
"""Seconds within which a session's use is not written again."""
WRONG = "La cuenta o la clave no son correctas"


@dataclass(frozen=True, slots=True)
class Limits:
    """How long a session lives: without being used, and in all."""

    idle: timedelta = timedelta(minutes=60)
    absolute: timedelta = timedelta(hours=12)


def log_in(engine: sa.Engine, name: str, text: str, source: Source, limits: Limits) -> str:
    """Open a session for who knows the password; the key for its cookie.

    :class:`NotAuthenticated` with the same words, after the same work, whether the account does
    not exist, is disabled, has no password or has another; :class:`TooManyAttempts`.
    """
    found = _attempted(engine, name, source)
    # No connection is held while the password is hashed.
    right = passwords.verify(found.hash if found else None, text)
    with engine.begin() as conn:
        if found is not None and right and found.disabled_at is None:
            attempts.forget(conn, name, source.address)
            if passwords.is_outdated(found.hash):
                fresh = sa.update(password).where(password.c.account == found.id)
                conn.execute(fresh.values(hash=passwords.hash_password(text)))
            return open_session(conn, found.id, found.name, source, limits)
        record(conn, "login-refused", found.name if found else None, source)
    raise NotAuthenticated(WRONG)


def _attempted(engine: sa.Engine, name: str, source: Source) -> Any:
    """What is known of who tries to log in, None for nobody; the attempt is counted."""
    with engine.connect() as conn:
        found = conn.execute(_by_identity(LOCAL, name)).first()
        try:
            attempts.begin(conn, name, source.address)
        except TooManyAttempts:
            whose = found.name if found else None
            record_once(conn, "login-throttled", whose, source, attempts.WINDOW_S)
            conn.commit()
            raise
        return found


def open_session(
    conn: sa.Connection, number: int, name: str, source: Source, limits: Limits
) -> str:
    """A new session of an account that proved itself, by whatever means; the key for its cookie."""
    key = new_key()
    conn.execute(sa.delete(session).where(session.c.expires_at < sa.func.now()))
    conn.execute(
        sa.insert(session).values(
            hash=digest(key),
            account=number,
            address=source.address,
            expires_at=sa.func.now() + limits.absolute,
        )
    )
    record(conn, "logged-in", name, source)
    return key


def principal(conn: sa.Connection, key: str, limits: Limits) -> Principal | None:
    """Whose session it is; None when it never was, ended, expired, or the account is disabled.

    Who must first change a password given by somebody else may do nothing until then.
    """
    mine = session.c.hash == digest(key)
    alive = sa.and_(
        mine,
        session.c.expires_at > sa.func.now(),
        session.c.seen_at > sa.func.now() - limits.idle,
        account.c.disabled_at.is_(None),
    )
    joined = session.join(account, account.c.id == session.c.account).outerjoin(
        password, password.c.account == account.c.id
    )
    columns = (account.c.id, account.c.name, account.c.title, password.c.temporary)
    found = conn.execute(sa.select(*columns).select_from(joined).where(alive)).first()
    if found is None:
        return None
    seen = session.c.seen_at < sa.func.now() - timedelta(seconds=SEEN_S)
    conn.execute(sa.update(session).where(mine, seen).values(seen_at=sa.func.now()))
    grants = frozenset() if found.temporary else grants_of(conn, found.id)
    return Principal(found.name, grants, found.title)


def log_out(conn: sa.Connection, key: str, source: Source) -> None:
    """End a session; nothing when it is over already."""
    gone = sa.delete(session).where(session.c.hash == digest(key)).returning(session.c.account)
    number = conn.scalar(gone)
    if number is not None:
        name = conn.scalar(sa.select(account.c.name).where(account.c.id == number))
        record(conn, "logged-out", name, source)


def end_others(conn: sa.Connection, name: str, key: str, source: Source) -> int:
    """End the other sessions of an account; how many there were."""
    number = sa.select(account.c.id).where(account.c.name == name).scalar_subquery()
    others = sa.and_(session.c.account == number, session.c.hash != digest(key))
    count = conn.execute(sa.delete(session).where(others)).rowcount
    record(conn, "sessions-ended", name, source, count=count)
    return count


def _by_identity(issuer: str, subject: str) -> sa.Select[Any]:
    joined = identity.join(account, account.c.id == identity.c.account).outerjoin(
        password, password.c.account == account.c.id
    )
    mine = sa.and_(identity.c.issuer == issuer, identity.c.subject == subject.strip().lower())
    columns = (account.c.id, account.c.name, account.c.disabled_at, password.c.hash)
    return sa.select(*columns).select_from(joined).where(mine)
