"""Questions asked as jobs, their progress and their answers."""

from gis.store.migrations import run_script

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """Make the table: no role but the owner's reads it."""
    run_script("0008_jobs.sql")
