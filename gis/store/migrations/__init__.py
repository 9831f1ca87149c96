"""Alembic migrations of the system's own tables; layers' tables follow their contracts instead."""

from pathlib import Path

from alembic import op

from gis.store.engine import driver_cursor


def run_script(name: str) -> None:
    """Run a SQL file of ``versions/`` as it stands: percent signs and colons are its own."""
    script = (Path(__file__).parent / "versions" / name).read_text(encoding="utf-8")
    with driver_cursor(op.get_bind()) as cursor:
        cursor.execute(script)
