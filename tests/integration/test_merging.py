# ruff: noqa: S608 — names of layers of this file
"""Tiles that merge what is small: nothing is lost, and changes leave what making anew leaves."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import mapbox_vector_tile
import numpy as np
import pytest
import shapely
import sqlalchemy as sa
from shapely.geometry import shape

from gis import store
from gis.changesets import load, migrate_layer
from gis.contract import Coded, Decimal, Geometry, Integer, Layer, Style, Text, Tiles
from gis.contract.codelists import Code
from gis.store.drawing import BUDGET, DETAILED
from tests.integration.builders import EAST, METADATA, NORTH, catalog, conformed, field

if TYPE_CHECKING:
    from gis.contract.catalog import Catalog
    from tests.databases import TemplateOf

LEVELS = tuple(Code(name, name.capitalize()) for name in ("alta", "media", "baja"))
BANDS = {0: (6, 8, 10, 12, 14), 1: (8, 10, 12), 2: (8, 10, 12, 14)}
COUNT = 600


def layer(kind: Any, **changes: Any) -> Layer:
    """A layer of one geometry type, coloured by ``nivel``."""
    fields = (
        field("codigo", Integer(), required=True),
        field("nivel", Coded("nivel", listed=LEVELS)),
        field("nombre", Text()),
        field("peso", Decimal()),
    )
    values: dict[str, Any] = {"fields": fields, "style": Style(by="nivel"), **changes}
    return Layer(
        name=f"unidos_{kind.lower()}",
        title="Unidos",
        geometry=Geometry(kind),
        key=("codigo",),
        metadata=METADATA,
        tiles=Tiles(minzoom=0, overview=("peso",)),
        **values,
    )


POINTS, LINES, SURFACES = layer("Point"), layer("LineString"), layer("MultiPolygon")
ALL = (POINTS, LINES, SURFACES)


def shapes(kind: str, count: int, seed: int = 7) -> list[shapely.Geometry]:
    """Shapes from centimetres to kilometres wide, crowded about one place."""
    draw = np.random.default_rng(seed)
    at = draw.normal(0, 900, (count, 2)) + np.asarray([EAST, NORTH])
    size = 10 ** draw.uniform(0, 3.4, count)
    if kind == "Point":
        return [shapely.Point(xy) for xy in at]
    if kind == "LineString":
        turn = draw.uniform(0, 2 * math.pi, count)
        ends = at + size[:, None] * np.column_stack([np.cos(turn), np.sin(turn)])
        middle = (at + ends) / 2 + draw.normal(0, 0.1, (count, 2)) * size[:, None]
        return [shapely.LineString(three) for three in zip(at, middle, ends, strict=True)]
    return [
        shapely.MultiPolygon([shapely.box(x, y, x + s, y + s * r)])
        for (x, y), s, r in zip(at, size / 4, draw.uniform(0.2, 1, count), strict=True)
    ]


def features(kind: str, count: int = COUNT, seed: int = 7) -> list[dict[str, Any]]:
    """Rows of a layer, each third of another level."""
    drawn = shapes(kind, count, seed)
    return [
        {"codigo": n, "nivel": LEVELS[n % 3].code, "nombre": f"n {n}", "peso": n / 8, "geom": geom}
        for n, geom in enumerate(drawn)
    ]


@pytest.fixture(scope="module")
def small_template(template_of: TemplateOf) -> str:
    """A database with the three layers, full."""

    def fill(engine: sa.Engine) -> None:
        for each in ALL:
            assert each.geometry is not None
            load(engine, each, conformed(each, features(each.geometry.type)))

    return template_of("merging", catalog(*ALL), fill)


@pytest.fixture
def small() -> Catalog:
    """The three layers."""
    return catalog(*ALL)


def decode(
    engine: sa.Engine, each: Layer, zoom: int, column: int, row: int
) -> list[dict[str, Any]]:
    """The features of one tile, geometry in tile units with y downwards."""
    function = getattr(sa.func.publica, f"{each.name}__tile")
    with engine.connect() as connection:
        content = bytes(connection.scalar(sa.select(function(zoom, column, row))) or b"")
    decoded = mapbox_vector_tile.decode(content, default_options={"y_coord_down": True})
    return list(decoded.get(each.name, {}).get("features", []))


def places(engine: sa.Engine, each: Layer, zoom: int) -> list[tuple[int, int]]:
    """Columns and rows of all tiles that meet the layer's extent."""
    extent = sa.text(
        "SELECT ST_XMin(e), ST_YMin(e), ST_XMax(e), ST_YMax(e) FROM (SELECT "
        f"ST_Extent(ST_Transform(geom, 3857)) AS e FROM data.{each.name}) AS x"
    )
    with engine.connect() as connection:
        west, south, east, north = connection.execute(extent).one()
    half = 20037508.342789244
    side = 2 * half / 2**zoom
    columns = range(int((west + half) // side), int((east + half) // side) + 1)
    rows = range(int((half - north) // side), int((half - south) // side) + 1)
    return [(column, row) for column in columns for row in rows]


def count(found: list[dict[str, Any]]) -> int:
    """Features that the tile's stand for."""
    return sum(feature["properties"].get("cantidad", 1) for feature in found)


@pytest.fixture(params=ALL, ids=lambda each: each.name)
def each(request: Any) -> Layer:
    """The layers, by turns."""
    assert isinstance(request.param, Layer)
    return request.param


def test_every_band_holds_every_feature_once(rows: Any, each: Layer) -> None:
    assert each.geometry is not None
    for band in BANDS[each.geometry.dimension]:
        statement = (
            f"SELECT (SELECT coalesce(sum(cantidad), 0) FROM tiles.{each.name}__merged"
            f" WHERE band = {band}) + (SELECT count(*) FROM tiles.{each.name}"
            f" WHERE band = {band} AND cell IS NULL)"
        )
        assert rows(statement) == [(COUNT,)], band


STATE = """
    SELECT band, cell, style, cantidad, _fid, ST_AsText(geom, 3), pixels
      FROM tiles.{0}__merged ORDER BY 1, 2, 3
"""
OWN = "SELECT _fid, band, cell, style, ST_AsText(geom, 3) FROM tiles.{0} ORDER BY 1, 2"


def test_changes_leave_what_making_all_anew_leaves(
    engine: sa.Engine, rows: Any, run: Any, each: Layer
) -> None:
    assert each.geometry is not None
    name, draw = each.name, np.random.default_rng(3)
    run(f"DELETE FROM data.{name} WHERE codigo % 7 = 0")
    for step in range(6):
        dx, dy = draw.normal(0, 400, 2)
        code = int(draw.integers(COUNT))
        run(
            f"UPDATE data.{name} SET geom = ST_Translate(geom, {dx}, {dy}) "
            f"WHERE codigo % 50 = {step}",
            f"UPDATE data.{name} SET nivel = 'alta' WHERE codigo = {code}",
            f"DELETE FROM data.{name} WHERE codigo % 41 = {step}",
            f"INSERT INTO data.{name} (codigo, nivel, geom) "
            f"SELECT codigo + {1000 * (step + 1)}, nivel, ST_Translate(geom, {dy}, {dx}) "
            f"FROM data.{name} WHERE codigo % 60 = {step}",
        )
    by_changes = rows(STATE.format(name)), rows(OWN.format(name))
    run(f"SELECT sig.rebuild_tiles('{name}')")
    assert (rows(STATE.format(name)), rows(OWN.format(name))) == by_changes


def test_an_edit_makes_again_only_what_it_shows_in(rows: Any, run: Any, each: Layer) -> None:
    """Rows written since an edit: none when neither place nor style changed, else its style's."""
    written = (
        f"SELECT DISTINCT style FROM tiles.{each.name}__merged"
        " WHERE xmin::text::bigint = (SELECT max(xid::text::bigint) FROM sig.changeset)"
    )
    run(f"UPDATE data.{each.name} SET nombre = 'otro'")
    assert rows(written) == []
    run(f"UPDATE data.{each.name} SET geom = ST_Translate(geom, 30, 0) WHERE nivel = 'media'")
    assert rows(written) == [("media",)]


def test_the_last_feature_gone_leaves_nothing(rows: Any, run: Any, each: Layer) -> None:
    run(f"DELETE FROM data.{each.name}")
    assert rows(STATE.format(each.name)) == rows(OWN.format(each.name)) == []


def test_points_of_all_tiles_of_a_zoom_are_all_points(engine: sa.Engine) -> None:
    for zoom in (0, 5, 9, 11, 13, 14, 15, 16):
        tiles = [decode(engine, POINTS, zoom, *place) for place in places(engine, POINTS, zoom)]
        assert sum(map(count, tiles)) == COUNT, zoom


def test_points_on_the_sides_of_tiles_are_drawn_once_where_clients_look(
    engine: sa.Engine, run: Any
) -> None:
    """Within 0 and 4095: on 4096 map clients draw nothing, as it is the neighbour's."""
    unit = 40075016.685578488 / 2**15 / 4096
    # About the corner of four tiles of zoom 15, in steps of a tenth of a unit.
    run(
        f"DELETE FROM data.{POINTS.name}",
        f"INSERT INTO data.{POINTS.name} (codigo, nivel, geom) SELECT 100 * a + b, 'alta', "
        "ST_Transform(ST_SetSRID(ST_MakePoint("
        f"ST_XMin(e) + (a - 20) * {unit} / 10, ST_YMin(e) + (b - 20) * {unit} / 10), 3857), 9377) "
        "FROM ST_TileEnvelope(15, 9535, 15978) AS e, generate_series(0, 40) AS a, "
        "generate_series(0, 40) AS b",
    )
    for zoom in (13, 14, 15, 16):
        tiles = [decode(engine, POINTS, zoom, *place) for place in places(engine, POINTS, zoom)]
        assert sum(map(count, tiles)) == 41 * 41, zoom
        drawn = [f["geometry"]["coordinates"] for tile in tiles for f in tile]
        assert {True} == {0 <= value <= 4095 for xy in drawn for value in xy}


def test_a_merged_point_is_where_its_points_are(engine: sa.Engine, rows: Any) -> None:
    ((column, row),) = places(engine, POINTS, 8)
    found = decode(engine, POINTS, 8, column, row)
    assert len(found) < COUNT / 2
    side = 40075016.685578488 / 2**8
    west, north = column * side - side * 128, side * 128 - row * side
    at = "ST_X(ST_Transform(geom, 3857)), ST_Y(ST_Transform(geom, 3857)), nivel"
    points = [
        (int((x - west) / side * 256), int((north - y) / side * 256), level)
        for x, y, level in rows(f"SELECT {at} FROM data.{POINTS.name}")
    ]
    drawn: dict[Any, int] = {}
    for feature in found:
        x, y = feature["geometry"]["coordinates"]
        key = (int(x // 16), int(y // 16), feature["properties"]["nivel"])
        drawn[key] = drawn.get(key, 0) + feature["properties"].get("cantidad", 1)
    expected: dict[Any, int] = {}
    for key in points:
        expected[key] = expected.get(key, 0) + 1
    assert sum(drawn.values()) == sum(expected.values())
    # A mean on the edge of a pixel may be rounded to the next.
    moved = sum(abs(drawn.get(k, 0) - expected.get(k, 0)) for k in drawn.keys() | expected.keys())
    assert moved <= 0.02 * COUNT


def test_what_stands_for_itself_keeps_its_id_and_attributes(
    engine: sa.Engine, rows: Any, each: Layer
) -> None:
    known = dict(rows(f"SELECT _id, peso FROM data.{each.name}"))
    for zoom in (8, 12, 14):
        for place in places(engine, each, zoom):
            for feature in decode(engine, each, zoom, *place):
                properties = feature["properties"]
                if "cantidad" in properties:
                    assert properties["cantidad"] > 1
                    assert properties.keys() == {"cantidad", "nivel"}
                    assert not feature.get("id")
                else:
                    assert properties["peso"] == known[properties["_id"]]
                    assert feature["id"]


def test_every_feature_that_covers_a_pixel_is_drawn_and_none_vanishes(
    engine: sa.Engine, rows: Any, each: Layer
) -> None:
    """Against the whole geometry: what is drawn lies within a pixel and a half of each feature."""
    for zoom in (8, 10, 12, 13, 14):
        side = 40075016.685578488 / 2**zoom
        drawn: dict[str, list[shapely.Geometry]] = {}
        for column, row in places(engine, each, zoom):
            west, north = (
                column * side - side * 2 ** (zoom - 1),
                side * 2 ** (zoom - 1) - row * side,
            )
            for feature in decode(engine, each, zoom, column, row):
                coordinates = shape(feature["geometry"])
                placed = shapely.transform(
                    coordinates,
                    lambda xy, w=west, n=north, u=side / 4096: np.column_stack(
                        [w + xy[:, 0] * u, n - xy[:, 1] * u]
                    ),
                )
                drawn.setdefault(feature["properties"]["nivel"], []).append(placed)
        everything = {level: shapely.STRtree(some) for level, some in drawn.items()}
        pixel = side / 256
        whole = rows(f"SELECT nivel, ST_AsBinary(ST_Transform(geom, 3857)) FROM data.{each.name}")
        for level, wkb in whole:
            geom = shapely.from_wkb(bytes(wkb))
            near = everything[level].query(geom, predicate="dwithin", distance=1.5 * pixel)
            assert near.size, (zoom, geom)
            if geom.geom_type == "MultiPolygon" and geom.area >= 2 * pixel**2:
                shown = shapely.union_all(shapely.make_valid(everything[level].geometries[near]))
                missing = geom.difference(shown.buffer(0.75 * pixel)).area
                assert missing < 0.02 * geom.area, (zoom, geom)


def test_surfaces_that_cover_a_pixel_are_not_merged(engine: sa.Engine, rows: Any) -> None:
    pixel = 40075016.685578488 / 256 / 2**12
    big = (
        "SELECT _fid FROM data.unidos_multipolygon WHERE ST_Area(ST_Transform(geom, 3857)) > {}"
        " AND _fid NOT IN (SELECT _fid FROM tiles.unidos_multipolygon"
        " WHERE band = 12 AND cell IS NULL)"
    )
    assert rows(big.format(1.3 * pixel**2)) == []


def test_a_tile_too_full_is_drawn_from_a_coarser_band(engine: sa.Engine, run: Any) -> None:
    run(
        f"INSERT INTO data.{POINTS.name} (codigo, nivel, geom) SELECT 10000 + n, 'alta', "
        f"ST_SetSRID(ST_MakePoint({EAST} + n % 160 * 1.7, {NORTH} + n / 160 * 1.7), 9377) "
        f"FROM generate_series(1, {2 * BUDGET}) AS n"
    )
    for zoom in (12, 14, 15, 16):
        tiles = [decode(engine, POINTS, zoom, *place) for place in places(engine, POINTS, zoom)]
        assert max(map(len, tiles)) <= BUDGET
        assert sum(map(count, tiles)) == COUNT + 2 * BUDGET


def test_a_full_tile_carries_fewer_columns_before_it_is_drawn_coarser(
    engine: sa.Engine, run: Any
) -> None:
    run(
        f"INSERT INTO data.{POINTS.name} (codigo, nivel, nombre, peso, geom) "
        f"SELECT 10000 + n, 'alta', 'n', 1, ST_SetSRID(ST_MakePoint({EAST} + 600 + n % 120 * 12, "
        f"{NORTH} + 600 + n / 120 * 12), 9377) FROM generate_series(1, {3 * DETAILED // 2}) AS n"
    )
    tiles = [decode(engine, POINTS, 13, *place) for place in places(engine, POINTS, 13)]
    assert sum(map(count, tiles)) == COUNT + 3 * DETAILED // 2
    assert DETAILED < max(map(len, tiles)) <= BUDGET
    for tile in tiles:
        alone = [f["properties"].keys() for f in tile if "cantidad" not in f["properties"]]
        assert len(tile) <= DETAILED or {"codigo", "nombre"}.isdisjoint(set().union(*alone))


def test_another_style_field_makes_the_tiles_anew(engine: sa.Engine, rows: Any) -> None:
    plain = layer("Point", style=Style())
    store.sync_layers(engine, catalog(plain, LINES, SURFACES))
    assert rows(f"SELECT DISTINCT style FROM tiles.{POINTS.name}__merged") == [(None,)]
    (place,) = places(engine, POINTS, 8)
    found = decode(engine, POINTS, 8, *place)
    assert count(found) == COUNT
    assert all("nivel" not in f["properties"] for f in found if "cantidad" in f["properties"])


def test_a_style_field_that_is_renamed_or_dropped(engine: sa.Engine, rows: Any, run: Any) -> None:
    fields = list(POINTS.fields)
    fields[1] = field("grado", Coded("nivel", listed=LEVELS), formerly="nivel")
    renamed = layer("Point", fields=tuple(fields), style=Style(by="grado"))
    migrate_layer(engine, renamed)
    run(f"DELETE FROM data.{POINTS.name} WHERE codigo = 1")
    assert rows(f"SELECT sum(cantidad) FROM tiles.{POINTS.name}__merged WHERE band = 8") == [
        (COUNT - 1,)
    ]
    dropped = layer("Point", fields=(fields[0], *fields[2:]), style=Style())
    migrate_layer(engine, dropped)
    run(f"DELETE FROM data.{POINTS.name} WHERE codigo = 2")
    assert rows(f"SELECT DISTINCT style FROM tiles.{POINTS.name}__merged") == [(None,)]


def test_a_store_of_the_former_release_is_filled(engine: sa.Engine, rows: Any, run: Any) -> None:
    """What the migration leaves: no tables of tiles and no fingerprint."""
    before = rows(STATE.format(POINTS.name))
    run(
        f"DROP TABLE tiles.{POINTS.name}, tiles.{POINTS.name}__merged",
        "UPDATE sig.layer SET fingerprint = '', style_by = NULL",
    )
    store.sync_layers(engine, catalog(*ALL))
    assert rows(STATE.format(POINTS.name)) == before
