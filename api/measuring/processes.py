"""What a process has used, where the system says (Linux)."""

from __future__ import annotations

import os
from pathlib import Path


def most_memory(pid: int, *, forget: bool = False) -> float | None:
    """The most memory (MB) that a process has held, after what it is told to forget. None where
    the system does not say."""
    place = Path("/proc") / str(pid)
    try:
        if forget:
            (place / "clear_refs").write_text("5")
        for line in (place / "status").read_text().splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) * 1024 / 1e6
    except OSError:
        return None
    return None


def processor_seconds(pid: int) -> float:
    """Processor time that a process has used; 0 where the system does not say."""
    try:
        words = (Path("/proc") / str(pid) / "stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(words[11]) + int(words[12])) / os.sysconf("SC_CLK_TCK")
