"""``sig derive``: make the rows of the layers that nobody delivers."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.table import Table

from api import derived
from api.console import Json, out, print_json
from api.settings import read_settings
from api.wiring import open_system
from gis.errors import InvalidRequest

Name = Annotated[
    str | None, typer.Argument(metavar="[CAPA]", help="Una capa derivada; ninguna: todas.")
]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Muestra lo que haría y no escribe nada.")]


def register(app: typer.Typer) -> None:
    """Add ``sig derive``."""
    app.command("derive")(derive)


def derive(name: Name = None, dry_run: DryRun = False, as_json: Json = False) -> None:
    with open_system(read_settings()) as system:
        if name is None:
            reports = list(derived.refresh_all(system, dry_run=dry_run))
        else:
            report = derived.refresh(system, system.catalog.layer(name), dry_run=dry_run)
            if report is None:
                raise InvalidRequest(
                    f"La capa «{name}» no la hace el sistema: llega en entregas (sig load)",
                    parameter="CAPA",
                    value=name,
                )
            reports = [report]
    if as_json:
        words = ("layer", "changeset", "added", "changed", "removed", "unchanged")
        print_json([{word: getattr(report, word) for word in words} for report in reports])
        return
    table = Table("Capa", "Cambio", "Agregadas", "Cambiadas", "Retiradas")
    for report in reports:
        counts = (report.added, report.changed, report.removed)
        table.add_row(report.layer, str(report.changeset or "–"), *map(str, counts))
    out.print(table)
