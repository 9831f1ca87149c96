"""OGC API - Features - Part 1: Core, its abstract tests by their ids (17-069r4, annex A)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import pytest
from lxml import html
from shapely.geometry import box, shape

from api.conformance import CLASSES
from tests.api import world
from tests.conformance.proving import CRS84, SPEC, collections, get, positions, proves, rels

if TYPE_CHECKING:
    import httpx

ITEMS = "/api/collections/sitios/items"
WHOLE = [layer.name for layer in world.LAYERS]


def linked(document: dict[str, Any], *wanted: str) -> None:
    """Each relation is there, and every link says its relation and its type."""
    assert {link["rel"] for link in document["links"]} >= set(wanted)
    assert all(link["rel"] and link["type"] and link["href"] for link in document["links"])


def other_types(document: dict[str, Any]) -> set[str]:
    return {link["type"] for link in document["links"] if link["rel"] in ("self", "alternate")}


@proves("ogcapi-features-1/1.0/conf/core")
def test_core_http(client: httpx.Client) -> None:
    assert client.get("/api").http_version == "HTTP/1.1"
    assert client.head(ITEMS).content == b""
    assert client.put("/api/collections").status_code == 405


def test_core_crs84(client: httpx.Client) -> None:
    for name in WHOLE:
        answer = client.get(f"/api/collections/{name}/items")
        assert answer.headers["content-crs"] == f"<{CRS84}>"
        for feature in answer.json()["features"]:
            if feature["geometry"]:
                for lon, lat in positions(feature["geometry"]["coordinates"]):
                    assert -76 < lon < -75
                    assert 4 < lat < 5


def test_core_root_op_and_success(client: httpx.Client) -> None:
    document = get(client, "/api")
    linked(document, "self", "alternate", "service-desc", "service-doc", "conformance", "data")
    assert document["title"]


def test_core_api_definition_op_and_success(client: httpx.Client) -> None:
    for link in get(client, "/api")["links"]:
        if link["rel"] in ("service-desc", "service-doc"):
            answer = client.get(link["href"], headers={"Accept": link["type"]})
            assert answer.status_code == 200
            assert answer.headers["content-type"].startswith(link["type"].partition(";")[0])


def test_core_conformance_op_and_success(client: httpx.Client) -> None:
    for path in (rels(get(client, "/api"))["conformance"], "/api/conformance"):
        declared = get(client, path)["conformsTo"]
        assert SPEC + "ogcapi-features-1/1.0/conf/core" in declared
        assert declared == list(CLASSES)
        assert len(set(declared)) == len(declared)


def test_core_fc_md_op_success_and_links(client: httpx.Client) -> None:
    document = get(client, "/api/collections")
    linked(document, "self", "alternate")
    assert document["crs"][0] == CRS84
    assert other_types(document) == {"application/json", "text/html"}


def test_core_fc_md_items(client: httpx.Client) -> None:
    assert [each["id"] for each in collections(client)] == WHOLE


def test_core_fc_md_items_links(client: httpx.Client) -> None:
    for collection in collections(client):
        linked(collection, "items", "describedby", "license")
        kinds = {link["type"] for link in collection["links"] if link["rel"] == "items"}
        assert kinds == {"application/geo+json", "text/html"}


@pytest.mark.parametrize("name", ["sitios", "zonas", "vias"])
def test_core_fc_md_extent(client: httpx.Client, name: str) -> None:
    extent = get(client, f"/api/collections/{name}")["extent"]
    (bbox,) = extent["spatial"]["bbox"]
    around = box(*bbox).buffer(1e-6)
    features = get(client, f"/api/collections/{name}/items")["features"]
    shapes = [shape(each["geometry"]) for each in features if each["geometry"]]
    assert all(around.covers(each) for each in shapes)
    (interval,) = extent.get("temporal", {"interval": [[None, None]]})["interval"]
    for layer in world.LAYERS:
        if layer.name == name and layer.time:
            times = [f["properties"][layer.time[0]] for f in features if f["properties"]]
            known = [time for time in times if time]
            assert interval[0] <= min(known) + "T00:00:00Z"


def test_core_sfc_md_op_and_success(client: httpx.Client) -> None:
    for collection in collections(client):
        assert get(client, f"/api/collections/{collection['id']}") == collection
    assert client.get("/api/collections/inventada").status_code == 404


def test_core_fc_op_response_and_links(client: httpx.Client) -> None:
    for name in WHOLE:
        document = get(client, f"/api/collections/{name}/items")
        assert document["type"] == "FeatureCollection"
        linked(document, "self", "alternate", "collection")
        assert {"application/geo+json", "text/html"} <= other_types(document)


def test_core_fc_links_next(client: httpx.Client) -> None:
    found, path = [], f"{ITEMS}?limit=7"
    while path:
        document = get(client, path)
        found += [feature["id"] for feature in document["features"]]
        path = rels(document).get("next", "")
    assert len(found) == len(set(found)) == world.SITES


def parameter(client: httpx.Client, name: str) -> dict[str, Any]:
    document = get(client, "/api/openapi.json")
    found: dict[str, Any] = document["components"]["parameters"][name]
    for layer in WHOLE:
        listed = document["paths"][f"/collections/{layer}/items"]["get"]["parameters"]
        assert {"$ref": f"#/components/parameters/{name}"} in listed
    return found


def test_core_fc_bbox_definition(client: httpx.Client) -> None:
    found = parameter(client, "bbox")
    assert (found["in"], found["required"]) == ("query", False)
    assert (found["style"], found["explode"]) == ("form", False)
    assert found["schema"]["type"] == "array"
    assert found["schema"]["items"]["type"] == "number"
    sizes = {(each["minItems"], each["maxItems"]) for each in found["schema"]["oneOf"]}
    assert sizes == {(4, 4), (6, 6)}


BOXES = {
    "-75.2323,4.4388,-75.2300,4.4390": (-75.2323, 4.4388, -75.23, 4.439),
    "-75.2323,4.4388,0,-75.2300,4.4390,9": (-75.2323, 4.4388, -75.23, 4.439),
    "-180,-90,180,90": (-180, -90, 180, 90),
    "0,0,1,1": (0, 0, 1, 1),
}


@pytest.mark.parametrize("text", BOXES)
@pytest.mark.parametrize("name", ["sitios", "zonas", "vias"])
def test_core_fc_bbox_response(client: httpx.Client, name: str, text: str) -> None:
    items, around = f"/api/collections/{name}/items", box(*BOXES[text])
    everything = get(client, items)["features"]
    met = {
        feature["id"]
        for feature in everything
        if not feature["geometry"] or shape(feature["geometry"]).intersects(around)
    }
    assert {feature["id"] for feature in get(client, items, bbox=text)["features"]} == met


def test_core_fc_bbox_response_across_the_antimeridian(client: httpx.Client) -> None:
    """West greater than east: 170 to -75.2315 is all but what lies between them eastward."""
    west_of = {f["id"] for f in get(client, ITEMS, bbox="-180,4,-75.2315,5")["features"]}
    across = {f["id"] for f in get(client, ITEMS, bbox="170,4,-75.2315,5")["features"]}
    assert across == west_of
    assert 1 < len(across) < world.SITES
    nowhere = get(client, ITEMS, bbox="170,4,-170,5")["features"]
    assert [feature["geometry"] for feature in nowhere] == [None]
    refused = client.get(ITEMS, params={"bbox": "5,1,4,2", "bbox-crs": "EPSG:3857"})
    assert refused.status_code == 400


def test_core_fc_limit_definition(client: httpx.Client) -> None:
    found = parameter(client, "limit")
    assert (found["in"], found["required"]) == ("query", False)
    assert (found["style"], found["explode"]) == ("form", False)
    assert found["schema"] == {"type": "integer", "minimum": 1, "maximum": 10000, "default": 100}


def test_core_fc_limit_response(client: httpx.Client) -> None:
    for limit in (1, 5, 1_000_000):
        document = get(client, ITEMS, limit=limit)
        assert len(document["features"]) == min(limit, world.SITES)


def test_core_fc_time_definition(client: httpx.Client) -> None:
    found = parameter(client, "datetime")
    assert (found["in"], found["required"]) == ("query", False)
    assert found["schema"]["type"] == "string"
    assert (found["style"], found["explode"]) == ("form", False)


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("2024-03-15", "2024-03-15", "2024-03-15"),
        ("2024-03-15T12:00:00-05:00", "2024-03-15", "2024-03-15"),
        ("2024-03-01/2024-05-31", "2024-03-01", "2024-05-31"),
        ("2024-03-01T00:00:00Z/2024-05-31T23:00:00Z", "2024-02-29", "2024-05-31"),
        ("2024-09-01/..", "2024-09-01", "9"),
        ("2024-09-01/", "2024-09-01", "9"),
        ("../2024-02-29", "0", "2024-02-29"),
        ("/2024-02-29", "0", "2024-02-29"),
        ("1999-01-01/1999-12-31", "1999-01-01", "1999-12-31"),
    ],
)
def test_core_fc_time_response(client: httpx.Client, text: str, low: str, high: str) -> None:
    met = {
        row["codigo"]
        for row in world.ROWS["sitios"]
        if row["apertura"] is None or low <= row["apertura"] <= high
    }
    assert {f["id"] for f in get(client, ITEMS, datetime=text)["features"]} == met


def test_core_fc_number_matched_and_returned(client: httpx.Client) -> None:
    for asked, matched in (({}, world.SITES), ({"estado": "abierto"}, 11), ({"q": "s001"}, 1)):
        document = get(client, ITEMS, limit=4, **asked)
        assert document["numberMatched"] == matched
        assert document["numberReturned"] == len(document["features"])


def test_core_query_param_invalid_and_unknown(client: httpx.Client) -> None:
    for asked in ({"limit": "x"}, {"bbox": "1"}, {"datetime": "x"}, {"inventado": "x"}):
        answer = client.get(ITEMS, params=asked)
        assert answer.status_code == 400
        assert answer.json()["parameter"] == next(iter(asked))


def test_core_f_op_success_and_links(client: httpx.Client) -> None:
    for name in WHOLE:
        for feature in get(client, f"/api/collections/{name}/items")["features"]:
            path = f"/api/collections/{name}/items/{quote(feature['id'], safe='')}"
            one = get(client, path)
            assert {key: one[key] for key in feature} == feature
            linked(one, "self", "alternate", "collection")
            assert other_types(one) == {"application/geo+json", "text/html"}
    assert client.get(f"{ITEMS}/inventado").status_code == 404


@proves("ogcapi-features-1/1.0/conf/geojson")
def test_geojson_definition(client: httpx.Client) -> None:
    for path in (ITEMS, f"{ITEMS}/s001"):
        asked = {"Accept": "application/geo+json"}
        answer = client.get(path, headers=asked)
        assert answer.headers["content-type"] == "application/geo+json"


def test_geojson_content(client: httpx.Client) -> None:
    for name in WHOLE:
        document = get(client, f"/api/collections/{name}/items")
        for feature in document["features"]:
            assert feature["type"] == "Feature"
            assert isinstance(feature["properties"], dict)
            if feature["geometry"]:
                made = shape(feature["geometry"])
                assert made.is_valid
                assert not made.is_empty


@proves("ogcapi-features-1/1.0/conf/html")
def test_html_definition_and_content(client: httpx.Client) -> None:
    for path in ("/api", "/api/conformance", "/api/collections", "/api/collections/sitios",
                 ITEMS, f"{ITEMS}/s001"):  # fmt: skip
        answer = client.get(path, headers={"Accept": "text/html"})
        assert answer.headers["content-type"] == "text/html; charset=utf-8"
        page = html.fromstring(answer.content)
        assert page.findtext(".//h1")
        assert page.xpath("//a/@href")


@proves("ogcapi-features-1/1.0/conf/oas30")
def test_oas30_completeness(client: httpx.Client) -> None:
    paths = get(client, "/api/openapi.json")["paths"]
    common = {"/", "/conformance", "/collections"}
    each = {
        f"/collections/{name}{tail}"
        for name in WHOLE
        for tail in ("", "/items", "/items/{featureId}", "/schema", "/queryables", "/sortables")
    }
    assert common | each <= set(paths)


def test_oas30_exception_codes(client: httpx.Client) -> None:
    paths = get(client, "/api/openapi.json")["paths"]
    answers = paths[ITEMS.removeprefix("/api")]["get"]["responses"]
    for asked, code in (({"limit": "x"}, 400), ({"f": "exe"}, 400)):
        assert client.get(ITEMS, params=asked).status_code == code
        assert str(code) in answers
    assert {"200", "400", "404", "406", "500"} <= set(answers)


def test_oas30_definition(client: httpx.Client) -> None:
    href = rels(get(client, "/api"))["service-desc"]
    kind = "application/vnd.oai.openapi+json;version=3.0"
    answer = client.get(href, headers={"Accept": kind})
    assert answer.headers["content-type"] == kind
    assert answer.json()["openapi"].startswith("3.0.")
