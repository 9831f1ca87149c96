"""``sig dataset list|show|quality``: what is declared for publication, and how it is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.markup import escape
from rich.table import Column, Table

from api import compliance, portals
from api.console import Json, out, print_json
from api.probes import probe as look
from api.records import shown_record
from api.reports import show_findings
from api.settings import read_settings
from api.wiring import open_system
from gis import publications as ledger
from gis.errors import TargetError
from publishers.metadata import DEMONSTRATION
from publishers.publish import describe, inspect

if TYPE_CHECKING:
    import sqlalchemy as sa

    from gis.contract import Dataset, Layer
    from publishers.compliance import Assessment
    from publishers.metadata import Record

Name = Annotated[str, typer.Argument(metavar="CONJUNTO", help="Nombre del conjunto de datos.")]


def register(app: typer.Typer) -> None:
    """Add ``sig dataset`` and what is below it."""
    dataset = typer.Typer(no_args_is_help=True)
    dataset.command("list", help="Lista los conjuntos de datos.")(show_all)
    dataset.command("show", help="Muestra un conjunto como lo verán los catálogos.")(show)
    dataset.command("quality", help="Mide la calidad (ISO 19157) y lo que cumple.")(quality)
    dataset.command("privacy", help="Busca datos de personas en lo que saldría.")(privacy)
    app.add_typer(dataset, name="dataset")


def show_all(as_json: Json = False) -> None:
    with open_system(read_settings()) as system, system.engine.connect() as conn:
        rows = [_row(conn, layer, dataset) for layer, dataset in system.catalog.datasets()]
    if as_json:
        print_json(rows)
        return
    table = Table(
        Column("Conjunto", overflow="fold"),
        "Título",
        "Capa",
        "Frecuencia",
        "Destinos",
        "Publicado en",
    )
    for row in rows:
        lists = [", ".join(row[key]) or "–" for key in ("targets", "published")]
        table.add_row(row["name"], row["title"], row["layer"], row["frequency"], *lists)
    out.print(table)


def _row(conn: sa.Connection, layer: Layer, dataset: Dataset) -> dict[str, Any]:
    name, frequency = dataset.name, dataset.frequency or layer.metadata.frequency
    found = {target: ledger.last_published(conn, name, target) for target in dataset.targets}
    return {
        "name": name,
        "title": dataset.title or layer.title,
        "layer": layer.name,
        "frequency": frequency.value.label,
        "targets": list(dataset.targets),
        "published": {target: p.changeset for target, p in found.items() if p is not None},
    }


def show(name: Name, as_json: Json = False) -> None:
    record = _described(name)
    if as_json:
        print_json(record.as_dict())
        return
    out.print(f"[bold]{record.shown_title}[/] ({record.dataset}, capa {record.layer})")
    out.print(record.statement, markup=False)
    out.print(f"{record.feature_count} elementos · conjunto de cambios {record.changeset}")
    out.print(f"{record.frequency_label} · {record.license_name} · {record.contact.name}")
    table = Table("Campo", "Etiqueta", "Definición")
    for variable in record.variables:
        table.add_row(variable.name, variable.label, variable.definition)
    out.print(table)


def quality(
    name: Name,
    probe: Annotated[
        bool,
        typer.Option("--probe", help="Preguntar también al servicio en marcha, y guardarlo."),
    ] = False,
    address: Annotated[
        str, typer.Option("--address", help="Dirección del servicio; sin ella, la de la entidad.")
    ] = "",
    as_json: Json = False,
) -> None:
    with open_system(read_settings()) as system:
        layer, dataset = system.catalog.dataset(name)
        entity = system.catalog.entity
        record = describe(system.reader, entity, layer, dataset)
        if probe:
            found = look(address or entity.base_url, entity, record)
            compliance.keep_probe(system.settings.home, name, found)
        published = shown_record(system, name) is not None
        table = compliance.assess(system, name) if published else None
    if as_json:
        report = {"conjunto": name, **record.quality.as_dict()}
        if record.demonstration:
            report = {"aviso": DEMONSTRATION, **report}
        print_json({**report, "cumplimiento": table and table.as_dict()})
        return
    _show_measures(record)
    if table is None:
        out.print("Aún no se ha publicado en el catálogo propio: no hay qué comprobar.")
    else:
        _show_compliance(table)


def _show_measures(record: Record) -> None:
    table = Table("Medida", "Nombre", "Campo", "Valor", "Cumple")
    for m in record.quality.measures:
        passed = {True: "sí", False: "[red]no[/]", None: "–"}[m.passed]
        value = f"{m.value:.2%}".replace(".", ",") if m.unit == "rate" else f"{m.value:g}"
        table.add_row(m.id, m.name, m.field, value, passed)
    out.print(table)


def privacy(
    name: Name,
    target: Annotated[str, typer.Option("--target", help="Destino cuyos archivos se miran.")] = (
        "estatico"
    ),
    as_json: Json = False,
) -> None:
    with open_system(read_settings()) as system:
        (order,) = portals.orders(system, [name], target, actor="")
        found = inspect(order)
    if as_json:
        print_json([finding.as_dict() for finding in found])
    else:
        show_findings(found)
    if found:
        raise typer.Exit(TargetError.exit_code)


def _show_compliance(found: Assessment) -> None:
    colors = {"cumple": "green", "no cumple": "red", "sin probar": "yellow", "no aplica": "dim"}
    table = Table("N.º", "Requisito", "Estado", "Evidencia")
    for row in found.rows:
        status = f"[{colors[row.status]}]{row.status}[/]"
        table.add_row(str(row.number), row.requirement, status, escape(row.evidence))
    out.print(table)
    scores = Table("Criterio MinTIC", "De 0 a 10", "Cómo se calculó")
    for score in found.criteria:
        scores.add_row(score.name, f"{score.value:g}".replace(".", ","), escape(score.evidence))
    out.print(scores)
    lacks = ", ".join(found.seal.next_lacks)
    out.print(f"{found.seal.name}" + (f"; para el siguiente falta: {lacks}" if lacks else ""))


def _described(name: str) -> Record:
    with open_system(read_settings()) as system:
        layer, dataset = system.catalog.dataset(name)
        return describe(system.reader, system.catalog.entity, layer, dataset)
