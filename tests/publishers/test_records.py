"""OGC API Records: what each conformance class claimed at ``/api/records`` demands, over HTTP."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from owslib.ogcapi.records import Records

from api.openapi_records import CONFORMANCE
from api.record_search import PARAMETERS
from gis.contract.metadata import OPEN_LICENCES
from publishers.ogc_records import SPDX
from tests.publishers.city import PERSONAL, City
from tests.publishers.site import DATASETS, Site, publish_all, served

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.databases import Server

ITEMS = "/api/records/collections/datos/items"


@pytest.fixture(scope="module")
def site(
    server: Server, city_template: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Site]:
    with server.database(city_template) as database:
        home = tmp_path_factory.mktemp("records") / "sig"
        city = City(database.engine, database.reader, home, {})
        city.fill()
        publish_all(city)
        with served(database, city) as running:
            yield running


def found(site: Site, query: str = "") -> list[str]:
    answer = site.get(f"{ITEMS}?{query}")
    assert answer.status_code == 200, answer.text
    return [
        feature["properties"]["externalIds"][0]["value"] for feature in answer.json()["features"]
    ]


def link(document: Any, rel: str) -> str:
    (href,) = [str(link["href"]) for link in document["links"] if link["rel"] == rel]
    return href


def test_owslib_walks_from_the_landing_page_to_each_record(site: Site) -> None:
    api = Records(site.address + "/api/records")
    assert api.records() == ["datos"]
    assert set(CONFORMANCE) == set(api.conformance()["conformsTo"])
    assert api.api()["openapi"].startswith("3.0")
    page = api.collection_items("datos", limit=3)
    assert (page["numberMatched"], page["numberReturned"]) == (4, 3)
    for feature in page["features"]:
        one = api.collection_item("datos", feature["id"])
        assert one["properties"] == feature["properties"]


def test_landing_leads_to_description_conformance_and_catalogue(site: Site) -> None:
    landing = site.get("/api/records").json()
    for rel in ("self", "service-desc", "conformance", "data"):
        assert site.get(link(landing, rel).removeprefix(site.address)).status_code == 200
    assert site.get("/api/records/").json()["title"] == landing["title"]
    assert any(found["rel"] == "ogc-catalog" for found in site.get("/api?f=json").json()["links"])


def test_the_catalogue_says_what_a_catalogue_must(site: Site) -> None:
    catalogue = site.get("/api/records/collections/datos").json()
    assert {"id", "type", "title", "extent", "links", "created", "updated"} <= set(catalogue)
    assert (catalogue["type"], catalogue["itemType"]) == ("Collection", "record")
    assert link(catalogue, "items").endswith(ITEMS)
    assert site.get("/api/records/collections").json()["collections"] == [catalogue]
    assert site.get("/api/records/collections/nada").status_code == 404


def test_a_record_has_what_the_core_demands(site: Site) -> None:
    for feature in site.get(ITEMS).json()["features"]:
        assert feature["type"] == "Feature"
        assert feature["id"]
        assert {"geometry", "time", "properties", "links", "conformsTo"} <= set(feature)
        properties = feature["properties"]
        assert {"type", "title", "description", "created", "updated"} <= set(properties)
        assert properties["license"] == "CC-BY-4.0"
        assert link(feature, "collection").endswith("/collections/datos")
        assert link(feature, "profile") == "http://www.opengis.net/def/profile/OGC/0/ogc-record"
        assert link(feature, "self").endswith(feature["id"])
        assert any(found["rel"] == "enclosure" for found in feature["links"])
    assert all(SPDX[licence] for licence in OPEN_LICENCES)


def test_pages_add_up_to_the_catalogue_once_each(site: Site) -> None:
    seen: list[str] = []
    address = f"{ITEMS}?limit=1"
    while address:
        page = site.get(address).json()
        seen += [feature["id"] for feature in page["features"]]
        following = [one["href"] for one in page["links"] if one["rel"] == "next"]
        address = following[0].removeprefix(site.address) if following else ""
    assert len(seen) == len(set(seen)) == len(DATASETS)


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("q=cursos", {"cursos"}),
        ("q=ÁRBOLES%20%20altos", {"arboles_altos"}),
        ("q=altos%20arboles", set()),
        ("q=cursos,verdes", {"cursos", "zonas_verdes"}),
        ("q=nada", set()),
        ("bbox=-75.21,4.425,-75.19,4.435", {"arboles", "arboles_altos"}),
        ("bbox=-74.1,4.5,-74,4.6", set()),
        ("bbox=170,-10,-70,10", {"arboles", "arboles_altos", "zonas_verdes"}),
        ("datetime=2020-01-01/..", {"cursos", "zonas_verdes"}),
        ("datetime=2019-03-01", {"arboles", "arboles_altos", "cursos", "zonas_verdes"}),
        ("type=dataset", set(DATASETS)),
        ("type=service", set()),
        ("externalIds=conjunto:cursos", {"cursos"}),
        ("externalIds=cursos,arboles", {"cursos", "arboles"}),
        ("externalIds=conjunto:", set(DATASETS)),
        ("externalIds=https://datos.villa.example/datos/cursos", {"cursos"}),
        ("q=arboles&externalIds=cursos", set()),
    ],
)
def test_each_parameter_finds_what_it_should(site: Site, query: str, expected: set[str]) -> None:
    assert set(found(site, query)) == expected


def test_ids_bring_those_records(site: Site) -> None:
    names = [feature["id"] for feature in site.get(ITEMS).json()["features"]]
    page = site.get(f"{ITEMS}?ids={names[0]},{names[2]}").json()
    assert {feature["id"] for feature in page["features"]} == {names[0], names[2]}


def test_order_is_by_title_unless_asked(site: Site) -> None:
    titles = ["arboles_altos", "arboles", "cursos", "zonas_verdes"]
    assert found(site) == titles
    assert found(site, "sortby=-title") == titles[::-1]
    properties = site.get("/api/records/collections/datos/sortables").json()["properties"]
    for name in properties:
        assert len(found(site, f"sortby=%2B{name}")) == 4


@pytest.mark.parametrize(
    "query",
    [
        "limit=0", "limit=x", "offset=-1", "bbox=1,2,3", "datetime=ayer", "sortby=nada",
        "q=a,,b", "pagina=2", "limit=1&limit=2", "f=xml",
    ],
)  # fmt: skip
def test_what_is_wrong_is_400(site: Site, query: str) -> None:
    assert site.get(f"{ITEMS}?{query}").status_code == 400


def test_an_unknown_record_is_404_and_a_known_one_has_an_etag(site: Site) -> None:
    assert site.get(f"{ITEMS}/nada").status_code == 404
    address = site.get(ITEMS).json()["features"][0]["links"][0]["href"]
    path = address.removeprefix(site.address)
    etag = site.get(path).headers["ETag"]
    assert site.get(path, If_None_Match=etag).status_code == 304


def test_the_description_says_every_parameter_and_limit(site: Site) -> None:
    paths = site.get("/api/records/openapi.json").json()["paths"]
    described = {p["name"]: p for p in paths["/collections/{name}/items"]["get"]["parameters"]}
    assert set(PARAMETERS) <= set(described)
    limit = described["limit"]
    assert limit["schema"]["type"] == "integer"
    assert {"minimum", "maximum", "default"} <= set(limit["schema"])
    assert (limit["style"], limit["explode"], limit["required"]) == ("form", False, False)
    for path in paths:
        address = path.replace("{name}", "datos").replace("{identifier}", "nada")
        expected = 404 if "identifier" in path else 200
        assert site.get("/api/records" + address.rstrip("/")).status_code == expected


def test_nothing_personal(site: Site) -> None:
    text = site.get(ITEMS).text
    assert not any(value in text for value in (*PERSONAL, "cuidador"))
