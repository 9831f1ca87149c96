"""Log-ins that failed: how many are too many, per account and per address.

An attempt is counted before it is tried, so that many at once gain nothing. One that succeeds takes
its count back. Names nobody has are counted like the others: the answer tells nothing.
"""

from __future__ import annotations

import hashlib
import ipaddress

import sqlalchemy as sa

from gis.accounts.tables import login_attempt
from gis.errors import TooManyAttempts

WINDOW_S = 15 * 60
FROM_ONE_PLACE = 5
"""Failures of an account from one address, in the window."""
OF_ONE_ACCOUNT = 50
"""Failures of an account from everywhere: high, so that nobody else can keep its holder out
cheaply."""
OF_ONE_ADDRESS = 30
"""Failures from one address, whatever the account."""


def begin(conn: sa.Connection, name: str, address: str) -> int:
    """Count an attempt; its number. Raises :class:`TooManyAttempts`. Commit before trying it."""
    subject, place = _subject(name), place_of(address)
    row = login_attempt.c
    old = sa.delete(login_attempt).where(row.at < _ago(WINDOW_S))
    conn.execute(old)
    made = sa.insert(login_attempt).values(subject=subject, address=place).returning(row.id)
    number: int = conn.execute(made).scalar_one()
    conn.commit()
    rules = (
        (sa.and_(row.subject == subject, row.address == place), FROM_ONE_PLACE),
        (row.subject == subject, OF_ONE_ACCOUNT),
        (row.address == place, OF_ONE_ADDRESS),
    )
    for which, most in rules:
        _check(conn, which, most, number)
    return number


def forget(conn: sa.Connection, name: str, address: str) -> None:
    """It was right after all: what failed before for this account and place no longer counts."""
    mine = sa.and_(
        login_attempt.c.subject == _subject(name), login_attempt.c.address == place_of(address)
    )
    conn.execute(sa.delete(login_attempt).where(mine))


def _check(conn: sa.Connection, which: sa.ColumnElement[bool], most: int, number: int) -> None:
    recent = sa.and_(which, login_attempt.c.at >= _ago(WINDOW_S))
    left = sa.func.ceil(
        sa.extract("epoch", sa.func.min(login_attempt.c.at)) + WINDOW_S
        - sa.extract("epoch", sa.func.clock_timestamp())
    )  # fmt: skip
    count, seconds = conn.execute(sa.select(sa.func.count(), left).where(recent)).one()
    if count <= most:
        return
    # One refused is not counted, or whoever goes on trying would never see the end of it.
    conn.execute(sa.delete(login_attempt).where(login_attempt.c.id == number))
    conn.commit()
    minutes = max(1, -(-int(seconds) // 60))
    raise TooManyAttempts(
        f"Demasiados intentos fallidos; vuelva a intentar en {minutes} minutos",
        retry_after=max(1, int(seconds)),
    )


def _ago(seconds: int) -> sa.ColumnElement[object]:
    return sa.func.clock_timestamp() - sa.func.make_interval(0, 0, 0, 0, 0, 0, seconds)


def _subject(name: str) -> bytes:
    return hashlib.sha256(name.strip().lower().encode("utf-8", "surrogatepass")).digest()


def place_of(address: str) -> str:
    """The address; of IPv6 its network of 64 bits, since one customer has them all."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return address
    if found.version == 4:
        return str(found)
    if found.ipv4_mapped is not None:
        return str(found.ipv4_mapped)
    return str(ipaddress.ip_network((int(found), 64), strict=False))
