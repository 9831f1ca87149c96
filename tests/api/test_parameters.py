"""A parameter that is wrong is a 400 that names it, its value and what would be right."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    import httpx

ITEMS = "/api/collections/sitios/items"
CRS84 = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"

WRONG = [
    ("limit", "0"),
    ("limit", "-1"),
    ("limit", "diez"),
    ("limit", "1.5"),
    ("limit", "१"),
    ("limit", ""),
    ("bbox", "1,2,3"),
    ("bbox", "1,2,3,4,5"),
    ("bbox", "a,b,c,d"),
    ("bbox", "-75,5,-74,4"),
    ("bbox", "-75,4,-74,NaN"),
    ("bbox", "-75,4,-74,inf"),
    ("bbox", "1_0,2,11,4"),
    ("bbox", "٣,٤,٥,٦"),
    ("bbox", "-75,4,-74,91"),
    ("bbox-crs", "EPSG:21897"),
    ("crs", "EPSG:32618"),
    ("crs", "http://www.opengis.net/def/crs/EPSG/0/99999"),
    ("crs", ""),
    ("datetime", "ayer"),
    ("datetime", "2024-13-01"),
    ("datetime", "2024-02-30T00:00:00Z"),
    ("datetime", "2024-05-01T00:00:00"),
    ("datetime", "2024-05-02/2024-05-01"),
    ("datetime", "../.."),
    ("datetime", "/"),
    ("datetime", "2024/2025/2026"),
    ("datetime", "9999-12-31T23:59:59-05:00"),
    ("as-of", "ayer"),
    ("as-of", "2024-02-30"),
    ("token", "x"),
    ("token", "AAAAAAAAAAAAAAAAAAAAAA"),
    ("token", "ñ"),
    ("f", "xml"),
    ("cupos", "tres"),
    ("cupos", "9223372036854775808"),
    ("puntaje", "nan"),
    ("puntaje", "1,5"),
    ("accesible", "sí"),
    ("apertura", "15/02/2024"),
    ("visita", "2024-05-01"),
    ("estado", "ABIERTO"),
    ("nombre", "a\x00b"),
    ("inventado", "1"),
    ("offset", "10"),
    ("sortby", "nombre"),
    ("responsable", "x"),
    ("clave", "x"),
    ("_fid", "1"),
    ("geom", "x"),
]


@pytest.mark.parametrize(("name", "value"), WRONG)
def test_wrong_parameter_is_refused_by_name(client: httpx.Client, name: str, value: str) -> None:
    response = client.get(ITEMS, params={name: value})
    assert response.status_code == 400
    assert response.headers["content-type"] == "application/problem+json"
    problem = response.json()
    assert problem["status"] == 400
    assert problem["code"] == "invalid-request"
    assert problem["parameter"] == name
    assert problem["value"] == value
    assert f"«{name}»" in problem["detail"] or name in ("bbox-crs", "crs")
    assert problem["description"] == problem["detail"]
    assert problem["instance"] == ITEMS


def test_repeated_parameter_is_refused(client: httpx.Client) -> None:
    assert client.get(ITEMS + "?limit=1&limit=2").status_code == 400


def test_limit_above_the_maximum_is_the_maximum(client: httpx.Client) -> None:
    for limit in ("10001", "99999999999999999999"):
        assert client.get(ITEMS, params={"limit": limit}).json()["numberReturned"] == 23


@pytest.mark.parametrize(
    ("bbox", "crs", "count"),
    [
        ("-75.2323,4.4388,-75.2321,4.4390", CRS84, 1),
        ("-75.2323,4.4388,0,-75.2321,4.4390,3000", CRS84, 1),
        ("4.4388,-75.2323,4.4390,-75.2321", "[EPSG:4326]", 1),
        ("4.4388,-75.2323,4.4390,-75.2321", "EPSG:4686", 1),
        ("2048860,4752380,2048870,4752390", "urn:ogc:def:crs:EPSG::9377", 1),
        ("982700,871830,982710,871840", "http://www.opengis.net/def/crs/EPSG/0/3116", 1),
        ("-8374820,494620,-8374800,494640", "[EPSG:3857]", 1),
        ("-180,-90,180,90", CRS84, 22),
        ("170,-90,-75.2321,90", CRS84, 1),
        ("170,-90,-170,90", CRS84, 0),
        ("-75.2322,4.4389,-75.2322,4.4389", CRS84, 1),
        ("2048868.316,4752388.9041,2048868.316,4752388.9041", "[EPSG:9377]", 1),
        ("0,0,0,0", CRS84, 0),
    ],
)
def test_box_finds_what_meets_it_and_what_has_no_place(
    client: httpx.Client, bbox: str, crs: str, count: int
) -> None:
    found = client.get(ITEMS, params={"bbox": bbox, "bbox-crs": crs}).json()
    assert "s022" in [feature["id"] for feature in found["features"]]
    assert found["numberMatched"] == count + 1


def test_box_outside_the_order_of_axes_finds_nothing(client: httpx.Client) -> None:
    box = {"bbox": "4752380,2048860,4752390,2048870", "bbox-crs": "[EPSG:9377]"}
    assert client.get(ITEMS, params=box).json()["numberMatched"] == 1


@pytest.mark.parametrize(
    ("moment", "count"),
    [
        ("2024-02-15", 3),
        ("2024-02-15T12:00:00-05:00", 3),
        ("2024-02-16T04:59:59Z", 3),
        ("2024-02-16T05:00:00Z", 1),
        ("2024-02-16/2024-03-15", 3),
        ("../2024-02-15", 4),
        ("2024-12-15/..", 2),
        ("2030-01-01/", 1),
    ],
)
def test_datetime_is_the_features_own_time(client: httpx.Client, moment: str, count: int) -> None:
    """Days are of the legal time of Colombia; a site without a date meets every moment."""
    assert client.get(ITEMS, params={"datetime": moment}).json()["numberMatched"] == count


@pytest.mark.parametrize(
    ("moment", "codes"),
    [
        ("2019-12-31", []),
        ("2021-06-01", [0, 1, 2]),
        ("2023-01-01/..", [2]),
        ("../2020-01-01", [0, 1, 2]),
    ],
)
def test_time_of_two_fields_is_an_interval(
    client: httpx.Client, moment: str, codes: list[int]
) -> None:
    found = client.get("/api/collections/zonas/items", params={"datetime": moment}).json()
    assert [feature["properties"]["codigo"] for feature in found["features"]] == codes


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/api/collections/nada", 404),
        ("/api/collections/nada/items", 404),
        ("/api/collections/sitios/items/zzz", 404),
        ("/api/collections/sitios/items/%00", 404),
        ("/api/collections/sitios/items?as-of=999", 404),
        ("/api/collections/talleres/tiles", 404),
        ("/api/collections/secretos/tiles", 404),
        ("/api/collections/sitios/tiles/Otra", 404),
        ("/api/collections/sitios/tiles/WebMercatorQuad/a/0/0", 400),
        ("/api/collections/sitios/tiles/WebMercatorQuad/1/2/0", 404),
        ("/api/collections/sitios/tiles/WebMercatorQuad/99/0/0", 404),
        ("/api/collections/sitios/tiles/WebMercatorQuad/1/-1/0", 400),
        ("/api/tiles/WebMercatorQuad/1/0/0?collections=sitios,nada", 400),
        ("/api/tiles/WebMercatorQuad/1/0/0?collections=", 400),
        ("/api/styles/talleres", 404),
        ("/nada", 404),
    ],
)
def test_what_is_not_there_is_a_problem(client: httpx.Client, path: str, status: int) -> None:
    response = client.get(path)
    assert response.status_code == status
    assert response.headers["content-type"] == "application/problem+json"
    assert response.json()["status"] == status


def test_method_that_does_not_exist_is_405(client: httpx.Client) -> None:
    response = client.patch(ITEMS, json={})
    assert response.status_code == 405
    assert response.json()["code"] == "method-not-allowed"


def test_form_that_is_not_offered_is_406(client: httpx.Client) -> None:
    response = client.get(ITEMS, headers={"Accept": "application/xml"})
    assert response.status_code == 406
    assert response.json()["code"] == "not-acceptable"


def test_refusal_comes_as_a_page_to_a_browser(client: httpx.Client) -> None:
    response = client.get(ITEMS, params={"nada": "<b>"}, headers={"Accept": "text/html"})
    assert response.status_code == 400
    assert response.headers["content-type"] == "text/html; charset=utf-8"
    assert "El parámetro «nada» no existe aquí" in response.text
    assert "<b>" not in response.text
