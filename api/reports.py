"""Loads, findings and the ledger on the screen, or as JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

from rich.markup import escape
from rich.padding import Padding
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from api.console import err, out, print_json
from gis.conform.report import summary
from gis.features import CIVIL_TIME
from gis.findings import Severity

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gis.changesets import Changeset, LoadReport
    from gis.errors import DeliveryRefused
    from gis.findings import Finding

COLOURS = {Severity.BLOCKING: "red", Severity.WARNING: "yellow", Severity.INFO: "dim"}
SIGNS = {"added": "+", "changed": "~", "removed": "-"}
ORIGINS = {
    "delivery": "entrega",
    "sql": "orden SQL",
    "undo": "deshacer",
    "edit": "edición",
    "migration": "cambio de la declaración",
}
_COUNTS = ("added", "changed", "removed", "unchanged", "refused")


class Bar:
    """A progress bar on stderr, silent for programs; called with a phase and the share done."""

    def __init__(self, *, quiet: bool) -> None:
        self._bar = Progress(
            TextColumn("{task.description:<10}"), BarColumn(), TimeElapsedColumn(),
            console=err, disable=quiet, transient=True,
        )  # fmt: skip
        self._task = self._bar.add_task("leer", total=1.0)

    def __enter__(self) -> Self:
        self._bar.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._bar.stop()

    def __call__(self, phase: str, share: float) -> None:
        self._bar.update(self._task, description=phase, completed=share)


def show_refusal(refusal: DeliveryRefused, *, as_json: bool) -> None:
    """A refused delivery: every finding for programs, a summary by rule for people."""
    if as_json:
        findings = [finding.as_dict() for finding in refusal.findings]
        print_json({"code": refusal.code, "message": refusal.message, "findings": findings})
        return
    show_findings(refusal.findings)
    err.print("[bold red]Error:[/]", escape(refusal.message))


def show_load(done: LoadReport, *, as_json: bool) -> None:
    """What a load or an undo did, or would do."""
    if as_json:
        print_json(_load_json(done))
        return
    show_findings(done.findings)
    for change in done.sample:
        place = f" (fila {change.row})" if change.row is not None else ""
        fields = f": {', '.join(change.fields)}" if change.fields else ""
        out.print(f"  {SIGNS[change.op]} {change.feature}{place}{fields}", markup=False)
    counts = (
        f"{done.added} agregados, {done.changed} cambiados, {done.removed} retirados, "
        f"{done.unchanged} iguales, {done.refused} rechazados"
    )
    if done.dry_run:
        out.print(f"[bold]Ensayo en «{done.layer}»[/]: {counts}. No se escribió nada.")
    elif done.changeset is None:
        out.print(f"«{done.layer}» ya estaba así ({counts}): no se escribió nada.")
    else:
        out.print(f"[bold green]Cambio {done.changeset}[/] en «{done.layer}»: {counts}.")


def show_findings(findings: Sequence[Finding]) -> None:
    """A few lines a rule, the gravest last, next to the outcome; nothing when there are none."""
    if not findings:
        return
    for told in reversed(summary(findings)):
        colour = COLOURS[told.severity]
        if told.severity is Severity.INFO:
            line = f"[{colour}]{told.severity} {escape(told.title)}: {escape(told.example)}[/]"
            out.print(line, soft_wrap=True)
            continue
        times = f" · {told.count} veces" if told.count > 1 else ""
        rows = ", ".join(map(str, told.rows)) + ("…" if told.count > len(told.rows) > 0 else "")
        where = f" · filas {rows}" if len(told.rows) > 1 else f" · fila {rows}" if rows else ""
        out.print(
            f"\n[bold {colour}]{told.severity}[/] [bold]{escape(told.title)}[/]{times}{where}"
        )
        out.print(Padding(escape(told.example), (0, 2)))
        out.print(Padding(f"[dim]Qué hacer ({told.rule}):[/] {escape(told.remedy)}", (0, 2)))
    out.print()


def show_ledger(found: Sequence[Changeset], *, as_json: bool) -> None:
    """Changesets, newest first."""
    if as_json:
        print_json([changeset_json(one) for one in found])
        return
    table = Table("Cambio", "Cuándo", "Capa", "Qué", "Quién, de qué, por qué")
    for one in found:
        counts = f"+{one.added} ~{one.changed} -{one.removed}"
        apart = f"\n{one.refused} apartadas" if one.refused else ""
        why = (one.actor, ORIGINS[one.origin], str(one.source.get("name", "")), one.note)
        table.add_row(
            str(one.id), f"{one.sealed_at.astimezone(CIVIL_TIME):%Y-%m-%d %H:%M}", one.layer,
            counts + apart, escape(" · ".join(word for word in why if word)),
        )  # fmt: skip
    out.print(table)


def changeset_json(one: Changeset) -> dict[str, Any]:
    """A changeset as JSON values."""
    return {name: getattr(one, name) for name in one.__dataclass_fields__}


def _load_json(done: LoadReport) -> dict[str, Any]:
    return {
        "layer": done.layer,
        "changeset": done.changeset,
        "dry_run": done.dry_run,
        **{name: getattr(done, name) for name in _COUNTS},
        "findings": [finding.as_dict() for finding in done.findings],
        "sample": [
            {"op": c.op, "feature": c.feature, "row": c.row, "fields": list(c.fields)}
            for c in done.sample
        ],
    }
