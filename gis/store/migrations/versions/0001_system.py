"""System tables, the mechanism of changesets, and the national reference systems."""

from gis.store.migrations import run_script

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Create everything of the first version, in the migration's own transaction."""
    run_script("0001_crs.sql")
    run_script("0001_system.sql")
