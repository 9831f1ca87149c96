"""The catalogue of our own: a folder of files that ``/datos`` serves.

``<root>/<dataset>/<version>/`` holds a whole package; ``<root>/<dataset>/actual`` is a link to
the version in force. A version is written beside, forced to disk, and put in force by renaming
one link: whoever reads sees the former or the new one, never a mixture, and a process killed in
the middle leaves the former. Versions no longer in force are kept, the newest :data:`KEPT`.
"""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from gis.errors import TargetUnavailable
from publishers.package import RECORD, digest
from publishers.stored import record_from_dict
from publishers.targets.protocol import Standing

if TYPE_CHECKING:
    from publishers.metadata import Distribution, Record
    from publishers.package import Package

CURRENT = "actual"
KEPT = 5
_TEMPORARY = ".nuevo-"


class StaticTarget:
    """See the module. ``root`` is made when needed; ``address`` is the public ``…/datos``."""

    addresses_rows = False

    def __init__(self, name: str, root: Path, address: str) -> None:
        self._name = name
        self._root = root
        self._address = address

    @property
    def name(self) -> str:
        return self._name

    def landing_page(self, dataset: str) -> str:
        return f"{self._address}/{dataset}"

    def file_url(self, dataset: str, file: str) -> str:
        return f"{self._address}/{dataset}/{file}"

    def state(self, dataset: str) -> Standing | None:
        record = read_record(self._root, dataset)
        if record is None:
            return None
        return Standing(
            changeset=record.changeset,
            fingerprint=record.fingerprint,
            sha256s={d.file: d.sha256 for d in record.distributions},
            address=self.landing_page(dataset),
        )

    def publish(self, package: Package) -> int:
        folder = self._root / package.dataset
        standing = self.state(package.dataset)
        same = standing is not None and standing.sha256s == package.sha256s
        if same and not self.verify(package):
            return 0
        try:
            folder.mkdir(parents=True, exist_ok=True)
            version = _install(package, folder)
            _switch(folder, version)
            _clean(folder)
        except OSError as error:
            raise TargetUnavailable(
                f"No se pudo escribir el catálogo: {error.strerror or error}", target=self._name
            ) from error
        return len(package.record.distributions)

    def verify(self, package: Package) -> list[str]:
        folder = self._root / package.dataset / CURRENT
        record = read_record(self._root, package.dataset)
        if record is None:
            return ["No hay un registro legible del conjunto"]
        differences = [] if record == package.record else ["El registro no es el que se publicó"]
        for file in package.record.distributions:
            path = folder / file.file
            if not path.is_file():
                differences.append(f"Falta el archivo {file.file}")
            elif digest(path) != file.sha256:
                differences.append(f"El archivo {file.file} no es el que se publicó")
        return differences


def read_record(root: Path, dataset: str) -> Record | None:
    """The record of the version in force; None when there is none or it cannot be read."""
    return _record_in(root / dataset / CURRENT)


def _record_in(version: Path) -> Record | None:
    try:
        document = json.loads((version / RECORD).read_text(encoding="utf-8"))
        return record_from_dict(document)
    except (OSError, ValueError, KeyError, TypeError):
        return None


def read_records(root: Path) -> list[Record]:
    """Every dataset in force, by name."""
    folders = sorted(root.iterdir()) if root.is_dir() else []
    found = (read_record(root, folder.name) for folder in folders if folder.is_dir())
    return [record for record in found if record is not None]


def published_file(root: Path, dataset: str, file: str) -> tuple[Path, Distribution] | None:
    """Where a published file is and what its record says of it, both of one version; None unless
    the record in force lists exactly that name."""
    version = (root / dataset / CURRENT).resolve()
    record = _record_in(version)
    listed = next((d for d in record.distributions if d.file == file), None) if record else None
    if listed is None or not (version / file).is_file():
        return None
    return version / file, listed


def _install(package: Package, folder: Path) -> str:
    """Copy the package into a version of its own, on disk before it has its name."""
    fresh = Path(tempfile.mkdtemp(prefix=_TEMPORARY, dir=folder))
    for name in (*(d.file for d in package.record.distributions), RECORD):
        shutil.copyfile(package.folder / name, fresh / name)
        _to_disk(fresh / name)
    fresh.chmod(0o755)
    version = f"{package.record.changeset}-{fresh.name.removeprefix(_TEMPORARY)}"
    fresh.rename(folder / version)
    _to_disk(folder)
    return version


def _switch(folder: Path, version: str) -> None:
    link = folder / f"{_TEMPORARY}{os.getpid()}"
    link.unlink(missing_ok=True)
    link.symlink_to(version)
    link.replace(folder / CURRENT)
    _to_disk(folder)


def _clean(folder: Path) -> None:
    """Take away what a killed process left, and versions older than the newest ones kept."""
    current = str((folder / CURRENT).readlink())
    versions = []
    for path in folder.iterdir():
        if path.name.startswith(_TEMPORARY):
            _remove(path)
        elif path.name not in (CURRENT, current):
            versions.append(path)
    for path in sorted(versions, key=lambda p: p.stat().st_mtime)[:-KEPT]:
        shutil.rmtree(path)


def _remove(path: Path) -> None:
    if path.is_symlink():
        path.unlink()
    else:
        shutil.rmtree(path)


def _to_disk(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
