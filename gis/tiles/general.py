"""Any tile in one statement, over what an access class sees: another grid, a filter, the past.

Nothing is prepared for these, so shapes are brought to the grid, simplified and merged on the way.
They hold what the tiles of :mod:`gis.store.drawing` hold: up to :data:`MERGED_ZOOM` what covers
less than a pixel is merged with its neighbours in the pixel that have the same value of the field
the style goes by, and carries ``cantidad`` and that field; what stands for itself carries ``_id``
and the zoom's fields. A point is in one tile, west and north sides included.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

import sqlalchemy as sa
from pyproj import Transformer

from gis.crs import STORAGE
from gis.features.rows import rows

if TYPE_CHECKING:
    from gis.contract import Access, Field, Layer
    from gis.filters import Filter
    from gis.tiles.matrix import Box, Grid

EXTENT = 4096
"""Units to a tile's side."""
MARGIN = 64
"""Units drawn beyond the sides, but of points."""
PIXELS = 256
"""Screen pixels to a tile's side."""
MERGED_ZOOM = 14
"""Of Web Mercator; beyond it every feature stands for itself, with its whole shape."""
COUNT = "cantidad"
MANY_VERTICES = 256
"""Beyond so many, cutting a shape to the tile before it is reprojected pays."""
Expression = sa.ColumnElement[Any]


class Place(NamedTuple):
    """A tile: its sides in units of the grid, of a pixel there, and as a box of the storage CRS."""

    sides: Box
    pixel: float
    srid: int
    around: tuple[float, float, float, float] | None
    zoom: int
    """Of Web Mercator, for tiles that show as much."""


def place_of(grid: Grid, zoom: int, row: int, column: int) -> Place:
    """The tile's place. ``around`` is None where the storage CRS does not reach."""
    sides = grid.bounds(zoom, row, column)
    size = sides.north - sides.south
    margin = size * MARGIN / EXTENT
    west, south, east, north = grid.crs.area
    cut = (
        max(west, sides.west - margin),
        max(south, sides.south - margin),
        min(east, sides.east + margin),
        min(north, sides.north + margin),
    )
    around = None
    if cut[0] < cut[2] and cut[1] < cut[3]:
        around = _to_storage(grid.crs.srid).transform_bounds(*cut, densify_pts=21)
    return Place(sides, size / PIXELS, grid.crs.srid, around, zoom + grid.ahead)


@cache
def _to_storage(srid: int) -> Transformer:
    return Transformer.from_crs(f"EPSG:{srid}", f"EPSG:{STORAGE.srid}", always_xy=True)


def overview(layer: Layer, access: Access, zoom: int) -> tuple[Field, ...]:
    """The fields that features carry at a zoom."""
    fields = layer.fields_for(access)
    if zoom >= layer.tiles.detail_zoom:
        return fields
    needed = {layer.style.by, layer.style.label, layer.label, *layer.tiles.overview}
    return tuple(field for field in fields if field.name in needed)


def general_tile(
    layer: Layer, access: Access, place: Place, as_of: int | None, condition: Filter | None
) -> sa.Select[Any]:
    """The statement that gives the tile; its bytes are null when nothing lies there."""
    assert layer.geometry is not None
    fields = overview(layer, access, place.zoom)
    found = _found(layer, access, place, as_of, condition, fields)
    merged = place.zoom <= MERGED_ZOOM
    features = _merged(layer, found, place, fields) if merged else _single(found, fields)
    margin = MARGIN if layer.geometry.dimension else 0
    drawn = features.subquery("d")
    shape = sa.func.ST_AsMVTGeom(drawn.c.g, _envelope(place), EXTENT, margin)
    others = [column for column in drawn.c if column.name != "g"]
    rows_of = sa.select(shape.label("mvt"), *others).subquery("f")
    tile = sa.func.ST_AsMVT(
        rows_of.table_valued(), layer.name, EXTENT, "mvt", "_fid", type_=sa.LargeBinary
    )
    return sa.select(tile).select_from(rows_of)


def _found(
    layer: Layer,
    access: Access,
    place: Place,
    as_of: int | None,
    condition: Filter | None,
    fields: tuple[Field, ...],
) -> sa.CTE:
    """Features that may be in the tile, their shape ``g`` in the grid's CRS, and its middle."""
    assert layer.geometry is not None
    source = rows(layer, access, as_of)
    box = sa.func.ST_MakeEnvelope(*_numbers(place.around or (0, 0, 0, 0)), STORAGE.srid)
    shape: Expression = source.c.geom
    if layer.geometry.dimension:
        many = sa.func.ST_NPoints(shape) > MANY_VERTICES
        shape = sa.case((many, sa.func.ST_ClipByBox2D(shape, box)), else_=shape)
    shape = sa.func.ST_Transform(shape, place.srid)
    if layer.geometry.dimension and place.zoom <= MERGED_ZOOM:
        shape = sa.func.ST_Simplify(shape, sa.literal(place.pixel / 4, sa.Double), sa.true())
    met: list[sa.ColumnElement[bool]] = [source.c.geom.op("&&")(box)]
    if place.around is None:
        met.append(sa.false())
    if condition is not None:
        met.append(condition.over(source))
    names = {field.name for field in fields} | ({layer.style.by} & set(source.c.keys()))
    raw = (
        sa.select(
            source.c["_fid"],
            source.c["_id"],
            *(source.c[name] for name in sorted(names)),
            shape.label("g"),
        )
        .where(*met)
        .subquery("r")
    )
    left, right = sa.func.ST_XMin(raw.c.g), sa.func.ST_XMax(raw.c.g)
    bottom, top = sa.func.ST_YMin(raw.c.g), sa.func.ST_YMax(raw.c.g)
    x, y = (left + right) / 2, (bottom + top) / 2
    size = sa.func.greatest(right - left, top - bottom)
    measured = sa.select(raw, x.label("_x"), y.label("_y"), size.label("_size"))
    measured = measured.where(raw.c.g.is_not(None), sa.not_(sa.func.ST_IsEmpty(raw.c.g)))
    if layer.geometry.dimension == 0:
        west, south, east, north = _numbers(place.sides)
        measured = measured.where(x >= west, x < east, y > south, y <= north)
    return measured.cte("found")


def _single(found: sa.CTE, fields: tuple[Field, ...]) -> sa.Select[Any]:
    drawn = [field.type.tile(found.c[field.name]).label(field.name) for field in fields]
    return sa.select(found.c["_fid"], found.c["_id"], *drawn, found.c.g)


def _merged(layer: Layer, found: sa.CTE, place: Place, fields: tuple[Field, ...]) -> sa.Select[Any]:
    """One row for each pixel and style of what is small, one for each of the rest."""
    assert layer.geometry is not None
    west, _, _, north = _numbers(place.sides)
    pixel = sa.literal(place.pixel, sa.Double)
    column = sa.func.floor((found.c["_x"] - west) / pixel)
    row = sa.func.floor((north - found.c["_y"]) / pixel)
    alone = sa.case((found.c["_size"] >= pixel, found.c["_fid"]))
    if layer.geometry.dimension == 0:
        alone = sa.null()  # type: ignore[assignment]
    cells = sa.select(found, column.label("_c"), row.label("_r"), alone.label("_alone"))
    cell = cells.subquery("c")
    keys: list[Expression] = [cell.c["_c"], cell.c["_r"], cell.c["_alone"]]
    by = layer.style.by if layer.style.by in cell.c else ""
    if by:
        keys.append(cell.c[by])
    count = sa.func.count()
    one = count == 1

    def only(value: Expression) -> Expression:
        first = sa.type_coerce(sa.func.array_agg(value), sa.ARRAY(value.type))[1]
        return sa.case((one, first))

    columns: list[Expression] = [
        only(cell.c["_fid"]).label("_fid"),
        sa.func.nullif(count, 1).label(COUNT),
        only(cell.c["_id"]).label("_id"),
    ]
    for field in fields:
        value = cell.c[field.name]
        told = value if field.name == by else only(value)
        columns.append(field.type.tile(told).label(field.name))
    shape = _shape(layer.geometry.dimension, cell, place)
    return sa.select(*columns, shape.label("g")).group_by(*keys)


def _shape(dimension: int, cell: sa.Subquery, place: Place) -> Expression:
    """A point in the middle of those of the pixel, a dash across it, the pixel itself; or the
    shape of what stands alone."""
    west, _, _, north = _numbers(place.sides)
    pixel = sa.literal(place.pixel, sa.Double)
    if dimension == 0:
        middle = sa.func.ST_MakePoint(sa.func.avg(cell.c["_x"]), sa.func.avg(cell.c["_y"]))
        return sa.func.ST_SetSRID(middle, place.srid)
    left, top = west + cell.c["_c"] * pixel, north - cell.c["_r"] * pixel
    if dimension == 1:
        height = top - pixel / 2
        ends = [sa.func.ST_MakePoint(end, height) for end in (left, left + pixel)]
        small: Expression = sa.func.ST_SetSRID(sa.func.ST_MakeLine(*ends), place.srid)
    else:
        small = sa.func.ST_MakeEnvelope(left, top - pixel, left + pixel, top, place.srid)
    whole = sa.func.array_agg(cell.c.g, type_=sa.ARRAY(sa.types.NullType()))[1]
    return sa.case((cell.c["_alone"].is_(None), small), else_=whole)


def _envelope(place: Place) -> Expression:
    """The tile as a box (``ST_AsMVTGeom`` takes no other bounds)."""
    return sa.cast(sa.func.ST_MakeEnvelope(*_numbers(place.sides), place.srid), _Box2d())


class _Box2d(sa.types.UserDefinedType[Any]):
    cache_ok = True

    def get_col_spec(self, **_: Any) -> str:
        return "box2d"


def _numbers(values: Any) -> list[sa.BindParameter[float]]:
    return [sa.literal(float(value), sa.Double) for value in values]
