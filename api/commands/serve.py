"""``sig up``: database, samples, jobs and the server, until Ctrl-C."""

from __future__ import annotations

import http.client
import signal
import socket
import sys
import threading
import time
from contextlib import nullcontext
from typing import TYPE_CHECKING, Annotated, Any

import typer
import uvicorn
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from api import derived, samples
from api.console import err
from api.csw.process import engine
from api.processes import companion, end_in_order
from api.settings import read_settings
from api.wiring import cluster_of, open_system
from gis.errors import ConfigurationError, SigError

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from api.settings import Settings
    from api.wiring import System

PATIENCE_SECONDS = 120
GRACE_SECONDS = 5
WATCH_SECONDS = 3

Worker = Annotated[
    bool,
    typer.Option(
        "--worker/--no-worker", help="Con o sin el proceso que publica según el calendario."
    ),
]


def register(app: typer.Typer) -> None:
    """Add ``sig up``."""
    app.command("up")(up)


def up(worker: Worker = True) -> None:
    settings = read_settings()
    _check_port(settings)
    signal.signal(signal.SIGTERM, end_in_order)
    err.print(f"Base de datos: {_where(settings)} …")
    with open_system(settings) as system:
        load_samples(system)
        for _ in derived.refresh_all(system):
            pass
        beside_it = engine(settings.home, err.print)
        with _worker(settings) if worker else nullcontext(), beside_it:
            for beside in (_announce, _revive):
                threading.Thread(target=beside, args=(settings,), daemon=True).start()
            _serve(settings)
    err.print("Terminado.")


def load_samples(system: System) -> None:
    """Load what is pending of the entity's samples, showing how it goes."""
    deliveries = samples.pending(system)
    if not deliveries:
        return
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, console=err) as progress:
        task = progress.add_task("Datos de demostración", total=len(deliveries))
        for layer, count in samples.load(system, deliveries):
            progress.console.print(f"  {layer.title}: {count}", style="dim")
            progress.advance(task)


def _worker(settings: Settings) -> AbstractContextManager[Any]:
    command = [sys.executable, "-m", "api.cli", "worker"]
    return companion(command, settings.home / "logs" / "worker.log", err.print)


def _where(settings: Settings) -> str:
    return str(settings.home) if settings.database_url is None else "la de SIG_DATABASE_URL"


def _check_port(settings: Settings) -> None:
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((settings.host, settings.port))
        except OSError as error:
            raise ConfigurationError(
                f"No se puede servir en {settings.host}:{settings.port} ({error.strerror}). "
                f"Termine el programa que lo usa o elija otro: SIG_PORT={settings.port + 1}"
            ) from error


def _serve(settings: Settings) -> None:
    uvicorn.run(
        "api.serving:create",
        factory=True,
        http="api.wire:Http",
        host=settings.host,
        port=settings.port,
        workers=settings.workers,
        log_level="warning",
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=GRACE_SECONDS,
    )


def _revive(settings: Settings) -> None:
    """Start the private database again whenever it dies while this process serves."""
    cluster = cluster_of(settings)
    while cluster is not None:
        time.sleep(WATCH_SECONDS)
        if cluster.status().running:
            continue
        try:
            cluster.start()
        except SigError as error:
            err.print(f"[bold red]La base de datos no arranca:[/] {error.message}")
        else:
            err.print("La base de datos se había detenido; está otra vez en marcha.")


def _announce(settings: Settings) -> None:
    """Say that the map is there once it truly is."""
    host = "127.0.0.1" if settings.host in ("0.0.0.0", "::") else settings.host
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        try:
            connection = http.client.HTTPConnection(host, settings.port, timeout=5)
            connection.request("GET", "/healthz")
            connection.getresponse()
        except (OSError, http.client.HTTPException):
            time.sleep(0.2)
        else:
            address = f"http://{host}:{settings.port}"
            err.print(f"[bold green]Listo:[/] {address} (Ctrl-C para terminar)")
            return
