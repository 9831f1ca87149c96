"""The municipality: names, codes, extent, contacts, look. Read from a TOML file."""

from __future__ import annotations

import re
import tomllib
from dataclasses import MISSING, dataclass, field, fields
from typing import TYPE_CHECKING, Any

from gis.contract.checks import check_color, meant
from gis.contract.fields import Extent
from gis.contract.questions import Section
from gis.errors import ContractError

if TYPE_CHECKING:
    from pathlib import Path


LOCAL_URL = "http://127.0.0.1:8000"
"""Where an installation answers that has no public address yet."""
PHONE = re.compile(r"[+#*]?[0-9][0-9 ()-]{1,24}")


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
    approve: bool = False
    """Whether a plan waits until a person approves it."""


@dataclass(frozen=True, slots=True)
class Call:
    """Whom to call when something happens."""

    name: str
    phone: str
    when: str
    source: str
    """Where the number is published."""


NATIONAL_CALLS = (
    Call(
        "Línea única de emergencias",
        "123",
        "Cualquier emergencia: vidas en peligro, heridos, alguien atrapado",
        "Línea nacional 123 (Decreto 4366 de 2006)",
    ),
)
"""Whom an entity that says nothing else tells people to call: the same all over the country."""


@dataclass(frozen=True, slots=True)
class Procedure:
    """What the entity does on request where an answer is not enough."""

    title: str
    url: str
    section: str
    """Code of the section of an answer that leads to it (:class:`gis.contract.Section`)."""
    text: str = ""


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
    base_url: str = LOCAL_URL
    """Public address of this installation, without a final slash."""
    sector: str = "No Aplica"
    primary_color: str = "#3366cc"
    center: tuple[float, float] | None = None
    """Longitude and latitude (CRS84) the map opens on; None: the middle of the extent."""
    zoom: float = 12
    samples: Path | None = None
    """Folder with demonstration deliveries, one file per layer; None when there are none."""
    tour: Path | None = None
    """Folder of a guided tour: ``recorrido.toml`` and the files it delivers."""
    layers: tuple[str, ...] = ()
    """Which of the shipped layers are in use; empty for all."""
    targets: tuple[Target, ...] = ()
    links: dict[str, str] = field(default_factory=dict)
    """Addresses of the entity's procedures and policies, by name."""
    max_removed: float = 0.2
    """Share of what was published, 0 to 1, that a publication may take away by itself."""
    calls: tuple[Call, ...] = NATIONAL_CALLS
    procedures: tuple[Procedure, ...] = ()


def read_entity(path: Path) -> Entity:
    """Read an entity file. Raises :class:`ContractError` naming the key that is wrong."""
    try:
        document = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise ContractError("No existe el archivo de la entidad", file=str(path)) from None
    except IsADirectoryError:
        raise ContractError(
            "La entidad es un archivo .toml, no una carpeta", file=str(path)
        ) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ContractError(f"El archivo no es TOML válido: {error}", file=str(path)) from error
    try:
        return _entity(document, path.parent)
    except ContractError as error:
        raise ContractError(error.message, **{"file": str(path), **error.context}) from None


def _entity(document: dict[str, Any], folder: Path) -> Entity:
    _check_keys(document, Entity)
    values = dict(document)
    divipola = str(values["divipola"])
    if not divipola.isdigit() or len(divipola) != 5:
        raise _wrong("debe ser el código DANE de cinco dígitos", "divipola")
    values["extent"] = Extent(*_numbers(values["extent"], 4, "extent"))
    values["contacts"] = _contacts(_table(values["contacts"], "contacts"))
    values["targets"] = _targets(_table(values.get("targets", {}), "targets"))
    if "calls" in values:
        values["calls"] = _calls(values["calls"])
    values["procedures"] = _procedures(_table(values.get("procedures", {}), "procedures"))
    values["layers"] = _names(values.get("layers", []), "layers")
    links = _table(values.get("links", {}), "links")
    values["links"] = {name: str(url) for name, url in links.items()}
    for name in {"samples", "tour"} & set(values):
        values[name] = (folder / str(values[name])).resolve()
        if not values[name].is_dir():
            raise _wrong(f"no existe la carpeta {values[name]}", name)
    if "center" in values:
        lon, lat = _numbers(values["center"], 2, "center")
        values["center"] = (lon, lat)
    zoom = values.get("zoom", 12)
    if not isinstance(zoom, int | float) or not 0 <= zoom <= 22:
        raise _wrong("debe ser un número de 0 a 22", "zoom")
    share = values.get("max_removed", 0.2)
    if not isinstance(share, int | float) or not 0 <= share <= 1:
        raise _wrong("debe ser una parte de 0 a 1", "max_removed")
    entity = Entity(**values)
    _check_look(entity)
    return entity


def _check_look(entity: Entity) -> None:
    check_color(entity.primary_color, "primary_color")
    if entity.base_url.endswith("/") or "://" not in entity.base_url:
        raise _wrong("debe empezar por http:// o https:// y no terminar en /", "base_url")
    if entity.center is not None:
        lon, lat = entity.center
        west, south, east, north = entity.extent.as_tuple()
        if not (west <= lon <= east and south <= lat <= north):
            raise _wrong("no está dentro de «extent»: va primero la longitud", "center")


def _contacts(tables: dict[str, Any]) -> dict[str, Contact]:
    if not tables:
        raise _wrong("declare al menos un contacto: [contacts.planeacion]", "contacts")
    for name, contact in tables.items():
        where = f"contacts.{name}"
        _check_keys(_table(contact, where), Contact, where)
        if "@" not in contact["email"]:
            raise _wrong(f"«{contact['email']}» no es un correo", f"{where}.email")
    return {name: Contact(**contact) for name, contact in tables.items()}


def _calls(tables: Any) -> tuple[Call, ...]:
    if not isinstance(tables, list):
        raise _wrong("debe ser una lista de tablas: [[calls]]", "calls")
    for table in tables:
        _check_keys(_table(table, "calls"), Call, "calls")
        if not PHONE.fullmatch(table["phone"]):
            raise _wrong(f"«{table['phone']}» no es un teléfono", "calls.phone")
    return tuple(Call(**table) for table in tables)


def _procedures(tables: dict[str, Any]) -> tuple[Procedure, ...]:
    sections = {section.code for section in Section}
    for name, table in tables.items():
        where = f"procedures.{name}"
        _check_keys(_table(table, where), Procedure, where)
        if not table["url"].startswith(("https://", "http://")):
            raise _wrong("debe ser una dirección http:// o https://", f"{where}.url")
        if table["section"] not in sections:
            raise _wrong(
                f"las partes de una respuesta son {', '.join(sorted(sections))}", f"{where}.section"
            )
    return tuple(Procedure(**table) for table in tables.values())


def _targets(tables: dict[str, Any]) -> tuple[Target, ...]:
    targets = []
    for name, table in tables.items():
        options = dict(_table(table, f"targets.{name}"))
        kind, test = options.pop("kind", name), options.pop("test", False)
        approve = options.pop("approve", False)
        for key, value in (("test", test), ("approve", approve)):
            if not isinstance(value, bool):
                raise _wrong("debe ser true o false, sin comillas", f"targets.{name}.{key}")
        texts = tuple((key, str(value)) for key, value in sorted(options.items()))
        targets.append(Target(name, str(kind), test, texts, approve))
    return tuple(targets)


def _check_keys(table: dict[str, Any], kind: type, where: str = "") -> None:
    """Raise for a key that ``kind`` lacks, one that it needs, and text without quotes."""
    known = {known.name: known for known in fields(kind)}
    prefix = f"{where}." if where else ""
    for name in table:
        if name not in known:
            raise _wrong(f"no existe esta clave{meant(name, known)}", f"{prefix}{name}")
    for name, key in known.items():
        needed = key.default is MISSING and key.default_factory is MISSING
        if needed and name not in table:
            raise _wrong("falta esta clave", f"{prefix}{name}")
        if key.type == "str" and not isinstance(table.get(name, ""), str):
            raise _wrong("debe ser un texto entre comillas", f"{prefix}{name}")


def _table(value: Any, where: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise _wrong(f"debe ser una tabla: [{where}]", where)
    return value


def _numbers(value: Any, count: int, where: str) -> list[float]:
    numbers = value if isinstance(value, list) else []
    if len(numbers) != count or not all(isinstance(number, int | float) for number in numbers):
        raise _wrong(f"debe ser una lista de {count} números", where)
    return [float(number) for number in numbers]


def _names(value: Any, where: str) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(name, str) for name in value):
        raise _wrong("debe ser una lista de nombres entre comillas", where)
    return tuple(value)


def _wrong(what: str, where: str) -> ContractError:
    return ContractError(f"«{where}»: {what}", field=where)
