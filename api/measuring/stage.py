"""Where it is measured: a database of its own, and servers over it in processes of their own."""

from __future__ import annotations

import http.client
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from api.processes import die_with_parent
from api.wiring import PUBLIC_ROLE
from gis import store
from gis.benchmark.layers import LAYERS, NETWORK, few
from gis.cluster import Cluster
from gis.contract import Extent
from gis.contract.catalog import Catalog
from gis.contract.entity import Contact, Entity
from gis.errors import StoreUnavailable

if TYPE_CHECKING:
    from collections.abc import Iterator

    import sqlalchemy as sa

ENTITY = Entity(
    name="Medición",
    municipality="Medición",
    department="Medición",
    divipola="00000",
    extent=Extent(-77, 3, -73, 6),
    contacts={"medicion": Contact("Medición", "medicion@example.org")},
)
_MEASURED = (*(layer for each in LAYERS for layer in (each, few(each))), NETWORK)
CATALOG = Catalog(ENTITY, {layer.name: layer for layer in _MEASURED})
PATIENCE_SECONDS = 60
LONGEST_SECONDS = 900
"""What one answer may take: the plain statements of the peers take minutes on a busy machine."""


@dataclass(frozen=True, slots=True)
class Stage:
    """A migrated database with the measured layers. ``folder`` is for what is written."""

    folder: Path
    url: str
    reader_url: str
    engine: sa.Engine


@contextmanager
def throwaway_stage() -> Iterator[Stage]:
    """A database of its own, durable as in service, deleted at the end."""
    with tempfile.TemporaryDirectory(prefix="sig-bench-") as home:
        cluster = Cluster(Path(home))
        try:
            with (
                cluster.held(),
                prepared(Path(home) / "trabajo", cluster.url(), cluster.reader_url) as stage,
            ):
                yield stage
        finally:
            cluster.remove()


@contextmanager
def prepared(folder: Path, url: str, reader_url: str) -> Iterator[Stage]:
    """The layers in an empty database."""
    folder.mkdir(parents=True, exist_ok=True)
    engine = store.make_engine(url)
    try:
        store.migrate(engine)
        store.sync_layers(engine, CATALOG)
        yield Stage(folder, url, reader_url, engine)
    finally:
        engine.dispose()


class _Silent(Exception):
    """A server that does not answer."""


@dataclass(frozen=True, slots=True)
class Server:
    """A process that serves, and where."""

    port: int
    pid: int

    @property
    def address(self) -> str:
        """Its address, without a final slash."""
        return f"http://127.0.0.1:{self.port}"


@contextmanager
def served(stage: Stage, cache_mb: int = 0) -> Iterator[Server]:
    """One process of ours over the stage. Without memory for tiles every one of them is cold."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(128)
        told = {
            "home": str(stage.folder / "servidor"),
            "url": stage.url,
            "reader_url": stage.reader_url,
            "cache_mb": cache_mb,
            "listener": listener.fileno(),
        }
        command = [sys.executable, "-m", "api.measuring.server"]
        port = listener.getsockname()[1]
        with running(
            command, port, "/healthz", given=json.dumps(told), inherited=listener.fileno()
        ) as server:
            yield server


@contextmanager
def running(
    command: list[str],
    port: int,
    health: str,
    *,
    given: str = "",
    inherited: int | None = None,
    environment: dict[str, str] | None = None,
) -> Iterator[Server]:
    """A server's process while the block lasts, ``given`` on its standard input; it answers."""
    with tempfile.TemporaryFile() as words:
        process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=words,
            stderr=words,
            env=environment,
            pass_fds=() if inherited is None else (inherited,),
            preexec_fn=die_with_parent,
        )
        try:
            assert process.stdin is not None
            process.stdin.write(given.encode())
            process.stdin.close()
            _await(process, port, health)
            yield Server(port, process.pid)
        except _Silent as error:
            words.seek(0)
            said = words.read().decode(errors="replace")[-2000:]
            program = Path(command[0]).name
            raise StoreUnavailable(f"{program} no arrancó para la medición: {said}") from error
        finally:
            process.terminate()
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _await(process: subprocess.Popen[bytes], port: int, health: str) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        try:
            with Client(Server(port, process.pid)) as client:
                if client.get(health).status < 500:
                    return
        except (OSError, http.client.HTTPException):
            pass
        time.sleep(0.05)
    raise _Silent


def free_port() -> int:
    """A port of the loopback that nobody has now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back, as it came: compressed when it was."""

    seconds: float
    status: int
    etag: str
    body: bytes


class Client:
    """One connection that stays open, with as little of its own in the times as Python has."""

    def __init__(self, server: Server) -> None:
        self._connection = http.client.HTTPConnection(
            "127.0.0.1", server.port, timeout=LONGEST_SECONDS
        )

    def get(self, path: str, **headers: str) -> Answer:
        """The whole answer."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return self._ask("GET", path, named)

    def post(self, path: str, value: Any) -> Answer:
        """The whole answer to a JSON body."""
        return self._ask("POST", path, {"Content-Type": "application/json"}, json.dumps(value))

    def _ask(
        self, method: str, path: str, headers: dict[str, str], body: str | None = None
    ) -> Answer:
        start = time.perf_counter()
        self._connection.request(method, path, body, headers)
        answer = self._connection.getresponse()
        read = answer.read()
        taken = time.perf_counter() - start
        return Answer(taken, answer.status, answer.headers.get("ETag", ""), read)

    def save(self, path: str, target: Path) -> float:
        """The answer into a file; the seconds."""
        start = time.perf_counter()
        self._connection.request("GET", path)
        answer = self._connection.getresponse()
        with target.open("wb") as file:
            shutil.copyfileobj(answer, file, 2**20)
        taken = time.perf_counter() - start
        if answer.status != 200:
            raise StoreUnavailable(f"{path}: {answer.status}, {target.read_bytes()[:300]!r}")
        return taken

    def __enter__(self) -> Client:
        return self

    def __exit__(self, *exception: object) -> None:
        self._connection.close()


def public_reader(stage: Stage) -> sa.Engine:
    """An engine that reads as the public."""
    return store.make_engine(stage.reader_url, role=PUBLIC_ROLE, pool_size=2)


def environment(**more: str) -> dict[str, str]:
    """This process's environment with some values more."""
    return {**os.environ, **more}
