"""A delivery's conformed rows as a temporary table, through COPY."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.csv
import shapely
import sqlalchemy as sa

from gis.contract.access import PUBLICA
from gis.store.engine import driver_cursor
from gis.store.tables import SRID, Expression, column_list, feature_id, table

if TYPE_CHECKING:
    import pandas as pd

    from gis.contract.layer import Layer

CHUNK = 50_000
"""Rows turned into text at a time: what a load needs beyond the frame stays constant."""
_ARROW = {
    "text": pa.string(),
    "integer": pa.int64(),
    "number": pa.float64(),
    "boolean": pa.bool_(),
    "date": pa.date32(),
    "timestamp": pa.timestamp("us", tz="UTC"),
}


def staged_table(layer: Layer) -> sa.Table:
    """``pg_temp.staged``: ``_row`` of the source, ``_id``, the declared columns."""
    current = table(layer)
    columns = [sa.Column(name, current.c[name].type, nullable=True) for name in column_list(layer)]
    fields = sa.table(layer.name, *[sa.column(c.name, c.type) for c in columns])
    expression = feature_id(layer, fields.c)
    identity = (
        sa.Column("_id", sa.Text)
        if expression is None
        else sa.Column("_id", sa.Text, sa.Computed(expression, persisted=True))
    )
    return sa.Table(
        "staged",
        sa.MetaData(),
        sa.Column("_row", sa.BigInteger),
        identity,
        *columns,
        schema="pg_temp",
        postgresql_on_commit="DROP",
    )


def stage(connection: sa.Connection, layer: Layer, rows: pd.DataFrame) -> sa.Table:
    """Make the temporary table and copy ``rows`` into it (see ``Conformed.rows``)."""
    staged = staged_table(layer)
    staged.create(connection)
    names = ["_row", *column_list(layer)]
    with driver_cursor(connection) as cursor:
        columns = ", ".join(map(_quoted, names))
        for start in range(0, len(rows), CHUNK):
            text = _csv(layer, rows.iloc[start : start + CHUNK])
            cursor.copy_expert(
                "COPY pg_temp.staged (" + columns + ") FROM STDIN (FORMAT csv)", text
            )
    if not layer.key:
        _identify_by_content(connection, layer, staged)
    connection.execute(sa.text("ANALYZE pg_temp.staged"))
    return staged


def _csv(layer: Layer, rows: pd.DataFrame) -> io.BytesIO:
    arrays: list[Any] = [pa.array(rows.index.to_numpy(), pa.int64())]
    for field in layer.fields:
        arrays.append(pa.array(rows[field.name], _ARROW[field.type.kind], from_pandas=True))
    if layer.geometry:
        shapes = shapely.set_srid(rows["geom"].to_numpy(), SRID)
        arrays.append(pa.array(shapely.to_wkb(shapes, hex=True, include_srid=True), pa.string()))
    names = [str(position) for position in range(len(arrays))]
    out = io.BytesIO()
    options = pa.csv.WriteOptions(include_header=False)
    pa.csv.write_csv(pa.table(arrays, names=names), out, options)
    out.seek(0)
    return out


def _identify_by_content(connection: sa.Connection, layer: Layer, staged: sa.Table) -> None:
    """Without a key the content's digest is the id: the attributes and the geometry to 1 cm."""
    parts: list[Expression] = [sa.cast(staged.c[name], sa.Text) for name in layer.field_names]
    if not _all_public(layer):  # the id is, and must not let anyone try values until it agrees
        register = sa.table("layer", sa.column("name"), sa.column("salt"), schema="sig")
        secret = sa.select(sa.func.encode(register.c.salt, "hex"))
        parts.append(secret.where(register.c.name == layer.name).scalar_subquery())
    if layer.geometry:
        grid = layer.geometry.tolerance_m
        parts.append(sa.func.ST_AsText(sa.func.ST_SnapToGrid(sa.literal_column("geom"), grid)))
    content = sa.func.jsonb_build_array(*parts)
    connection.execute(sa.update(staged).values(_id=sa.func.md5(sa.cast(content, sa.Text))))


def _all_public(layer: Layer) -> bool:
    exact = layer.geometry is None or layer.geometry.access is PUBLICA
    return exact and all(field.access is PUBLICA for field in layer.fields)


def _quoted(name: str) -> str:
    return '"' + name + '"'
