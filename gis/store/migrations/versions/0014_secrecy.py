"""Layers whose rows are not public, one by one."""

from gis.store.migrations import run_script

revision = "0014"
down_revision = "0010"


def upgrade() -> None:
    """Say of each layer who may know of its rows, and tell nobody else how many there are."""
    run_script("0014_secrecy.sql")
