"""Accounts, grants, sessions, tokens, failed log-ins, their audit; log-ins of the readers."""

from gis.store.migrations import run_script

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Make the tables: no role but the owner's reads them."""
    run_script("0005_accounts.sql")
    run_script("0005_readers.sql")
