"""OGC API - Features - Part 2: CRS by Reference, its abstract tests by their ids (18-058r1)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from pyproj import CRS, Transformer

from tests.conformance.proving import CRS84, EPSG, collections, get, positions, proves

if TYPE_CHECKING:
    import httpx

ITEMS = "/api/collections/sitios/items"
CONTROL = {
    CRS84: [-75.2322, 4.4389],
    EPSG + "4326": [4.4389, -75.2322],
    EPSG + "4686": [4.4389, -75.2322],
    EPSG + "9377": [2048868.316, 4752388.904],
    EPSG + "3116": [982705.501, 871834.629],
    EPSG + "3857": [-8374810.195, 494631.142],
}
"""The control point of ``s000``, to the millimetre, in the order of each authority's axes."""


@proves("ogcapi-features-2/1.0/conf/crs")
def test_crs_crs_uri(client: httpx.Client) -> None:
    for collection in collections(client):
        for uri in collection["crs"]:
            assert CRS.from_user_input(uri)


def test_crs_default_crs(client: httpx.Client) -> None:
    assert get(client, "/api/collections")["crs"][0] == CRS84
    for collection in collections(client):
        assert collection["crs"][0] == CRS84


def test_crs_storage_crs(client: httpx.Client) -> None:
    for collection in collections(client):
        assert collection["storageCrs"] in collection["crs"]


@pytest.mark.parametrize("uri", CONTROL)
def test_crs_crs_parameter(client: httpx.Client, uri: str) -> None:
    assert set(get(client, "/api/collections/sitios")["crs"]) == set(CONTROL)
    for path in (ITEMS, f"{ITEMS}/s000"):
        answer = client.get(path, params={"crs": uri})
        assert answer.headers["content-crs"] == f"<{uri}>"
        document = answer.json()
        first = document.get("features", [document])[0]
        assert first["geometry"]["coordinates"] == pytest.approx(CONTROL[uri], abs=1e-3)


def test_crs_crs_parameter_default(client: httpx.Client) -> None:
    for path in (ITEMS, f"{ITEMS}/s000"):
        assert client.get(path).headers["content-crs"] == f"<{CRS84}>"


def test_crs_crs_parameter_invalid(client: httpx.Client) -> None:
    for path in (ITEMS, f"{ITEMS}/s000"):
        answer = client.get(path, params={"crs": "http://www.opengis.net/def/crs/EPSG/0/1"})
        assert answer.status_code == 400


@pytest.mark.parametrize("uri", CONTROL)
@pytest.mark.parametrize("name", ["sitios", "zonas", "vias"])
def test_crs_crs_parameter_transform(client: httpx.Client, name: str, uri: str) -> None:
    """Against PROJ, in the order of the authority's axes."""
    items = f"/api/collections/{name}/items"
    plain = get(client, items)["features"]
    asked = get(client, items, crs=uri)["features"]
    change = Transformer.from_crs(CRS84, uri)
    for one, other in zip(plain, asked, strict=True):
        assert one["properties"] == other["properties"]
        if one["geometry"] is None:
            assert other["geometry"] is None
            continue
        here = positions(one["geometry"]["coordinates"])
        there = positions(other["geometry"]["coordinates"])
        for before, after in zip(here, there, strict=True):
            tolerance = 2e-7 if abs(after[0]) < 200 else 0.02
            assert after == pytest.approx(change.transform(*before), abs=tolerance)


@pytest.mark.parametrize("uri", CONTROL)
def test_crs_bbox_crs_parameter(client: httpx.Client, uri: str) -> None:
    side = 0.0001 if abs(CONTROL[uri][0]) < 200 else 10
    first, second = CONTROL[uri]
    around = f"{first - side},{second - side},{first + side},{second + side}"
    found = get(client, ITEMS, **{"bbox": around, "bbox-crs": uri})["features"]
    assert [f["id"] for f in found if f["geometry"]] == ["s000"]


@pytest.mark.parametrize("uri", CONTROL)
def test_the_extent_of_a_collection_selects_it_all_in_any_crs(
    client: httpx.Client, uri: str
) -> None:
    """As the executable test suite asks: by the corners of the extent alone."""
    (box,) = get(client, "/api/collections/sitios")["extent"]["spatial"]["bbox"]
    project = Transformer.from_crs(CRS84, uri)
    corners = [round(value, 4) for at in (box[:2], box[2:]) for value in project.transform(*at)]
    asked = {"bbox": ",".join(map(str, corners)), "bbox-crs": uri, "limit": 1000}
    everything = get(client, ITEMS, limit=1000)["features"]
    assert get(client, ITEMS, **asked)["features"] == everything


def test_crs_bbox_crs_parameter_default(client: httpx.Client) -> None:
    around = "-75.2323,4.4388,-75.2320,4.4390"
    plain = get(client, ITEMS, bbox=around)["features"]
    assert get(client, ITEMS, **{"bbox": around, "bbox-crs": CRS84})["features"] == plain


def test_crs_bbox_crs_parameter_invalid(client: httpx.Client) -> None:
    asked = {"bbox": "1,2,3,4", "bbox-crs": EPSG + "1"}
    assert client.get(ITEMS, params=asked).status_code == 400
