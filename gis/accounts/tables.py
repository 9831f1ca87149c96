"""Tables of migration 0005, as SQLAlchemy Core names them. Only the owner's role reads them."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB

_METADATA = sa.MetaData(schema="sig")
_WHEN = sa.DateTime(timezone=True)

account = sa.Table(
    "account",
    _METADATA,
    sa.Column("id", sa.BigInteger, primary_key=True),
    sa.Column("name", sa.Text),
    sa.Column("title", sa.Text),
    sa.Column("created_at", _WHEN),
    sa.Column("disabled_at", _WHEN),
)
identity = sa.Table(
    "identity",
    _METADATA,
    sa.Column("issuer", sa.Text, primary_key=True),
    sa.Column("subject", sa.Text, primary_key=True),
    sa.Column("account", sa.BigInteger),
)
password = sa.Table(
    "password",
    _METADATA,
    sa.Column("account", sa.BigInteger, primary_key=True),
    sa.Column("hash", sa.Text),
    sa.Column("temporary", sa.Boolean),
    sa.Column("changed_at", _WHEN),
)
account_grant = sa.Table(
    "account_grant",
    _METADATA,
    sa.Column("account", sa.BigInteger, primary_key=True),
    sa.Column("secretaria", sa.Text, primary_key=True),
    sa.Column("layer", sa.Text, primary_key=True),
    sa.Column("action", sa.Text, primary_key=True),
)
session = sa.Table(
    "session",
    _METADATA,
    sa.Column("hash", sa.LargeBinary, primary_key=True),
    sa.Column("account", sa.BigInteger),
    sa.Column("address", sa.Text),
    sa.Column("opened_at", _WHEN),
    sa.Column("seen_at", _WHEN),
    sa.Column("expires_at", _WHEN),
)
token = sa.Table(
    "token",
    _METADATA,
    sa.Column("id", sa.BigInteger, primary_key=True),
    sa.Column("account", sa.BigInteger),
    sa.Column("label", sa.Text),
    sa.Column("hash", sa.LargeBinary),
    sa.Column("scope", JSONB),
    sa.Column("created_at", _WHEN),
    sa.Column("expires_at", _WHEN),
    sa.Column("used_at", _WHEN),
    sa.Column("revoked_at", _WHEN),
)
login_attempt = sa.Table(
    "login_attempt",
    _METADATA,
    sa.Column("id", sa.BigInteger, primary_key=True),
    sa.Column("subject", sa.LargeBinary),
    sa.Column("address", sa.Text),
    sa.Column("at", _WHEN, server_default=sa.func.clock_timestamp()),
)
account_event = sa.Table(
    "account_event",
    _METADATA,
    sa.Column("id", sa.BigInteger, primary_key=True),
    sa.Column("at", _WHEN, server_default=sa.func.clock_timestamp()),
    sa.Column("event", sa.Text),
    sa.Column("account", sa.Text),
    sa.Column("actor", sa.Text),
    sa.Column("address", sa.Text),
    sa.Column("detail", JSONB),
)
