"""The plain statements our work is compared with: COPY, and ``ST_AsMVT`` over what is stored."""

from __future__ import annotations

import tempfile
import time
from typing import TYPE_CHECKING

import sqlalchemy as sa
from psycopg2 import sql

from gis.store.engine import driver_cursor
from gis.store.tables import Expression, column_list, table

if TYPE_CHECKING:
    from gis.contract.layer import Layer


class CopyReference:
    """``COPY`` of the layer's current rows into a table of the same columns and indexes."""

    def __init__(self, engine: sa.Engine, layer: Layer) -> None:
        self._engine, self._layer = engine, layer

    def seconds(self) -> float:
        """Time that COPY takes, text already made, everything indexed beforehand."""
        names = ["_fid", "_changeset", *column_list(self._layer)]
        parts = {
            "source": sql.Identifier("data", self._layer.name),
            "columns": sql.SQL(", ").join(map(sql.Identifier, names)),
        }
        with (
            self._engine.connect() as connection,
            tempfile.TemporaryFile() as rows,
            driver_cursor(connection) as cursor,
        ):
            cursor.execute(_LIKE.format(**parts))
            cursor.copy_expert(_OUT.format(**parts), rows)
            rows.seek(0)
            start = time.perf_counter()
            cursor.copy_expert(_IN.format(**parts), rows)
            return time.perf_counter() - start


_LIKE = sql.SQL(
    "CREATE TABLE public.medicion_copia (LIKE {source} INCLUDING ALL EXCLUDING IDENTITY); "
    "ALTER TABLE public.medicion_copia ALTER COLUMN _changeset DROP DEFAULT"
)
_OUT = sql.SQL("COPY (SELECT {columns} FROM {source}) TO STDOUT")
_IN = sql.SQL("COPY public.medicion_copia ({columns}) FROM STDIN")


class PlainTiles:
    """One prepared statement over the stored geometry, every column, no cache, no HTTP."""

    def __init__(self, engine: sa.Engine, layer: Layer) -> None:
        self._connection = engine.connect()
        self._statement = sa.text(_PREPARED).columns(tile=sa.LargeBinary)
        current = table(layer)
        box = sa.func.ST_TileEnvelope(*(sa.literal_column("$" + n) for n in "123"))
        margin: Expression = sa.literal_column("margin => 0.015625")
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
        prepare = sql.SQL("PREPARE plain_tile (int, int, int) AS {select}")
        with driver_cursor(self._connection) as cursor:
            cursor.execute(prepare.format(select=sql.SQL(text.replace("%%", "%"))))

    def read(self, zoom: int, row: int, column: int) -> bytes:
        """The tile as the plain statement makes it."""
        found = self._connection.scalar(self._statement, {"z": zoom, "x": column, "y": row})
        return bytes(found or b"")

    def close(self) -> None:
        """Give the connection back, the statement forgotten."""
        self._connection.execute(sa.text("DEALLOCATE plain_tile"))
        self._connection.close()


_PREPARED = "EXECUTE plain_tile (:z, :x, :y)"
