"""Finished files, kept for a while so that a download that broke can go on where it was.

A folder that any process of the machine may use at once. A file is named by what it answers (its
*key*: the same question to the same state) and by a digest of its content, so that a client can
tell whether what it has half of is what would be sent now.
"""

from __future__ import annotations

import errno
import fcntl
import hashlib
import os
import shutil
import time
from contextlib import contextmanager
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING

from gis.errors import StoreUnavailable
from gis.features.cancelling import abandoned, is_cancelled

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

LONGEST_S = 900
"""Seconds that a file is kept after its last use."""
LOOK_S = 0.05
"""Seconds between two looks at whether another has finished a file."""
ABANDONED_S = 3600
"""Age at which what a dead process left behind is taken away."""


@dataclass(frozen=True, slots=True)
class Kept:
    """An open file: it can be read to its end also when its name is gone."""

    file: IO[bytes]
    digest: str
    size: int


class Shelf:
    """Files in ``folder``, together at most ``most_bytes``; a larger one is given but not kept."""

    def __init__(self, folder: Path, most_bytes: int) -> None:
        self.folder = folder
        self.most_bytes = most_bytes

    def take(self, key: str, make: Callable[[Path], object]) -> Kept:
        """The file of ``key``; ``make`` writes it to a path when there is none. Who asks for the
        same meanwhile waits for it."""
        found = self.find(key)
        if found is not None:
            return found
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)  # Also what few may see.
        with self._alone(key):
            return self.find(key) or self._made(key, make)

    def find(self, key: str) -> Kept | None:
        """The file of ``key`` if it is kept."""
        for path in self.folder.glob(f"{key}-*"):
            try:
                file = path.open("rb")
                os.utime(path)
            except FileNotFoundError:  # Taken away this moment.
                continue
            return Kept(file, path.name.rpartition("-")[2], os.fstat(file.fileno()).st_size)
        return None

    def _made(self, key: str, make: Callable[[Path], object]) -> Kept:
        partial = self.folder / f".{key}.{os.getpid()}"
        try:
            make(partial)
            file = partial.open("rb")
            # Processors have instructions for it: half the time of blake2b, of which 300 MB feel.
            digest = hashlib.file_digest(file, "sha256").hexdigest()[:24]
            file.seek(0)
            kept = Kept(file, digest, os.fstat(file.fileno()).st_size)
            if kept.size <= self.most_bytes:
                partial.rename(self.folder / f"{key}-{digest}")
        except OSError as error:
            if error.errno != errno.ENOSPC:
                raise
            raise StoreUnavailable("No hay espacio en el disco para hacer el archivo") from error
        finally:
            partial.unlink(missing_ok=True)
        self.sweep()
        return kept

    def sweep(self) -> None:
        """Take away what is old or too much, least used first."""
        now, total = time.time(), 0
        for age, size, path in sorted(self._ages(now)):
            hidden = path.name.startswith(".")
            if hidden and age <= ABANDONED_S:
                continue
            total += size
            if hidden or age > LONGEST_S or total > self.most_bytes:
                _remove(path)

    def _ages(self, now: float) -> Iterator[tuple[float, int, Path]]:
        if not self.folder.is_dir():
            return
        for path in self.folder.iterdir():
            try:
                known = path.stat()
            except FileNotFoundError:
                continue
            yield now - known.st_mtime, known.st_size, path

    @contextmanager
    def _alone(self, key: str) -> Iterator[None]:
        """One maker of a file, in any process. Whoever waits for it and has left waits no more."""
        with (self.folder / f".{key}.lock").open("w") as lock:
            while not _locked(lock):
                if is_cancelled():
                    raise abandoned()
                time.sleep(LOOK_S)
            yield


def _locked(file: IO[str]) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)
