"""Views and tile functions per access class: the only doors through which anyone reads.

Each class has a schema; its views carry the fields that the class may see and the geometry as
declared (whole, coarsened to a grid, or absent). What is derived from a field is as strict as it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from gis.contract.access import Access
from gis.store.engine import driver_cursor
from gis.store.tables import Expression, history_table, table

if TYPE_CHECKING:
    from sqlalchemy.sql.base import ReadOnlyColumnCollection

    from gis.contract.fields import Field
    from gis.contract.layer import Layer

MARGIN = 64
"""Units of a tile (of 4096) drawn beyond its sides, so that outlines and labels meet."""
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
            _run(connection, "CREATE VIEW", qualified, "AS", _sql(select))
            _run(connection, "GRANT SELECT ON", qualified, "TO", role(access))
        _create_tile_function(connection, layer, access)


def drop_views(connection: sa.Connection, name: str) -> None:
    """Take away every door to a layer that is no longer declared; its data stay."""
    for access in Access:
        _run(connection, "DROP VIEW IF EXISTS", _name(access, name))
        _run(connection, "DROP VIEW IF EXISTS", _name(access, name + "__history"))
        _run(connection, "DROP FUNCTION IF EXISTS", _name(access, name + "__tile"))


def _current(layer: Layer, access: Access) -> sa.Select[Any]:
    columns = table(layer).c
    system = [columns[name] for name in ("_fid", "_id", "_changeset", "_reviewed")]
    return sa.select(*system, *_visible(layer, access, columns))


def _superseded(layer: Layer, access: Access) -> sa.Select[Any]:
    columns = history_table(layer).c
    system = [columns[name] for name in ("_fid", "_id", "_opened", "_closed")]
    return sa.select(*system, *_visible(layer, access, columns))


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

    EPSG:3857, 4096 units, feature id = ``_fid``; empty outside the layer's zooms. The plan is
    kept per connection and never looks at the numbers, so it survives a connection pooler. It runs
    as its owner, since the generalised rows are behind it, and reads no field but the view's.
    """
    name = _name(access, layer.name + "__tile")
    _run(connection, "DROP FUNCTION IF EXISTS", name)
    if layer.geometry is None or not layer.geometry_for(access):
        return
    minzoom, detail = str(layer.tiles.minzoom), str(layer.tiles.detail_zoom)
    body = (
        "DECLARE tile bytea; wanted smallint :=",
        "sig.band(" + str(layer.geometry.dimension) + "::smallint, z);",
        "box geometry := sig.tile_box(z, x, y, " + str(MARGIN / 4096) + "); BEGIN",
        "IF z <", minzoom, "THEN RETURN ''; END IF;",
        "IF z <", detail, "THEN", _drawn(layer, access, _overview(layer, access)),
        "ELSE", _drawn(layer, access, layer.fields_for(access)), "END IF;",
        "RETURN coalesce(tile, ''); END",
    )  # fmt: skip
    _run(
        connection,
        "CREATE FUNCTION", name, "(z integer, x integer, y integer) RETURNS bytea",
        "LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY DEFINER",
        "SET search_path = pg_catalog, public, pg_temp",
        "SET plan_cache_mode = force_generic_plan AS $tile$",
        *body, "$tile$",
    )  # fmt: skip
    _run(connection, "REVOKE ALL ON FUNCTION", name, "FROM PUBLIC")
    _run(connection, "GRANT EXECUTE ON FUNCTION", name, "TO", role(access))


def _overview(layer: Layer, access: Access) -> tuple[Field, ...]:
    needed = {layer.style.by, layer.style.label, layer.label, *layer.tiles.overview}
    return tuple(field for field in layer.fields_for(access) if field.name in needed)


def _drawn(layer: Layer, access: Access, fields: tuple[Field, ...]) -> str:
    """The statements that fill ``tile``: from a band's generalised rows, or as stored."""
    geometry = layer.geometry
    assert geometry is not None
    stored = _sql(_tile(layer, fields, *_stored(_rows(layer, access)))) + " INTO tile;"
    if geometry.dimension == 0 or not access.covers(geometry.access):
        return stored
    source = _generalised(layer, _rows(layer, access))
    words = (
        "IF wanted IS NULL THEN", stored,
        "ELSE", _sql(_tile(layer, fields, *source)), "INTO tile; END IF;",
    )  # fmt: skip
    return " ".join(words)


def _rows(layer: Layer, access: Access) -> sa.FromClause:
    fields = [sa.column(field.name, field.type.sql()) for field in layer.fields_for(access)]
    names: list[sa.ColumnClause[Any]] = [sa.column(name) for name in ("_fid", "_id", "geom")]
    return sa.table(layer.name, *names, *fields, schema=str(access)).alias("v")


Source = tuple[sa.FromClause, sa.FromClause, Expression, Expression]
"""Rows with attributes, what is read, the shape in 3857, and which of them meet the tile."""


def _tile(
    layer: Layer,
    fields: tuple[Field, ...],
    rows: sa.FromClause,
    source: sa.FromClause,
    shape: Expression,
    meets: Expression,
) -> sa.Select[Any]:
    box = sa.func.ST_TileEnvelope(*(sa.literal_column(n) for n in "zxy"))
    features = (
        sa.select(
            sa.func.ST_AsMVTGeom(shape, box, 4096, MARGIN, sa.true()).label("mvt"),
            rows.c["_fid"],
            rows.c["_id"],
            *[field.type.tile(rows.c[field.name]).label(field.name) for field in fields],
        )
        .select_from(source)
        .where(meets)
        .subquery("f")
    )
    whole: Expression = sa.literal_column("f.*")
    return sa.select(sa.func.ST_AsMVT(whole, layer.name, 4096, "mvt", "_fid")).select_from(features)


def _stored(rows: sa.FromClause) -> Source:
    """Features as the class sees them where they are stored, found by that place's index."""
    shape = sa.func.ST_Transform(rows.c.geom, 3857)
    return rows, rows, shape, rows.c.geom.op("&&")(sa.literal_column("box"))


def _generalised(layer: Layer, rows: sa.FromClause) -> Source:
    """The generalised rows of the band that serves the zoom, with the attributes of the view."""
    margin: Expression = sa.literal_column("margin => " + str(MARGIN / 4096))
    envelope = sa.func.ST_TileEnvelope(*(sa.literal_column(n) for n in "zxy"), margin)
    bands = sa.table(layer.name, *map(sa.column, ("_fid", "band", "geom")), schema="tiles")
    pieces = bands.alias("t")
    meets = sa.and_(pieces.c.band == sa.literal_column("wanted"), pieces.c.geom.op("&&")(envelope))
    return rows, pieces.join(rows, pieces.c["_fid"] == rows.c["_fid"]), pieces.c.geom, meets


def _sql(element: sa.Executable) -> str:
    """The statement as text, its literals (all of them declared, none from users) written in."""
    return str(
        element.compile(dialect=postgresql.dialect(), compile_kwargs={"literal_binds": True})  # type: ignore[attr-defined, no-untyped-call]
    )


def _name(access: Access, name: str) -> str:
    return _PREPARER.quote_schema(str(access)) + "." + _PREPARER.quote(name)


def _run(connection: sa.Connection, *words: str) -> None:
    """Run a definition made of quoted names and compiled expressions; it takes no parameters."""
    with driver_cursor(connection) as cursor:
        cursor.execute(" ".join(words).replace("%%", "%"))
