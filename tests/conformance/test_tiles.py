"""OGC API - Tiles - Part 1: Core, its abstract tests by their ids (20-057, annex A)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import mapbox_vector_tile
import pytest

from tests.api.tiles import control_tile
from tests.conformance.proving import DEF, REL, SPEC, collections, get, proves, rels

if TYPE_CHECKING:
    import httpx

LAYER = "/api/collections/sitios/tiles"
PLACED = {"sitios", "zonas", "vias", "aproximados"}


def tilesets(client: httpx.Client, path: str) -> list[dict[str, Any]]:
    """The descriptions of the tile sets that a list names."""
    return [get(client, rels(each)["self"]) for each in get(client, path)["tilesets"]]


def tile_of(tileset: dict[str, Any], place: str) -> str:
    zoom, row, column = place.split("/")
    return rels(tileset)["item"].format(tileMatrix=zoom, tileRow=row, tileCol=column)


@proves("ogcapi-tiles-1/1.0/conf/core")
def test_core_conformance_success(client: httpx.Client) -> None:
    declared = get(client, "/api/conformance")["conformsTo"]
    assert SPEC + "ogcapi-tiles-1/1.0/conf/core" in declared


def test_core_tc_parameter_definitions(client: httpx.Client) -> None:
    described = get(client, "/api/openapi.json")["components"]["parameters"]
    for name in ("tileMatrix", "tileRow", "tileCol"):
        assert described[name]["in"] == "path"
        assert described[name]["required"] is True


@proves("ogcapi-tiles-1/1.0/conf/mvt")
def test_core_tc_op_success_and_mvt_content(client: httpx.Client) -> None:
    answer = client.get(f"{LAYER}/WebMercatorQuad/{control_tile(14)}")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/vnd.mapbox-vector-tile"
    layer = mapbox_vector_tile.decode(answer.content)["sitios"]
    assert (layer["version"], layer["extent"]) == (2, 4096)
    assert layer["features"]


@pytest.mark.parametrize(
    ("tail", "status"),
    [("WebMercatorQuad/x/1/1", 400), ("WebMercatorQuad/14/99999/1", 404), ("Inventado/1/1/1", 404)],
)
def test_core_tc_error(client: httpx.Client, tail: str, status: int) -> None:
    assert client.get(f"{LAYER}/{tail}").status_code == status


@proves("ogcapi-tiles-1/1.0/conf/tileset")
def test_tileset_tileset_description(client: httpx.Client) -> None:
    for tileset in tilesets(client, LAYER):
        assert tileset["dataType"] == "vector"
        assert tileset["crs"].startswith(DEF + "crs/")
        assert tileset["tileMatrixSetURI"].startswith(DEF + "tilematrixset/OGC/1.0/")
        assert [layer["id"] for layer in tileset["layers"]] == ["sitios"]
        for limits in tileset["tileMatrixSetLimits"]:
            for way in ("Row", "Col"):
                assert limits[f"minTile{way}"] <= limits[f"maxTile{way}"]
            edge = (limits["tileMatrix"], limits["maxTileRow"], limits["maxTileCol"])
            assert client.get(tile_of(tileset, "/".join(map(str, edge)))).status_code == 200


@proves("ogcapi-tiles-1/1.0/conf/tilesets-list")
def test_tilesets_list_tileset_links(client: httpx.Client) -> None:
    for path in (LAYER, "/api/tiles"):
        for listed in get(client, path)["tilesets"]:
            assert listed["dataType"] == "vector"
            whole = get(client, rels(listed)["self"])
            for name in ("tileMatrixSetId", "tileMatrixSetURI", "tileMatrixSetLimits"):
                assert whole[name] == listed[name]
            assert tile_of(listed, "8/1/1") == tile_of(whole, "8/1/1")
            scheme = get(client, rels(whole)[REL + "tiling-scheme"])
            assert scheme["uri"] == whole["tileMatrixSetURI"]


@proves("ogcapi-tiles-1/1.0/conf/geodata-tilesets")
def test_geodata_tilesets_desc_links_and_operation(client: httpx.Client) -> None:
    for collection in collections(client):
        href = rels(collection).get(REL + "tilesets-vector")
        assert (href is not None) is (collection["id"] in PLACED)
        if href:
            assert get(client, href)["tilesets"]


@proves("ogcapi-tiles-1/1.0/conf/dataset-tilesets")
def test_dataset_tilesets_landingpage_and_operation(client: httpx.Client) -> None:
    found = tilesets(client, rels(get(client, "/api"))[REL + "tilesets-vector"])
    assert found
    tile = mapbox_vector_tile.decode(client.get(tile_of(found[0], control_tile(8))).content)
    assert set(tile) == PLACED


@proves("ogcapi-tiles-1/1.0/conf/collections-selection")
def test_collections_selection_query_and_response(client: httpx.Client) -> None:
    described = get(client, "/api/openapi.json")["components"]["parameters"]["collections"]
    assert described["in"] == "query"
    assert described["schema"]["type"] == "array"
    assert described["explode"] is False
    (tileset, *_) = tilesets(client, "/api/tiles")
    tile = tile_of(tileset, control_tile(8)) + "&collections=sitios,vias"
    assert set(mapbox_vector_tile.decode(client.get(tile).content)) == {"sitios", "vias"}
    assert client.get(tile + ",inventada").status_code in (400, 404)


@proves("ogcapi-tiles-1/1.0/conf/oas30")
def test_openapi_completeness_and_operation_ids(client: httpx.Client) -> None:
    document = get(client, "/api/openapi.json")
    ids = [one["operationId"] for path in document["paths"].values() for one in path.values()]
    assert len(set(ids)) == len(ids)
    place = "{tileMatrix}/{tileRow}/{tileCol}"
    assert {
        "/tiles",
        f"/tiles/WebMercatorQuad/{place}",
        "/collections/sitios/tiles",
        f"/collections/sitios/tiles/WebMercatorQuad/{place}",
    } <= set(document["paths"])
    ends = {
        "/tileMatrixSets": "getTileMatrixSetsList",
        "/tileMatrixSets/WebMercatorQuad": "getTileMatrixSet",
        "/tiles": ".dataset.vector.getTileSetsList",
        "/tiles/WebMercatorQuad": ".dataset.vector.getTileSet",
        f"/tiles/WorldCRS84Quad/{place}": ".dataset.vector.getTile",
        "/collections/sitios/tiles": ".collection.vector.getTileSetsList",
        "/collections/sitios/tiles/WorldCRS84Quad": ".collection.vector.getTileSet",
        f"/collections/sitios/tiles/WebMercatorQuad/{place}": ".collection.vector.getTile",
    }
    for path, end in ends.items():
        assert document["paths"][path]["get"]["operationId"].endswith(end)


@proves("tilematrixset/1.0/conf/tilematrixset")
@proves("tilematrixset/1.0/conf/json-tilematrixset")
def test_tile_matrix_sets_are_the_registered(client: httpx.Client) -> None:
    for listed in get(client, "/api/tileMatrixSets")["tileMatrixSets"]:
        document = get(client, rels(listed)["self"])
        assert document["uri"] == DEF + f"tilematrixset/OGC/1.0/{document['id']}"
        for number, matrix in enumerate(document["tileMatrices"]):
            assert matrix["id"] == str(number)
            assert matrix["matrixHeight"] == 2**number
