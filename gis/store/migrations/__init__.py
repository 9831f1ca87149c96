"""Alembic migrations of the system's own tables; layers' tables follow their contracts instead."""

from pathlib import Path

from alembic import op


def run_script(name: str) -> None:
    """Run a SQL file of ``versions/`` as it stands: percent signs and colons are its own."""
    script = (Path(__file__).parent / "versions" / name).read_text(encoding="utf-8")
    with op.get_bind().connection.cursor() as cursor:
        cursor.execute(script)
