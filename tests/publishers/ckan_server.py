"""A real CKAN on the loopback: its own environment, PostgreSQL of the tests, Redis, Solr's stub."""

from __future__ import annotations

import os
import socket
import subprocess
import time
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import requests
import sqlalchemy as sa

from tests.publishers import solr_stub

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.databases import Server
    from tests.publishers.solr_stub import SolrStub

ROOT = Path(__file__).parents[2]
PATIENCE_SECONDS = 90


@dataclass(frozen=True, slots=True)
class Ckan:
    """Where it answers, and the token of a user who may do everything."""

    url: str
    token: str
    editor_token: str
    """Of a user without any role yet, named ``editor``."""
    solr: SolrStub


def environment() -> Path:
    """The environment with CKAN in it, built when it is not there yet."""
    script = ROOT / "scripts" / "ckan-test"
    found = subprocess.run([script], check=True, stdout=subprocess.PIPE, text=True)
    return Path(found.stdout.strip())


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def running(server: Server, folder: Path) -> Iterator[Ckan]:
    """CKAN with an empty database, while the block lasts; what it says is in ``ckan.log``."""
    binaries = environment() / "bin"
    url = f"http://127.0.0.1:{free_port()}"
    with ExitStack() as stack:
        database = stack.enter_context(server.database("template0"))
        solr = stack.enter_context(solr_stub.running())
        redis = stack.enter_context(_redis(folder))
        config = _configure(binaries, folder, url, database.url, solr, redis)
        _ckan(binaries, config, "db", "init")
        _ckan(binaries, config, "user", "add", "sig", "email=sig@example.org", "password=de-prueba")
        _ckan(binaries, config, "sysadmin", "add", "sig")
        token = _token(binaries, config, "sig")
        _ckan(
            binaries, config, "user", "add", "editor", "email=e@example.org", "password=de-prueba"
        )
        editor = _token(binaries, config, "editor")
        log = stack.enter_context((folder / "ckan.log").open("wb"))
        command = [binaries / "ckan", "-c", config, "run", "--disable-reloader"]
        address = ["-H", "127.0.0.1", "-p", url.rsplit(":", 1)[1]]
        process = subprocess.Popen([*command, *address], stdout=log, stderr=log, cwd=folder)
        stack.callback(_end, process)
        _await(url, process, folder)
        yield Ckan(url, token, editor, solr)


@contextmanager
def _redis(folder: Path) -> Iterator[Path]:
    path = folder / "redis.sock"
    command = ["redis-server", "--port", "0", "--unixsocket", path, "--save", "", "--dir", folder]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    try:
        yield path
    finally:
        _end(process)


def _configure(
    binaries: Path, folder: Path, url: str, database: str, solr: SolrStub, redis: Path
) -> Path:
    config = folder / "ckan.ini"
    plain = sa.make_url(database).set(drivername="postgresql")
    settings = {
        "sqlalchemy.url": plain.render_as_string(hide_password=False).replace("%2F", "/"),
        "solr_url": f"http://127.0.0.1:{solr.server_port}/solr/ckan",
        "ckan.redis.url": f"unix://{redis}?db=0",
        "ckan.site_url": url,
        "ckan.storage_path": str(folder / "storage"),
        "ckan.plugins": "activity",
        "ckan.max_resource_size": "200",
    }
    (folder / "storage").mkdir()
    _run(binaries / "ckan", "generate", "config", config)
    _run(binaries / "ckan", "config-tool", config, *(f"{k} = {v}" for k, v in settings.items()))
    return config


def _ckan(binaries: Path, config: Path, *words: str) -> str:
    return _run(binaries / "ckan", "-c", config, *words)


def _token(binaries: Path, config: Path, user: str) -> str:
    return _ckan(binaries, config, "user", "token", "add", user, "prueba", "-q").split()[-1]


def _run(*words: str | Path) -> str:
    done = subprocess.run(words, capture_output=True, text=True, check=False, env=_environment())
    assert done.returncode == 0, f"{words}: {done.stdout[-2000:]}{done.stderr[-4000:]}"
    return done.stdout


def _environment() -> dict[str, str]:
    return {**os.environ, "PYTHONWARNINGS": "ignore"}


def _await(url: str, process: subprocess.Popen[bytes], folder: Path) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        try:
            if requests.get(f"{url}/api/3/action/status_show", timeout=5).ok:
                return
        except requests.RequestException:
            time.sleep(0.3)
    raise AssertionError((folder / "ckan.log").read_text(errors="replace")[-4000:])


def _end(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(10)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
