"""Layers of streets as graphs to travel on, kept by the changeset; pgRouting."""

from gis.store.migrations import run_script

revision = "0007"
down_revision = "0005"


def upgrade() -> None:
    """Make the schema and the functions; synchronising the layers makes their tables."""
    run_script("0007_network.sql")
