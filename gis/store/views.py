"""Views and tile functions per access class: the only doors through which anyone reads.

Each class has a schema; its views carry the fields that the class may see and the geometry as
declared (whole, coarsened to a grid, or absent). What is derived from a field is as strict as it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from gis.contract.access import Access
from gis.store.drawing import sql_of, tile_body
from gis.store.engine import driver_cursor
from gis.store.tables import EDGE_COLUMNS, Expression, history_table, table

if TYPE_CHECKING:
    from sqlalchemy.sql.base import ReadOnlyColumnCollection

    from gis.contract.layer import Layer

_PREPARER = postgresql.dialect().identifier_preparer  # type: ignore[no-untyped-call]


def role(access: Access) -> str:
    """The database role of an access class."""
    return "sig_" + access


def create_views(connection: sa.Connection, layer: Layer) -> None:
    """Drop and make again the layer's views and tile functions, in the caller's transaction."""
    for access in Access:
        history = layer.name + "__history"
        for name, select in (
            (layer.name, _current(layer, access)),
            (history, _superseded(layer, access)),
        ):
            qualified = _name(access, name)
            _run(connection, "DROP VIEW IF EXISTS", qualified)
            _run(connection, "CREATE VIEW", qualified, "AS", sql_of(select))
            _run(connection, "GRANT SELECT ON", qualified, "TO", role(access))
        _create_tile_function(connection, layer, access)
        _create_edge_view(connection, layer, access)


def drop_views(connection: sa.Connection, name: str) -> None:
    """Take away every door to a layer that is no longer declared; its data stay."""
    for access in Access:
        _run(connection, "DROP VIEW IF EXISTS", _name(access, name))
        _run(connection, "DROP VIEW IF EXISTS", _name(access, name + "__history"))
        _run(connection, "DROP VIEW IF EXISTS", _name(access, name + "__edge"))
        _run(connection, "DROP FUNCTION IF EXISTS", _name(access, name + "__tile"))


def _current(layer: Layer, access: Access) -> sa.Select[Any]:
    columns = table(layer).c
    system = [columns[name] for name in ("_fid", "_id", "_changeset", "_reviewed")]
    return _known(layer, access, sa.select(*system, *_visible(layer, access, columns)))


def _superseded(layer: Layer, access: Access) -> sa.Select[Any]:
    columns = history_table(layer).c
    system = [columns[name] for name in ("_fid", "_id", "_opened", "_closed")]
    return _known(layer, access, sa.select(*system, *_visible(layer, access, columns)))


def _known(layer: Layer, access: Access, rows: sa.Select[Any]) -> sa.Select[Any]:
    """``rows``, or none of them for a class that may not know of each."""
    return rows if access.covers(layer.access) else rows.where(sa.false())


def _visible(
    layer: Layer, access: Access, columns: ReadOnlyColumnCollection[str, Any]
) -> list[Expression]:
    visible: list[Expression] = [columns[field.name] for field in layer.fields_for(access)]
    geometry = layer.geometry
    if geometry is not None and layer.geometry_for(access):
        # Plain columns: GeoAlchemy2 would wrap a typed one in ST_AsEWKB.
        shape: Expression = sa.literal_column("geom")
        if not access.covers(geometry.access):
            shape = _typmod(sa.func.ST_SnapToGrid(shape, geometry.coarsen_m), layer)
        visible.append(shape.label("geom"))
    return visible


def _typmod(expression: Expression, layer: Layer) -> Expression:
    assert layer.geometry is not None
    as_type: Expression = sa.literal_column("::geometry(" + layer.geometry.type + ", 9377)")
    # Not a geometry to GeoAlchemy2, which would make the view a column of EWKB bytes.
    return expression.op("", return_type=sa.types.NullType())(as_type)


def _create_tile_function(connection: sa.Connection, layer: Layer, access: Access) -> None:
    """``<class>.<layer>__tile(z, x, y)``: an MVT layer named like the collection.

    EPSG:3857, 4096 units, feature id = ``_fid``; empty outside the layer's zooms. What was merged
    carries ``cantidad`` and no id. The plan is kept per connection and never looks at the numbers,
    so it survives a connection pooler. It runs as its owner, since the tables of tiles are behind
    it, and reads no field but the view's.
    """
    name = _name(access, layer.name + "__tile")
    _run(connection, "DROP FUNCTION IF EXISTS", name)
    if layer.geometry is None or not layer.geometry_for(access):
        return
    _run(
        connection,
        "CREATE FUNCTION", name, "(z integer, x integer, y integer) RETURNS bytea",
        "LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY DEFINER",
        "SET search_path = pg_catalog, public, pg_temp",
        "SET plan_cache_mode = force_generic_plan AS $tile$",
        *tile_body(layer, access), "$tile$",
    )  # fmt: skip
    _run(connection, "REVOKE ALL ON FUNCTION", name, "FROM PUBLIC")
    _run(connection, "GRANT EXECUTE ON FUNCTION", name, "TO", role(access))


def _create_edge_view(connection: sa.Connection, layer: Layer, access: Access) -> None:
    """``<class>.<layer>__edge``: the layer as a graph, for classes that see where its features are
    to the metre. The fields that it comes from are public, whatever the class."""
    name = _name(access, layer.name + "__edge")
    _run(connection, "DROP VIEW IF EXISTS", name)
    geometry = layer.geometry
    if layer.network is None or geometry is None or not access.covers(geometry.access):
        return
    made = sa.table(layer.name + "__edge", *map(sa.column, EDGE_COLUMNS), schema="network")
    _run(connection, "CREATE VIEW", name, "AS", sql_of(sa.select(made)))
    _run(connection, "GRANT SELECT ON", name, "TO", role(access))


def _name(access: Access, name: str) -> str:
    return _PREPARER.quote_schema(str(access)) + "." + _PREPARER.quote(name)


def _run(connection: sa.Connection, *words: str) -> None:
    """Run a definition made of quoted names and compiled expressions; it takes no parameters."""
    with driver_cursor(connection) as cursor:
        cursor.execute(" ".join(words).replace("%%", "%"))
