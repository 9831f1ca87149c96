"""``sig layer``: what is declared, and the store brought in step with it."""

from __future__ import annotations

import getpass
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.table import Table

from api.console import Json, out, print_json
from api.reports import show_findings
from api.settings import read_settings
from api.wiring import catalog_of, open_system
from gis import changesets, network
from gis.contract.document import document
from gis.errors import ContractError
from gis.features import reading
from gis.review import review
from gis.surroundings import CurrentFeatures

if TYPE_CHECKING:
    from gis.contract import Field, Layer

Name = Annotated[str, typer.Argument(metavar="CAPA", help="Nombre de la capa.")]
Folder = Annotated[
    list[Path] | None,
    typer.Argument(metavar="[CARPETA]…", help="Más carpetas de declaraciones que revisar."),
]


def register(app: typer.Typer) -> None:
    """Add ``sig layer`` and what is below it."""
    layer = typer.Typer(no_args_is_help=True)
    layer.command("list", help="Lista las capas declaradas.")(show_all)
    layer.command("show", help="Muestra la declaración entera de una capa.")(show)
    layer.command("check", help="Revisa todas las declaraciones y dice qué está mal.")(check)
    layer.command("migrate", help="Lleva a la base de datos una declaración que cambió.")(migrate)
    layer.command("review", help="Revisa lo escrito en SQL y quita la marca a lo que cumple.")(
        review_rows
    )
    layer.command("network", help="Dice si por las vías de una capa se llega a todas partes.")(
        show_network
    )
    app.add_typer(layer, name="layer")


def show_all(as_json: Json = False) -> None:
    catalog = catalog_of(read_settings())
    if as_json:
        print_json([_summary(layer) for layer in catalog])
        return
    table = Table("Capa", "Título", "Geometría", "Campos", "Conjuntos de datos")
    for layer in catalog:
        values = _summary(layer)
        table.add_row(
            layer.name,
            layer.title,
            values["geometry"] or "tabla",
            str(len(layer.fields)),
            ", ".join(values["datasets"]) or "–",
        )
    out.print(table)


def show(name: Name, as_json: Json = False) -> None:
    layer = catalog_of(read_settings()).layer(name)
    if as_json:
        print_json(document(layer))
        return
    out.print(f"[bold]{layer.title}[/] ({layer.name})")
    out.print(layer.metadata.abstract)
    out.print(f"Llave: {', '.join(layer.key) or 'ninguna: se reemplaza entera'}")
    table = Table("Campo", "Etiqueta", "Tipo", "Acceso", "Obligatorio")
    for field in layer.fields:
        required = "sí" if field.required else ""
        table.add_row(field.name, field.label, _kind(field), str(field.access), required)
    out.print(table)


def check(folders: Folder = None, as_json: Json = False) -> None:
    settings = read_settings()
    more = tuple(folder.resolve() for folder in folders or ())
    try:
        catalog = catalog_of(settings.model_copy(update={"layers": settings.layers + more}))
    except ContractError as error:
        if as_json:
            print_json({"ok": False, "message": error.message, **error.context})
            raise typer.Exit(error.exit_code) from None
        raise
    fields = sum(len(layer.fields) for layer in catalog)
    if as_json:
        print_json({"ok": True, "layers": len(catalog.layers), "fields": fields})
    else:
        out.print(f"Bien: {len(catalog.layers)} capas, {fields} campos, ninguna contradicción.")


def migrate(
    name: Name,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Muestra los pasos y no cambia nada.")
    ] = False,
    as_json: Json = False,
) -> None:
    # Not synchronised first: the layer that changed is what stops that.
    with open_system(read_settings(), prepare=False) as system:
        steps = changesets.migrate_layer(
            system.engine, system.catalog.layer(name), actor=getpass.getuser(), dry_run=dry_run
        )
    if as_json:
        print_json({"dry_run": dry_run, "steps": [asdict(step) for step in steps]})
        return
    for step in steps:
        out.print(f"  {step.message}", markup=False)
    if not steps:
        out.print("La base de datos ya está como la declaración: no hay nada que hacer.")
    elif dry_run:
        out.print("[bold]Ensayo[/]: no se cambió nada.")
    else:
        out.print(f"[bold green]Listo[/]: {len(steps)} pasos en «{name}».")


def review_rows(name: Name, as_json: Json = False) -> None:
    with open_system(read_settings()) as system:
        done = review(
            system.engine,
            system.catalog.layer(name),
            extent=system.catalog.entity.extent,
            surroundings=CurrentFeatures(system.engine, system.catalog),
        )
    if as_json:
        findings = [finding.as_dict() for finding in done.findings]
        print_json({"awaiting": done.awaiting, "passed": done.passed, "findings": findings})
        return
    show_findings(done.findings)
    out.print(f"«{name}»: {done.passed} de {done.awaiting} filas sin revisar cumplen el contrato.")


def show_network(name: Name, as_json: Json = False) -> None:
    with open_system(read_settings()) as system:
        layer = system.catalog.layer(name)
        with reading(system.reader) as connection:
            found = {
                mode.value: network.pieces(connection, network.Streets(layer, mode))
                for mode in network.Mode
            }
    if as_json:
        print_json({mode: {**asdict(one), "share": one.share} for mode, one in found.items()})
        return
    for mode, one in found.items():
        told = f"{one.metres / 1000:.1f} km en {one.count} partes que no se tocan"
        if one.count == 1:
            told = f"{one.metres / 1000:.1f} km en una sola parte"
        elif one.count:
            told += f"; la mayor tiene el {one.share:.1%}"
        out.print(f"En {mode}: {told}" if mode == "carro" else f"A {mode}: {told}", markup=False)


def _summary(layer: Layer) -> dict[str, Any]:
    return {
        "name": layer.name,
        "title": layer.title,
        "geometry": layer.geometry.type if layer.geometry else None,
        "key": list(layer.key),
        "fields": list(layer.field_names),
        "datasets": [dataset.name for dataset in layer.datasets],
    }


def _kind(field: Field) -> str:
    unit = f" ({field.type.unit})" if field.type.unit else ""
    return f"{type(field.type).__name__}{unit}"
