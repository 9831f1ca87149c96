"""Tiles made on the way: of the past, of what a filter chooses, of another grid."""

from __future__ import annotations

import json
import math
from typing import TYPE_CHECKING, Any

import httpx
import mapbox_vector_tile
import pytest
import sqlalchemy as sa

from gis.contract import PUBLICA
from gis.tiles import grid_of
from tests.api import world
from tests.api.test_tile_cache import BY_ROUTE, LAYER, PROMISE_SECONDS, counted, warm, within, write
from tests.api.tiles import LAT, LON, control_tile

if TYPE_CHECKING:
    from api.wiring import System

CRS84 = "/api/collections/{}/tiles/WorldCRS84Quad/{}"
ZOOMS = (7, 9, 11, 13, 15, 17)


def crs84_tile(zoom: int) -> str:
    side = 180 / 2**zoom
    return f"{zoom}/{math.floor((90 - LAT) / side)}/{math.floor((LON + 180) / side)}"


def features(client: httpx.Client, path: str, layer: str = "sitios", **query: Any) -> list[Any]:
    answer = client.get(path, params=query)
    if answer.status_code == 404:  # beyond the limits
        return []
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "application/vnd.mapbox-vector-tile"
    return mapbox_vector_tile.decode(answer.content).get(layer, {"features": []})["features"]


def counts(found: list[Any]) -> int:
    """How many features those of a tile stand for."""
    return sum(each["properties"].get("cantidad", 1) for each in found)


def around(client: httpx.Client, layer: str, zoom: int, **query: Any) -> list[Any]:
    """The features of a CRS84 tile and its neighbours."""
    _, row, column = map(int, crs84_tile(zoom).split("/"))
    places = [(r, c) for r in range(row - 1, row + 2) for c in range(column - 1, column + 2)]
    paths = [CRS84.format(layer, f"{zoom}/{r}/{c}") for r, c in places]
    return [each for path in paths for each in features(client, path, layer, **query)]


@pytest.mark.parametrize("zoom", ZOOMS[:4])
def test_every_point_is_in_one_tile_of_the_other_grid(client: httpx.Client, zoom: int) -> None:
    placed = [row for row in world.ROWS["sitios"] if row["geom"] is not None]
    assert counts(around(client, "sitios", zoom)) == len(placed)


@pytest.mark.parametrize("zoom", ZOOMS)
def test_what_is_merged_has_its_count_and_style_and_no_id(client: httpx.Client, zoom: int) -> None:
    found = features(client, CRS84.format("sitios", crs84_tile(zoom)))
    assert found
    for each in found:
        merged = "cantidad" in each["properties"]
        assert merged == ("_id" not in each["properties"]) == (not each["id"])
        assert each["properties"]["estado"] in ("abierto", "cerrado")
        if merged:
            assert each["properties"].keys() == {"cantidad", "estado"}
            assert each["properties"]["cantidad"] > 1
    assert any("cantidad" in each["properties"] for each in found) is (zoom < 9)


def test_a_layer_is_drawn_from_the_zoom_that_shows_as_much(client: httpx.Client) -> None:
    """``sitios`` has minzoom 8: a tile of CRS84 is as wide as one of Web Mercator a zoom later."""
    assert features(client, CRS84.format("sitios", crs84_tile(6))) == []
    assert features(client, CRS84.format("sitios", crs84_tile(7)))


def test_fields_are_those_of_the_zoom(client: httpx.Client) -> None:
    far = {key for f in around(client, "sitios", 10) for key in f["properties"]}
    near = {key for f in around(client, "sitios", 11) for key in f["properties"]}
    assert far <= {"_id", "cantidad", "nombre", "estado"}
    assert {"codigo", "cupos", "puntaje", "apertura", "visita"} <= near
    assert "responsable" not in near | far


def test_places_are_right_in_the_other_grid(client: httpx.Client) -> None:
    path = CRS84.format("sitios", crs84_tile(15))
    (site,) = (f for f in features(client, path) if f["properties"]["codigo"] == "s000")
    zoom, row, column = map(int, crs84_tile(15).split("/"))
    box = grid_of("WorldCRS84Quad").bounds(zoom, row, column)
    x, y = site["geometry"]["coordinates"]  # y up, as the decoder turns it
    side = box.east - box.west
    assert box.west + x / 4096 * side == pytest.approx(LON, abs=side / 2000)
    assert box.south + y / 4096 * side == pytest.approx(LAT, abs=side / 2000)


@pytest.mark.parametrize("layer", ["zonas", "vias"])
@pytest.mark.parametrize("zoom", [7, 9, 12, 15])
def test_lines_and_surfaces_are_drawn_however_small(
    client: httpx.Client, layer: str, zoom: int
) -> None:
    found = features(client, CRS84.format(layer, crs84_tile(zoom)), layer)
    assert 0 < counts(found) <= len(world.ROWS[layer])
    assert all(each["geometry"]["coordinates"] for each in found)


def test_small_surfaces_and_lines_become_one_in_a_pixel(
    own_city: System, own_client: httpx.Client
) -> None:
    write(
        own_city,
        "INSERT INTO data.zonas (codigo, nivel, geom) SELECT 100 + n, 'abierto', ST_Multi("
        "ST_Expand(ST_SetSRID(ST_MakePoint(:e + n, :n + n), 9377), 2))"
        " FROM generate_series(1, 9) n",
        e=world.CONTROL[0] - 2000, n=world.CONTROL[1] - 2000,
    )  # fmt: skip
    write(
        own_city,
        "INSERT INTO data.vias (u, v, clase, geom) SELECT 100 + n, 'x', 'cerrado', ST_MakeLine("
        "ST_SetSRID(ST_MakePoint(:e, :n), 9377), ST_SetSRID(ST_MakePoint(:e + n, :n), 9377))"
        " FROM generate_series(1, 9) n",
        e=world.CONTROL[0] - 2000, n=world.CONTROL[1] - 2000,
    )  # fmt: skip
    for layer, value in (("zonas", {"nivel": "abierto"}), ("vias", {"clase": "cerrado"})):
        box = "S_INTERSECTS(geometry,BBOX(-75.26,4.41,-75.24,4.43))"
        found = around(own_client, layer, 9, filter=box)
        assert counts(found) == 9
        assert len(found) < 3
        assert all(f["properties"].items() >= value.items() for f in found)


@pytest.mark.parametrize("grid", ["WebMercatorQuad", "WorldCRS84Quad"])
def test_a_filter_chooses_what_is_drawn(client: httpx.Client, grid: str) -> None:
    tile = control_tile(14) if grid == "WebMercatorQuad" else crs84_tile(13)
    path = f"/api/collections/sitios/tiles/{grid}/{tile}"
    whole = {f["properties"]["codigo"]: f["properties"] for f in features(client, path)}
    assert len(whole) > 3
    text = {"filter": "cupos > 3 AND estado = 'abierto'"}
    tree = {"op": ">", "args": [{"property": "cupos"}, 3]}
    chosen = {f["properties"]["codigo"] for f in features(client, path, **text)}
    more = features(client, path, **{"filter": json.dumps(tree), "filter-lang": "cql2-json"})
    assert chosen == {
        code for code, row in whole.items() if row["cupos"] > 3 and row["estado"] == "abierto"
    }
    assert {f["properties"]["codigo"] for f in more} == {
        code for code, row in whole.items() if row["cupos"] > 3
    }


def test_a_filter_may_be_of_another_crs(client: httpx.Client) -> None:
    east, north = world.CONTROL
    box = f"S_INTERSECTS(geometry,BBOX({north - 10},{east - 10},{north + 10},{east + 10}))"
    crs = "http://www.opengis.net/def/crs/EPSG/0/9377"
    path = LAYER + control_tile(14)
    found = features(client, path, **{"filter": box, "filter-crs": crs})
    assert [f["properties"]["codigo"] for f in found] == ["s000"]


@pytest.mark.parametrize(
    "query",
    [
        {"filter": ""},
        {"filter": "cupos >"},
        {"filter": "clave = 'x'"},
        {"filter": "responsable = 'x'"},
        {"filter": "nada = 1"},
        {"filter": "cupos > 'x'"},
        {"filter": "(" * 10_000 + "cupos > 1" + ")" * 10_000},
        {"filter": "cupos > 1", "filter-lang": "sql"},
        {"filter": "cupos > 1", "filter-crs": "EPSG:1"},
        {"as-of": "nunca"},
        {"as-of": "-1"},
        {"collections": "sitios"},
    ],
)
def test_what_is_no_filter_is_refused_by_door_and_route_alike(
    client: httpx.Client, query: dict[str, str]
) -> None:
    for zoom in (3, 14):
        path = LAYER + control_tile(zoom)
        door = client.get(path, params=query)
        route = client.get(path, params=query, headers=BY_ROUTE)
        assert door.status_code == route.status_code == 400
        assert door.content == route.content


@pytest.mark.parametrize("path", [LAYER + control_tile(14), CRS84.format("sitios", crs84_tile(13))])
@pytest.mark.parametrize("query", [{"filter": "cupos < 9"}, {"as-of": "2099-01-01"}, {}])
def test_variants_are_kept_and_dropped_as_the_layer_changes(
    own_city: System, own_client: httpx.Client, path: str, query: dict[str, str]
) -> None:
    address = str(httpx.URL(path, params=query))
    before = warm(own_client, own_city, address)
    write(own_city, "UPDATE data.sitios SET nombre = 'otro' WHERE codigo = 's003'")
    within(PROMISE_SECONDS, lambda: own_client.get(address).headers["etag"] != before[address])
    assert b"otro" in own_client.get(address).content


def test_the_past_is_what_it_was_and_stays(own_city: System, own_client: httpx.Client) -> None:
    path = LAYER + control_tile(14)
    with own_city.reader.connect() as conn:
        head = conn.scalar(sa.text("SELECT max(id) FROM publica.sig_changeset"))
    now = {f["properties"]["codigo"]: f["properties"] for f in features(own_client, path)}
    write(own_city, "DELETE FROM data.sitios WHERE codigo = 's002'")
    write(own_city, "UPDATE data.sitios SET cupos = 999")
    past = features(own_client, path, **{"as-of": str(head)})
    assert {f["properties"]["codigo"]: f["properties"] for f in past} == now
    few = features(own_client, path, **{"as-of": str(head), "filter": "cupos = 2"})
    assert [f["properties"]["codigo"] for f in few] == ["s002"]


@pytest.mark.parametrize("grid", ["WebMercatorQuad", "WorldCRS84Quad"])
@pytest.mark.parametrize(
    ("place", "status"),
    [
        ("0/0/0", 200),
        ("3/0/0", 404),
        ("22/0/0", 404),
        ("23/0/0", 404),
        ("2/4/0", 404),
        ("2/0/99", 404),
        ("999999999/0/0", 404),
        ("9999999999/0/0", 400),
        ("2/-1/0", 400),
        ("2/1.0/0", 400),
        ("2/%20/0", 400),
        ("2/0/0x1", 400),
        ("2/٣/0", 400),
        ("2/0/%00", 400),
    ],
)
def test_odd_places(client: httpx.Client, grid: str, place: str, status: int) -> None:
    for path in (f"/api/collections/sitios/tiles/{grid}/{place}", f"/api/tiles/{grid}/{place}"):
        answer = client.get(path)
        assert answer.status_code == status, path
        if status == 200:
            assert answer.content == b""
        else:
            assert answer.headers["content-type"] == "application/problem+json"


def test_both_grids_are_described(client: httpx.Client) -> None:
    listed = client.get("/api/tileMatrixSets").json()["tileMatrixSets"]
    assert [each["id"] for each in listed] == ["WebMercatorQuad", "WorldCRS84Quad"]
    for each in listed:
        document = client.get(each["links"][0]["href"]).json()
        assert document["uri"] == each["uri"]
        assert len(document["tileMatrices"]) == grid_of(each["id"]).max_zoom + 1
    for base in ("/api/tiles", "/api/collections/sitios/tiles"):
        tilesets = client.get(base).json()["tilesets"]
        assert [each["tileMatrixSetURI"] for each in tilesets] == [each["uri"] for each in listed]
        described = client.get(base + "/WorldCRS84Quad").json()
        assert described["crs"].endswith("CRS84")
        _zoom, row, column = map(int, crs84_tile(13).split("/"))
        limits = {each["tileMatrix"]: each for each in described["tileMatrixSetLimits"]}["13"]
        assert limits["minTileRow"] <= row <= limits["maxTileRow"]
        assert limits["minTileCol"] <= column <= limits["maxTileCol"]
    assert client.get("/api/tileMatrixSets/Otra").status_code == 404
    assert client.get("/api/collections/sitios/tiles/WorldCRS84Quad/tilejson").status_code == 404


def test_a_class_that_sees_a_stand_in_gets_that(client: httpx.Client, city: System) -> None:
    found = around(client, "aproximados", 12)
    assert len(found) == 1
    place = client.get("/api/collections/aproximados/items").json()["features"][0]
    zoom = 15
    west, north = place["geometry"]["coordinates"]
    side = 180 / 2**zoom
    tile = f"{zoom}/{math.floor((90 - north) / side)}/{math.floor((west + 180) / side)}"
    assert features(client, CRS84.format("aproximados", tile), "aproximados")
    assert city.catalog.layer("aproximados").geometry_for(PUBLICA)


def test_a_filtered_tile_that_is_kept_is_not_read_again(
    own_city: System, own_client: httpx.Client
) -> None:
    address = str(httpx.URL(LAYER + control_tile(14), params={"filter": "cupos < 9"}))
    warm(own_client, own_city, address)
    with counted(own_city) as given:
        assert own_client.get(address).content
    assert given == []
