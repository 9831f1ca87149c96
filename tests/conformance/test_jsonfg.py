"""JSON-FG, its abstract tests by their ids (21-045r1, annex A)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest
import sqlalchemy as sa
from shapely.geometry import shape

from tests.api import world
from tests.conformance.proving import CRS84, EPSG, PROFILE, SPEC, get, positions, proves

if TYPE_CHECKING:
    import httpx

    from api.wiring import System

CORE = SPEC + "json-fg-1/1.0/conf/core"
TYPES = SPEC + "json-fg-1/1.0/conf/types-schemas"
ITEMS = "/api/collections/sitios/items"
LAYERS = [layer.name for layer in world.LAYERS]
ROOTS = [f"/api/collections/{name}/items" for name in LAYERS] + [
    f"{ITEMS}/s000", "/api/collections/zonas/items/0", "/api/collections/talleres/items/t1",
]  # fmt: skip
SYSTEMS = ("", CRS84, EPSG + "9377", EPSG + "4686", EPSG + "3116", EPSG + "3857")
DAY = re.compile(r"\d{4}-\d\d-\d\d")


def documents(client: httpx.Client, profile: str = "jsonfg") -> list[dict[str, Any]]:
    """Every kind of root object in every CRS."""
    return [
        get(client, path, profile=profile, f="json", **({"crs": crs} if crs else {}))
        for path in ROOTS
        for crs in SYSTEMS
    ]


def features(document: dict[str, Any]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = document.get("features", [document])
    return found


@proves("json-fg-1/1.0/conf/core")
def test_core_schema_valid(client: httpx.Client) -> None:
    """Members and their kinds, as the standard's JSON Schema has them."""
    for document in documents(client):
        assert document["type"] in ("Feature", "FeatureCollection")
        assert CORE in document["conformsTo"]
        assert len(set(document["conformsTo"])) == len(document["conformsTo"])
        for feature in features(document):
            assert {"type", "id", "geometry", "place", "time", "properties"} <= set(feature)
            assert isinstance(feature["id"], str)
            if document is not feature:
                assert not {"conformsTo", "coordRefSys", "links"} & set(feature)


def test_core_metadata_types_schemas(client: httpx.Client) -> None:
    assert all(TYPES in document["conformsTo"] for document in documents(client))


def test_core_interval_start_end(client: httpx.Client) -> None:
    for document in documents(client):
        for feature in features(document):
            time = feature["time"]
            if time and "interval" in time:
                assert all(end == ".." or DAY.fullmatch(end) for end in time["interval"])
                start, end = time["interval"]
                assert ".." in (start, end) or start <= end
            elif time:
                assert DAY.fullmatch(time["date"])
    zones = get(client, "/api/collections/zonas/items", f="jsonfg")["features"]
    assert [zone["time"] for zone in zones] == [
        {"interval": ["2020-01-01", "2022-12-31"]},
        {"interval": ["2020-01-01", "2022-12-31"]},
        {"interval": ["2020-01-01", ".."]},
    ]
    assert get(client, f"{ITEMS}/s000", f="jsonfg")["time"] is None
    assert get(client, f"{ITEMS}/s003", f="jsonfg")["time"] == {"date": "2024-04-15"}


def test_core_instant_in_utc(visits: httpx.Client) -> None:
    first, second = get(visits, "/api/collections/visitas/items", f="jsonfg")["features"]
    assert first["time"] == {"timestamp": "2024-05-01T15:30:00.25Z"}
    assert second["time"] is None


def test_interval_that_is_none_is_not_told(own_city: System, own_client: httpx.Client) -> None:
    zones = sa.table("zonas", *map(sa.column, ("codigo", "desde", "hasta")), schema="data")
    for code, start, end in ((0, "2024-01-02", "2024-01-01"), (1, None, None)):
        with own_city.engine.begin() as connection:
            row = zones.update().where(zones.c.codigo == code)
            connection.execute(row.values(desde=start, hasta=end))
    for code in (0, 1):
        assert get(own_client, f"/api/collections/zonas/items/{code}", f="jsonfg")["time"] is None


def test_core_geometry_wgs84_and_no_extension(client: httpx.Client) -> None:
    for profile in ("jsonfg", "jsonfg-plus"):
        for document in documents(client, profile):
            for feature in features(document):
                if feature["geometry"]:
                    assert set(feature["geometry"]) == {"type", "coordinates"}
                    for lon, lat in positions(feature["geometry"]["coordinates"]):
                        assert -180 <= lon <= 180
                        assert -90 <= lat <= 90


def test_core_valid_geometry_and_coordinate_dimension(client: httpx.Client) -> None:
    for document in documents(client):
        for feature in features(document):
            for member in ("geometry", "place"):
                if feature[member]:
                    assert shape(feature[member]).is_valid
                    assert {len(p) for p in positions(feature[member]["coordinates"])} == {2}


def test_core_place_geometries(client: httpx.Client) -> None:
    """In CRS84 ``geometry`` alone; in another CRS ``place`` alone, or both when asked."""
    for crs in SYSTEMS[1:]:
        for profile in ("jsonfg", "jsonfg-plus"):
            document = get(client, ITEMS, f="jsonfg", profile=profile, crs=crs)
            assert document.get("coordRefSys") == (None if crs == CRS84 else crs)
            *placed, nowhere = document["features"]
            assert nowhere["place"] is nowhere["geometry"] is None
            for feature in placed:
                assert (feature["place"] is None) is (crs == CRS84)
                assert (feature["geometry"] is None) is (crs != CRS84 and profile == "jsonfg")


@pytest.mark.parametrize(
    ("crs", "first", "second"),
    [
        (EPSG + "9377", 2048868.316, 4752388.904),
        (EPSG + "4686", 4.4389, -75.2322),
        (EPSG + "3116", 982705.501, 871834.629),
        (EPSG + "4326", 4.4389, -75.2322),
        (EPSG + "3857", -8374810.195, 494631.142),
    ],
)
def test_core_axis_order(client: httpx.Client, crs: str, first: float, second: float) -> None:
    for path in (ITEMS, f"{ITEMS}/s000"):
        answer = client.get(path, params={"f": "jsonfg", "crs": crs, "profile": "jsonfg-plus"})
        assert answer.headers["content-crs"] == f"<{crs}>"
        one = features(answer.json())[0]
        assert one["place"]["coordinates"] == pytest.approx([first, second], abs=1e-3)
        assert one["geometry"]["coordinates"] == [-75.2322, 4.4389]


@proves("json-fg-1/1.0/conf/types-schemas")
def test_types_schemas_feature_type_and_schema(client: httpx.Client) -> None:
    for document in documents(client):
        name = document["featureType"]
        assert name in LAYERS
        schema = get(client, document["featureSchema"])
        assert schema["$id"].endswith(f"/{name}/schema")


def test_types_schemas_geometry_dimension(client: httpx.Client) -> None:
    for name, dimension in (("sitios", 0), ("vias", 1), ("zonas", 2), ("talleres", None)):
        document = get(client, f"/api/collections/{name}/items", f="jsonfg")
        assert document.get("geometryDimension") == dimension


@proves("json-fg-1/1.0/conf/profiles")
def test_profiles_rfc7946(client: httpx.Client) -> None:
    for asked in ({}, {"profile": "rfc7946"}, {"profile": "inventado"}):
        for path in (ITEMS, f"{ITEMS}/s000"):
            document = get(client, path, **asked)
            assert "conformsTo" not in document
            assert not any("place" in feature for feature in features(document))


def test_profiles_jsonfg_plus(client: httpx.Client) -> None:
    for document in documents(client, "jsonfg-plus"):
        for feature in features(document):
            assert feature["place"] is None or feature["geometry"] is not None


@proves("json-fg-1/1.0/conf/api")
@pytest.mark.parametrize("path", [ITEMS, f"{ITEMS}/s000"])
@pytest.mark.parametrize("profile", ["rfc7946", "jsonfg", "jsonfg-plus"])
def test_api_profile_parameter(client: httpx.Client, path: str, profile: str) -> None:
    for name in (profile, PROFILE + profile, f"inventado,{profile}"):
        answer = client.get(path, params={"profile": name})
        assert answer.headers["content-type"] == "application/geo+json"
        linked = {x["rel"]: x["href"] for x in answer.json()["links"]}
        assert linked["profile"] == PROFILE + profile
        assert f'<{PROFILE}{profile}>; rel="profile"' in answer.headers["link"]


def test_word_and_type_of_jsonfg(client: httpx.Client) -> None:
    by_word = client.get(ITEMS, params={"f": "jsonfg"})
    assert by_word.headers["content-type"] == "application/geo+json"
    draft = "application/vnd.ogc.fg+json"
    by_type = client.get(ITEMS, headers={"Accept": draft})
    assert by_type.headers["content-type"] == draft
    assert by_type.json()["features"] == by_word.json()["features"]
    plain = client.get(ITEMS, headers={"Accept": "application/geo+json"}).json()
    assert "conformsTo" not in plain


def test_pages_of_jsonfg_add_up(client: httpx.Client) -> None:
    found, path = [], f"{ITEMS}?f=jsonfg&limit=5&crs={EPSG}9377&sortby=-puntaje"
    while path:
        document = get(client, path)
        assert document["coordRefSys"] == EPSG + "9377"
        found += [feature["id"] for feature in document["features"]]
        path = next((x["href"] for x in document["links"] if x["rel"] == "next"), "")
    assert len(set(found)) == len(found) == world.SITES


def test_gdal_reads_it(client: httpx.Client, tmp_path: Any) -> None:
    import pyogrio

    path = tmp_path / "sitios.json"
    path.write_bytes(client.get(ITEMS, params={"f": "jsonfg", "crs": EPSG + "9377"}).content)
    assert pyogrio.read_info(path)["driver"] == "JSONFG"
    frame = pyogrio.read_dataframe(path)
    assert frame.crs.to_epsg() == 9377
    assert frame.geometry.iloc[0].x == pytest.approx(world.CONTROL[0], abs=1e-3)
    assert frame.geometry.iloc[0].y == pytest.approx(world.CONTROL[1], abs=1e-3)
