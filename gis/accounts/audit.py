"""The audit of accounts: what was done, to whom, by whom, from where. Never a secret."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from gis.accounts.tables import account_event

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime


@dataclass(frozen=True, slots=True)
class Source:
    """Who acts, and from which address; empty from the command line."""

    actor: str
    address: str = ""


@dataclass(frozen=True, slots=True)
class Event:
    """One entry. ``account`` None: nobody has the name that was tried."""

    at: datetime
    event: str
    account: str | None
    actor: str
    address: str
    detail: Mapping[str, Any]


LABELS = {
    "created": "cuenta creada",
    "disabled": "cuenta desactivada",
    "enabled": "cuenta activada",
    "granted": "permiso dado",
    "revoked": "permiso quitado",
    "password-set": "clave puesta",
    "password-changed": "clave cambiada",
    "password-refused": "cambio de clave rechazado",
    "logged-in": "ingreso",
    "login-refused": "ingreso rechazado",
    "login-throttled": "ingreso detenido por intentos",
    "logged-out": "salida",
    "sessions-ended": "otras sesiones terminadas",
    "token-created": "ficha creada",
    "token-revoked": "ficha revocada",
    "action-refused": "acción rechazada",
}
"""Every event, for people."""


RECENT = 200
"""Entries that are looked at to tell whether one stands there already."""


def record(
    conn: sa.Connection, event: str, account: str | None, source: Source, **detail: Any
) -> None:
    """Write an entry in the caller's transaction. ``event`` is one of :data:`LABELS`."""
    assert event in LABELS
    values = {"event": event, "account": account, "actor": source.actor}
    conn.execute(sa.insert(account_event).values(address=source.address, detail=detail, **values))


def record_once(
    conn: sa.Connection,
    event: str,
    account: str | None,
    source: Source,
    seconds: int,
    **detail: Any,
) -> None:
    """Write an entry unless the last ones have the same, not older than ``seconds``: anybody may
    cause it as often as they like, and none is ever taken away."""
    last = sa.select(account_event).order_by(account_event.c.id.desc()).limit(RECENT).subquery()
    same = (
        last.c.event == event,
        last.c.account.is_not_distinct_from(account),
        last.c.address == source.address,
        last.c.detail == sa.literal(detail, last.c.detail.type),
        last.c.at > sa.func.now() - sa.func.make_interval(0, 0, 0, 0, 0, 0, seconds),
    )
    if not conn.scalar(sa.select(sa.exists(sa.select(last.c.id).where(*same)))):
        record(conn, event, account, source, **detail)


def events(conn: sa.Connection, account: str | None = None, limit: int = 50) -> list[Event]:
    """The last entries, newest first: of an account, or of all and of nobody."""
    columns = [account_event.c[name] for name in Event.__slots__]
    select = sa.select(*columns).order_by(account_event.c.id.desc()).limit(limit)
    if account is not None:
        select = select.where(account_event.c.account == account)
    return [Event(*row) for row in conn.execute(select)]
