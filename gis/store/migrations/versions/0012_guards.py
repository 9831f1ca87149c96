"""What the guards of publication compare with, what was let pass, and plans to approve."""

from gis.store.migrations import run_script

revision = "0012"
down_revision = "0014"


def upgrade() -> None:
    """Add them to the ledger of publications."""
    run_script("0012_guards.sql")
