"""The follower of changes looks by itself: what it drops, what it keeps, what it prunes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from api.wiring import own_reader
from gis.contract import PUBLICA
from gis.features import reading
from gis.tiles.cache import Key, Tile, TileCache
from gis.tiles.freshness import KEPT_SECONDS, Follower, prune

if TYPE_CHECKING:
    from collections.abc import Callable

    from api.wiring import System

FAR = Key("sitios", PUBLICA, 14, 0, 0)


def write(system: System, statement: str, **values: Any) -> None:
    """As somebody in psql: one committed transaction."""
    with system.engine.begin() as connection:
        connection.execute(sa.text(statement), values)


def followed(system: System, look: Callable[[Follower, sa.Connection, TileCache], None]) -> None:
    """Run ``look`` with a follower that has looked once, and a cache that holds one tile."""
    cache, engine = TileCache(2**20), own_reader(system)
    follower = Follower(cache, engine)
    try:
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as conn:
            follower.look(conn)
            flight, _ = cache.join(FAR)
            with reading(system.reader) as seen:
                head = seen.scalar(sa.text("SELECT max(seq) FROM publica.sig_changeset"))
            cache.land(flight, Tile("x", {"identity": b"x"}, head))
            look(follower, conn, cache)
    finally:
        follower.stop()


def test_another_history_of_the_database_empties_the_memory(own_city: System) -> None:
    """As when a copy is restored under a running server."""

    def restored(follower: Follower, conn: sa.Connection, cache: TileCache) -> None:
        follower.look(conn)
        assert cache.get(FAR)
        write(
            own_city,
            "UPDATE sig.changeset SET hash = sha256('x')"
            " WHERE seq = (SELECT max(seq) FROM sig.changeset)",
        )
        follower.look(conn)
        assert cache.get(FAR) is None

    followed(own_city, restored)


def test_a_change_whose_places_may_be_pruned_is_anywhere(own_city: System) -> None:
    def slept(follower: Follower, conn: sa.Connection, cache: TileCache) -> None:
        write(own_city, "UPDATE data.sitios SET nombre = 'cerca' WHERE codigo = 's001'")
        follower.look(conn)
        assert cache.get(FAR)
        write(own_city, "UPDATE data.sitios SET nombre = 'antes' WHERE codigo = 's001'")
        _age(own_city, KEPT_SECONDS / 2 + 1)
        follower.look(conn)
        assert cache.get(FAR) is None

    followed(own_city, slept)


def test_places_are_kept_an_hour(own_city: System) -> None:
    count = sa.text("SELECT count(*) FROM sig.outbox")
    with own_city.engine.begin() as conn:
        before = conn.scalar(count)
        assert prune(conn) == 0
    _age(own_city, KEPT_SECONDS + 1)
    write(own_city, "UPDATE data.sitios SET nombre = 'hoy' WHERE codigo = 's001'")
    with own_city.engine.begin() as conn:
        assert prune(conn) == before
        assert conn.scalar(count) == 2


def _age(system: System, seconds: float) -> None:
    write(
        system,
        "UPDATE sig.changeset SET sealed_at = sealed_at - make_interval(secs => :s)",
        s=seconds,
    )
