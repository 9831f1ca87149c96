"""The plain statements our work is compared with: COPY, and ``ST_AsMVT`` over what is stored."""

from __future__ import annotations

import tempfile
import time
from typing import IO, TYPE_CHECKING

import sqlalchemy as sa

from gis.store.tables import column_list, table

if TYPE_CHECKING:
    from gis.contract.layer import Layer


class CopyReference:
    """``COPY`` of the layer's current rows into a table of the same columns and indexes."""

    def __init__(self, engine: sa.Engine, layer: Layer) -> None:
        self._engine, self._layer = engine, layer

    def seconds(self) -> float:
        """Time that COPY takes, text already made, everything indexed beforehand."""
        target = "medicion_copia"
        columns = ", ".join(["_fid", "_changeset", *column_list(self._layer)])
        with self._engine.begin() as connection:
            for statement in (
                "DROP TABLE IF EXISTS " + target,
                "CREATE TABLE " + target + " (LIKE data." + self._layer.name + " INCLUDING ALL)",
                "ALTER TABLE " + target + " ALTER COLUMN _changeset DROP DEFAULT",
            ):
                connection.execute(sa.text(statement))
            rows = self._text(connection, columns)
            start = time.perf_counter()
            with connection.connection.cursor() as cursor, rows as stream:
                cursor.copy_expert("COPY " + target + " (" + columns + ") FROM STDIN", stream)
            spent = time.perf_counter() - start
            connection.execute(sa.text("DROP TABLE " + target))
        return spent

    def _text(self, connection: sa.Connection, columns: str) -> IO[bytes]:
        stream = tempfile.TemporaryFile()
        source = "SELECT " + columns + " FROM data." + self._layer.name
        with connection.connection.cursor() as cursor:
            cursor.copy_expert("COPY (" + source + ") TO STDOUT", stream)
        stream.seek(0)
        return stream


class PlainTiles:
    """One prepared statement over the stored geometry, every column, no cache, no HTTP."""

    def __init__(self, engine: sa.Engine, layer: Layer) -> None:
        self._connection = engine.connect()
        self._statement = sa.text(_PREPARED).columns(tile=sa.LargeBinary)
        current = table(layer)
        box = sa.func.ST_TileEnvelope(*(sa.literal_column("$" + n) for n in "123"))
        margin = sa.literal_column("margin => 0.015625")
        wide = sa.func.ST_TileEnvelope(*(sa.literal_column("$" + n) for n in "123"), margin)
        shape = sa.func.ST_AsMVTGeom(
            sa.func.ST_Transform(current.c.geom, 3857), box, 4096, 64, sa.true()
        )
        fields = [f.type.tile(current.c[f.name]).label(f.name) for f in layer.fields]
        rows = (
            sa.select(shape.label("mvt"), current.c["_fid"], *fields)
            .where(current.c.geom.op("&&")(sa.func.ST_Transform(wide, 9377)))
            .subquery("f")
        )
        select = sa.select(
            sa.func.ST_AsMVT(sa.literal_column("f.*"), layer.name, 4096, "mvt", "_fid")
        ).select_from(rows)
        text = str(select.compile(engine, compile_kwargs={"literal_binds": True}))
        prepare = "PREPARE plain_tile (int, int, int) AS " + text.replace("%%", "%")
        with self._connection.connection.cursor() as cursor:
            cursor.execute(prepare)

    def read(self, zoom: int, row: int, column: int) -> bytes:
        """The tile as the plain statement makes it."""
        found = self._connection.scalar(self._statement, {"z": zoom, "x": column, "y": row})
        return bytes(found or b"")

    def close(self) -> None:
        """Give the connection back, the statement forgotten."""
        self._connection.execute(sa.text("DEALLOCATE plain_tile"))
        self._connection.close()


_PREPARED = "EXECUTE plain_tile (:z, :x, :y)"
