"""Places a dataset is published in: one small interface, one module per kind of portal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gis.errors import ConfigurationError
from gis.later import Later
from publishers.targets.estatico import StaticTarget
from publishers.targets.protocol import Standing, Target

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from gis.contract.entity import Entity
    from gis.contract.entity import Target as Account
    from publishers.targets import ckan, socrata
    from publishers.targets.socrata import Assets
else:
    ckan = Later("publishers.targets.ckan")
    socrata = Later("publishers.targets.socrata")

__all__ = [
    "CATALOGUE",
    "Standing",
    "StaticTarget",
    "Target",
    "catalogue_root",
    "is_configured",
    "open_target",
]

CATALOGUE = "estatico"
"""Kind of the catalogue of our own, which ``/datos`` shows."""


def open_target(
    account: Account,
    entity: Entity,
    *,
    home: Path,
    secrets: Mapping[str, str],
    assets: Assets | None = None,
) -> Target:
    """The adapter of a declared account. ``home`` is SIG_HOME; ``secrets`` holds the environment;
    ``assets`` remembers what datasets are called on portals that name them.

    Raises :class:`ConfigurationError` for an unknown kind or a missing option or secret.
    """
    options = dict(account.options)
    if account.kind == CATALOGUE:
        return StaticTarget(account.name, catalogue_root(account, home), f"{entity.base_url}/datos")
    if account.kind == "ckan":
        return ckan.CkanTarget.from_options(account.name, options, entity, secrets)
    if account.kind == "socrata" and assets is not None:
        return socrata.SocrataTarget.from_options(account.name, options, entity, secrets, assets)
    raise ConfigurationError(
        f"El destino «{account.name}» es de un tipo en que aún no se publica: «{account.kind}» "
        f"(se publica en: {CATALOGUE}, ckan, socrata)"
    )


def catalogue_root(account: Account, home: Path) -> Path:
    """Folder of a catalogue of our own: ``folder`` of the account's options, under SIG_HOME."""
    return home / dict(account.options).get("folder", "catalogo")


def is_configured(account: Account, secrets: Mapping[str, str]) -> bool:
    """Whether everything that ``account`` needs is there, so that the calendar may count on it."""
    options = dict(account.options)
    if account.kind == CATALOGUE:
        return True
    if account.kind == "socrata":
        return socrata.SocrataTarget.is_configured(options, secrets)
    return account.kind == "ckan" and ckan.CkanTarget.is_configured(options, secrets)
