"""Processes that belong to this one, and end with it however it ends."""

from __future__ import annotations

import ctypes
import signal
import subprocess
import sys
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SET_PARENT_DEATH_SIGNAL = 1
GRACE_SECONDS = 10


def die_with_parent() -> None:
    """Have the kernel end this process when its parent dies, even by kill -9 (Linux only)."""
    if sys.platform == "linux":
        with suppress(OSError):
            ctypes.CDLL(None).prctl(SET_PARENT_DEATH_SIGNAL, signal.SIGTERM)


@contextmanager
def companion(command: list[str], log: Path) -> Iterator[subprocess.Popen[bytes]]:
    """Run ``command`` beside the block, its words in ``log``; asked to end, then ended, after."""
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("ab") as words:
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=words,
            stderr=subprocess.STDOUT,
            # A Ctrl-C is for this process, which then ends the other in order.
            start_new_session=True,
            preexec_fn=die_with_parent,
        )
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(GRACE_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def end_in_order(number: int, frame: Any) -> None:
    """Signal handler: leave through every ``finally`` on the way out."""
    raise SystemExit(128 + number)
