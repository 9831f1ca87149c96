"""Publishing, wired: which accounts are configured, and orders for the publishers.

With ``wiring`` this is the only place that reads the environment: the entity's file names the
variables that hold addresses and credentials of portals.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from gis.errors import NotFound
from publishers.assets import StoredAssets
from publishers.publish import Order
from publishers.targets import CATALOGUE, catalogue_root, is_configured, open_target

if TYPE_CHECKING:
    from pathlib import Path

    from api.wiring import System
    from gis.contract.entity import Target as Account


def account(system: System, name: str) -> Account:
    """The account so named in the entity's file; :class:`NotFound` names those there are."""
    for declared in system.catalog.entity.targets:
        if declared.name == name:
            return declared
    names = ", ".join(target.name for target in system.catalog.entity.targets) or "ninguno"
    raise NotFound(f"No existe el destino «{name}» (hay: {names})", target=name)


def configured(system: System) -> tuple[str, ...]:
    """Names of the accounts that have all they need."""
    targets = system.catalog.entity.targets
    return tuple(target.name for target in targets if is_configured(target, os.environ))


def orders(
    system: System,
    datasets: list[str],
    target: str,
    *,
    actor: str,
    force: bool = False,
    let_pass: tuple[tuple[str, str], ...] = (),
    approving: int | None = None,
) -> list[Order]:
    """One order per dataset; without names, for every dataset that declares the target."""
    entity = system.catalog.entity
    declared = account(system, target)
    adapter = open_target(
        declared,
        entity,
        home=system.settings.home,
        secrets=os.environ,
        assets=StoredAssets(system.engine),
    )
    chosen = [system.catalog.dataset(name) for name in datasets] or [
        (layer, dataset)
        for layer, dataset in system.catalog.datasets()
        if target in dataset.targets
    ]
    return [
        Order(
            engine=system.engine,
            reader=system.reader,
            entity=entity,
            layer=layer,
            dataset=dataset,
            account=declared,
            target=adapter,
            workspace=system.settings.home / "tmp",
            actor=actor,
            force=force,
            let_pass=let_pass,
            approving=approving,
        )
        for layer, dataset in chosen
    ]


def catalogue(system: System) -> Path | None:
    """Folder of the catalogue that ``/datos`` shows; None when the entity declares none."""
    for declared in system.catalog.entity.targets:
        if declared.kind == CATALOGUE:
            return catalogue_root(declared, system.settings.home)
    return None
