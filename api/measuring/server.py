"""A server's process for a measurement: what it needs to know comes on its standard input."""

from __future__ import annotations

import json
import socket
import sys
from pathlib import Path

import uvicorn
from pydantic import SecretStr

from api.app import create_app
from api.measuring.stage import CATALOG
from api.settings import Settings
from api.wiring import PUBLIC_ROLE, System
from gis import store


def main() -> None:
    """Serve until asked to end."""
    told = json.load(sys.stdin)
    settings = Settings(
        home=Path(told["home"]),
        database_url=SecretStr(told["url"]),
        tile_cache_mb=told["cache_mb"],
        downloads_mb=0,
    )
    engine = store.make_engine(told["url"])
    reader = store.make_engine(told["reader_url"], role=PUBLIC_ROLE)
    config = uvicorn.Config(
        create_app(System(settings, CATALOG, engine, reader)),
        http="api.wire:Http",
        log_level="error",
        access_log=False,
        server_header=False,
        # The plain statement may take longer than a server waits for the next request.
        timeout_keep_alive=600,
    )
    listener = socket.socket(fileno=told["listener"])
    uvicorn.Server(config).run([listener])


if __name__ == "__main__":
    main()
