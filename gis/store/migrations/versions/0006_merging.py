"""Merged tiles keep what the next coarser band shows of them: an edit costs less among many."""

from gis.store.migrations import run_script

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Make the functions again, and the merged rows of every layer with them."""
    run_script("0006_merging.sql")
