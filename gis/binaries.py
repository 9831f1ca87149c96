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
OLDEST = 14
"""Oldest major version the store is written for."""


@dataclass(frozen=True, slots=True)
class Binaries:
    """One installed PostgreSQL: its major version and the folder of its programs."""

    major: int
    folder: Path
    has_postgis: bool

    def __getitem__(self, program: str) -> str:
        return str(self.folder / program)


def find_binaries(major: int | None = None, *, debian: Path = DEBIAN) -> Binaries:
    """The newest PostgreSQL with PostGIS, or the one of ``major`` that existing data ask for.

    Raises :class:`ConfigurationError` that names the packages to install.
    """
    found = sorted(_installed(debian), key=lambda each: each.major, reverse=True)
    fitting = [each for each in found if major in (None, each.major) and each.major >= OLDEST]
    usable = [each for each in fitting if each.has_postgis]
    if usable:
        return usable[0]
    raise ConfigurationError(_what_is_missing(fitting, major), remedy=_install(fitting, major))


def _installed(debian: Path) -> Iterator[Binaries]:
    for folder in debian.glob("*/bin"):
        if (folder / "initdb").exists() and folder.parent.name.isdigit():
            major = int(folder.parent.name)
            share = Path("/usr/share/postgresql") / str(major)
            yield Binaries(major, folder, (share / "extension/postgis.control").exists())
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
                control = Path(share) / "extension/postgis.control"
                yield Binaries(int(digits), folder, control.exists())


def _what_is_missing(fitting: list[Binaries], major: int | None) -> str:
    if fitting:
        missing = f"PostgreSQL {fitting[0].major} está instalado, pero le falta PostGIS"
    elif major is not None:
        missing = f"Los datos son de PostgreSQL {major}, que no está instalado con PostGIS"
    else:
        missing = "Falta PostgreSQL con PostGIS"
    return f"{missing}. Instale los paquetes: {_install(fitting, major)}"


def _install(fitting: list[Binaries], major: int | None) -> str:
    wanted = major or (fitting[0].major if fitting else None)
    packages = (
        f"postgresql-{wanted} postgresql-{wanted}-postgis-3"
        if wanted
        else "postgresql postgresql-postgis"
    )
    return f"sudo apt-get install --yes {packages}"
