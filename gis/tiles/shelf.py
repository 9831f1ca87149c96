"""Finished tiles on disk, shared by the processes of one machine and by those that come after.

What makes a tile here as fresh as one in memory (decision 0013): the shelf holds a *mark*, the last
change of the chain that has been applied to it. Whoever follows the changes applies them and moves
the mark in one transaction; a tile is put only if everything up to the mark is known to be in it
or not to touch it. So a tile that is here holds up to the mark, and is taken only by who asks for
no more than that. An *era* ends when the chain is another one (a restored copy) or the program
draws otherwise; processes use an era only after they have found its mark in the chain themselves.

While one process makes a tile the others wait for it (``making``): the system's own locks on bytes
of a file, which end with the process that holds them.
"""

from __future__ import annotations

import fcntl
import hashlib
import logging
import secrets
import sqlite3
import threading
import time
import weakref
from collections.abc import Callable, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from gis.tiles.cache import Tile
from gis.tiles.matrix import GRIDS
from gis.tiles.reach import reach

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from gis.tiles.cache import Key
    from gis.tiles.matrix import Box

log = logging.getLogger("sig.tiles")

WORTH_SECONDS = 0.01
"""A tile made faster than this is not put: making it again costs as little as finding it."""
MOST_BOXES = 1_000
"""Beyond so many changed places at once the layer goes whole."""
PAUSE_SECONDS = 0.02
LOCK_BYTES = 2**40
DRAWING = ("store", "tiles")
"""Folders of the package whose code decides what a tile holds."""


class Mark(NamedTuple):
    """Up to where the shelf has followed the chain."""

    era: str
    seq: int
    hash: str


class Change(NamedTuple):
    """One change of the chain: its number and link, the layer, the places it touched (of
    EPSG:3857; None: anywhere)."""

    seq: int
    hash: str
    layer: str
    places: Sequence[Box] | None


Changes = Callable[[int], Sequence[Change] | None]
"""Gives the change at a number and those after it; None when they are too many."""


class Shelf:
    """The shelf at ``folder``, up to ``capacity`` bytes: what was cheapest to make goes first.

    A disk that fails makes it find nothing and keep nothing; it never raises.
    """

    def __init__(self, folder: Path, capacity: int) -> None:
        self.capacity = capacity
        self._contracts: Mapping[str, str] = {}
        self._dimensions: Mapping[str, int] = {}
        self._path = folder / "tiles.sqlite"
        self._damaged = folder / "tiles.damaged"
        self._mine = threading.local()
        self._opened: list[sqlite3.Connection] = []
        self._era = ""
        self._failed = False
        folder.mkdir(parents=True, exist_ok=True)
        self._locks = (folder / "tiles.lock").open("wb")
        # Also of an application that was made and never served.
        weakref.finalize(self, self._locks.close)
        with self._guarded():
            self._open()

    def close(self) -> None:
        """Give files back."""
        for connection in self._opened:
            connection.close()
        self._locks.close()

    def know(self, contracts: Mapping[str, str], dimensions: Mapping[str, int]) -> None:
        """Each layer's declaration now (its fingerprint), and the dimension of its shapes."""
        self._contracts, self._dimensions = contracts, dimensions

    def get(self, key: Key, at_least: int) -> Tile | None:
        """The tile, if it is here and holds every change up to ``at_least``."""
        found = None
        with self._guarded():
            row = self._connection().execute(_GET, (*_place(key), self._era, at_least)).fetchone()
            if row is not None and row[0] == self._contracts.get(key.layer):
                _, digest, encoding, body, position = row
                found = Tile(digest, {encoding: body}, position)
        return found

    def put(self, key: Key, tile: Tile, holds: int, contract: str, cost: float) -> bool:
        """Keep a tile known to hold every change up to ``holds``, made under that contract."""
        encoding = "gzip" if "gzip" in tile.forms else "identity"
        if key.variant or encoding not in tile.forms:
            return False
        body = tile.forms[encoding]
        values = (*_place(key), contract, holds, cost, tile.digest, encoding, body)
        put = False
        with self._guarded(), self._writing() as conn:
            mark = _mark(conn)
            if mark.era == self._era and mark.seq <= holds:
                conn.execute(_DROP_ONE, _place(key))
                conn.execute(_PUT, values)
                self._make_room(conn)
                put = True
        return put

    def has(self, key: Key) -> bool:
        """Whether a tile of the current contract is here."""
        row = None
        with self._guarded():
            row = self._connection().execute(_HAS, _place(key)).fetchone()
        return row is not None and row[0] == self._contracts.get(key.layer)

    @contextmanager
    def making(self, keys: Iterable[Key], give_up: Callable[[], None]) -> Iterator[bool]:
        """Be the only process that makes these tiles; whether it had to wait for another.

        ``give_up`` is called while it waits and may raise.
        """
        held: list[int] = []
        waited = False
        try:
            for byte in sorted({_byte(key) for key in keys}):
                while not self._lock(byte):
                    waited = True
                    give_up()
                    time.sleep(PAUSE_SECONDS)
                held.append(byte)
            yield waited
        finally:
            for byte in held:
                with suppress(OSError):
                    fcntl.lockf(self._locks, fcntl.LOCK_UN, 1, byte)

    def follow(self, head: tuple[int, str], anew: bool, changes: Changes) -> None:
        """Apply what has changed since the mark. ``head`` is the last change that is known;
        ``anew``: how the chain came there from what was known before is not known."""
        with self._guarded():
            mark = _mark(self._connection())
            if not anew and mark[1:] == head:
                self._era = mark.era
                return
            if not anew and mark.seq > head[0]:
                return  # Another process is ahead; era known, or known at a later look.
            with self._writing() as conn:
                self._catch_up(conn, head, anew, changes)

    def _catch_up(
        self, conn: sqlite3.Connection, head: tuple[int, str], anew: bool, changes: Changes
    ) -> None:
        mark = _mark(conn)
        if mark[1:] == head:
            self._era = mark.era
            return
        if mark.seq > head[0] and not anew:
            return
        found = changes(mark.seq) if mark.seq <= head[0] else None
        if found is not None and mark.seq:
            known = bool(found) and found[0][:2] == mark[1:]
            found = found[1:] if known else None
        if found is None or not mark.era:
            self._restart(conn, head)
            return
        for change in found:
            _touch(conn, change, self._dimensions.get(change.layer, 2))
        if found:
            conn.execute("UPDATE mark SET seq = ?, hash = ?", found[-1][:2])
        self._era = mark.era

    def _restart(self, conn: sqlite3.Connection, head: tuple[int, str]) -> None:
        self._era = secrets.token_hex(8)
        conn.execute("DELETE FROM tile")
        conn.execute("UPDATE mark SET era = ?, seq = ?, hash = ?", (self._era, *head))

    def _open(self) -> None:
        """Prepare the file; a damaged one is thrown away first, by one process at a time."""
        fcntl.lockf(self._locks, fcntl.LOCK_EX, 1, LOCK_BYTES)
        try:
            if self._damaged.exists():
                self._discard()
            try:
                self._prepare()
            except sqlite3.DatabaseError as error:
                if not _is_damage(error):
                    raise
                self._discard()
                self._prepare()
        finally:
            fcntl.lockf(self._locks, fcntl.LOCK_UN, 1, LOCK_BYTES)

    def _discard(self) -> None:
        """Throw the file away, its journal first: it must not be taken for that of the next."""
        found: sqlite3.Connection | None = getattr(self._mine, "connection", None)
        if found is not None:
            found.close()
            self._mine.connection = None
        for suffix in ("-wal", "-shm", ""):
            self._path.with_name(self._path.name + suffix).unlink(missing_ok=True)
        self._damaged.unlink(missing_ok=True)

    def _prepare(self) -> None:
        code = _code()
        with self._writing() as conn:
            if not conn.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]:
                for statement in _statements():
                    conn.execute(statement)
                conn.execute("INSERT INTO mark VALUES (1, ?, '', 0, '', 0)", (code,))
            elif conn.execute("SELECT code FROM mark").fetchone()[0] != code:
                conn.execute("DELETE FROM tile")
                conn.execute("UPDATE mark SET code = ?, era = '', seq = 0, hash = ''", (code,))

    def _make_room(self, conn: sqlite3.Connection) -> None:
        while conn.execute("SELECT bytes FROM mark").fetchone()[0] > self.capacity:
            if not conn.execute(_DROP_CHEAPEST).rowcount:
                break

    def _lock(self, byte: int) -> bool:
        try:
            fcntl.lockf(self._locks, fcntl.LOCK_EX | fcntl.LOCK_NB, 1, byte)
        except OSError:
            return False
        return True

    def _connection(self) -> sqlite3.Connection:
        found: sqlite3.Connection | None = getattr(self._mine, "connection", None)
        if found is None:
            found = sqlite3.connect(
                self._path, timeout=5, isolation_level=None, check_same_thread=False
            )
            found.execute("PRAGMA journal_mode = WAL")
            found.execute("PRAGMA synchronous = NORMAL")
            self._mine.connection = found
            self._opened.append(found)
        return found

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        conn = self._connection()
        conn.execute("BEGIN IMMEDIATE")
        try:
            yield conn
        except BaseException:
            conn.execute("ROLLBACK")
            raise
        conn.execute("COMMIT")

    @contextmanager
    def _guarded(self) -> Iterator[None]:
        try:
            yield
        except (sqlite3.Error, OSError) as error:
            self._era = ""
            if _is_damage(error):
                with suppress(OSError):
                    self._damaged.touch()  # Whoever opens it next makes another.
            if not self._failed:
                log.warning("shelf of tiles %s not in use: %s", self._path, error)
            self._failed = True
        else:
            self._failed = False


_GET = (
    "SELECT contract, digest, encoding, body, max(position, seq) FROM tile, mark WHERE "
    "layer = ? AND grid = ? AND zoom = ? AND row = ? AND column = ? AND access = ? "
    "AND era = ? AND seq >= ?"
)
_HAS = (
    "SELECT contract FROM tile WHERE "
    "layer = ? AND grid = ? AND zoom = ? AND row = ? AND column = ? AND access = ?"
)
_DROP_ONE = (
    "DELETE FROM tile WHERE "
    "layer = ? AND grid = ? AND zoom = ? AND row = ? AND column = ? AND access = ?"
)
_PUT = (
    "INSERT INTO tile (layer, grid, zoom, row, column, access, contract, position, cost, digest, "
    "encoding, body) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
)
_DROP_CHEAPEST = "DELETE FROM tile WHERE id IN (SELECT id FROM tile ORDER BY cost, id LIMIT 100)"
_DROP_LAYER = "DELETE FROM tile WHERE layer = ? AND position < ?"
_DROP_MET = (
    "DELETE FROM tile WHERE layer = ? AND grid = ? AND zoom = ? AND row BETWEEN ? AND ? "
    "AND column BETWEEN ? AND ? AND position < ?"
)


def _touch(conn: sqlite3.Connection, change: Change, dimension: int) -> None:
    """Drop what was made without the change and meets any of its places."""
    layer, seq = change.layer, change.seq
    if change.places is None or len(change.places) > MOST_BOXES:
        conn.execute(_DROP_LAYER, (layer, seq))
        return
    for box in change.places:
        for grid in GRIDS.values():
            for zoom in range(grid.max_zoom + 1):
                rows, columns = grid.span(box, zoom, reach(dimension, zoom))
                if rows and columns:
                    sides = (rows[0], rows[-1], columns[0], columns[-1])
                    conn.execute(_DROP_MET, (layer, grid.id, zoom, *sides, seq))


def _mark(conn: sqlite3.Connection) -> Mark:
    return Mark(*conn.execute("SELECT era, seq, hash FROM mark").fetchone())


def _is_damage(error: Exception) -> bool:
    """Whether the file itself is bad (SQLite's primary result codes)."""
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    return code in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)


def _place(key: Key) -> tuple[str, str, int, int, int, str]:
    return (key.layer, key.grid, key.zoom, key.row, key.column, str(key.access))


def _byte(key: Key) -> int:
    digest = hashlib.blake2b(repr(_place(key)).encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big") % LOCK_BYTES


def _statements() -> list[str]:
    """The statements of ``shelf.sql``, one by one: a script would end the transaction."""
    text = Path(__file__).with_suffix(".sql").read_text(encoding="utf-8")
    found, statement = [], ""
    for line in text.splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            found.append(statement)
            statement = ""
    return found


def _code() -> str:
    """What tells one release's tiles from another's: a digest of the code that draws them."""
    root = Path(__file__).parents[1]
    files = sorted(
        path
        for folder in DRAWING
        for path in (root / folder).rglob("*")
        if path.suffix in (".py", ".sql")
    )
    digest = hashlib.blake2b(digest_size=12)
    for path in files:
        digest.update(path.read_bytes())
    return digest.hexdigest()
