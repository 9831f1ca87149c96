"""OGC API - Features - Part 3: Filtering, its abstract tests by their ids (19-079r2)."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tests.conformance.proving import CRS84, EPSG, REL, collections, get, proves, rels

if TYPE_CHECKING:
    import httpx

ITEMS = "/api/collections/sitios/items"


@proves("ogcapi-features-3/1.0/conf/queryables")
def test_queryables_get_queryables_uris_and_queryables(client: httpx.Client) -> None:
    for collection in collections(client):
        href = rels(collection)[REL + "queryables"]
        answer = client.get(href, headers={"Accept": "application/schema+json"})
        assert answer.headers["content-type"] == "application/schema+json"
        document = answer.json()
        assert document["type"] == "object"
        assert document["$id"] == href.partition("?")[0]
        assert document["additionalProperties"] is False
        for property_ in document["properties"].values():
            spatial = property_.get("format", "").startswith("geometry-")
            assert ("type" in property_) is not spatial


@proves("ogcapi-features-3/1.0/conf/queryables-query-parameters")
def test_queryables_query_parameters_query_param(client: httpx.Client) -> None:
    queryables = get(client, "/api/collections/sitios/queryables")["properties"]
    first = get(client, f"{ITEMS}/s003")["properties"]
    for name in set(queryables) - {"geometry"}:
        value = first[name]
        asked = json.dumps(value) if isinstance(value, bool) else str(value)
        found = get(client, ITEMS, **{name: asked})["features"]
        assert "s003" in {feature["id"] for feature in found}
        assert {json.dumps(feature["properties"][name]) for feature in found} == {json.dumps(value)}


@proves("ogcapi-features-3/1.0/conf/filter")
def test_filter_filter_param_and_lang_default(client: httpx.Client) -> None:
    described = get(client, "/api/openapi.json")["components"]["parameters"]
    assert described["filter"]["schema"]["type"] == "string"
    assert described["filter-lang"]["schema"]["default"] == "cql2-text"
    assert described["filter-crs"]["schema"]["default"] == CRS84
    text = get(client, ITEMS, filter="cupos > 20")
    same = get(client, ITEMS, **{"filter": "cupos > 20", "filter-lang": "cql2-text"})
    as_json = json.dumps({"op": ">", "args": [{"property": "cupos"}, 20]})
    other = get(client, ITEMS, **{"filter": as_json, "filter-lang": "cql2-json"})
    assert text["features"] == same["features"] == other["features"]
    assert text["numberMatched"] == 2


def test_filter_expression_construction(client: httpx.Client) -> None:
    queryables = get(client, "/api/collections/sitios/queryables")["properties"]
    for name in set(queryables) - {"geometry"}:
        assert client.get(ITEMS, params={"filter": f"{name} IS NULL"}).status_code == 200
    assert client.get(ITEMS, params={"filter": "inventado IS NULL"}).status_code == 400


@pytest.mark.parametrize(
    ("crs", "place"),
    [("", "-75.2323,4.4388,-75.2321,4.4390"), (CRS84, "-75.2323,4.4388,-75.2321,4.4390"),
     (EPSG + "4326", "4.4388,-75.2323,4.4390,-75.2321"),
     (EPSG + "9377", "2048860,4752380,2048880,4752400"),
     (EPSG + "3116", "982700,871830,982710,871840")],
)  # fmt: skip
def test_filter_filter_crs_param_and_wgs84(client: httpx.Client, crs: str, place: str) -> None:
    asked = {"filter": f"S_INTERSECTS(geometry, BBOX({place}))"}
    asked |= {"filter-crs": crs} if crs else {}
    assert [f["id"] for f in get(client, ITEMS, **asked)["features"]] == ["s000"]
    asked["filter-crs"] = EPSG + "1"
    assert client.get(ITEMS, params=asked).status_code == 400


@proves("ogcapi-features-3/1.0/conf/features-filter")
def test_features_filter_filter_on_items_of_every_collection(client: httpx.Client) -> None:
    for collection in collections(client):
        items = f"/api/collections/{collection['id']}/items"
        everything = get(client, items)["numberMatched"]
        assert get(client, items, filter="TRUE")["numberMatched"] == everything
        assert get(client, items, filter="FALSE")["numberMatched"] == 0


def test_features_filter_mixing_expression(client: httpx.Client) -> None:
    asked = {"estado": "abierto", "bbox": "-76,4,-75,5", "datetime": "2024-01-01/2024-12-31"}
    both = get(client, ITEMS, filter="cupos < 10", **asked)["features"]
    one = {f["id"] for f in get(client, ITEMS, filter="cupos < 10")["features"]}
    other = {f["id"] for f in get(client, ITEMS, **asked)["features"]}
    assert {f["id"] for f in both} == one & other
    assert both
