"""``sig load``, ``sig history``, ``sig undo``: deliveries and the ledger."""

from __future__ import annotations

import getpass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from api.console import Json, err, out, print_json
from api.settings import read_settings
from api.wiring import open_system
from gis import changesets, conform
from gis.conform.report import findings_csv, quarantine_csv
from gis.errors import DeliveryRefused, InvalidRequest
from gis.findings import Severity, tally
from gis.surroundings import CurrentFeatures

if TYPE_CHECKING:
    from collections.abc import Sequence

    from api.wiring import System
    from gis.changesets import Changeset, LoadReport
    from gis.findings import Finding

LayerName = Annotated[str, typer.Argument(metavar="CAPA", help="Nombre de la capa.")]
SHOWN = 12
"""Findings of one rule shown on the screen; ``--report`` writes them all."""
COLOURS = {Severity.BLOCKING: "red", Severity.WARNING: "yellow", Severity.INFO: "dim"}


def register(app: typer.Typer) -> None:
    """Add the commands that write to a layer and read its ledger."""
    app.command(
        "load", help="Recibe un archivo en una capa: lo revisa, muestra qué cambia y lo aplica."
    )(load)
    app.command("history", help="Muestra los cambios de una capa: quién, cuándo, de qué archivo.")(
        history
    )
    app.command("undo", help="Deshace un cambio con el cambio inverso.")(undo)


def load(
    layer: LayerName,
    file: Annotated[Path, typer.Argument(metavar="ARCHIVO", help="CSV, XLSX, GeoJSON, GeoPackage, shapefile en zip o GeoParquet.")],
    mode: Annotated[Literal["replace", "upsert"], typer.Option(help="replace: el archivo es toda la capa; upsert: agrega y cambia, no retira.")] = "replace",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Muestra lo que haría y no escribe nada.")] = False,
    where: Annotated[str, typer.Option(help="Solo las filas que cumplen (CQL2 sobre las columnas del archivo).")] = "",
    mapping: Annotated[list[str] | None, typer.Option("--map", metavar="CAMPO=COLUMNA", help="De qué columna sale un campo.")] = None,
    crs: Annotated[str, typer.Option(help="Sistema de referencia del archivo, p. ej. EPSG:9377.")] = "",
    encoding: Annotated[str, typer.Option(help="Codificación del texto, p. ej. latin-1.")] = "",
    repair: Annotated[list[str] | None, typer.Option(help="Arreglos que se autorizan, separados por coma.")] = None,
    quarantine: Annotated[bool, typer.Option("--quarantine", help="Acepta las filas buenas y aparta las demás, con sus razones.")] = False,
    reference_date: Annotated[datetime | None, typer.Option("--reference-date", formats=["%Y-%m-%d"], help="Fecha de corte de los datos.")] = None,
    note: Annotated[str, typer.Option(help="Por qué se hace el cambio; queda en la historia.")] = "",
    demonstration: Annotated[bool, typer.Option("--demonstration", help="Marca los datos como de demostración.")] = False,
    report: Annotated[Path | None, typer.Option(help="Escribe todos los hallazgos en un CSV.")] = None,
    as_json: Json = False,
) -> None:  # fmt: skip
    with open_system(read_settings()) as system, _progress(as_json) as tell:
        declared = system.catalog.layer(layer)
        conformed = conform.prepare(
            file,
            declared,
            extent=declared.extent or system.catalog.entity.extent,
            where=where,
            mapping=_mapping(mapping or []),
            crs=_epsg(crs),
            encoding=encoding or None,
            repairs=frozenset(name.strip() for part in repair or [] for name in part.split(",")),
            surroundings=CurrentFeatures(system.engine, system.catalog),
            progress=tell,
        )
        if report is not None:
            report.write_text(findings_csv(conformed.findings), encoding="utf-8")
        try:
            done = changesets.load(
                system.engine,
                declared,
                conformed,
                mode=mode,
                dry_run=dry_run,
                quarantine=quarantine,
                demonstration=demonstration,
                actor=getpass.getuser(),
                note=note,
                reference_date=reference_date.date() if reference_date else None,
                progress=tell,
            )
        except DeliveryRefused as refusal:
            tell.stop()
            _show_refusal(refusal, as_json=as_json)
            raise typer.Exit(refusal.exit_code) from None
    _show_load(done, as_json=as_json)


def history(
    layer: Annotated[str | None, typer.Argument(metavar="[CAPA]", help="Nombre de la capa; sin ella, todas.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=10_000, help="Cuántos cambios, del más nuevo al más viejo.")] = 20,
    changeset: Annotated[int | None, typer.Option(metavar="CAMBIO", help="Un solo cambio, con sus hallazgos.")] = None,
    quarantined: Annotated[Path | None, typer.Option("--quarantine", help="Con --changeset: escribe en un CSV las filas apartadas, para corregirlas.")] = None,
    verify: Annotated[bool, typer.Option("--verify", help="Recalcula la cadena de huellas y dice si la historia es la que se selló.")] = False,
    as_json: Json = False,
) -> None:  # fmt: skip
    with open_system(read_settings()) as system:
        if verify:
            _verify(system, as_json=as_json)
        elif changeset is not None:
            _one(system, changeset, quarantined, as_json=as_json)
        else:
            if layer is not None:
                system.catalog.layer(layer)
            with system.engine.connect() as connection:
                found = changesets.ledger(connection, layer, limit)
            _show_ledger(found, as_json=as_json)


def undo(
    changeset: Annotated[int, typer.Argument(metavar="CAMBIO", help="Número del cambio, como lo da sig history.")],
    note: Annotated[str, typer.Option(help="Por qué se deshace.")] = "",
    as_json: Json = False,
) -> None:  # fmt: skip
    with open_system(read_settings()) as system:
        done = changesets.undo(
            system.engine, system.catalog, changeset, actor=getpass.getuser(), note=note
        )
    _show_load(done, as_json=as_json)


class _progress:
    """A bar on stderr, silent for programs; called with a phase and the share done."""

    def __init__(self, quiet: bool) -> None:
        self._bar = Progress(
            TextColumn("{task.description:<10}"), BarColumn(), TimeElapsedColumn(),
            console=err, disable=quiet, transient=True,
        )  # fmt: skip
        self._task = self._bar.add_task("leer", total=1.0)

    def __enter__(self) -> _progress:
        self._bar.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def __call__(self, phase: str, share: float) -> None:
        self._bar.update(self._task, description=phase, completed=share)

    def stop(self) -> None:
        """Take the bar away, before something is printed."""
        self._bar.stop()


def _mapping(pairs: Sequence[str]) -> dict[str, str]:
    wrong = [pair for pair in pairs if "=" not in pair]
    if wrong:
        raise InvalidRequest(
            f"«{wrong[0]}» debe ser campo=columna", parameter="--map", value=wrong[0]
        )
    return dict(pair.split("=", 1) for pair in pairs)  # type: ignore[misc]


def _epsg(text: str) -> int | None:
    digits = text.upper().removeprefix("EPSG:")
    if not digits:
        return None
    if not digits.isdigit():
        raise InvalidRequest(
            f"«{text}» debe ser un código EPSG, p. ej. EPSG:9377", parameter="--crs", value=text
        )
    return int(digits)


def _show_refusal(refusal: DeliveryRefused, *, as_json: bool) -> None:
    if as_json:
        findings = [finding.as_dict() for finding in refusal.findings]
        print_json({"code": refusal.code, "message": refusal.message, "findings": findings})
        return
    _show_findings(refusal.findings)
    err.print("[bold red]Error:[/]", end=" ")
    err.print(refusal.message, markup=False)


def _show_load(done: LoadReport, *, as_json: bool) -> None:
    if as_json:
        print_json(_load_json(done))
        return
    _show_findings(done.findings)
    for change in done.sample:
        place = f"fila {change.row}" if change.row is not None else ""
        out.print(
            f"  {_OPS[change.op]} {change.feature} {place} {', '.join(change.fields)}", markup=False
        )
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


_OPS = {"added": "+", "changed": "~", "removed": "-"}


def _load_json(done: LoadReport) -> dict[str, Any]:
    counts = ("added", "changed", "removed", "unchanged", "refused")
    return {
        "layer": done.layer,
        "changeset": done.changeset,
        "dry_run": done.dry_run,
        **{name: getattr(done, name) for name in counts},
        "findings": [finding.as_dict() for finding in done.findings],
        "sample": [
            {"op": c.op, "feature": c.feature, "row": c.row, "fields": list(c.fields)}
            for c in done.sample
        ],
    }


def _show_findings(findings: Sequence[Finding]) -> None:
    if not findings:
        return
    table = Table("Gravedad", "Regla", "Fila", "Campo", "Qué pasa", "Qué hacer", title="Hallazgos")
    ranked = sorted(findings, key=lambda f: list(Severity).index(f.severity))
    counts = tally(ranked)
    seen: dict[str, int] = {}
    for finding in ranked:
        seen[finding.rule] = seen.get(finding.rule, 0) + 1
        if seen[finding.rule] > SHOWN:
            continue
        colour = COLOURS[finding.severity]
        row = "" if finding.row is None else str(finding.row)
        table.add_row(
            f"[{colour}]{finding.severity}[/]", finding.rule, row, finding.field or "",
            _plain(finding.message), _plain(finding.remedy),
        )  # fmt: skip
        if seen[finding.rule] == SHOWN and counts[finding.rule] > SHOWN:
            table.add_row(
                "",
                finding.rule,
                "…",
                "",
                f"y {counts[finding.rule] - SHOWN} más",
                "--report los escribe todos",
            )
    out.print(table)


def _plain(text: str) -> str:
    return text.replace("[", "\\[")


def _show_ledger(found: Sequence[Changeset], *, as_json: bool) -> None:
    if as_json:
        print_json([_changeset_json(one) for one in found])
        return
    table = Table(
        "Cambio", "Capa", "Cuándo", "Origen", "Quién", "+", "~", "-", "Apartadas", "Archivo o nota"
    )
    for one in found:
        what = str(one.source.get("name", "")) or one.note
        table.add_row(
            str(one.id), one.layer, f"{one.sealed_at.astimezone():%Y-%m-%d %H:%M}", one.origin, one.actor,
            str(one.added), str(one.changed), str(one.removed), str(one.refused or ""), _plain(what),
        )  # fmt: skip
    out.print(table)


def _changeset_json(one: Changeset) -> dict[str, Any]:
    return {name: getattr(one, name) for name in one.__dataclass_fields__}


def _one(system: System, number: int, quarantined: Path | None, *, as_json: bool) -> None:
    with system.engine.connect() as connection:
        found = changesets.changeset(connection, number)
        findings = changesets.findings_of(connection, number)
        rows = changesets.quarantine_of(connection, number)
    if quarantined is not None:
        quarantined.write_text(quarantine_csv(rows, findings), encoding="utf-8")
        out.print(f"{len(rows)} filas apartadas quedaron en {quarantined}")
    elif as_json:
        shown = [finding.as_dict() for finding in findings]
        print_json({**_changeset_json(found), "findings": shown, "quarantine": rows})
    else:
        _show_ledger([found], as_json=False)
        _show_findings(findings)


def _verify(system: System, *, as_json: bool) -> None:
    with system.engine.connect() as connection:
        broken = list(changesets.verify_chain(connection))
    if as_json:
        print_json({"ok": not broken, "problems": broken})
    else:
        for problem in broken:
            err.print(f"[bold red]{problem}[/]")
        if not broken:
            out.print("Bien: la historia es la que se selló, cambio por cambio.")
    if broken:
        raise typer.Exit(1)
