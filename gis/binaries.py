"""Where PostgreSQL's programs are, and what to install when they are not."""

from __future__ import annotations

import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from gis.errors import ConfigurationError

if TYPE_CHECKING:
    from collections.abc import Iterator

DEBIAN = Path("/usr/lib/postgresql")
FOLDERS = ("/usr/pgsql-*/bin", "/opt/homebrew/opt/postgresql@*/bin", "/usr/local/pgsql/bin")
EXTENSIONS = {"postgis": ("PostGIS", "postgis-3"), "pgrouting": ("pgRouting", "pgrouting")}
"""What PostgreSQL must have: its name for people, and the end of its package's name."""
PACKAGES = "postgresql postgresql-postgis postgresql-pgrouting"
"""Debian's, of whatever version it has."""
OLDEST = 14
"""Oldest major version the store is written for."""


@dataclass(frozen=True, slots=True)
class Binaries:
    """One installed PostgreSQL: its major version and the folder of its programs."""

    major: int
    folder: Path
    lacks: tuple[str, ...]
    """Extensions that it needs and does not have."""

    def __getitem__(self, program: str) -> str:
        return str(self.folder / program)


def find_binaries(major: int | None = None, *, debian: Path = DEBIAN) -> Binaries:
    """The newest PostgreSQL with :data:`EXTENSIONS`, or the one of ``major`` that data ask for.

    Raises :class:`ConfigurationError` that names the packages to install.
    """
    found = sorted(_installed(debian), key=lambda each: each.major, reverse=True)
    fitting = [each for each in found if major in (None, each.major) and each.major >= OLDEST]
    usable = [each for each in fitting if not each.lacks]
    if usable:
        return usable[0]
    raise ConfigurationError(_what_is_missing(fitting, major), remedy=_install(fitting, major))


def _installed(debian: Path) -> Iterator[Binaries]:
    for folder in debian.glob("*/bin"):
        if (folder / "initdb").exists() and folder.parent.name.isdigit():
            major = int(folder.parent.name)
            share = Path("/usr/share/postgresql") / str(major)
            yield Binaries(major, folder, _lacking(share))
    if debian == DEBIAN:
        yield from _elsewhere()


def _elsewhere() -> Iterator[Binaries]:
    on_path = shutil.which("initdb")
    folders = [folder for pattern in FOLDERS for folder in Path("/").glob(pattern.lstrip("/"))]
    for folder in [*folders, *([Path(on_path).resolve().parent] if on_path else [])]:
        config = folder / "pg_config"
        if (folder / "initdb").exists() and config.exists():
            answer = subprocess.run(
                [config, "--version", "--sharedir"], capture_output=True, text=True, check=False
            )
            version, _, share = answer.stdout.strip().partition("\n")
            digits = version.removeprefix("PostgreSQL ").partition(".")[0]
            if digits.isdigit():
                yield Binaries(int(digits), folder, _lacking(Path(share)))


def _lacking(share: Path) -> tuple[str, ...]:
    return tuple(name for name in EXTENSIONS if not (share / f"extension/{name}.control").exists())


def _what_is_missing(fitting: list[Binaries], major: int | None) -> str:
    if fitting:
        names = " y ".join(EXTENSIONS[name][0] for name in _nearest(fitting).lacks)
        missing = f"PostgreSQL {_nearest(fitting).major} está instalado, pero le falta {names}"
    elif major is not None:
        missing = f"Los datos son de PostgreSQL {major}, que no está instalado con {_ALL}"
    else:
        missing = f"Falta PostgreSQL con {_ALL}"
    return f"{missing}. Instale los paquetes: {_install(fitting, major)}"


def _install(fitting: list[Binaries], major: int | None) -> str:
    wanted = major or (_nearest(fitting).major if fitting else None)
    if wanted:
        ends = [end for _, end in EXTENSIONS.values()]
        packages = " ".join([f"postgresql-{wanted}", *(f"postgresql-{wanted}-{e}" for e in ends)])
    else:
        packages = PACKAGES
    return f"sudo apt-get install --yes {packages}"


def _nearest(fitting: list[Binaries]) -> Binaries:
    """The one that lacks least, the newest of those."""
    return min(fitting, key=lambda each: len(each.lacks))


_ALL = " y ".join(spelled for spelled, _ in EXTENSIONS.values())
