"""The machine's side of the private cluster: users, folders and processes."""

from __future__ import annotations

import os
import pwd
import subprocess
from pathlib import Path

from gis.binaries import PACKAGES
from gis.errors import ConfigurationError

SERVER_USER = "postgres"
"""Who runs the server when the caller is root: PostgreSQL refuses to run as root."""


def as_root() -> bool:
    return os.geteuid() == 0


def server_user() -> pwd.struct_passwd:
    try:
        return pwd.getpwnam(SERVER_USER)
    except KeyError:
        raise ConfigurationError(
            f"PostgreSQL no corre como root y no existe el usuario «{SERVER_USER}», que crea el "
            f"paquete: sudo apt-get install --yes {PACKAGES}"
        ) from None


def works_in(pid: int, folder: Path) -> bool:
    try:
        return Path(f"/proc/{pid}/cwd").readlink() == folder
    except OSError:
        return False


def any_works_in(folder: Path) -> bool:
    processes = Path("/proc").glob("[0-9]*")
    return any(works_in(int(process.name), folder) for process in processes)


def make_folder(path: Path) -> None:
    if not path.parent.exists():
        _make_passage(path.parent)
    path.mkdir(exist_ok=True)
    hand_over(path, 0o700)


def _make_passage(path: Path) -> None:
    """Make a folder that the server's user may cross, whatever the caller's umask."""
    if not path.parent.exists():
        _make_passage(path.parent)
    path.mkdir(exist_ok=True)
    path.chmod(0o755)


def hand_over(path: Path, mode: int) -> None:
    path.chmod(mode)
    if as_root():
        user = server_user()
        os.chown(path, user.pw_uid, user.pw_gid)


def neutral_locale() -> str:
    """Bytewise order and UTF-8 letters: the same on every machine, unlike a language's."""
    answer = subprocess.run(["locale", "-a"], capture_output=True, text=True, check=False)
    return "C.UTF-8" if "c.utf" in answer.stdout.lower() else "C"
