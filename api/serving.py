"""The application as a server's process makes it: everything from the environment."""

from __future__ import annotations

import multiprocessing
from typing import Any

from api.app import create_app
from api.processes import die_with_parent
from api.settings import read_settings
from api.wiring import open_system


def create() -> Any:
    """The ASGI application of this process, over a database that is already prepared."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        die_with_parent()
        if not parent.is_alive():  # It died before the kernel was asked to watch it.
            raise SystemExit(1)
    return create_app(open_system(read_settings(), prepare=False))
