"""Accounts: made, granted, disabled; and how one comes to be known by a local name."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from gis.accounts import attempts, passwords
from gis.accounts.audit import record
from gis.accounts.roles import ANY, Action, Grant
from gis.accounts.tables import account, account_grant, identity, password, session, token
from gis.errors import ChangesetConflict, InvalidRequest, NotFound

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from gis.accounts.audit import Source
    from gis.contract.catalog import Catalog

LOCAL = "local"
"""Issuer of identities proved by a password kept here. Another server's would be its address."""


@dataclass(frozen=True, slots=True)
class Account:
    """One account as its administrators see it."""

    id: int
    name: str
    title: str
    created_at: datetime
    disabled_at: datetime | None
    temporary: bool
    """Whether its password was given by somebody else and must be changed first."""
    grants: tuple[Grant, ...]


def accounts(conn: sa.Connection) -> list[Account]:
    """Every account, by name."""
    return [_account(conn, row) for row in conn.execute(_select().order_by(account.c.name))]


def find(conn: sa.Connection, name: str) -> Account:
    """The account so named; :class:`NotFound` otherwise."""
    row = conn.execute(_select().where(account.c.name == name)).first()
    if row is None:
        raise NotFound(f"No existe la cuenta «{name}»")
    return _account(conn, row)


def add(
    conn: sa.Connection, name: str, title: str, text: str, source: Source, *, temporary: bool
) -> Account:
    """Make an account that logs in with ``name`` and the password ``text``."""
    _check_name(name)
    passwords.check_fit(text, name)
    made = postgresql.insert(account).values(name=name, title=title or name)
    number = conn.scalar(made.on_conflict_do_nothing().returning(account.c.id))
    if number is None:
        raise ChangesetConflict(f"Ya existe la cuenta «{name}»")
    conn.execute(sa.insert(identity).values(issuer=LOCAL, subject=name, account=number))
    _put_password(conn, number, text, temporary=temporary)
    record(conn, "created", name, source)
    return find(conn, name)


def set_password(
    conn: sa.Connection, name: str, text: str, source: Source, *, temporary: bool
) -> None:
    """Give an account another password; every session of it ends."""
    found = find(conn, name)
    passwords.check_fit(text, name)
    _put_password(conn, found.id, text, temporary=temporary)
    conn.execute(sa.delete(session).where(session.c.account == found.id))
    record(conn, "password-set", name, source)


def change_password(
    engine: sa.Engine, name: str, former: str, text: str, kept: bytes, source: Source
) -> None:
    """What the account's holder does: ``former`` must hold; the other sessions than ``kept`` (its
    digest) end. :class:`InvalidRequest` says what is wrong; a wrong ``former`` counts as a log-in
    that failed (:class:`TooManyAttempts`)."""
    with engine.connect() as conn:
        attempts.begin(conn, name, source.address)
        found = find(conn, name)
        hashed = conn.scalar(sa.select(password.c.hash).where(password.c.account == found.id))
    right = passwords.verify(hashed, former)
    with engine.begin() as conn:
        if right:
            attempts.forget(conn, name, source.address)
        else:
            record(conn, "password-refused", name, source)
    if not right:
        raise InvalidRequest("La clave actual no es esa", parameter="actual")
    if former == text:
        raise InvalidRequest("La clave nueva es la misma de antes", parameter="nueva")
    passwords.check_fit(text, name)
    with engine.begin() as conn:
        _put_password(conn, found.id, text, temporary=False)
        others = sa.and_(session.c.account == found.id, session.c.hash != kept)
        conn.execute(sa.delete(session).where(others))
        record(conn, "password-changed", name, source)


def set_disabled(conn: sa.Connection, name: str, source: Source, *, disabled: bool) -> None:
    """Close an account, with its sessions and tokens, or open it again (they stay closed)."""
    found = find(conn, name)
    when = sa.func.now() if disabled else None
    conn.execute(sa.update(account).where(account.c.id == found.id).values(disabled_at=when))
    if disabled:
        conn.execute(sa.delete(session).where(session.c.account == found.id))
        alive = sa.and_(token.c.account == found.id, token.c.revoked_at.is_(None))
        conn.execute(sa.update(token).where(alive).values(revoked_at=sa.func.now()))
    record(conn, "disabled" if disabled else "enabled", name, source)


def grant(conn: sa.Connection, name: str, given: Iterable[Grant], source: Source) -> list[Grant]:
    """Let an account do more; the grants that it did not have."""
    found = find(conn, name)
    new = [each for each in sorted(given) if each not in found.grants]
    for each in new:
        put = postgresql.insert(account_grant).values(account=found.id, **_columns(each))
        conn.execute(put.on_conflict_do_nothing())
        record(conn, "granted", name, source, **_columns(each))
    return new


def revoke(conn: sa.Connection, name: str, taken: Iterable[Grant], source: Source) -> list[Grant]:
    """Let an account do less; the grants that it had. Sessions and tokens feel it at once."""
    found = find(conn, name)
    former = [each for each in sorted(taken) if each in found.grants]
    for each in former:
        same = [account_grant.c[key] == value for key, value in _columns(each).items()]
        conn.execute(sa.delete(account_grant).where(account_grant.c.account == found.id, *same))
        record(conn, "revoked", name, source, **_columns(each))
    return former


def grants_of(conn: sa.Connection, number: int) -> frozenset[Grant]:
    """What the account of that id was granted."""
    columns = (account_grant.c[name] for name in ("secretaria", "layer", "action"))
    rows = conn.execute(sa.select(*columns).where(account_grant.c.account == number))
    return frozenset(Grant(row.secretaria, row.layer, Action(row.action)) for row in rows)


def parse_grants(
    catalog: Catalog, actions: Iterable[str], secretaria: str, layer: str, *, known: bool = True
) -> tuple[Grant, ...]:
    """Grants of those words, ``*`` for all; :class:`InvalidRequest` for what does not exist (of
    secretarías and layers only where they must be ``known``)."""
    if known:
        _check_place(catalog, secretaria, layer)
    return tuple(Grant(secretaria, layer, _action(word)) for word in actions)


def _check_place(catalog: Catalog, secretaria: str, layer: str) -> None:
    contacts, layers = catalog.entity.contacts, catalog.layers
    if secretaria != ANY and secretaria not in contacts:
        known = ", ".join(contacts)
        raise InvalidRequest(f"No existe la secretaría «{secretaria}»; las que hay: {known}")
    if layer != ANY and layer not in layers:
        raise InvalidRequest(f"No existe la capa «{layer}»")
    if layer != ANY and secretaria not in (ANY, layers[layer].metadata.contact):
        owner = layers[layer].metadata.contact
        raise InvalidRequest(f"La capa «{layer}» es de «{owner}», no de «{secretaria}»")


def _action(word: str) -> Action:
    try:
        return Action(word)
    except ValueError:
        known = ", ".join(Action)
        raise InvalidRequest(f"No existe la acción «{word}»; las que hay: {known}") from None


def _put_password(conn: sa.Connection, number: int, text: str, *, temporary: bool) -> None:
    values = {
        "hash": passwords.hash_password(text),
        "temporary": temporary,
        "changed_at": sa.func.now(),
    }
    put = postgresql.insert(password).values(account=number, **values)
    conn.execute(put.on_conflict_do_update(index_elements=["account"], set_=values))


def _columns(one: Grant) -> dict[str, str]:
    return {"secretaria": one.secretaria, "layer": one.layer, "action": str(one.action)}


def _select() -> sa.Select[Any]:
    temporary = sa.func.coalesce(password.c.temporary, sa.false()).label("temporary")
    names = ("id", "name", "title", "created_at", "disabled_at")
    joined = account.outerjoin(password, password.c.account == account.c.id)
    return sa.select(*(account.c[name] for name in names), temporary).select_from(joined)


def _account(conn: sa.Connection, row: Any) -> Account:
    grants = tuple(sorted(grants_of(conn, row.id)))
    return Account(**row._mapping, grants=grants)


def _check_name(name: str) -> None:
    plain = name.isascii() and name[:1].isalpha() and name == name.lower()
    if not (plain and 2 <= len(name) <= 63 and all(c.isalnum() or c in "._-" for c in name)):
        raise InvalidRequest(
            "El nombre de una cuenta lleva de 2 a 63 letras minúsculas sin tilde, números, "
            "puntos o guiones, y empieza por letra",
            value=name,
        )
