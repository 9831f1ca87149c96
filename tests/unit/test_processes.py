"""A process beside another: started again when it dies, ended with the block."""

from __future__ import annotations

import os
import signal
import sys
import time
from typing import TYPE_CHECKING

from api import processes

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    import pytest

LIVES = "import os, time; print(os.getpid(), flush=True); time.sleep(60)"


def awaited(found: Callable[[], bool], seconds: float = 15) -> bool:
    deadline = time.monotonic() + seconds
    while not found() and time.monotonic() < deadline:
        time.sleep(0.05)
    return found()


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def test_a_companion_that_is_killed_is_started_again_and_ends_with_the_block(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(processes, "PAUSE_SECONDS", 0.1)
    log, said = tmp_path / "logs" / "worker.log", list[str]()

    def pids() -> list[int]:
        return [int(line) for line in log.read_text().split()] if log.exists() else []

    with processes.companion([sys.executable, "-c", LIVES], log, said.append):
        assert awaited(lambda: len(pids()) == 1)
        os.kill(pids()[0], signal.SIGKILL)
        assert awaited(lambda: len(pids()) == 2)
        assert len(said) == 1
        assert str(log) in said[0]
        assert alive(pids()[1])
    assert not alive(pids()[1])
    assert len(said) == 1


def test_a_companion_that_cannot_live_does_not_keep_the_machine_busy(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(processes, "PAUSE_SECONDS", 0.3)
    said = list[str]()
    with processes.companion(
        [sys.executable, "-c", "raise SystemExit(3)"], tmp_path / "l", said.append
    ):
        time.sleep(3)
    assert 2 <= len(said) <= 4
    assert "(3)" in said[0]
