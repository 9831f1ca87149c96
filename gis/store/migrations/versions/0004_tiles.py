"""Tiles that merge what falls in one pixel, with its count."""

from gis.store.migrations import run_script

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """New tables of tiles; synchronising the layers fills them."""
    run_script("0004_tiles.sql")
