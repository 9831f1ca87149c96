"""The statements that draw a tile: from merged cells, from generalised rows, or as stored.

They are the body of the tile functions that :mod:`gis.store.views` makes. In them ``z``, ``x`` and
``y`` are the tile, ``box`` the tile with its margin in the storage CRS, and ``wanted`` the band
that serves it (null: as stored): the one of the zoom, or a coarser one where it would hold too
much.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

if TYPE_CHECKING:
    from gis.contract.access import Access
    from gis.contract.fields import Field
    from gis.contract.layer import Layer
    from gis.store.tables import Expression

EXTENT = 4096
"""Units to a tile's side."""
MARGIN = 64
"""Units drawn beyond the sides, so that outlines and labels of lines and surfaces meet. A point
belongs to one tile."""
DETAILED = 10_000
"""Features of a tile beyond which it carries the columns of the far zooms alone."""
BUDGET = 20_000
"""Features of a tile beyond which it is drawn from a coarser band."""
COUNT = "cantidad"
"""How many features a merged one stands for; absent from one that stands for itself."""


def tile_body(layer: Layer, access: Access) -> tuple[str, ...]:
    """The words of the plpgsql function for one class, which sees the layer's geometry."""
    assert layer.geometry is not None
    shape = str(layer.geometry.dimension) + "::smallint"
    return (
        "DECLARE tile bytea; n bigint := 0; coarser smallint;",
        "wanted smallint := sig.band(", shape, ", z);",
        "box geometry := sig.tile_box(z, x, y, " + str(MARGIN / EXTENT) + "); BEGIN",
        "IF z <", str(layer.tiles.minzoom), "THEN RETURN ''; END IF;",
        *(_within_budget(layer, shape) if access.covers(layer.geometry.access) else ()),
        "IF z <", str(layer.tiles.detail_zoom), "OR n >", str(DETAILED), "THEN",
        _drawn(layer, access, _overview(layer, access)),
        "ELSE", _drawn(layer, access, layer.fields_for(access)), "END IF;",
        "RETURN coalesce(tile, ''); END",
    )  # fmt: skip


def _within_budget(layer: Layer, shape: str) -> tuple[str, ...]:
    """Make ``wanted`` a band at which the tile holds no more than the budget."""
    return (
        "LOOP", _counted(layer), "EXIT WHEN n <= " + str(BUDGET) + ";",
        "coarser := sig.coarser(", shape, ", z, wanted);",
        "EXIT WHEN coarser IS NOT DISTINCT FROM wanted; wanted := coarser; END LOOP;",
    )  # fmt: skip


def _counted(layer: Layer) -> str:
    """The statements that fill ``n`` with the tile's features at the band, or one too many."""
    assert layer.geometry is not None
    if layer.geometry.dimension == 0:
        cells = _tiles_table(layer.name + "__merged", "band", "cell", COUNT)
        total = sa.select(sa.func.coalesce(sa.func.sum(cells.c[COUNT]), 0))
        stored = total.where(_in_cells(cells, "14"))
        banded = _up_to_budget(sa.select(sa.literal_column("1")).where(_in_cells(cells, "wanted")))
    else:
        own = _tiles_table(layer.name, "band", "cell", "geom")
        merged = _tiles_table(layer.name + "__merged", "band", "geom")
        current = sa.table(layer.name, sa.column("geom"), schema="data")
        one: sa.Select[Any] = sa.select(sa.literal_column("1"))
        stored = _up_to_budget(one.where(current.c.geom.op("&&")(sa.literal_column("box"))))
        banded = _up_to_budget(
            sa.union_all(
                one.where(_in_band(own, _envelope()), own.c.cell.is_(None)),
                one.where(_in_band(merged, _envelope())),
            )
        )
    words = (
        "IF wanted IS NULL THEN",
        sql_of(stored),
        "INTO n; ELSE",
        sql_of(banded),
        "INTO n; END IF;",
    )
    return " ".join(words)


def _up_to_budget(rows: sa.Select[Any] | sa.CompoundSelect[Any]) -> sa.Select[Any]:
    first = rows.limit(sa.literal_column(str(BUDGET + 1))).subquery("some")
    return sa.select(sa.func.count()).select_from(first)


def _overview(layer: Layer, access: Access) -> tuple[Field, ...]:
    needed = {layer.style.by, layer.style.label, layer.label, *layer.tiles.overview}
    return tuple(field for field in layer.fields_for(access) if field.name in needed)


def _drawn(layer: Layer, access: Access, fields: tuple[Field, ...]) -> str:
    """The statements that fill ``tile``, whatever the zoom."""
    geometry = layer.geometry
    assert geometry is not None
    rows = _rows(layer, access)
    if not access.covers(geometry.access):
        return _into(_stored(layer, rows, fields))
    stored = _into(_stored(layer, rows, fields))
    merged = _merged_points if geometry.dimension == 0 else _banded
    banded = _into(merged(layer, rows, fields))
    return " ".join(("IF wanted IS NULL THEN", stored, "ELSE", banded, "END IF;"))


def _rows(layer: Layer, access: Access) -> sa.FromClause:
    fields = [sa.column(field.name, field.type.sql()) for field in layer.fields_for(access)]
    names: list[sa.ColumnClause[Any]] = [sa.column(name) for name in ("_fid", "_id", "geom")]
    return sa.table(layer.name, *names, *fields, schema=str(access)).alias("v")


def _stored(layer: Layer, rows: sa.FromClause, fields: tuple[Field, ...]) -> sa.Select[Any]:
    """Features as the class sees them where they are stored, found by that place's index."""
    assert layer.geometry is not None
    drawn = _columns(rows, fields)
    placed = sa.func.ST_Transform(rows.c.geom, 3857)
    found = rows.c.geom.op("&&")(sa.literal_column("box"))
    if layer.geometry.type != "Point":
        margin = MARGIN if layer.geometry.dimension else 0
        return _tile(layer, [_mvt(placed, margin), rows.c["_fid"], *drawn], rows, found)
    # OFFSET keeps the place from being computed once more for each use.
    near = sa.select(placed.label("place"), rows.c["_fid"], *drawn).where(found)
    points = near.offset(sa.literal_column("0")).subquery("p")
    columns: list[Expression] = [c for c in points.c if c.key != "place"]
    shape = _mvt(_off_the_far_sides(points.c.place), 0)
    return _tile(layer, [shape, *columns], points, _of_this_tile(points.c.place))


def _of_this_tile(point: Expression) -> Expression:
    """On its western or northern side a point is the tile's, on the others its neighbour's."""
    x, y, box = sa.func.ST_X(point), sa.func.ST_Y(point), _envelope()
    return sa.and_(
        x >= sa.func.ST_XMin(box),
        x < sa.func.ST_XMax(box),
        y > sa.func.ST_YMin(box),
        y <= sa.func.ST_YMax(box),
    )


def _merged_points(layer: Layer, rows: sa.FromClause, fields: tuple[Field, ...]) -> sa.Select[Any]:
    cells = _tiles_table(layer.name + "__merged", "_fid", "band", "cell", "style", COUNT, "geom")
    columns = _merged_columns(layer, cells, rows, fields)
    source = cells.outerjoin(rows, cells.c["_fid"] == rows.c["_fid"])
    shape = _mvt(_off_the_far_sides(cells.c.geom), 0)
    return _tile(layer, [shape, *columns], source, _in_cells(cells, "wanted"))


def _off_the_far_sides(geom: Expression) -> Expression:
    """On its eastern and southern sides map clients draw nothing: they are the neighbour's."""
    unit: Expression = sa.literal_column("40075016.685578488 / 4096 / (1::bigint << z)")
    east = sa.func.ST_XMax(_envelope()) - unit
    south = sa.func.ST_YMin(_envelope()) + unit
    x, y = sa.func.least(sa.func.ST_X(geom), east), sa.func.greatest(sa.func.ST_Y(geom), south)
    point: Expression = sa.func.ST_MakePoint(x, y)
    return point


def _in_cells(cells: sa.FromClause, band: str) -> Expression:
    """The consecutive cells of the tile at a band, be it finer than its zoom or coarser."""
    level: Expression = sa.literal_column(band)
    depth = "(" + band + " + 8 - z)"  # Cells to a side of the tile, as a power of two.
    finer: Expression = sa.literal_column(depth + " >= 0")
    first = sa.func.sig.cell(sa.literal_column("x::bigint"), sa.literal_column("y::bigint"))
    return sa.and_(
        cells.c.band == level,
        finer,
        cells.c.cell >= first.op("<<")(sa.literal_column("2 * " + depth)),
        cells.c.cell < (first + 1).op("<<")(sa.literal_column("2 * " + depth)),
    )


def _banded(layer: Layer, rows: sa.FromClause, fields: tuple[Field, ...]) -> sa.Select[Any]:
    """Features drawn by themselves in the band, and those merged in it."""
    single = _tiles_table(layer.name, "_fid", "band", "cell", "style", "geom")
    merged = _tiles_table(layer.name + "__merged", "_fid", "band", "style", COUNT, "geom")
    one: Expression = sa.literal_column("1::bigint")
    margin: Expression = sa.literal_column("margin => " + str(MARGIN / EXTENT))
    drawn = sa.union_all(
        sa.select(single.c["_fid"], single.c.style, one.label(COUNT), single.c.geom).where(
            _in_band(single, _envelope(margin)), single.c.cell.is_(None)
        ),
        sa.select(*(merged.c[name] for name in ("_fid", "style", COUNT, "geom"))).where(
            _in_band(merged, _envelope(margin))
        ),
    ).subquery("t")
    source = drawn.outerjoin(rows, drawn.c["_fid"] == rows.c["_fid"])
    columns = _merged_columns(layer, drawn, rows, fields)
    return _tile(layer, [_mvt(drawn.c.geom, MARGIN), *columns], source, sa.true())


def _in_band(pieces: sa.FromClause, envelope: Expression) -> Expression:
    wanted: Expression = sa.literal_column("wanted")
    return sa.and_(pieces.c.band == wanted, pieces.c.geom.op("&&")(envelope))


def _merged_columns(
    layer: Layer, cells: sa.FromClause, rows: sa.FromClause, fields: tuple[Field, ...]
) -> list[Expression]:
    """What a merged feature carries is its count and what tells its style; one that stands for
    itself, everything."""
    count = sa.func.nullif(cells.c[COUNT], sa.literal_column("1")).label(COUNT)
    columns: list[Expression] = [cells.c["_fid"], count, rows.c["_id"]]
    for field in fields:
        value: Expression = rows.c[field.name]
        if field.name == layer.style.by:
            value = sa.cast(cells.c.style, field.type.sql())
        columns.append(field.type.tile(value).label(field.name))
    return columns


def _columns(rows: sa.FromClause, fields: tuple[Field, ...]) -> list[Expression]:
    drawn = [field.type.tile(rows.c[field.name]).label(field.name) for field in fields]
    return [rows.c["_id"], *drawn]


def _tile(
    layer: Layer, columns: list[Expression], source: sa.FromClause, found: Expression
) -> sa.Select[Any]:
    features = sa.select(*columns).select_from(source).where(found).subquery("f")
    whole: Expression = sa.literal_column("f.*")
    made = sa.func.ST_AsMVT(whole, layer.name, EXTENT, "mvt", "_fid")
    return sa.select(made).select_from(features)


def _mvt(shape: Expression, margin: int) -> Expression:
    return sa.func.ST_AsMVTGeom(shape, _envelope(), EXTENT, margin, sa.true()).label("mvt")


def _envelope(*more: Expression) -> Expression:
    place: list[Expression] = [sa.literal_column(name) for name in "zxy"]
    envelope: Expression = sa.func.ST_TileEnvelope(*place, *more)
    return envelope


def _tiles_table(name: str, *columns: str) -> sa.TableClause:
    return sa.table(name, *map(sa.column, columns), schema="tiles")


def _into(select: sa.Select[Any]) -> str:
    return sql_of(select) + " INTO tile;"


def sql_of(element: sa.Executable) -> str:
    """The statement as text, its literals (all of them declared, none from users) written in."""
    return str(
        element.compile(dialect=postgresql.dialect(), compile_kwargs={"literal_binds": True})  # type: ignore[attr-defined, no-untyped-call]
    )
