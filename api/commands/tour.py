"""``sig tour``: a newcomer's walk through the system, on small dirty files."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
import tempfile
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.panel import Panel

from api.console import err, out
from api.settings import read_settings
from api.wiring import catalog_of
from gis.cluster import Cluster
from gis.errors import ContractError, NotFound


@dataclass(frozen=True, slots=True)
class Step:
    """One stop: what it shows, the command as a person types it, how that should end."""

    title: str
    text: str
    command: str
    exit: int = 0


def register(app: typer.Typer) -> None:
    """Add ``sig tour``."""
    app.command("tour")(tour)


def tour(
    pause: Annotated[
        bool, typer.Option(help="Espera la tecla Intro entre una parada y otra.")
    ] = sys.stdin.isatty(),
) -> None:
    settings = read_settings()
    folder = catalog_of(settings).entity.tour
    if folder is None:
        raise NotFound("La entidad no trae recorrido: declare «tour» en su archivo")
    steps = read_steps(folder / "recorrido.toml")
    with tempfile.TemporaryDirectory(prefix="sig-tour-") as home:
        place = Path(shutil.copytree(folder, Path(home) / "entregas"))
        environment = {**os.environ, "SIG_HOME": home}
        environment.pop("SIG_DATABASE_URL", None)
        cluster = Cluster(Path(home))
        try:
            with cluster.held():
                for number, step in enumerate(steps, 1):
                    _show(step, number, len(steps))
                    _run(step, place, environment)
                    if pause and number < len(steps):
                        typer.prompt("Intro para seguir", default="", show_default=False)
        finally:
            cluster.remove()
    out.print("[bold green]Fin del recorrido.[/] Nada de esto tocó sus datos.")


def read_steps(path: Path) -> list[Step]:
    """The stops of a tour, from a TOML file with ``[[step]]`` tables."""
    try:
        document: dict[str, Any] = tomllib.loads(path.read_text(encoding="utf-8"))
        return [Step(**step) for step in document["step"]]
    except (OSError, tomllib.TOMLDecodeError, KeyError, TypeError) as error:
        raise ContractError(f"El recorrido no se puede leer: {error}", file=str(path)) from error


def _show(step: Step, number: int, total: int) -> None:
    out.print()
    out.print(Panel(step.text.strip(), title=f"{number} de {total} · {step.title}"))
    out.print(f"[bold]$ sig {step.command}[/]", soft_wrap=True)


def _run(step: Step, folder: Path, environment: dict[str, str]) -> None:
    words = shlex.split(step.command)
    command = [sys.executable, "-m", "api.cli", *words]
    root = Path(__file__).parents[2]
    done = subprocess.run(
        command, cwd=folder, env={**environment, "PYTHONPATH": str(root)}, check=False
    )
    if done.returncode != step.exit:
        err.print(f"[bold red]Se esperaba la salida {step.exit} y fue {done.returncode}[/]")
        raise typer.Exit(1)
