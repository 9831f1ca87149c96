"""Settings of the private server, fitted to the machine it runs on."""

from __future__ import annotations

import os
import stat
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

MIB = 1024 * 1024


def server_settings(socket: Path, port: int, *, durable: bool) -> dict[str, str]:
    """Values of ``postgresql.conf`` by name, for a server on a socket alone."""
    memory = _memory_mib()
    chosen = {
        "listen_addresses": "",
        "unix_socket_directories": str(socket),
        "unix_socket_permissions": "0700",
        "port": str(port),
        "max_connections": "200",
        "shared_buffers": f"{_between(64, memory // 5, 2048)}MB",
        "work_mem": f"{_between(4, memory // 256, 64)}MB",
        "maintenance_work_mem": f"{_between(32, memory // 16, 512)}MB",
        "effective_cache_size": f"{_between(128, memory // 2, 65536)}MB",
        "max_wal_size": "4GB",
        "wal_compression": "on",
        "random_page_cost": "1.1",
        "jit": "off",
        "timezone": "UTC",
        "lc_messages": "C",
        "log_timezone": "America/Bogota",
        "log_min_messages": "warning",
        "log_line_prefix": "%m [%p] %q%u@%d ",
    }
    if _small_shared_memory():
        chosen["dynamic_shared_memory_type"] = "mmap"
    if not durable:
        chosen |= {
            "fsync": "off",
            "synchronous_commit": "off",
            "full_page_writes": "off",
            "autovacuum": "off",
            "shared_buffers": "256MB",
        }
    return chosen


def access_rules() -> str:
    """``pg_hba.conf``: the socket alone, by the peer's credentials, mapped to our roles."""
    return "local all all peer map=sig\n"


def user_map(users: Iterable[str], roles: Iterable[str]) -> str:
    """``pg_ident.conf``: which user of the machine may log in as which role."""
    names = tuple(roles)
    return "".join(f'sig "{user}" "{role}"\n' for user in users for role in names)


def _between(least: int, value: int, most: int) -> int:
    return max(least, min(value, most))


def _memory_mib() -> int:
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // MIB


def _small_shared_memory() -> bool:
    """Whether ``/dev/shm`` is as small or as closed as containers may have it, so that parallel
    plans, or the server itself, would fail on it."""
    try:
        shared = os.statvfs("/dev/shm")
        closed = not Path("/dev/shm").stat().st_mode & stat.S_IWOTH
    except OSError:
        return True
    return closed or shared.f_blocks * shared.f_frsize < 512 * MIB
