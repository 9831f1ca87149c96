"""Keeping a tile cache in step with the store: a thread that reads what each changeset touched.

Why the position is sound. Ids of the outbox are given before commit and become visible out of
order, so they say nothing. ``seq`` of the chain does: ``sig.seal`` gives it at commit while it
holds the only row of ``sig.chain``, and PostgreSQL lets that row go only after the transaction is
visible to new snapshots (on a replica, its commit comes earlier in the log). So ``seq`` n + 1 is
given after n could be seen: every snapshot sees 1…p without gaps for some p, and a tile built in
one snapshot together with ``max(seq)`` holds exactly the changes up to it. The outbox rows of a
changeset become visible with it, in the same commit.
"""

from __future__ import annotations

import logging
import select
import socket
import threading
import time
from functools import partial
from itertools import groupby
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from gis.contract.access import Access
from gis.tiles.matrix import EARTH_M, Box
from gis.tiles.shelf import Change

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gis.tiles.cache import TileCache
    from gis.tiles.shelf import Shelf

log = logging.getLogger("sig.tiles")

POLL_SECONDS = 0.5
REST_SECONDS = 0.02
"""Pause after a wake-up, so that many commits cost one look."""
MOST_ROWS = 5_000
"""Beyond this many changed places at once, starting anew is cheaper than finding each tile."""
PRUNE_SECONDS = 60.0
PRUNE_ROWS = 50_000
KEPT_SECONDS = 3_600
"""How long outbox rows are kept. Whoever finds a changeset older than half of it, by the
database's clock, takes its whole layer as changed: its rows may be gone."""

_CHANGESET = sa.table(
    "sig_changeset",
    *map(sa.column, ("id", "seq", "layer", "origin", "hash", "sealed_at")),
    schema=str(Access.PUBLICA),
)
_OUTBOX = sa.table(
    "sig_outbox",
    *map(sa.column, ("id", "changeset", "extent")),
    schema=str(Access.PUBLICA),
)
_LAYER = sa.table(
    "sig_layer",
    *map(sa.column, ("name", "fingerprint", "dimension")),
    schema=str(Access.PUBLICA),
)
_OWN_OUTBOX = sa.table("outbox", *map(sa.column, ("id", "changeset")), schema="sig")
_OWN_CHANGESET = sa.table("changeset", *map(sa.column, ("id", "sealed_at")), schema="sig")


def read_position(conn: sa.Connection, access: Access) -> int:
    """The highest ``seq`` that the connection's snapshot sees; 0 before any change."""
    seq = sa.table("sig_changeset", sa.column("seq"), schema=str(access)).c.seq
    return conn.scalar(sa.select(sa.func.max(seq))) or 0


def read_contracts(conn: sa.Connection) -> dict[str, str]:
    """The fingerprint of each layer's declaration that the connection's snapshot sees."""
    return {row.name: row.fingerprint for row in _contracts(conn)}


def _contracts(conn: sa.Connection) -> Sequence[Any]:
    return conn.execute(sa.select(_LAYER)).all()


class Follower:
    """Applies to a cache every change of the store, from a thread of its own.

    ``reader`` must be an engine of its own (a busy pool would hold the news up), of the public
    role: where a layer's places are not public the extents are null and the whole layer is
    dropped, so what it does holds for every access class. ``owner`` prunes the outbox.
    """

    def __init__(
        self,
        cache: TileCache,
        reader: sa.Engine,
        owner: sa.Engine | None = None,
        shelf: Shelf | None = None,
    ) -> None:
        self._cache = cache
        self._shelf = shelf
        self._reader = reader.execution_options(isolation_level="AUTOCOMMIT")
        self._owner = owner
        self._head: tuple[int, str] | None = None
        self._contracts: dict[str, str] = {}
        self._dimensions: dict[str, int] = {}
        self._pruned = time.monotonic()
        self._ending = threading.Event()
        self._rope, self._bell = socket.socketpair()
        self._thread = threading.Thread(target=self._run, name="sig-tiles", daemon=True)

    def start(self) -> None:
        """Begin to follow; until its first look the cache answers nothing."""
        self._thread.start()

    def stop(self) -> None:
        """End the thread and give its connection back."""
        self._ending.set()
        self._rope.send(b"!")
        if self._thread.is_alive():
            self._thread.join(5)
        self._rope.close()
        self._bell.close()
        self._reader.dispose()

    def _run(self) -> None:
        failing = False
        while not self._ending.is_set():
            try:
                with self._reader.connect() as conn:
                    self._follow(conn)
            except Exception as error:
                # Whatever it was, memory stays silent until a look succeeds.
                if not failing:
                    log.warning("tile cache cannot see changes: %s", error)
                failing = True
                self._reader.dispose()
                self._ending.wait(POLL_SECONDS)
            else:
                failing = False

    def _follow(self, conn: sa.Connection) -> None:
        driver: Any = conn.connection.driver_connection
        self.look(conn)
        _listen(conn)
        while not self._ending.is_set():
            self.look(conn)
            self._prune()
            self._wait(driver)

    def _wait(self, driver: Any) -> None:
        """Until a commit or ``stop`` says so, or for :data:`POLL_SECONDS`."""
        waiting = select.poll()  # select() itself takes no descriptor above 1023.
        waiting.register(driver, select.POLLIN)
        waiting.register(self._bell, select.POLLIN)
        ready = [descriptor for descriptor, _ in waiting.poll(1000 * POLL_SECONDS)]
        if driver.fileno() in ready:
            driver.poll()
            driver.notifies.clear()
            time.sleep(REST_SECONDS)

    def look(self, conn: sa.Connection) -> None:
        """Read what changed since the last look and drop it: from the shelf first, so that nobody
        who finds memory emptied by a change takes from the shelf what the change has overtaken."""
        asked = self._cache.clock()
        news = self._news(conn)
        rows = _contracts(conn)
        contracts = {row.name: row.fingerprint for row in rows}
        self._dimensions = {r.name: r.dimension for r in rows if r.dimension is not None}
        head = self._newest(conn) if news is None else self._after(news)
        if self._shelf is not None:
            self._shelf.know(contracts, self._dimensions)
            self._shelf.follow(head, news is None, partial(changes_from, conn))
        if news is None:
            # A build begun after this sees at least the head.
            self._cache.forget()
        else:
            for (seq, layer), touched in groupby(news, lambda row: (row.seq, row.layer)):
                self._apply(seq, layer, list(touched))
        self._head = head
        self._apply_contracts(contracts)
        self._cache.confirm(asked, head[0])

    def _newest(self, conn: sa.Connection) -> tuple[int, str]:
        newest = sa.select(_CHANGESET.c.seq, _CHANGESET.c.hash).order_by(_CHANGESET.c.seq.desc())
        row = conn.execute(newest.limit(1)).first()
        return (0, "") if row is None else (row.seq, row.hash)

    def _after(self, news: Sequence[Any]) -> tuple[int, str]:
        assert self._head is not None
        return (news[-1].seq, news[-1].hash) if news else self._head

    def _news(self, conn: sa.Connection) -> Sequence[Any] | None:
        """What changed since the last look; None when the way from there to now is not known."""
        if self._head is None:
            return None
        rows = conn.execute(_changes(self._head[0])).all()
        if len(rows) > MOST_ROWS:
            return None
        if self._head[0]:
            # The link where we stood: another one means another database, or a restored one.
            if not rows or (rows[0].seq, rows[0].hash) != self._head:
                return None
            rows = rows[1:]
        return rows

    def _apply(self, seq: int, layer: str, touched: Sequence[Any]) -> None:
        boxes = _places(touched)
        if boxes is None:
            self._cache.touch_layer(layer, seq)
        else:
            self._cache.touch(layer, seq, boxes, self._dimensions.get(layer, 2))

    def _apply_contracts(self, found: dict[str, str]) -> None:
        """A layer whose contract changed has other tile functions: nothing of it holds."""
        for name in found.keys() | self._contracts.keys():
            if found.get(name) != self._contracts.get(name):
                self._cache.forget(name)
        self._contracts = found

    def _prune(self) -> None:
        if self._owner is None or time.monotonic() - self._pruned < PRUNE_SECONDS:
            return
        self._pruned = time.monotonic()
        try:
            with self._owner.begin() as conn:
                prune(conn)
        except sa.exc.SQLAlchemyError as error:
            log.warning("outbox not pruned: %s", error)


def changes_from(conn: sa.Connection, position: int) -> list[Change] | None:
    """The change at ``position`` and those after it; None when there are too many to look at one
    by one."""
    rows = conn.execute(_changes(position)).all()
    if len(rows) > MOST_ROWS:
        return None
    return [
        Change(seq, link, layer, _places(list(touched)))
        for (seq, link, layer), touched in groupby(rows, lambda r: (r.seq, r.hash, r.layer))
    ]


def _places(touched: Sequence[Any]) -> list[Box] | None:
    """The places that a changeset touched; None when they may be anywhere in its layer."""
    first = touched[0]
    boxes = [_padded(row) for row in touched if row.outbox is not None]
    if first.origin == "migration" or first.age > KEPT_SECONDS / 2:
        return None
    known = [box for box in boxes if box is not None]
    return known if len(known) == len(boxes) else None


def prune(conn: sa.Connection) -> int:
    """Delete some of the outbox rows sealed over :data:`KEPT_SECONDS` ago; how many. As owner."""
    age = sa.func.now() - sa.func.make_interval(0, 0, 0, 0, 0, 0, KEPT_SECONDS)
    old = (
        sa.select(_OWN_OUTBOX.c.id)
        .join(_OWN_CHANGESET, _OWN_CHANGESET.c.id == _OWN_OUTBOX.c.changeset)
        .where(_OWN_CHANGESET.c.sealed_at < age)
        .order_by(_OWN_OUTBOX.c.id)
        .limit(PRUNE_ROWS)
    )
    return conn.execute(sa.delete(_OWN_OUTBOX).where(_OWN_OUTBOX.c.id.in_(old))).rowcount


def _changes(position: int) -> sa.Select[Any]:
    """The changeset at ``position`` alone, then the later ones with each place they touched."""
    box = _OUTBOX.c.extent
    sides = [
        getattr(sa.func, name)(box).label(label)
        for name, label in (
            ("ST_XMin", "west"), ("ST_YMin", "south"), ("ST_XMax", "east"), ("ST_YMax", "north"),
        )
    ]  # fmt: skip
    touched = sa.and_(_OUTBOX.c.changeset == _CHANGESET.c.id, _CHANGESET.c.seq > position)
    age = sa.extract("epoch", sa.func.now() - _CHANGESET.c.sealed_at)
    names = ("seq", "hash", "layer", "origin")
    return (
        sa.select(
            *(_CHANGESET.c[name] for name in names),
            age.label("age"),
            _OUTBOX.c.id.label("outbox"),
            *sides,
        )
        .select_from(_CHANGESET.outerjoin(_OUTBOX, touched))
        .where(_CHANGESET.c.seq >= position)
        .order_by(_CHANGESET.c.seq)
        .limit(MOST_ROWS + 1)
    )


def _padded(row: Any) -> Box | None:
    """The changed place; None when it is not for this class to know.

    The extent was a box of EPSG:9377 whose corners alone were projected: its sides bend between
    them by at most side² / 8 R in Colombia, which counts for features many kilometres wide.
    """
    if row.west is None:
        return None
    side = max(row.east - row.west, row.north - row.south)
    pad = 1 + side * side / (8 * EARTH_M)
    return Box(row.west - pad, row.south - pad, row.east + pad, row.north + pad)


def _listen(conn: sa.Connection) -> None:
    """Be woken at commits; a replica or a pooler that cannot leaves polling."""
    try:
        conn.execute(sa.text("LISTEN sig_outbox"))
    except sa.exc.DBAPIError as error:
        if error.connection_invalidated:
            raise
        log.info("no LISTEN here, polling alone: %s", error.orig)
