"""Text from the database straight into a file, by COPY: nothing of it is held in memory."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

from psycopg2 import sql

if TYPE_CHECKING:
    import sqlalchemy as sa

BUFFER = 256 * 1024


class Sink(Protocol):
    """What takes the bytes."""

    def write(self, chunk: bytes, /) -> int: ...


AS_CSV = sql.SQL("COPY ({}) TO STDOUT WITH (FORMAT csv, HEADER true, ENCODING 'UTF8')")
AS_LINES = sql.SQL(
    "COPY ({}) TO STDOUT WITH (FORMAT csv, DELIMITER E'\\x02', QUOTE E'\\x01', ENCODING 'UTF8')"
)
"""One column as it is, a line a row: JSON text has neither control characters nor line breaks."""


def copy(conn: sa.Connection, statement: sa.Select[Any], form: sql.SQL, sink: Sink) -> int:
    """Run ``COPY (statement) TO`` the sink; the number of rows."""
    compiled = statement.compile(conn, compile_kwargs={"render_postcompile": True})
    raw: Any = conn.connection
    with raw.cursor() as cursor:
        # COPY takes no parameters: the driver writes them in as quoted literals.
        query = cursor.mogrify(str(compiled), compiled.params)
        cursor.copy_expert(form.format(sql.SQL(query.decode())), sink, BUFFER)
        return int(cursor.rowcount)
