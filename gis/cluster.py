"""A private PostgreSQL cluster that the program creates, runs and stops by itself.

It listens on a Unix socket only. The server lets in the user that runs it (and root, when it runs
as ``postgres``) by the credentials of the socket's peer, so there is no password to keep.
Several processes may use one cluster: each holds it, and the last to let go stops it.
"""

from __future__ import annotations

import fcntl
import getpass
import hashlib
import os
import shutil
import subprocess
import tempfile
import time
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psycopg2
from psycopg2 import sql
from sqlalchemy import URL

from gis.binaries import Binaries, find_binaries
from gis.cluster_host import (
    SERVER_USER,
    any_works_in,
    as_root,
    hand_over,
    make_folder,
    neutral_locale,
    server_user,
    works_in,
)
from gis.cluster_settings import access_rules, server_settings, user_map
from gis.errors import ConfigurationError, StoreUnavailable

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

OWNER = "sig"
"""Owner of everything in the cluster, and name of its database."""
ACCESS_ROLES = ("sig_publica", "sig_clasificada", "sig_reservada")
READER = "sig_lector"
READERS = (READER, "sig_lector_clasificada", "sig_lector_reservada")
"""Login roles of those that only read, one for each access role: it is nobody until it takes that
one, and can take no other."""
PORT = 5432
"""Part of the socket's name only; nothing listens on the network."""
SOCKET_LIMIT = 107
"""Longest path of a Unix socket on Linux, in bytes, without its final NUL."""
START_SECONDS = 300
"""Replaying the log after a crash of the machine may take minutes."""
STOP_SECONDS = 60
_PROCESSES = Path("/proc/self/cwd")


@dataclass(frozen=True, slots=True)
class Status:
    """How a cluster is: ``pid`` is None and ``running`` False when nothing answers."""

    running: bool
    pid: int | None
    data: Path
    socket: Path
    log: Path


@dataclass(frozen=True, slots=True)
class Cluster:
    """A cluster that belongs to ``home``; nothing is created until :meth:`start`.

    ``durable=False`` trades safety after a crash of the machine for speed: only for tests.
    ``place`` is where its files go; by default inside ``home``, or, for root, where the server's
    user can reach them. ``settings`` override the server's own, by name.
    """

    home: Path
    durable: bool = True
    place: Path | None = None
    settings: Mapping[str, str] = field(default_factory=dict)

    @property
    def _digest(self) -> str:
        return hashlib.sha256(os.fsencode(self.home.resolve())).hexdigest()[:12]

    @property
    def root(self) -> Path:
        """Folder of data and log."""
        if self.place is not None:
            return self.place.resolve()
        return Path("/var/lib/sig") / self._digest if as_root() else self.home.resolve() / "cluster"

    @property
    def data(self) -> Path:
        """The server's data directory."""
        return self.root / "data"

    @property
    def log(self) -> Path:
        """The server's log."""
        return self.root / "postgres.log"

    @property
    def socket(self) -> Path:
        """Folder of the server's socket, short enough for the system."""
        if as_root():
            return Path("/run") / f"sig-{self._digest}"
        inside = self.home.resolve() / "run"
        if len(os.fsencode(inside / f".s.PGSQL.{PORT}.lock")) < SOCKET_LIMIT:
            return inside
        runtime = Path("/run/user") / str(os.getuid())
        parent = runtime if runtime.is_dir() else Path(tempfile.gettempdir())
        return parent / f"sig-{self._digest}"

    def url(self, database: str = OWNER, *, user: str = OWNER) -> str:
        """SQLAlchemy address of ``database`` for its owner, or for ``user``."""
        address = URL.create(
            "postgresql+psycopg2",
            username=user,
            database=database,
            query={"host": str(self.socket), "port": str(PORT)},
        )
        return address.render_as_string(hide_password=False)

    @property
    def reader_url(self) -> str:
        """SQLAlchemy address for processes that only read (role :data:`READER`)."""
        return self.url(user=READER)

    def connect(self, database: str = "postgres") -> Any:
        """A psycopg2 connection of the owner; ``psycopg2.OperationalError`` when down."""
        return psycopg2.connect(
            host=str(self.socket), port=PORT, user=OWNER, dbname=database, connect_timeout=10
        )

    def status(self) -> Status:
        """How the cluster is now; starts nothing."""
        return Status(self._answers(), self._pid(), self.data, self.socket, self.log)

    def start(self) -> bool:
        """Create the cluster if absent and start it if stopped; True when it was stopped.

        Safe to call from several processes at once, again and again, and after a kill -9.
        Raises :class:`ConfigurationError` with what to install or the server's last words.
        """
        with self._locked():
            return self._start()

    def stop(self) -> bool:
        """Stop the cluster whoever uses it, ending their connections; True when it was running."""
        with self._locked():
            return self._stop()

    @contextmanager
    def held(self) -> Iterator[Cluster]:
        """Run the cluster for the length of a block; the last holder of all stops it at the end."""
        with self._locked():
            self._start()
            holder = self._open_holders(fcntl.LOCK_SH)
        try:
            yield self
        finally:
            with self._locked():
                os.close(holder)
                with suppress(BlockingIOError):
                    os.close(self._open_holders(fcntl.LOCK_EX | fcntl.LOCK_NB))
                    self._stop()

    def remove(self) -> None:
        """Stop the cluster and delete its data, log and socket. There is no way back."""
        self.stop()
        shutil.rmtree(self.root, ignore_errors=True)
        shutil.rmtree(self.socket, ignore_errors=True)

    def _open_holders(self, mode: int) -> int:
        handle = os.open(self.home / "cluster.holders", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(handle, mode)
        except BlockingIOError:
            os.close(handle)
            raise
        return handle

    @contextmanager
    def _locked(self) -> Iterator[None]:
        self.home.mkdir(parents=True, exist_ok=True)
        handle = os.open(self.home / "cluster.lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX)
            yield
        finally:
            os.close(handle)

    def _start(self) -> bool:
        if self._answers():
            return False
        major = self._data_version()
        binaries = find_binaries(major)
        make_folder(self.root)
        make_folder(self.socket)
        if major is None:
            self._create(binaries)
        self._configure(binaries)
        self._forget_killed_server()
        self._launch(binaries)
        self._bootstrap()
        return True

    def _stop(self) -> bool:
        if self._pid() is None and not self._answers():
            return False
        binaries = find_binaries(self._data_version())
        wait = ("-w", "-t", str(STOP_SECONDS))
        self._run(binaries["pg_ctl"], "stop", "-D", str(self.data), "-m", "fast", *wait)
        return True

    def _answers(self) -> bool:
        try:
            self.connect().close()
        except psycopg2.OperationalError:
            return False
        return True

    def _data_version(self) -> int | None:
        try:
            return int((self.data / "PG_VERSION").read_text().strip())
        except FileNotFoundError:
            return None

    def _create(self, binaries: Binaries) -> None:
        # Made aside and renamed, so that an interrupted initdb leaves nothing half done.
        unfinished = self.root / "data.new"
        shutil.rmtree(unfinished, ignore_errors=True)
        options = ["-U", OWNER, "-E", "UTF8", "--auth=peer", "--data-checksums"]
        locale = f"--locale={neutral_locale()}"
        if not self.durable:
            options.append("--no-sync")
        self._run(binaries["initdb"], "-D", str(unfinished), locale, *options)
        unfinished.rename(self.data)

    def _configure(self, binaries: Binaries) -> None:
        chosen = server_settings(self.socket, PORT, durable=self.durable) | dict(self.settings)
        lines = [f"{name} = '{value}'" for name, value in chosen.items()]
        head = "# Written at each start. Settings of your own go in local.conf beside this file.\n"
        text = head + "\n".join(lines) + "\ninclude 'local.conf'\n"
        users = {getpass.getuser(), SERVER_USER} if as_root() else {getpass.getuser()}
        self._write("postgresql.conf", text)
        if not (self.data / "local.conf").exists():
            self._write("local.conf", "")
        self._write("pg_hba.conf", access_rules())
        self._write("pg_ident.conf", user_map(sorted(users), (OWNER, *READERS)))

    def _write(self, name: str, text: str) -> None:
        path = self.data / name
        path.write_text(text, encoding="utf-8")
        hand_over(path, 0o600)

    def _lock_file_pid(self) -> int | None:
        """Process id in the server's lock file, if somebody has it now."""
        try:
            pid = int((self.data / "postmaster.pid").read_text().split("\n", 1)[0])
            os.kill(pid, 0)
        except PermissionError:
            return pid
        except (FileNotFoundError, ProcessLookupError, ValueError):
            return None
        return pid

    def _pid(self) -> int | None:
        """Process id of the server, None when it does not live."""
        pid = self._lock_file_pid()
        if pid is None or not _PROCESSES.exists() or works_in(pid, self.data):
            return pid
        return None

    def _forget_killed_server(self) -> None:
        """After a kill -9: wait for the orphans to leave, drop lock files that lie.

        The server sees through a process id that nobody has, but gives up when the id was given
        to something else, or is a zombie's that nobody buried.
        """
        deadline = time.monotonic() + STOP_SECONDS
        while self._pid() is None and any_works_in(self.data) and time.monotonic() < deadline:
            time.sleep(0.1)
        if self._pid() is None:
            for left in (self.data / "postmaster.pid", *self.socket.glob(".s.PGSQL.*")):
                left.unlink(missing_ok=True)

    def _launch(self, binaries: Binaries) -> None:
        action = "start" if self._pid() is None else "status"
        command = [binaries["pg_ctl"], action, "-D", str(self.data), "-l", str(self.log)]
        try:
            self._run(*command, "-w", "-t", str(START_SECONDS))
        except ConfigurationError as error:
            message = f"{error.message}\n{self._last_words()}"
            raise ConfigurationError(message, log=str(self.log)) from None
        self._wait_for_answer()

    def _wait_for_answer(self) -> None:
        deadline = time.monotonic() + START_SECONDS
        while not self._answers():
            if time.monotonic() > deadline or self._pid() is None:
                raise StoreUnavailable(f"La base de datos no responde.\n{self._last_words()}")
            time.sleep(0.1)

    def _last_words(self, lines: int = 12) -> str:
        with suppress(OSError):
            return "\n".join(self.log.read_text(errors="replace").splitlines()[-lines:])
        return ""

    def _bootstrap(self) -> None:
        """Make the roles and the owner's database where they are missing."""
        with closing(self.connect()) as connection:
            connection.autocommit = True
            with connection.cursor() as cursor:
                cursor.execute("SELECT rolname FROM pg_roles")
                roles = {name for (name,) in cursor.fetchall()}
                for role in ACCESS_ROLES:
                    if role not in roles:
                        cursor.execute(sql.SQL("CREATE ROLE {}").format(sql.Identifier(role)))
                for reader, role in zip(READERS, ACCESS_ROLES, strict=True):
                    if reader not in roles:
                        create = sql.SQL("CREATE ROLE {} LOGIN NOINHERIT IN ROLE {}")
                        names = (sql.Identifier(reader), sql.Identifier(role))
                        cursor.execute(create.format(*names))
                cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", (OWNER,))
                if cursor.fetchone() is None:
                    cursor.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(OWNER)))

    def _run(self, *command: str) -> None:
        options: dict[str, Any] = {}
        if as_root():
            user = server_user()
            options = {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}
        done = subprocess.run(
            command,
            cwd=self.root,
            env={"PATH": "/usr/bin:/bin", "LC_ALL": "C", "HOME": str(self.root)},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
            start_new_session=True,
            **options,
        )
        if done.returncode != 0:
            raise ConfigurationError(
                f"No se pudo preparar la base de datos privada: {Path(command[0]).name} terminó "
                f"con {done.returncode}.\n{done.stdout.strip()}",
                program=command[0],
            )
