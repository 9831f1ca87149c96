"""``sig forget``: take a feature out of everything, by order of law."""

from __future__ import annotations

import getpass
from typing import TYPE_CHECKING, Annotated, Any

import typer

from api import portals
from api.console import Json, err, out, print_json
from api.downloads import shelf_of
from api.settings import read_settings
from api.wiring import open_system
from gis import changesets
from gis import publications as ledger
from gis.errors import SigError, TargetError
from publishers.plan import Action
from publishers.publish import publish
from publishers.targets import CATALOGUE, catalogue_root
from publishers.withdrawing import drop_former_versions, withdraw

if TYPE_CHECKING:
    from api.wiring import System
    from publishers.publish import Order

LayerName = Annotated[str, typer.Argument(metavar="CAPA", help="Nombre de la capa.")]
Ids = Annotated[
    list[str], typer.Argument(metavar="ELEMENTO…", help="Identificadores, como los da la API.")
]
OrderText = Annotated[
    str, typer.Option("--order", metavar="TEXTO", help="Acto o solicitud que lo ordena; queda.")
]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Dice qué se borraría y no borra nada.")]


def register(app: typer.Typer) -> None:
    """Add ``sig forget``."""
    app.command("forget")(forget)


def forget(
    layer: LayerName,
    features: Ids,
    order: OrderText,
    dry_run: DryRun = False,
    as_json: Json = False,
) -> None:
    with open_system(read_settings()) as system:
        declared = system.catalog.layer(layer)
        done = changesets.forget(
            system.engine, declared, features, order=order, actor=getpass.getuser(), dry_run=dry_run
        )
        left = [] if dry_run else withdraw_published(system, layer)
    if as_json:
        print_json({"rows": done.rows, "dry_run": dry_run, "published": left})
    else:
        verb = "Se borrarían" if dry_run else "Se borraron"
        out.print(f"{verb} {done.rows} filas de «{layer}» y de su historia.")
        for each in left:
            out.print(f"  {each['dataset']} en {each['target']}: {each['result']}", markup=False)
    if any(not each["done"] for each in left):
        err.print("Falta retirarlo donde se dice: hágalo allá, o repita cuando el portal responda.")
        raise typer.Exit(TargetError.exit_code)


def withdraw_published(system: System, layer: str) -> list[dict[str, Any]]:
    """Publish again, without what was erased, wherever a dataset of the layer stands; take away
    former versions and files kept for downloads. What came of each."""
    shelf = shelf_of(system.settings)
    for path in shelf.folder.glob("*") if shelf.folder.is_dir() else ():
        path.unlink(missing_ok=True)
    datasets = {dataset.name for dataset in system.catalog.layer(layer).datasets}
    found = []
    for account in system.catalog.entity.targets:
        with system.engine.connect() as conn:
            standing = sorted(
                name for name in datasets if ledger.last_published(conn, name, account.name)
            )
        if not standing:
            continue
        if account.name not in portals.configured(system):
            found += [
                _told(name, account.name, "sin configurar: retírelo allá") for name in standing
            ]
            continue
        for each in portals.orders(system, standing, account.name, actor="sig forget"):
            found.append(_again(system, each))
    return found


def _again(system: System, order: Order) -> dict[str, Any]:
    name, account = order.dataset.name, order.account
    ours = account.kind == CATALOGUE
    root = catalogue_root(account, system.settings.home) if ours else None
    try:
        outcome = publish(order)
    except SigError as error:
        return _told(name, account.name, error.message)
    if outcome.plan.action is Action.REFUSE:
        if root is None:
            return _told(name, account.name, f"{outcome.plan.reason}: retírelo allá")
        withdraw(root, name)
        return _told(
            name, account.name, f"retirado del catálogo ({outcome.plan.reason})", done=True
        )
    if root is not None:
        drop_former_versions(root, name)
    return _told(name, account.name, outcome.result or "ya no lo tenía", done=True)


def _told(dataset: str, target: str, result: str, *, done: bool = False) -> dict[str, Any]:
    return {"dataset": dataset, "target": target, "result": result, "done": done}
