"""Bodies made of several finished tiles, kept under the name of what they are made of.

Such a name never means anything else, so nothing here can be out of date: a body whose parts have
changed is asked for no more, and goes when room is needed.
"""

from __future__ import annotations

from collections import OrderedDict
from threading import Lock
from typing import Any

OVERHEAD = 512
"""Bytes one costs besides its content."""


class Bodies:
    """Bodies up to ``capacity`` bytes, the least recently used going first; safe in threads."""

    def __init__(self, capacity: int) -> None:
        self._capacity = capacity
        self._kept: OrderedDict[Any, tuple[Any, bytes]] = OrderedDict()
        self._lock = Lock()
        self.size = 0

    def get(self, name: Any) -> tuple[Any, bytes] | None:
        """What is kept under the name: its encoding and its bytes."""
        with self._lock:
            kept = self._kept.get(name)
            if kept is not None:
                self._kept.move_to_end(name)
            return kept

    def keep(self, name: Any, kept: tuple[Any, bytes]) -> None:
        """Keep it, if there is room for it at all."""
        size = len(kept[1]) + OVERHEAD
        with self._lock:
            if name in self._kept or size > self._capacity:
                return
            self._kept[name] = kept
            self.size += size
            while self.size > self._capacity:
                _, (_, body) = self._kept.popitem(last=False)
                self.size -= len(body) + OVERHEAD
