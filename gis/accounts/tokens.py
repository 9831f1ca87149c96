"""Tokens of machines: an account's, for a purpose, over a part of what it may do, for a while."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from gis.accounts.audit import record
from gis.accounts.directory import find, grants_of
from gis.accounts.keys import TOKEN_PREFIX, digest, new_key
from gis.accounts.roles import Action, Grant, Principal
from gis.accounts.tables import account, token
from gis.errors import InvalidRequest, NotFound

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from gis.accounts.audit import Source

LONGEST_DAYS = 366
USED_S = 60
"""Seconds within which a token's use is not written again."""


@dataclass(frozen=True, slots=True)
class Token:
    """A token as its holder sees it: the secret itself is shown once and kept nowhere."""

    id: int
    account: str
    label: str
    scope: tuple[Grant, ...]
    """At most this; and never more than the account may do at the time."""
    created_at: datetime
    expires_at: datetime
    used_at: datetime | None
    revoked_at: datetime | None
    is_alive: bool


def create(
    conn: sa.Connection, name: str, label: str, scope: Iterable[Grant], days: int, source: Source
) -> tuple[Token, str]:
    """A new token and its secret, which is never seen again."""
    found = find(conn, name)
    wanted = tuple(sorted(set(scope)))
    if found.disabled_at is not None:
        raise InvalidRequest(f"La cuenta «{name}» está desactivada")
    if not label.strip():
        raise InvalidRequest("Diga para qué es la ficha")
    if not wanted:
        raise InvalidRequest("Diga qué puede hacer la ficha: al menos una acción")
    if not 1 <= days <= LONGEST_DAYS:
        raise InvalidRequest(f"Una ficha dura de 1 a {LONGEST_DAYS} días")
    for each in wanted:
        if not any(each.meet(mine) for mine in found.grants):
            raise InvalidRequest(
                f"«{name}» no tiene «{each.action}» en {each.secretaria}/{each.layer}: "
                "una ficha no puede más que su cuenta"
            )
    key = new_key(TOKEN_PREFIX)
    made = sa.insert(token).values(
        account=found.id,
        label=label.strip(),
        hash=digest(key),
        scope=[[each.secretaria, each.layer, str(each.action)] for each in wanted],
        expires_at=sa.func.now() + timedelta(days=days),
    )
    number = conn.execute(made.returning(token.c.id)).scalar_one()
    words = [f"{each.secretaria}/{each.layer}/{each.action}" for each in wanted]
    record(conn, "token-created", name, source, token=number, label=label.strip(), scope=words)
    return next(each for each in tokens(conn, name) if each.id == number), key


def tokens(conn: sa.Connection, name: str | None = None) -> list[Token]:
    """The tokens of an account, or of all, newest first."""
    alive = sa.and_(
        token.c.revoked_at.is_(None),
        token.c.expires_at > sa.func.now(),
        account.c.disabled_at.is_(None),
    )
    columns = [token.c.id, account.c.name.label("account"), token.c.label, token.c.scope]
    columns += [token.c[each] for each in ("created_at", "expires_at", "used_at", "revoked_at")]
    select = sa.select(*columns, alive.label("is_alive"))
    select = select.select_from(token.join(account, account.c.id == token.c.account))
    if name is not None:
        select = select.where(account.c.name == name)
    return [_token(row) for row in conn.execute(select.order_by(token.c.id.desc()))]


def revoke_token(
    conn: sa.Connection, number: int, source: Source, *, name: str | None = None
) -> None:
    """End a token at once; :class:`NotFound` when there is none alive (of ``name``, if given)."""
    mine = sa.and_(token.c.id == number, token.c.revoked_at.is_(None))
    if name is not None:
        mine = sa.and_(mine, token.c.account == find(conn, name).id)
    ended = sa.update(token).where(mine).values(revoked_at=sa.func.now())
    owner = conn.scalar(ended.returning(token.c.account))
    if owner is None:
        raise NotFound(f"No hay una ficha vigente con el número {number}")
    holder = conn.scalar(sa.select(account.c.name).where(account.c.id == owner))
    record(conn, "token-revoked", holder, source, token=number)


def principal(conn: sa.Connection, key: str) -> Principal | None:
    """Whose token it is and what is left of its scope; None when it does not hold (any more)."""
    joined = token.join(account, account.c.id == token.c.account)
    alive = sa.and_(
        token.c.hash == digest(key),
        token.c.revoked_at.is_(None),
        token.c.expires_at > sa.func.now(),
        account.c.disabled_at.is_(None),
    )
    columns = (token.c.id, token.c.scope, token.c.account, account.c.name, account.c.title)
    found = conn.execute(sa.select(*columns).select_from(joined).where(alive)).first()
    if found is None:
        return None
    unseen = sa.or_(
        token.c.used_at.is_(None), token.c.used_at < sa.func.now() - timedelta(seconds=USED_S)
    )
    mine = token.c.id == found.id
    conn.execute(sa.update(token).where(mine, unseen).values(used_at=sa.func.now()))
    theirs = grants_of(conn, found.account)
    both = (one.meet(other) for one in _scope(found.scope) for other in theirs)
    return Principal(found.name, frozenset(each for each in both if each), found.title)


def _scope(stored: Any) -> tuple[Grant, ...]:
    return tuple(Grant(owner, layer, Action(action)) for owner, layer, action in stored)


def _token(row: Any) -> Token:
    return Token(**(dict(row._mapping) | {"scope": _scope(row.scope)}))
