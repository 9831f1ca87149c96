"""Versions of a dataset that the catalogue of our own keeps, and could put back."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from publishers.package import RECORD, digest
from publishers.stored import record_from_dict
from publishers.targets.estatico import CURRENT

if TYPE_CHECKING:
    from pathlib import Path


def version_in_force(root: Path, dataset: str) -> Path:
    """Folder of what is published now."""
    return (root / dataset / CURRENT).resolve()


def earlier_versions(root: Path, dataset: str) -> list[str]:
    """Names of those no longer in force that are whole: each file with its record's digest."""
    current = version_in_force(root, dataset)
    folders = (root / dataset).iterdir() if (root / dataset).is_dir() else ()
    found = [f for f in folders if f.is_dir() and not f.is_symlink() and f.resolve() != current]
    return sorted(folder.name for folder in found if _whole(folder))


def _whole(folder: Path) -> bool:
    try:
        record = record_from_dict(json.loads((folder / RECORD).read_text(encoding="utf-8")))
    except (OSError, ValueError, KeyError, TypeError):
        return False
    return all(
        (folder / d.file).is_file() and digest(folder / d.file) == d.sha256
        for d in record.distributions
    )
