"""Every write is a changeset: computed against what is current, applied whole, undoable."""

from gis.changesets.apply import load
from gis.changesets.forget import Forgotten, forget
from gis.changesets.ledger import (
    Changeset,
    changeset,
    findings_of,
    ledger,
    quarantine_of,
    verify_chain,
)
from gis.changesets.migration import Step, migrate_layer
from gis.changesets.report import Change, LoadReport
from gis.changesets.undo import undo

__all__ = [
    "Change",
    "Changeset",
    "Forgotten",
    "LoadReport",
    "Step",
    "changeset",
    "findings_of",
    "forget",
    "ledger",
    "load",
    "migrate_layer",
    "quarantine_of",
    "undo",
    "verify_chain",
]
