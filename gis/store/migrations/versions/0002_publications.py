"""Ledger of publications and calendar of due dates."""

from gis.store.migrations import run_script

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Create ``sig.publication``, ``sig.schedule`` and the schema of the queue of jobs."""
    run_script("0002_publications.sql")
