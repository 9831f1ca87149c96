"""``sig load``, ``sig history``, ``sig undo``: deliveries and the ledger."""

from __future__ import annotations

import getpass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import pandas as pd
import typer

from api.console import Json, err, out, print_json
from api.reports import (
    Bar,
    changeset_json,
    show_findings,
    show_ledger,
    show_load,
    show_refusal,
)
from api.settings import read_settings
from api.wiring import open_system
from gis import changesets, conform
from gis.conform.addresses import LEAST
from gis.conform.report import write_findings, write_quarantine
from gis.errors import DeliveryRefused, InvalidRequest
from gis.features import reading
from gis.geocode.kept import gazetteer_for
from gis.surroundings import CurrentFeatures

if TYPE_CHECKING:
    from collections.abc import Sequence

    from api.wiring import System

File = Annotated[
    Path,
    typer.Argument(
        metavar="ARCHIVO",
        help="CSV, XLSX, GeoJSON, GeoPackage, shapefile en zip o GeoParquet.",
    ),
]
Mode = Annotated[
    Literal["replace", "upsert"],
    typer.Option(help="replace: el archivo es toda la capa; upsert: agrega y cambia, no retira."),
]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Muestra lo que haría y no escribe nada.")]
Where = Annotated[
    str, typer.Option(help="Solo las filas que cumplen (CQL2 sobre las columnas del archivo).")
]
Map = Annotated[
    list[str] | None,
    typer.Option("--map", metavar="CAMPO=COLUMNA", help="De qué columna sale un campo."),
]
Crs = Annotated[str, typer.Option(help="Sistema de referencia del archivo, p. ej. EPSG:9377.")]
Encoding = Annotated[str, typer.Option(help="Codificación del texto, p. ej. latin-1.")]
Part = Annotated[str, typer.Option(help="Hoja del libro o capa del archivo, si trae varias.")]
Repair = Annotated[
    list[str] | None,
    typer.Option(
        help="Arreglos que se autorizan, separados por coma: " + ", ".join(sorted(conform.REPAIRS))
    ),
]
Quarantine = Annotated[
    bool,
    typer.Option(
        "--quarantine", help="Acepta las filas buenas y aparta las demás, con sus razones."
    ),
]
ReferenceDate = Annotated[
    datetime | None,
    typer.Option("--reference-date", formats=["%Y-%m-%d"], help="Fecha de corte de los datos."),
]
Note = Annotated[str, typer.Option(help="Por qué se hace el cambio; queda en la historia.")]
Demonstration = Annotated[
    bool, typer.Option("--demonstration", help="Marca los datos como de demostración.")
]
Geocode = Annotated[
    str,
    typer.Option(
        "--geocode",
        metavar="COLUMNA",
        help="Ubica cada fila por la dirección de esta columna; solo si no trae coordenadas.",
    ),
]
Confidence = Annotated[
    float,
    typer.Option(
        "--geocode-confidence",
        min=0.0,
        max=1.0,
        help="Con --geocode: confianza desde la cual se acepta el lugar; si es menor, se rechaza.",
    ),
]
Report = Annotated[Path | None, typer.Option(help="Escribe todos los hallazgos en este CSV.")]
Number = Annotated[
    int, typer.Argument(metavar="CAMBIO", help="Número del cambio, como lo da sig history.")
]


def register(app: typer.Typer) -> None:
    """Add the commands that write to a layer and read its ledger."""
    app.command("load")(load)
    app.command("history")(history)
    app.command("undo")(undo)


def load(
    layer: Annotated[str, typer.Argument(metavar="CAPA", help="Nombre de la capa.")],
    file: File,
    mode: Mode = "replace",
    dry_run: DryRun = False,
    where: Where = "",
    mapping: Map = None,
    crs: Crs = "",
    encoding: Encoding = "",
    part: Part = "",
    repair: Repair = None,
    quarantine: Quarantine = False,
    reference_date: ReferenceDate = None,
    note: Note = "",
    demonstration: Demonstration = False,
    geocode: Geocode = "",
    geocode_confidence: Confidence = LEAST,
    report: Report = None,
    as_json: Json = False,
) -> None:
    try:
        with open_system(read_settings()) as system, Bar(quiet=as_json) as tell:
            declared = system.catalog.layer(layer)
            conformed = conform.prepare(
                file,
                declared,
                extent=system.catalog.entity.extent,
                surroundings=CurrentFeatures(system.engine, system.catalog, demonstration),
                where=where,
                mapping=_mapping(mapping or []),
                crs=_epsg(crs),
                encoding=encoding or None,
                part=part,
                repairs=frozenset(_words(repair or [])),
                addresses=_addresses(system, geocode, geocode_confidence, demonstration),
                progress=lambda phase, share: tell(phase, share / 2),
            )
            if report is not None:
                write_findings(conformed.findings, report)
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
                progress=lambda phase, share: tell(phase, 0.5 + share / 2),
            )
    except DeliveryRefused as refusal:
        show_refusal(refusal, as_json=as_json)
        raise typer.Exit(refusal.exit_code) from None
    show_load(done, as_json=as_json)
    if dry_run and done.refused and not quarantine and not as_json:
        out.print("Así se rechazaría entera: corríjala, o acepte las demás filas con --quarantine.")


def history(
    layer: Annotated[
        str | None, typer.Argument(metavar="[CAPA]", help="Nombre de la capa; sin ella, todas.")
    ] = None,
    limit: Annotated[
        int, typer.Option(min=1, max=10_000, help="Cuántos cambios, del más nuevo al más viejo.")
    ] = 20,
    changeset: Annotated[
        int | None, typer.Option(metavar="CAMBIO", help="Un solo cambio, con sus hallazgos.")
    ] = None,
    quarantine: Annotated[
        Path | None,
        typer.Option(help="Con --changeset: escribe aquí las filas apartadas, para corregirlas."),
    ] = None,
    verify: Annotated[
        bool, typer.Option("--verify", help="Recalcula las huellas: ¿la historia es la sellada?")
    ] = False,
    as_json: Json = False,
) -> None:
    if quarantine is not None and changeset is None:
        raise InvalidRequest("--quarantine necesita --changeset", parameter="--quarantine")
    with open_system(read_settings()) as system:
        if layer is not None:
            system.catalog.layer(layer)
        if verify:
            _verify(system, as_json=as_json)
        elif changeset is not None:
            _show_one(system, changeset, quarantine, as_json=as_json)
        else:
            with system.engine.connect() as connection:
                found = changesets.ledger(connection, layer, limit)
            show_ledger(found, as_json=as_json)


def undo(
    changeset: Number, dry_run: DryRun = False, note: Note = "", as_json: Json = False
) -> None:
    with open_system(read_settings()) as system:
        done = changesets.undo(
            system.engine,
            system.catalog,
            changeset,
            actor=getpass.getuser(),
            note=note,
            dry_run=dry_run,
        )
    show_load(done, as_json=as_json)


def _addresses(
    system: System, column: str, confidence: float, demonstration: bool
) -> conform.Addresses | None:
    """The choice to place rows by their addresses, on the streets that there are."""
    if not column:
        return None
    with reading(system.reader) as connection:
        gazetteer = gazetteer_for(connection, system.catalog, demonstration=demonstration)
    return conform.Addresses(column, gazetteer, confidence)


def _words(texts: Sequence[str]) -> list[str]:
    return [word.strip() for text in texts for word in text.split(",") if word.strip()]


def _mapping(pairs: Sequence[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for pair in pairs:
        field, equals, column = pair.partition("=")
        if not equals:
            raise InvalidRequest(f"«{pair}» debe ser campo=columna", parameter="--map", value=pair)
        found[field.strip()] = column.strip()
    return found


def _epsg(text: str) -> int | None:
    digits = text.upper().removeprefix("EPSG:")
    if not digits:
        return None
    if not (digits.isascii() and digits.isdigit()):
        raise InvalidRequest(
            f"«{text}» debe ser un código EPSG, p. ej. EPSG:9377", parameter="--crs", value=text
        )
    return int(digits)


def _show_one(system: System, number: int, quarantine: Path | None, *, as_json: bool) -> None:
    with system.engine.connect() as connection:
        found = changesets.changeset(connection, number)
        findings = changesets.findings_of(connection, number)
        rows = changesets.quarantine_of(connection, number)
    if quarantine is not None:
        delivered = pd.DataFrame.from_dict(rows, orient="index")
        write_quarantine(delivered, findings, quarantine, crs=found.source.get("crs"))
        err.print(f"{len(rows)} filas apartadas quedaron en {quarantine}")
    if as_json:
        shown: list[dict[str, Any]] = [finding.as_dict() for finding in findings]
        print_json({**changeset_json(found), "findings": shown, "quarantine": rows})
    elif quarantine is None:
        show_ledger([found], as_json=False)
        show_findings(findings)


def _verify(system: System, *, as_json: bool) -> None:
    with system.engine.connect() as connection:
        broken = list(changesets.verify_chain(connection))
    if as_json:
        print_json({"ok": not broken, "problems": broken})
    elif broken:
        for problem in broken:
            err.print(f"[bold red]{problem}[/]")
    else:
        out.print("Bien: la historia es la que se selló, cambio por cambio.")
    if broken:
        raise typer.Exit(1)
