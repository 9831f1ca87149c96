"""``sig worker`` by itself: it outlives a database that goes away, and ends when it is told to."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from gis.cluster import Cluster

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ROOT = Path(__file__).parents[2]
PATIENCE_SECONDS = 90
WORKING = "Starting worker"
"""Said twice at each beginning: one attends publications, one questions."""


@pytest.fixture
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """A cluster of this test's own, to stop and start."""
    made = Cluster(tmp_path_factory.mktemp("sig"), durable=False)
    made.start()
    yield made
    made.remove()


def until(true: Callable[[], bool], what: str) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not true():
        assert time.monotonic() < deadline, what
        time.sleep(0.1)


@pytest.mark.timeout(300)
@pytest.mark.heavy
def test_a_worker_goes_on_after_the_database_restarts(cluster: Cluster, tmp_path: Path) -> None:
    environment = {k: v for k, v in os.environ.items() if not k.startswith("SIG_")}
    environment |= {"SIG_DATABASE_URL": cluster.url(), "SIG_HOME": str(tmp_path)}
    words = tmp_path / "worker.log"
    with words.open("wb") as said:
        worker = subprocess.Popen(
            [sys.executable, "-m", "api.cli", "worker"],
            cwd=ROOT, env=environment, stdout=said, stderr=said,
        )  # fmt: skip
    try:
        until(lambda: WORKING in words.read_text(), "it never worked")
        cluster.stop()
        until(lambda: "dejó de responder" in words.read_text(), "it did not notice")
        assert worker.poll() is None
        cluster.start()
        until(lambda: words.read_text().count(WORKING) == 4, "it did not begin again")
        worker.send_signal(signal.SIGTERM)
        assert worker.wait(30) == 0
    finally:
        worker.kill()
        worker.wait()
