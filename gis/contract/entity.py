"""The municipality: names, codes, extent, contacts, look. Read from a TOML file."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from gis.contract.fields import Extent
from gis.errors import ContractError


@dataclass(frozen=True, slots=True)
class Contact:
    """Who answers for data (ISO 19115-1 CI_Responsibility)."""

    name: str
    email: str
    phone: str = ""


@dataclass(frozen=True, slots=True)
class Target:
    """A portal account. Secrets are never here: ``options`` name environment variables."""

    name: str
    kind: str
    """Which adapter of ``publishers.targets`` serves it."""
    test: bool = False
    """Whether demonstration data may go there."""
    options: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Entity:
    """One municipality that runs the system."""

    name: str
    """As it signs: «Alcaldía Municipal de …»."""
    municipality: str
    department: str
    divipola: str
    """DANE code of the municipality, five digits."""
    extent: Extent
    contacts: dict[str, Contact]
    nit: str = ""
    website: str = ""
    base_url: str = "http://127.0.0.1:8000"
    """Public address of this installation, without a final slash."""
    sector: str = "No Aplica"
    primary_color: str = "#3366cc"
    center: tuple[float, float] | None = None
    """Longitude and latitude (CRS84) the map opens on; None: the middle of the extent."""
    zoom: float = 12
    samples: Path | None = None
    """Folder with demonstration deliveries, one file per layer; None when there are none."""
    layers: tuple[str, ...] = ()
    """Which of the shipped layers are in use; empty for all."""
    targets: tuple[Target, ...] = ()
    links: dict[str, str] = field(default_factory=dict)
    """Addresses of the entity's procedures and policies, by name."""


def read_entity(path: Path) -> Entity:
    """Read an entity file. Raises :class:`ContractError` naming the key that is wrong."""
    try:
        document = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise ContractError("No existe el archivo de la entidad", file=str(path)) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ContractError(f"El archivo no es TOML válido: {error}", file=str(path)) from error
    try:
        return _entity(document, path.parent)
    except ContractError as error:
        raise ContractError(error.message, **{"file": str(path), **error.context}) from None
    except (TypeError, ValueError, KeyError, AttributeError) as error:
        raise ContractError(f"Clave ausente, de más o mal escrita: {error}", file=str(path)) from error


def _entity(document: dict[str, Any], folder: Path) -> Entity:
    values = dict(document)
    if not str(values.get("divipola", "")).isdigit() or len(str(values["divipola"])) != 5:
        raise ContractError("«divipola» debe ser el código DANE de cinco dígitos, entre comillas")
    values["extent"] = Extent(*values["extent"])
    values["contacts"] = {name: Contact(**c) for name, c in values.get("contacts", {}).items()}
    values["targets"] = tuple(
        Target(
            name=name,
            kind=options.pop("kind", name),
            test=options.pop("test", False),
            options=tuple(sorted(options.items())),
        )
        for name, options in ((n, dict(o)) for n, o in values.get("targets", {}).items())
    )
    values["layers"] = tuple(values.get("layers", ()))
    if "samples" in values:
        values["samples"] = (folder / values["samples"]).resolve()
    if "center" in values:
        lon, lat = values["center"]
        values["center"] = (float(lon), float(lat))
    return Entity(**values)
