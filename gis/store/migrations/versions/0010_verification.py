"""The key that verification codes are made with, and the wrong codes of the last while."""

from gis.store.migrations import run_script

revision = "0010"
down_revision = "0008"


def upgrade() -> None:
    """Make both, and the first key: no role but the owner's reads them."""
    run_script("0010_verification.sql")
