"""Closed to readers with a session of their own; demonstrations that stay so when edited."""

from gis.store.migrations import run_script

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Mend functions, privileges and the digests of the chain."""
    run_script("0003_hardening.sql")
