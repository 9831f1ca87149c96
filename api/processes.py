"""Processes that belong to this one, and end with it however it ends."""

from __future__ import annotations

import ctypes
import signal
import subprocess
import sys
import threading
import time
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

SET_PARENT_DEATH_SIGNAL = 1
GRACE_SECONDS = 10
LOOK_SECONDS = 0.2
PAUSE_SECONDS = 1.0
LONGEST_PAUSE_SECONDS = 60.0


def die_with_parent() -> None:
    """Have the kernel end this process when its parent dies, even by kill -9 (Linux only)."""
    if sys.platform == "linux":
        with suppress(OSError):
            ctypes.CDLL(None).prctl(SET_PARENT_DEATH_SIGNAL, signal.SIGTERM)


@contextmanager
def companion(command: list[str], log: Path, say: Callable[[str], None]) -> Iterator[None]:
    """Run ``command`` beside the block, its words in ``log``; asked to end, then ended, after.

    One that ends before the block is started again, after a pause that doubles while it lives
    less than a minute; ``say`` tells it to whoever looks.
    """
    log.parent.mkdir(parents=True, exist_ok=True)
    done = threading.Event()
    # The kernel ends the process with the thread that started it: this one lasts as long.
    keeper = threading.Thread(target=_keep, args=(command, log, done, say), daemon=True)
    keeper.start()
    try:
        yield
    finally:
        done.set()
        keeper.join()


def _keep(command: list[str], log: Path, done: threading.Event, say: Callable[[str], None]) -> None:
    pause = PAUSE_SECONDS
    while True:
        started = time.monotonic()
        process = _start(command, log)
        while process.poll() is None and not done.wait(LOOK_SECONDS):
            pass
        if done.is_set():
            return _end(process)
        if time.monotonic() - started > LONGEST_PAUSE_SECONDS:
            pause = PAUSE_SECONDS
        say(f"Un proceso se detuvo ({process.returncode}) y arranca otra vez; su registro: {log}")
        if done.wait(pause):
            return None
        pause = min(2 * pause, LONGEST_PAUSE_SECONDS)


def _start(command: list[str], log: Path) -> subprocess.Popen[bytes]:
    with log.open("ab") as words:
        return subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=words,
            stderr=subprocess.STDOUT,
            # A Ctrl-C is for this process, which then ends the other in order.
            start_new_session=True,
            preexec_fn=die_with_parent,
        )


def _end(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(GRACE_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def end_in_order(number: int, frame: Any) -> None:
    """Signal handler: leave through every ``finally`` on the way out."""
    raise SystemExit(128 + number)
