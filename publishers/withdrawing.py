"""What was withdrawn by order of law, out of the catalogue of our own: former versions too."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

from publishers.targets.estatico import CURRENT

if TYPE_CHECKING:
    from pathlib import Path


def drop_former_versions(root: Path, dataset: str) -> int:
    """Take away every version of ``dataset`` but the one in force; how many."""
    folder = root / dataset
    if not (folder / CURRENT).is_symlink():
        return 0
    current = (folder / CURRENT).readlink().name
    former = [path for path in folder.iterdir() if path.name not in (CURRENT, current)]
    for path in former:
        if path.is_symlink():
            path.unlink()
        else:
            shutil.rmtree(path)
    return len(former)


def withdraw(root: Path, dataset: str) -> None:
    """Take the whole dataset out: nobody finds it any more."""
    (root / dataset / CURRENT).unlink(missing_ok=True)
    shutil.rmtree(root / dataset, ignore_errors=True)
