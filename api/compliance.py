"""Assessing a published dataset with what this installation knows of it."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from api.csw import index
from api.records import catalogue_of, shown_record, shown_records
from gis.contract.derived import Register
from gis.errors import NotFound
from gis.later import Later
from gis.publications import publications
from publishers.targets import estatico

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from api.wiring import System
    from gis.findings import Finding
    from publishers import compliance, privacy
    from publishers.compliance import kept
else:
    compliance = Later("publishers.compliance")
    kept = Later("publishers.compliance.kept")
    privacy = Later("publishers.privacy")

PROBES = "sondeos.json"
"""In ``SIG_HOME``: what asking the running service showed last, by dataset."""
HISTORY = 200


def assess(system: System, dataset: str, now: datetime | None = None) -> compliance.Assessment:
    """The table of a dataset as it stands in the catalogue of our own; :class:`NotFound` when
    nothing of it is published."""
    record = shown_record(system, dataset)
    if record is None:
        raise NotFound(
            f"El conjunto «{dataset}» no se ha publicado en el catálogo propio: publíquelo con "
            "«sig publish» para medir lo que cumple",
            dataset=dataset,
        )
    root = catalogue_of(system)
    with system.engine.connect() as conn:
        ledger = publications(conn, dataset=dataset, limit=HISTORY)
    evidence = compliance.gather(
        system.catalog,
        record,
        kept.version_in_force(root, dataset),
        now=now or datetime.now(UTC),
        ledger=ledger,
        earlier=kept.earlier_versions(root, dataset),
        harvest=_harvest(system.settings.home),
        records=shown_records(system),
        registers=_registers(system, root),
        look=_look(system, dataset),
        probe=read_probe(system.settings.home, dataset),
    )
    return compliance.assess(evidence)


def _look(system: System, dataset: str) -> Callable[[Path], Sequence[str]]:
    """The search for persons' data that also stands at the door of every publication."""
    layer, _ = system.catalog.dataset(dataset)
    excused = privacy.allowed(system.catalog.entity, layer)
    return lambda path: [_told(finding, path) for finding in privacy.scan(path, excused)]


def _told(finding: Finding, path: Path) -> str:
    """Where and what, never the value."""
    row = f", fila {finding.row}" if finding.row else ""
    return f"{path.name}{row}: {finding.message}"


def read_probe(home: Path, dataset: str) -> compliance.Probe | None:
    """What was seen last of a dataset's services; None when nobody looked."""
    found = _probes(home).get(dataset)
    return None if found is None else compliance.Probe(**found)


def keep_probe(home: Path, dataset: str, probe: compliance.Probe) -> None:
    """Write down what was seen, for the pages to say it too."""
    everything = _probes(home) | {dataset: asdict(probe)}
    home.mkdir(parents=True, exist_ok=True)
    fresh = home / f".{PROBES}"
    fresh.write_text(json.dumps(everything, ensure_ascii=False, indent=1), encoding="utf-8")
    fresh.rename(home / PROBES)


def _probes(home: Path) -> dict[str, Any]:
    try:
        found: dict[str, Any] = json.loads((home / PROBES).read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return found


def _harvest(home: Path) -> frozenset[str] | None:
    """Identifiers laid out for the CSW that runs here; None when it does not."""
    seal = index.seal_of(home)
    if not seal or index.port_of(home) is None:
        return None
    return frozenset(path.stem for path in (home / index.FOLDER / seal / "iso19139").glob("*.xml"))


def _registers(system: System, root: Path) -> dict[Register, str]:
    """The registers of law as published, as text."""
    found: dict[Register, str] = {}
    for layer, dataset in system.catalog.datasets():
        if isinstance(layer.derived, Register):
            file = estatico.published_file(root, dataset.name, f"{dataset.name}.csv")
            if file is not None:
                found[layer.derived] = file[0].read_text(encoding="utf-8")
    return found
