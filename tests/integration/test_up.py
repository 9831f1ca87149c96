"""``sig up`` from the outside: what it starts it also ends, however it ends."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import requests

import layers
from gis.cluster import Cluster

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

pytestmark = pytest.mark.heavy
ROOT = Path(__file__).parents[2]
PATIENCE_SECONDS = 120


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def small_entity(folder: Path) -> Path:
    """The shipped entity with one layer and no samples, so that it starts at once."""
    (shipped,) = layers.FOLDER.glob("_entities/*.toml")
    beside = ("samples", "tour")
    lines = [line for line in shipped.read_text().splitlines() if not line.startswith(beside)]
    path = folder / "entidad.toml"
    path.write_text('layers = ["municipio"]\n' + "\n".join(lines))
    return path


@contextmanager
def running(home: Path) -> Iterator[tuple[subprocess.Popen[bytes], str]]:
    port = free_port()
    environment = {
        **os.environ,
        "PYTHONPATH": str(ROOT),
        "SIG_HOME": str(home / "sig"),
        "SIG_PORT": str(port),
        "SIG_WORKERS": "2",
        "SIG_ENTITY": str(small_entity(home)),
    }
    with (home / "up.log").open("wb") as said:
        process = subprocess.Popen(
            [sys.executable, "-m", "api.cli", "up"], env=environment, stdout=said, stderr=said
        )
    try:
        yield process, f"http://127.0.0.1:{port}"
    finally:
        process.kill()
        process.wait()
        Cluster(home / "sig").remove()


def until(true: Callable[[], bool], what: str) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not true():
        assert time.monotonic() < deadline, what
        time.sleep(0.2)


def answers(url: str) -> bool:
    try:
        return requests.get(f"{url}/healthz", timeout=5).status_code == 200
    except requests.ConnectionError:
        return False


def children_of(home: Path) -> list[int]:
    """Processes whose environment names this home: the server's, the worker's, the command's."""
    mark = f"SIG_HOME={home / 'sig'}".encode()
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if mark in (process / "environ").read_bytes():
                found.append(int(process.name))
        except OSError:
            continue
    return found


@pytest.mark.parametrize("order", [signal.SIGINT, signal.SIGTERM])
def test_asked_to_end_it_ends_everything_it_started(tmp_path: Path, order: signal.Signals) -> None:
    with running(tmp_path) as (process, url):
        until(lambda: answers(url), (tmp_path / "up.log").read_text())
        assert Cluster(tmp_path / "sig").status().running
        process.send_signal(order)
        process.wait(30)
        assert not answers(url)
        assert not Cluster(tmp_path / "sig").status().running
        until(lambda: children_of(tmp_path) == [], "processes stay behind")


def test_killed_hard_it_leaves_no_server_behind_and_starts_again(tmp_path: Path) -> None:
    with running(tmp_path) as (process, url):
        until(lambda: answers(url), (tmp_path / "up.log").read_text())
        process.kill()
        process.wait()
        until(lambda: children_of(tmp_path) == [], "processes stay behind")
        assert not answers(url)
    with running(tmp_path) as (_, again):
        until(lambda: answers(again), (tmp_path / "up.log").read_text())


def test_commands_share_the_database_of_a_running_server(tmp_path: Path) -> None:
    with running(tmp_path) as (_, url):
        until(lambda: answers(url), (tmp_path / "up.log").read_text())
        words = [sys.executable, "-m", "api.cli", "doctor", "--json"]
        environment = {**os.environ, "PYTHONPATH": str(ROOT), "SIG_HOME": str(tmp_path / "sig")}
        subprocess.run(words, env=environment, check=False, stdout=subprocess.DEVNULL)
        assert answers(url)
        assert requests.get(f"{url}/readyz", timeout=5).status_code == 200


def test_database_that_is_killed_comes_back_by_itself(tmp_path: Path) -> None:
    cluster = Cluster(tmp_path / "sig")
    with running(tmp_path) as (_, url):
        until(lambda: answers(url), (tmp_path / "up.log").read_text())
        pid = cluster.status().pid
        assert pid is not None
        os.kill(pid, signal.SIGKILL)
        until(lambda: cluster.status().pid not in (None, pid), "the database stays down")
        until(lambda: reads(url), "the server does not find its database again")


def reads(url: str) -> bool:
    return requests.get(f"{url}/readyz", timeout=30).status_code == 200
