"""What each dataset is called on portals that give names of their own."""

from gis.store.migrations import run_script

revision = "0015"
down_revision = "0012"


def upgrade() -> None:
    """Make the table."""
    run_script("0015_assets.sql")
