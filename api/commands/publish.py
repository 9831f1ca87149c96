"""``sig publish``, ``publications``, ``dataset``, ``schedule`` and ``worker``."""

from __future__ import annotations

import getpass
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.table import Column, Table

from api import derived, portals
from api.console import Json, out, print_json
from api.settings import read_settings
from api.wiring import open_system
from gis import publications as ledger
from gis.errors import InvalidRequest, SigError, TargetError
from publishers.calendar import ZONE
from publishers.guards import LETTABLE
from publishers.plan import Action
from publishers.publish import Outcome, plan, publish

if TYPE_CHECKING:
    from gis.publications import Publication
    from publishers.plan import Plan
    from publishers.publish import Order

Names = Annotated[
    list[str] | None,
    typer.Argument(metavar="[CONJUNTO]…", help="Conjuntos; ninguno: todos los del destino."),
]
TargetName = Annotated[
    str, typer.Option("--target", metavar="DESTINO", help="A dónde: un destino de la entidad.")
]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Muestra el plan y no envía nada.")]
Force = Annotated[
    bool,
    typer.Option("--force", help="Envía aunque nada haya cambiado, o sobre lo que cambiaron allá."),
]
LetPass = Annotated[
    list[str] | None,
    typer.Option(
        "--let-pass",
        metavar="GUARDA",
        help=f"Deja pasar una guarda, con --reason: {', '.join(sorted(LETTABLE))}.",
    ),
]
Reason = Annotated[
    str, typer.Option("--reason", help="Por qué se deja pasar; queda en el libro con su nombre.")
]
Number = Annotated[int, typer.Argument(metavar="NÚMERO", help="El de «sig publications».")]
OneDataset = Annotated[str | None, typer.Option("--dataset", help="Solo este conjunto de datos.")]
OneTarget = Annotated[str | None, typer.Option("--target", help="Solo este destino.")]
Limit = Annotated[
    int, typer.Option("--limit", min=1, max=10_000, help="Cuántas, de la última hacia atrás.")
]

REFUSED_EXIT = TargetError.exit_code
SHOWN_ACTIONS = {
    Action.PUBLISH: "[green]publicar[/]",
    Action.NOTHING: "[dim]nada[/]",
    Action.REFUSE: "[red]rechazar[/]",
}


def register(app: typer.Typer) -> None:
    """Add the commands of publication."""
    app.command("publish")(publish_command)
    app.command("publications")(publications)
    app.command("approve")(approve)


def publish_command(
    target: TargetName,
    datasets: Names = None,
    dry_run: DryRun = False,
    force: Force = False,
    let_pass: LetPass = None,
    reason: Reason = "",
    as_json: Json = False,
) -> None:
    excused = _excused(let_pass or [], reason)
    with open_system(read_settings()) as system:
        orders = portals.orders(
            system, datasets or [], target, actor=_actor(), force=force, let_pass=excused
        )
        for layer in {order.layer.name: order.layer for order in orders}.values():
            derived.refresh(system, layer, dry_run=dry_run)
        results = [_carry_out(order, dry_run=dry_run) for order in orders]
    _report(results, {"empty"} if not datasets else set(), dry_run=dry_run, as_json=as_json)


def approve(number: Number, as_json: Json = False) -> None:
    with open_system(read_settings()) as system:
        with system.engine.connect() as conn:
            planned = ledger.publication(conn, number)
        (order,) = portals.orders(
            system,
            [planned.dataset],
            planned.target,
            actor=_actor(),
            let_pass=tuple((guard["code"], guard["reason"]) for guard in planned.let_pass),
            approving=number,
        )
        result = _carry_out(order, dry_run=False)
    _report([result], set(), dry_run=False, as_json=as_json)


def _excused(codes: list[str], reason: str) -> tuple[tuple[str, str], ...]:
    """What the person lets pass and why; each guard must be one that may be."""
    unknown = [code for code in codes if code not in LETTABLE]
    if unknown:
        raise InvalidRequest(
            f"No se puede dejar pasar {', '.join(unknown)}; sí: {', '.join(sorted(LETTABLE))}"
        )
    if bool(codes) != bool(reason.strip()):
        raise InvalidRequest("--let-pass GUARDA y --reason TEXTO van juntos")
    return tuple((code, reason.strip()) for code in codes)


def _report(results: list[Result], tolerated: set[str], *, dry_run: bool, as_json: bool) -> None:
    """Show what came of it and end with the exit code that it deserves."""
    if as_json:
        print_json([_as_dict(plan_, outcome, error) for plan_, outcome, error in results])
    else:
        _show_results(results, dry_run=dry_run)
    codes = [_exit_code(*result, tolerated) for result in results]
    if any(codes):
        raise typer.Exit(max(codes))


Result = tuple["Plan | None", Outcome | None, SigError | None]


def _carry_out(order: Order, *, dry_run: bool) -> Result:
    """Plan, or publish; a failure of one dataset does not keep the others from leaving."""
    if dry_run:
        return plan(order), None, None
    try:
        outcome = publish(order)
    except TargetError as error:
        error.context.setdefault("dataset", order.dataset.name)
        return None, None, error
    return outcome.plan, outcome, None


def _exit_code(
    decided: Plan | None, outcome: Outcome | None, error: SigError | None, tolerated: set[str]
) -> int:
    if error is not None:
        return error.exit_code
    refused = decided is not None and decided.action is Action.REFUSE
    return REFUSED_EXIT if refused and decided and decided.code not in tolerated else 0


def _as_dict(
    decided: Plan | None, outcome: Outcome | None, error: SigError | None
) -> dict[str, Any]:
    if error is not None:
        return {
            "result": ledger.FAILED,
            "code": error.code,
            "message": error.message,
            **error.context,
        }
    assert decided is not None
    document = decided.as_dict()
    if outcome is not None:
        document |= {
            "result": outcome.result or "nada",
            "writes": outcome.writes,
            "publication": outcome.publication,
            "address": outcome.address,
        }
    return document


def _show_results(results: list[Result], *, dry_run: bool) -> None:
    table = Table(Column("Conjunto", overflow="fold"))
    table.add_column("Plan" if dry_run else "Resultado", no_wrap=True)
    table.add_column("Elementos", justify="right")
    table.add_column("Por qué")
    for decided, outcome, error in results:
        if error is not None:
            name = str(error.context.get("dataset", ""))
            table.add_row(name, "[red]fallida[/]", "", error.message)
            continue
        assert decided is not None
        shown = SHOWN_ACTIONS[decided.action]
        if outcome is not None and outcome.result:
            shown = outcome.result
        reasons = "\n".join((decided.reason, *(f"Atención: {w}" for w in decided.warnings)))
        table.add_row(decided.dataset, shown, str(decided.feature_count), reasons)
    out.print(table)


def publications(
    dataset: OneDataset = None, target: OneTarget = None, limit: Limit = 30, as_json: Json = False
) -> None:
    with open_system(read_settings()) as system, system.engine.connect() as conn:
        found = ledger.publications(conn, dataset=dataset, target=target, limit=limit)
    if as_json:
        print_json([_publication(publication) for publication in found])
        return
    table = Table("N.º", Column("Cuándo", no_wrap=True), Column("Conjunto", overflow="fold"))
    table.add_column("Destino")
    table.add_column("Cambio", justify="right")
    table.add_column("Resultado", no_wrap=True)
    table.add_column("Por qué")
    for p in found:
        when = f"{p.started_at.astimezone(ZONE):%Y-%m-%d %H:%M}"
        changeset = "" if p.changeset is None else str(p.changeset)
        table.add_row(str(p.id), when, p.dataset, p.target, changeset, p.result, p.reason)
    out.print(table)


def _publication(p: Publication) -> dict[str, Any]:
    names = p.__slots__
    return {name: getattr(p, name) for name in names}


def _actor() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return ""
