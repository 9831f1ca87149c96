"""A dataset ready to leave: its files on disk and the record that describes them."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from publishers.metadata import Distribution, Record

RECORD = "registro.json"
"""The record itself, from which the catalogue of our own is read."""


@dataclass(frozen=True, slots=True)
class Package:
    """``folder`` holds the files of ``record.distributions`` by name, and :data:`RECORD`."""

    record: Record
    folder: Path
    key: tuple[str, ...] = ()
    """Fields that tell one row from another, when all of them leave."""
    before: Path | None = None
    """The table (CSV) as it was published last, for targets that address rows; None: send all."""

    @property
    def dataset(self) -> str:
        """Name of the dataset."""
        return self.record.dataset

    def path(self, distribution: Distribution) -> Path:
        """Where a file is."""
        return self.folder / distribution.file

    @property
    def sha256s(self) -> dict[str, str]:
        """SHA-256 in hex of each file, by name."""
        return {d.file: d.sha256 for d in self.record.distributions}


def digest(path: Path) -> str:
    """SHA-256 of a file in hex, read in pieces."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
