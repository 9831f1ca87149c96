"""The keys that codes are made with, and the guesses of those who have none.

Only the owner's role reads either. A key is never changed: a new version is added, so that codes
already printed go on being verified.
"""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa

from gis.accounts.attempts import place_of
from gis.errors import TooManyAttempts

WINDOW_S = 15 * 60
MOST_GUESSES = 20
"""Codes that verify nothing, from one address in the window: more than anybody mistypes."""

_KEY = sa.table(
    "verification",
    sa.column("version", sa.SmallInteger),
    sa.column("secret", sa.LargeBinary),
    schema="sig_keys",
)
_GUESS = sa.table(
    "verification_guess",
    sa.column("id", sa.BigInteger),
    sa.column("address", sa.Text),
    sa.column("at", sa.DateTime(timezone=True)),
    schema="sig",
)


@dataclass(frozen=True, slots=True)
class Keys:
    """Secrets by version; the highest makes new codes."""

    secrets: dict[int, bytes]

    @property
    def newest(self) -> tuple[int, bytes]:
        """The version and the secret that new codes are made with."""
        version = max(self.secrets)
        return version, self.secrets[version]


def read_keys(conn: sa.Connection) -> Keys:
    """The keys of this store; its migration made the first."""
    found = conn.execute(sa.select(_KEY.c.version, _KEY.c.secret))
    return Keys({row.version: bytes(row.secret) for row in found})


def count_guess(conn: sa.Connection, address: str) -> None:
    """Count a code that was none of ours. Raises :class:`TooManyAttempts`, and then does not count
    it. Commits.

    Codes of ours are never counted nor refused: 51 bits are not found by trying, and nobody who has
    a paper waits because somebody else makes codes up.
    """
    place = place_of(address)
    ago = sa.func.clock_timestamp() - sa.func.make_interval(0, 0, 0, 0, 0, 0, WINDOW_S)
    conn.execute(sa.delete(_GUESS).where(_GUESS.c.at < ago))
    count = sa.select(sa.func.count()).where(_GUESS.c.address == place, _GUESS.c.at >= ago)
    many = (conn.scalar(count) or 0) >= MOST_GUESSES
    if not many:
        conn.execute(sa.insert(_GUESS).values(address=place))
    conn.commit()
    if many:
        raise TooManyAttempts(
            "Se probaron demasiados códigos que no verifican nada desde esta dirección; vuelva a "
            f"intentar en {WINDOW_S // 60} minutos",
            retry_after=WINDOW_S,
        )
