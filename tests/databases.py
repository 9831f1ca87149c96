"""Real databases for tests: one server per run, templates made once, one clone per test."""

from __future__ import annotations

import fcntl
import os
import shutil
import tempfile
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import uuid4

import sqlalchemy as sa

from gis.cluster import READER, Cluster
from gis.errors import ConfigurationError
from gis.store import make_engine
from gis.store.readers import logins

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    TemplateOf = Callable[..., str]

RUN = "PYTEST_SIG_RUN"
"""Environment variable by which the workers of one run find its folder."""
PREFIX = "sig-test-"
MEMORY = Path("/dev/shm")
ROOM = 4 * 1024**3
"""Bytes to have free there: a run needs a few hundred MB, and what the heaviest tests load."""
SETTINGS = {
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "wal_compression": "off",
    "max_wal_size": "256MB",
}
"""A clone is written whole to the log: compressing it cost more than all the rest of it."""


@dataclass(frozen=True, slots=True)
class Database:
    """One database of a test: addresses, and engines of its owner and of a public reader."""

    name: str
    url: str
    reader_url: str
    engine: sa.Engine
    reader: sa.Engine


@dataclass(frozen=True, slots=True)
class Server:
    """A PostGIS where tests may make and drop databases named ``test_…``."""

    owner: sa.URL
    reader: sa.URL
    folder: Path
    """Folder of this run, where its processes wait for each other."""

    def url(self, name: str) -> str:
        return self.owner.set(database=name).render_as_string(hide_password=False)

    def reader_url(self, name: str) -> str:
        return self.reader.set(database=name).render_as_string(hide_password=False)

    def run(self, statement: str) -> None:
        """Run a statement that no transaction may hold, from the database given for it."""
        engine = sa.create_engine(self.owner, isolation_level="AUTOCOMMIT", poolclass=sa.NullPool)
        with engine.connect() as connection:
            connection.execute(sa.text(statement))

    @contextmanager
    def database(self, template: str = "template0") -> Iterator[Database]:
        """A fresh clone of ``template``, dropped at the end whoever is still connected."""
        name = f"test_{uuid4().hex[:16]}"
        self.run(f"CREATE DATABASE {name} TEMPLATE {template}")
        url, reader_url = self.url(name), self.reader_url(name)
        engine = make_engine(url, pool_size=4)
        reader = make_engine(reader_url, role="sig_publica", pool_size=4)
        try:
            yield Database(name, url, reader_url, engine, reader)
        finally:
            reader.dispose()
            made = list(logins(engine).values()) if self.owner == self.reader else []
            engine.dispose()
            self.run(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
            for login, _ in made:  # of a server that stays when the tests are over
                self.run(f"DROP ROLE IF EXISTS {login}")

    def template(
        self, name: str, fill: Callable[[sa.Engine], None], base: str = "template0"
    ) -> str:
        """A database to clone: ``base`` with what ``fill`` does, by the first process that asks."""
        made = f"test_template_{name}"
        done = self.folder / f"{made}.done"
        with locked(self.folder / f"{made}.lock"):
            if not done.exists():
                self._build(made, fill, base)
                done.touch()
        return made

    def _build(self, name: str, fill: Callable[[sa.Engine], None], base: str) -> None:
        self.run(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        self.run(f"CREATE DATABASE {name} TEMPLATE {base} ENCODING 'UTF8'")
        engine = make_engine(self.url(name), pool_size=2)
        try:
            fill(engine)
        finally:
            engine.dispose()


def given_server(address: str, run: Path) -> Server:
    """The server of ``SIG_TEST_DATABASE_URL``; its database must be named ``test_…``."""
    url = sa.make_url(address)
    if url.drivername == "postgresql":
        url = url.set(drivername="postgresql+psycopg2")
    if not (url.database or "").startswith("test_"):
        raise ConfigurationError(
            "SIG_TEST_DATABASE_URL debe nombrar una base de datos que empiece por «test_»: las "
            f"pruebas crean y borran bases en ese servidor, y «{url.database}» puede ser de verdad"
        )
    return Server(url, url, run)


@contextmanager
def private_server(run: Path) -> Iterator[Server]:
    """The throw-away cluster of this run, started by whichever worker needs it first."""
    cluster = throwaway(run)
    with cluster.held():
        owner, reader = cluster.url("postgres"), cluster.url("postgres", user=READER)
        yield Server(sa.make_url(owner), sa.make_url(reader), run)


def throwaway(run: Path) -> Cluster:
    return Cluster(run, durable=False, place=run / "server", settings=SETTINGS)


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Hold a lock file that other processes of this run wait for."""
    with path.open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def begin_run() -> ExitStack:
    """Make the folder of a run, locked while this process lives; sweep those of dead runs."""
    folders = {Path(tempfile.gettempdir()), MEMORY}
    for old in (old for folder in folders for old in folder.glob(f"{PREFIX}*")):
        _sweep(old)
    run = Path(tempfile.mkdtemp(prefix=PREFIX, dir=MEMORY if _roomy(MEMORY) else None))
    run.chmod(0o755)
    os.environ[RUN] = str(run)
    stack = ExitStack()
    stack.callback(_end_run, run)
    stack.enter_context(locked(run / "run.lock"))
    return stack


def _roomy(folder: Path) -> bool:
    """Whether files may be made there, and many: each clone is a thousand of them, which a disk
    takes ten times as long to make as memory. Containers have little of it or none."""
    try:
        left = shutil.disk_usage(folder).free
    except OSError:
        return False
    return os.access(folder, os.W_OK | os.X_OK) and left >= ROOM


def _end_run(run: Path) -> None:
    if (run / "server").exists():
        throwaway(run).remove()
    shutil.rmtree(run, ignore_errors=True)


def _sweep(old: Path) -> None:
    try:
        with (old / "run.lock").open("w") as handle:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:  # Alive, of somebody else, or being made this moment.
        return
    _end_run(old)
