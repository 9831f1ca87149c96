"""What the CSW may show: the published records, laid out for pycsw in one folder per state.

``SIG_HOME/csw/<digest>/`` holds ``iso19139/<id>.xml``, ``iso19115-3/<id>.xml`` and ``config.json``;
``SIG_HOME/csw/sello`` names the one in force and is written last: the engine sees a whole one.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tempfile
from typing import TYPE_CHECKING

from publishers.documents import ISO_19115, ISO_19139
from publishers.targets import estatico

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from gis.contract.entity import Entity
    from publishers.metadata import Record

FOLDER, SEAL, PORT, CONFIG = "csw", "sello", "puerto", "config.json"
FORMS = {"iso19139": ISO_19139, "iso19115-3": ISO_19115}
PAGE = 100
"""Records that one answer may hold."""

Settings = dict[str, dict[str, str]]


def lay_out(home: Path, catalogue: Path, entity: Entity, records: Sequence[Record]) -> str:
    """Put ``records`` in force, when they are not yet; the digest that names them."""
    settings = configuration(entity)
    seal = _digest(settings, records)
    folder = home / FOLDER
    if seal_of(home) == seal:
        return seal
    folder.mkdir(parents=True, exist_ok=True)
    fresh = folder.joinpath(tempfile.mkdtemp(prefix=".nuevo-", dir=folder))
    for name, ending in FORMS.items():
        (fresh / name).mkdir()
        for record in records:
            _copy(catalogue, record, ending, fresh / name / f"{record.identifier}.xml")
    (fresh / CONFIG).write_text(json.dumps(settings, ensure_ascii=False), encoding="utf-8")
    fresh.chmod(0o755)
    if (folder / seal).exists():  # by another process, the same
        shutil.rmtree(fresh)
    else:
        fresh.rename(folder / seal)
    _write(folder / SEAL, seal)
    return seal


def seal_of(home: Path) -> str:
    """The digest in force; empty before any."""
    try:
        return (home / FOLDER / SEAL).read_text(encoding="utf-8")
    except OSError:
        return ""


def port_of(home: Path) -> int | None:
    """Where the engine listens on the loopback; None when it never started."""
    try:
        return int((home / FOLDER / PORT).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None


def configuration(entity: Entity) -> Settings:
    """What pycsw says of itself. Its parser reads ``%`` and ``$`` as its own."""
    contact = next(iter(entity.contacts.values()))
    said = {
        "identification_title": f"Catálogo de metadatos geográficos. {entity.municipality}",
        "identification_abstract": f"Metadatos ISO 19115 de los datos abiertos de {entity.name}.",
        "identification_keywords": f"{entity.municipality},{entity.department},ICDE",
        "identification_keywords_type": "theme",
        "identification_fees": "none",
        "identification_accessconstraints": "Licencia de cada conjunto de datos",
        "provider_name": entity.name,
        "provider_url": entity.website or entity.base_url,
        "contact_name": contact.name,
        "contact_position": contact.name,
        "contact_phone": contact.phone,
        "contact_email": contact.email,
        "contact_url": entity.website or entity.base_url,
        "contact_role": "pointOfContact",
        **dict.fromkeys(
            (
                "contact_address", "contact_city", "contact_stateorprovince", "contact_postalcode",
                "contact_country", "contact_fax", "contact_hours", "contact_instructions",
            ),
            "",
        ),
        "contact_city": entity.municipality,
        "contact_stateorprovince": entity.department,
        "contact_country": "Colombia",
    }  # fmt: skip
    server = {
        "url": f"{entity.base_url}/csw",
        "mimetype": "application/xml; charset=UTF-8",
        "encoding": "UTF-8",
        "maxrecords": str(PAGE),
        "profiles": "apiso",
    }
    escaped = {key: text.replace("%", "%%").replace("$", "") for key, text in said.items()}
    return {"server": server, "manager": {"transactions": "false"}, "metadata:main": escaped}


def _digest(settings: Settings, records: Sequence[Record]) -> str:
    said = [json.dumps(settings, sort_keys=True)]
    for record in records:
        said += [d.sha256 for d in record.distributions if d.file.endswith(tuple(FORMS.values()))]
    return hashlib.sha256("\n".join(said).encode()).hexdigest()[:32]


def _copy(catalogue: Path, record: Record, ending: str, to: Path) -> None:
    """Copy a document of the version in force; one published before it existed is left out."""
    found = estatico.published_file(catalogue, record.dataset, f"{record.dataset}.{ending}")
    if found is not None:
        shutil.copyfile(found[0], to)


def _write(path: Path, text: str) -> None:
    fresh = path.with_name(f".{path.name}-{os.getpid()}")
    fresh.write_text(text, encoding="utf-8")
    fresh.rename(path)
