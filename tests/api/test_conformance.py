"""What the classes claimed mean here; ``tests/conformance`` has the abstract tests by name."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import httpx
import mapbox_vector_tile
import pytest

from gis.accounts import Action
from tests.api import people, world
from tests.api.conftest import serving
from tests.api.tiles import control_tile
from tests.conformance.proving import REL, get, proves, rels

if TYPE_CHECKING:
    from collections.abc import Iterator

    from api.wiring import System

TILESETS = REL + "tilesets-vector"


@pytest.fixture
def editor(own_city: System) -> Iterator[httpx.Client]:
    """Somebody who may edit, in a city of this test alone."""
    edit = people.allow(Action.EDITAR)
    people.add(own_city, "ana", edit)
    bearer = {"Authorization": f"Bearer {people.token(own_city, 'ana', edit)}"}
    with serving(own_city) as at, httpx.Client(base_url=at, timeout=30, headers=bearer) as made:
        yield made


@proves("ogcapi-common-1/1.0/conf/core")
def test_unknown_parameters_are_refused_everywhere(client: httpx.Client) -> None:
    for path in ("/api", "/api/conformance", "/api/collections", "/api/tiles", "/api/styles"):
        assert client.get(path, params={"inventado": "1"}).status_code == 400


@proves("ogcapi-common-1/1.0/conf/landing-page")
def test_landing_page_links_to_all_there_is(client: httpx.Client) -> None:
    found = rels(get(client, "/api"))
    for rel in ("self", "service-desc", "service-doc", "conformance", "data", TILESETS):
        assert client.get(found[rel]).status_code == 200


@proves("ogcapi-common-1/1.0/conf/json")
@proves("ogcapi-common-1/1.0/conf/html")
def test_documents_come_as_json_and_as_html(client: httpx.Client) -> None:
    for path in ("/api", "/api/conformance", "/api/collections", "/api/collections/sitios"):
        assert client.get(path).headers["content-type"] == "application/json"
        page = client.get(path, headers={"Accept": "text/html"})
        assert page.headers["content-type"] == "text/html; charset=utf-8"
        assert '<html lang="es-CO">' in page.text
        assert client.get(path, params={"f": "html"}).text.startswith("<!doctype html>")


@proves("ogcapi-common-1/1.0/conf/oas30")
@proves("ogcapi-features-1/1.0/conf/oas30")
@proves("ogcapi-tiles-1/1.0/conf/oas30")
def test_description_declares_what_clients_check(client: httpx.Client) -> None:
    response = client.get("/api/openapi.json")
    assert response.headers["content-type"] == "application/vnd.oai.openapi+json;version=3.0"
    document = response.json()
    assert document["openapi"].startswith("3.0")
    limit = document["components"]["parameters"]["limit"]
    assert limit["required"] is False
    assert (limit["style"], limit["explode"]) == ("form", False)
    assert limit["schema"] == {"type": "integer", "minimum": 1, "maximum": 10000, "default": 100}
    operation = document["paths"]["/collections/sitios/items"]["get"]
    named = {p.get("name") for p in operation["parameters"]}
    assert {"codigo", "estado", "cupos", "accesible"} <= named
    assert not named & {"responsable", "clave"}
    tile = "/collections/sitios/tiles/WebMercatorQuad/{tileMatrix}/{tileRow}/{tileCol}"
    assert tile in document["paths"]
    refused = document["components"]["responses"]["BadRequest"]["content"]
    assert set(refused) == {"application/problem+json", "text/html"}


@pytest.mark.parametrize(
    "text", ["1", "2026-01-31", "2026-01-31T12:00:00-05:00", "2026-01-31T12:00:00.5Z", "", "ayer"]
)
def test_moment_is_described_as_it_is_read(client: httpx.Client, text: str) -> None:
    described = client.get("/api/openapi.json").json()["components"]["parameters"]["as-of"]
    answer = client.get("/api/collections/sitios/items", params={"as-of": text})
    fits = re.search(described["schema"]["pattern"], text) is not None
    assert (answer.status_code != 400) is fits


def test_every_described_address_answers(client: httpx.Client) -> None:
    values = {"featureId": "s001", "tileMatrix": "0", "tileRow": "0", "tileCol": "0"}
    for path, operations in client.get("/api/openapi.json").json()["paths"].items():
        if ("{featureId}" in path and "/sitios/" not in path) or "{jobId}" in path:
            continue
        if "get" not in operations:
            continue
        needed = {
            each["name"]: "calle 5"
            for each in operations["get"]["parameters"]
            if each.get("required") and each["in"] == "query"
        }
        answer = client.get("/api" + path.format(**values), params=needed)
        assert answer.status_code == 200, path


@proves("ogcapi-common-2/1.0/conf/collections")
def test_collections_describe_every_layer(client: httpx.Client) -> None:
    document = get(client, "/api/collections")
    assert [c["id"] for c in document["collections"]] == [layer.name for layer in world.LAYERS]
    for collection in document["collections"]:
        assert collection["title"]
        assert collection["description"]
        assert get(client, f"/api/collections/{collection['id']}") == collection
        assert client.get(rels(collection)["items"]).status_code == 200
    sitios = document["collections"][0]
    west, south, east, north = sitios["extent"]["spatial"]["bbox"][0]
    assert -75.24 < west <= -75.2322 <= east < -75.2
    assert south <= 4.4389 + 1e-6
    assert north >= 4.4389
    assert sitios["extent"]["temporal"]["interval"] == [
        ["2024-01-15T00:00:00Z", "2024-12-15T00:00:00Z"]
    ]


@proves("ogcapi-features-1/1.0/conf/core")
@proves("ogcapi-features-1/1.0/conf/geojson")
def test_items_are_a_feature_collection(client: httpx.Client) -> None:
    response = client.get("/api/collections/sitios/items", params={"limit": 5})
    assert response.headers["content-type"] == "application/geo+json"
    document = response.json()
    assert document["type"] == "FeatureCollection"
    assert document["numberReturned"] == len(document["features"]) == 5
    assert document["numberMatched"] == world.SITES
    assert {"self", "alternate", "next", "collection"} <= set(rels(document))
    first = document["features"][0]
    assert first["id"] == "s000"
    assert first["geometry"]["coordinates"] == [-75.2322, 4.4389]
    one = get(client, "/api/collections/sitios/items/s000")
    assert one["properties"] == first["properties"]
    assert {"self", "alternate", "collection"} <= set(rels(one))


@proves("ogcapi-features-1/1.0/conf/html")
def test_items_come_as_pages_people_can_read(client: httpx.Client) -> None:
    page = client.get("/api/collections/sitios/items", params={"f": "html", "limit": 5}).text
    assert "Sitio &#34;1&#34; ñandú" in page
    assert "Abierto" in page
    assert "15/02/2024" in page
    assert 'rel="next"' in page
    assert "No reemplaza un concepto oficial." in page
    one = client.get("/api/collections/sitios/items/s001", headers={"Accept": "text/html"}).text
    assert "Sitio &#34;1&#34; ñandú" in one
    assert 'href="/?capas=sitios&amp;sel=sitios/s001"' in one
    assert re.search(r"Ubicación</dt><dd>-75,\d+; 4,\d+<", one)


@proves("ogcapi-features-2/1.0/conf/crs")
def test_coordinates_come_in_the_order_of_their_authority(client: httpx.Client) -> None:
    collection = get(client, "/api/collections/sitios")
    assert collection["storageCrs"] in collection["crs"]
    expected = {
        "OGC/1.3/CRS84": [-75.2322, 4.4389],
        "EPSG/0/4326": [4.4389, -75.2322],
        "EPSG/0/4686": [4.4389, -75.2322],
        "EPSG/0/9377": [2048868.316, 4752388.904],
        "EPSG/0/3116": [982705.501, 871834.629],
        "EPSG/0/3857": [-8374810.195, 494631.142],
    }
    uris = {f"http://www.opengis.net/def/crs/{name}": at for name, at in expected.items()}
    assert set(collection["crs"]) == set(uris)
    for uri, coordinates in uris.items():
        response = client.get("/api/collections/sitios/items/s000", params={"crs": uri})
        assert response.json()["geometry"]["coordinates"] == pytest.approx(coordinates, abs=1e-3)
        assert response.headers["content-crs"] == f"<{uri}>"


@proves("ogcapi-features-3/1.0/conf/queryables")
def test_queryables_are_the_visible_fields(client: httpx.Client) -> None:
    response = client.get("/api/collections/sitios/queryables")
    assert response.headers["content-type"] == "application/schema+json"
    document = response.json()
    assert document["$id"] == str(response.url)
    public = [field.name for field in world.SITIOS.fields if field.access == "publica"]
    assert list(document["properties"]) == [*public, "geometry"]
    assert document["properties"]["estado"]["oneOf"][0] == {"const": "abierto", "title": "Abierto"}


@proves("ogcapi-features-3/1.0/conf/queryables-query-parameters")
@pytest.mark.parametrize(
    ("name", "value", "count"),
    [
        ("codigo", "s003", 1),
        ("nombre", 'Sitio "3" ñandú', 1),
        ("estado", "abierto", 11),
        ("cupos", "7", 1),
        ("puntaje", "0.125", 1),
        ("accesible", "true", 8),
        ("apertura", "2024-02-15", 2),
        ("visita", "2024-05-01T05:30:00Z", 1),
        ("visita", "2024-05-01T00:30:00-05:00", 1),
        ("cupos", "999", 0),
    ],
)
def test_every_visible_field_filters(
    client: httpx.Client, name: str, value: str, count: int
) -> None:
    document = get(client, "/api/collections/sitios/items", **{name: value})
    assert document["numberMatched"] == document["numberReturned"] == count


@proves("ogcapi-features-3/1.0/conf/filter")
@proves("ogcapi-features-3/1.0/conf/features-filter")
@proves("cql2/1.0/conf/cql2-text")
@proves("cql2/1.0/conf/cql2-json")
@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("", "cupos < 5"),
        ("cql2-text", "cupos < 5"),
        ("cql2-json", '{"op":"<","args":[{"property":"cupos"},5]}'),
    ],
)
def test_filter_selects_features(client: httpx.Client, language: str, text: str) -> None:
    parameters = {"filter": text} | ({"filter-lang": language} if language else {})
    document = get(client, "/api/collections/sitios/items", **parameters)
    assert [f["id"] for f in document["features"]] == [f"s00{n}" for n in range(5)]
    refused = client.get("/api/collections/sitios/items", params={"filter": "inventado = 1"})
    assert refused.status_code == 400
    collection = get(client, "/api/collections/sitios")
    queryables = "http://www.opengis.net/def/rel/ogc/1.0/queryables"
    assert client.get(rels(collection)[queryables]).status_code == 200
    described = get(client, "/api/openapi.json")["components"]["parameters"]
    assert described["filter-lang"]["schema"]["default"] == "cql2-text"
    assert described["filter-crs"]["schema"]["default"].endswith("/CRS84")


@proves("cql2/1.0/conf/basic-cql2")
@proves("cql2/1.0/conf/advanced-comparison-operators")
@proves("cql2/1.0/conf/case-insensitive-comparison")
@proves("cql2/1.0/conf/accent-insensitive-comparison")
@proves("cql2/1.0/conf/basic-spatial-functions")
@proves("cql2/1.0/conf/basic-spatial-functions-plus")
@proves("cql2/1.0/conf/temporal-functions")
@proves("cql2/1.0/conf/property-property")
@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("cupos = 3", 1),
        ("cupos <> 3", 22),
        ("NOT (cupos < 3 OR cupos > 5)", 3),
        ("apertura IS NULL", 1),
        ("visita >= TIMESTAMP('2024-05-02T03:00:00Z')", 1),
        ("accesible = TRUE AND estado = 'abierto'", 4),
        ("nombre LIKE '%\"1_\"%'", 10),
        ("cupos BETWEEN 1 AND 3", 3),
        ("cupos IN (1, 99)", 1),
        ("CASEI(estado) = CASEI('ABIERTO')", 11),
        ("ACCENTI(nombre) LIKE ACCENTI('%nandu')", 23),
        ("S_INTERSECTS(geometry, POINT(-75.2322 4.4389))", 0),
        ("S_INTERSECTS(geometry, BBOX(-75.2323,4.4388,-75.2321,4.4390))", 1),
        ("S_INTERSECTS(geometry, POLYGON((-76 4,-75 4,-75 5,-76 5,-76 4)))", 22),
        ("S_INTERSECTS(geometry, MULTIPOLYGON(((-76 4,-75 4,-75 5,-76 5,-76 4))))", 22),
        ("S_INTERSECTS(geometry, LINESTRING(0 0,1 1))", 0),
        ("S_INTERSECTS(geometry, MULTILINESTRING((0 0,1 1)))", 0),
        ("T_AFTER(apertura, DATE('2024-11-30'))", 1),
        ("T_DURING(apertura, INTERVAL('2024-02-01','2024-03-01'))", 2),
        ("cupos = puntaje", 1),
    ],
)
def test_cql2_means_what_it_says(client: httpx.Client, text: str, count: int) -> None:
    document = get(client, "/api/collections/sitios/items", filter=text)
    assert document["numberMatched"] == count


@proves("ogcapi-features-4/1.0/conf/create-replace-delete")
def test_features_are_created_replaced_and_deleted(editor: httpx.Client) -> None:
    """Annex A of draft 20-002: options, create, replace, replace-rid, exceptions, delete."""
    items = "/api/collections/sitios/items"
    options = editor.options(items)
    assert options.status_code == 200
    assert "POST" in options.headers["allow"]
    assert "application/geo+json" in options.headers["accept-post"]
    body = {"type": "Feature", "geometry": None, "properties": {"codigo": "n1", "nombre": "a"}}
    assert editor.post(items, content=json.dumps(body)).status_code == 400  # no Content-Type
    geo = {"Content-Type": "application/geo+json"}
    made = editor.post(items, content=json.dumps(body), headers=geo)
    assert made.status_code == 201
    where = made.headers["location"]
    assert editor.get(where).json()["properties"]["nombre"] == "a"
    known = {"If-Match": made.headers["etag"]}
    assert editor.put(where, content=json.dumps(body), headers=known).status_code == 400
    other = json.dumps(body | {"id": "otro"})
    assert editor.put(where, content=other, headers=geo | known).status_code == 409
    body["properties"] = {"codigo": "n1", "nombre": "b"}
    done = editor.put(where, content=json.dumps(body), headers=geo | known)
    assert done.status_code == 200
    assert editor.get(where).json()["properties"]["nombre"] == "b"
    for held in ({}, {"If-Match": '"xyz"'}):
        missing = editor.put(f"{items}/nada", content=json.dumps(body), headers=geo | held)
        assert missing.status_code == 404
    assert {"PUT", "DELETE"} <= set(editor.options(where).headers["allow"].split(", "))
    known = {"If-Match": done.headers["etag"]}
    assert editor.delete(where, headers=known).status_code == 200
    assert editor.get(where).status_code == 404


@proves("ogcapi-features-4/1.0/conf/update")
def test_parts_of_a_feature_are_updated(editor: httpx.Client) -> None:
    """Annex A of draft 20-002: options, update, content type, identifiers, merge patch."""
    where = "/api/collections/sitios/items/s001"
    options = editor.options(where)
    assert "PATCH" in options.headers["allow"].split(", ")
    assert options.headers["accept-patch"] == "application/merge-patch+json"
    before = editor.get(where)
    held = {"If-Match": before.headers["etag"]}
    point = {"type": "Point", "coordinates": [-75.2, 4.4]}
    change = json.dumps({"geometry": point, "properties": {"nombre": "x", "cupos": None}})
    assert editor.patch(where, content=change, headers=held).status_code == 400
    merge = {"Content-Type": "application/merge-patch+json"}
    for other in ({"id": "otro"}, {"properties": {"codigo": "otro"}}):
        refused = editor.patch(where, content=json.dumps(other), headers=held | merge)
        assert refused.status_code == 409
    assert editor.patch(where, content=change, headers=held | merge).status_code == 200
    after = editor.get(where).json()
    assert after["geometry"] == point
    expected = before.json()["properties"] | {"nombre": "x", "cupos": None}
    assert after["properties"] == expected


@proves("ogcapi-features-4/1.0/conf/optimistic-locking-etags")
def test_changes_rest_on_what_was_read(editor: httpx.Client) -> None:
    """Annex A of draft 20-002: get-etag, replace, update, delete."""
    where = "/api/collections/sitios/items/s001"
    whole = json.dumps({"type": "Feature", "geometry": None, "properties": {"nombre": "p"}})
    calls = (
        ("PUT", whole, "application/geo+json"),
        ("PATCH", '{"properties":{"nombre":"q"}}', "application/merge-patch+json"),
        ("DELETE", "", "application/geo+json"),
    )
    for method, body, kind in calls:
        read = editor.get(where)
        etag = read.headers["etag"]
        assert re.fullmatch(r'"[!#-~]+"', etag)
        told = {"Content-Type": kind}
        stale = editor.request(method, where, content=body, headers=told | {"If-Match": '"0"'})
        assert stale.status_code == 412
        assert editor.get(where).content == read.content
        assert editor.request(method, where, content=body, headers=told).status_code == 428
        done = editor.request(method, where, content=body, headers=told | {"If-Match": etag})
        assert done.status_code == 200
        assert done.headers.get("etag", "") != etag
    assert editor.get(where).status_code == 404


@proves("ogcapi-features-4/1.0/conf/features")
def test_features_are_written_as_their_schema_and_crs_say(editor: httpx.Client) -> None:
    """Annex A of draft 20-002: endpoints, crs, schema, geojson."""
    items = rels(get(editor, "/api/collections/sitios"))["items"].partition("?")[0]
    crs = "http://www.opengis.net/def/crs/EPSG/0/9377"
    places = {"": [-75.2322, 4.4389], crs: [2048868.316, 4752388.904]}
    found = []
    for number, (uri, place) in enumerate(places.items()):
        body = {"type": "Feature", "geometry": {"type": "Point", "coordinates": place},
                "properties": {"codigo": f"n{number}"}}  # fmt: skip
        headers = {"Content-Type": "application/geo+json"} | ({"Content-Crs": uri} if uri else {})
        made = editor.post(items, content=json.dumps(body), headers=headers)
        assert made.status_code == 201, made.text
        found.append(get(editor, made.headers["location"], crs=crs)["geometry"]["coordinates"])
    assert found[0] == pytest.approx(found[1], abs=0.02)
    geo = {"Content-Type": "application/geo+json"}
    wrong = geo | {"Content-Crs": "http://www.opengis.net/def/crs/EPSG/0/21897"}
    assert editor.post(items, content=json.dumps(body), headers=wrong).status_code == 400
    schema = get(editor, "/api/collections/sitios/schema")
    assert schema["additionalProperties"] is False
    extended = body | {"properties": {"codigo": "n9", "inventado": 1}}
    assert editor.post(items, content=json.dumps(extended), headers=geo).status_code == 422
    described = get(editor, "/api/openapi.json")["paths"]
    assert "post" in described["/collections/sitios/items"]
    one = described["/collections/sitios/items/{featureId}"]
    assert {"put", "patch", "delete"} <= set(one)


@proves("ogcapi-features-5/1.0/conf/schemas")
@proves("ogcapi-features-5/1.0/conf/core-roles-features")
def test_schema_says_what_each_property_is_for(client: httpx.Client) -> None:
    document = get(client, "/api/collections/sitios/schema")
    roles = {p["x-ogc-role"]: n for n, p in document["properties"].items() if "x-ogc-role" in p}
    assert roles["id"] == "codigo"
    assert roles["primary-instant"] == "apertura"
    assert roles["primary-geometry"] == "geometry"
    assert document["properties"]["geometry"]["format"] == "geometry-point"
    assert document["required"] == ["codigo"]


@proves("ogcapi-tiles-1/1.0/conf/core")
@proves("ogcapi-tiles-1/1.0/conf/mvt")
def test_tiles_are_vector_tiles(client: httpx.Client) -> None:
    response = client.get(f"/api/collections/sitios/tiles/WebMercatorQuad/{control_tile(14)}")
    assert response.headers["content-type"] == "application/vnd.mapbox-vector-tile"
    layer = mapbox_vector_tile.decode(response.content)["sitios"]
    assert layer["extent"] == 4096
    assert layer["version"] == 2
    assert "s000" in {feature["properties"]["_id"] for feature in layer["features"]}


@proves("ogcapi-tiles-1/1.0/conf/tileset")
@proves("ogcapi-tiles-1/1.0/conf/tilesets-list")
@proves("ogcapi-tiles-1/1.0/conf/geodata-tilesets")
def test_tile_sets_of_a_layer_lead_to_its_tiles(client: httpx.Client) -> None:
    listed = get(client, rels(get(client, "/api/collections/sitios"))[TILESETS])
    tileset = get(client, rels(listed["tilesets"][0])["self"])
    assert tileset["dataType"] == "vector"
    assert tileset["tileMatrixSetURI"].endswith("/WebMercatorQuad")
    zoom, row, column = control_tile(14).split("/")
    template = rels(tileset)["item"]
    tile = template.format(tileMatrix=zoom, tileRow=row, tileCol=column)
    assert client.get(tile).content
    limits = {each["tileMatrix"]: each for each in tileset["tileMatrixSetLimits"]}[zoom]
    assert limits["minTileRow"] <= int(row) <= limits["maxTileRow"]
    assert limits["minTileCol"] <= int(column) <= limits["maxTileCol"]


@proves("ogcapi-tiles-1/1.0/conf/dataset-tilesets")
@proves("ogcapi-tiles-1/1.0/conf/collections-selection")
def test_one_tile_holds_the_layers_asked_for(client: httpx.Client) -> None:
    template = rels(get(client, rels(get(client, "/api/tiles")["tilesets"][0])["self"]))["item"]
    zoom, row, column = control_tile(8).split("/")
    tile = template.format(tileMatrix=zoom, tileRow=row, tileCol=column)
    some = mapbox_vector_tile.decode(client.get(tile + "&collections=sitios,vias").content)
    assert set(some) == {"sitios", "vias"}
    whole = mapbox_vector_tile.decode(client.get(tile).content)
    assert set(whole) == {"sitios", "zonas", "vias", "aproximados"}


@proves("tilematrixset/1.0/conf/tilematrixset")
@proves("tilematrixset/1.0/conf/json-tilematrixset")
def test_the_grid_is_the_registered_one(client: httpx.Client) -> None:
    listed = get(client, "/api/tileMatrixSets")["tileMatrixSets"][0]
    document = get(client, rels(listed)["self"])
    assert document["uri"] == "http://www.opengis.net/def/tilematrixset/OGC/1.0/WebMercatorQuad"
    matrix = document["tileMatrices"][14]
    assert matrix["id"] == "14"
    assert matrix["matrixWidth"] == 2**14
    assert matrix["scaleDenominator"] == pytest.approx(34123.67333, rel=1e-6)
    assert matrix["cellSize"] == pytest.approx(9.554628535647032)
