"""OGC API - Features - Part 5 / Common - Part 3: Schemas, its abstract tests by ids (23-058r2)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import jsonschema_rs
import pytest

from gis.contract import CLASIFICADA, PUBLICA
from tests.api import world
from tests.conformance.proving import PROFILE, REL, collections, get, proves, rels

if TYPE_CHECKING:
    import httpx

ITEMS = "/api/collections/sitios/items"
TAILS = ("schema", "queryables", "sortables")
SPATIAL = {f"geometry-{kind}" for kind in ("point", "multipolygon", "linestring")}


def schemas(client: httpx.Client, *tails: str) -> list[dict[str, Any]]:
    """The schemas of every collection, found by their links."""
    found = []
    for collection in collections(client):
        for tail in tails or TAILS:
            href = rels(collection)[REL + tail]
            answer = client.get(href, headers={"Accept": "application/schema+json"})
            assert answer.status_code == 200
            assert answer.headers["content-type"] == "application/schema+json"
            found.append(answer.json())
    return found


@proves("ogcapi-common-3/1.0/conf/schemas")
@proves("ogcapi-features-5/1.0/conf/schemas")
def test_schemas_json_schema(client: httpx.Client) -> None:
    for document in schemas(client):
        jsonschema_rs.meta.validate(document)
        assert document["$schema"] == "https://json-schema.org/draft/2020-12/schema"
        assert document["type"] == "object"
        again = client.get(document["$id"], headers={"Accept": "application/schema+json"})
        assert again.json() == document


def test_schemas_properties(client: httpx.Client) -> None:
    for document in schemas(client):
        for name, property_ in document["properties"].items():
            spatial = name == "geometry"
            assert ("type" in property_) is not spatial
            assert "$ref" not in property_
            assert property_["title"]
            if spatial:
                assert property_["format"] in SPATIAL
    properties = get(client, "/api/collections/sitios/schema")["properties"]
    formats = {name: each.get("format") for name, each in properties.items()}
    assert formats["cupos"] == "int64"
    assert formats["puntaje"] == "double"
    assert formats["apertura"] == "date"
    assert formats["visita"] == "date-time"
    assert properties["puntaje"]["x-ogc-unit"] == "%"


def test_schemas_role_id(client: httpx.Client) -> None:
    for document in schemas(client, "schema"):
        (found,) = [p for p in document["properties"].values() if p.get("x-ogc-role") == "id"]
        assert found["type"] in ("string", "integer")
    made = get(client, "/api/collections/vias/schema")["properties"]["id"]
    assert made["readOnly"] is True


def test_schemas_property_seq_is_unique(client: httpx.Client) -> None:
    for document in schemas(client):
        places = [each["x-ogc-propertySeq"] for each in document["properties"].values()]
        assert places == list(range(1, len(places) + 1))


@proves("ogcapi-common-3/1.0/conf/advanced-property-roles")
@proves("ogcapi-features-5/1.0/conf/core-roles-features")
def test_advanced_property_roles(client: httpx.Client) -> None:
    roles = {}
    for document in schemas(client, "schema"):
        named = [
            (p["x-ogc-role"], n) for n, p in document["properties"].items() if "x-ogc-role" in p
        ]
        assert len(dict(named)) == len(named)
        roles[document["$id"].split("/")[-2]] = dict(named)
    assert roles["sitios"]["primary-geometry"] == "geometry"
    assert roles["sitios"]["primary-instant"] == "apertura"
    assert roles["zonas"]["primary-interval-start"] == "desde"
    assert roles["zonas"]["primary-interval-end"] == "hasta"
    assert "primary-instant" not in roles["zonas"]


@proves("ogcapi-common-3/1.0/conf/returnables-and-receivables")
def test_returnables_and_receivables(client: httpx.Client) -> None:
    """What is returned fits the schema, and nothing hidden is in it."""
    for document in schemas(client, "schema"):
        name = document["$id"].split("/")[-2]
        for feature in get(client, f"/api/collections/{name}/items")["features"]:
            made = feature["properties"]
            if document["properties"].get("id", {}).get("readOnly"):
                made = made | {"id": feature["id"]}
            made = {key: value for key, value in made.items() if value is not None}
            if "geometry" in document["properties"]:
                made |= {"geometry": feature["geometry"]}
            jsonschema_rs.validate(document, made)
    found = get(client, "/api/collections/sitios/schema")
    public = [field.name for field in world.SITIOS.fields_for(PUBLICA)]
    assert list(found["properties"]) == [*public, "geometry"]
    assert found["required"] == ["codigo"]
    assert get(client, "/api/collections/zonas/schema")["required"] == ["codigo", "geometry"]


def test_stand_in_of_a_place_cannot_be_written(client: httpx.Client) -> None:
    assert world.APROXIMADOS.geometry is not None
    assert world.APROXIMADOS.geometry.access is CLASIFICADA
    found = get(client, "/api/collections/aproximados/schema")["properties"]["geometry"]
    assert found["readOnly"] is True


@proves("ogcapi-common-3/1.0/conf/queryables")
def test_queryables(client: httpx.Client) -> None:
    for document in schemas(client, "queryables"):
        assert document["additionalProperties"] is False
        assert "id" not in document["properties"]
    assert client.get(ITEMS, params={"filter": "inventado = 1"}).status_code == 400


@proves("ogcapi-common-3/1.0/conf/sortables")
def test_sortables(client: httpx.Client) -> None:
    offered = {}
    for document in schemas(client, "sortables"):
        assert document["additionalProperties"] is False
        name = document["$id"].split("/")[-2]
        offered[name] = list(document["properties"])
        for property_ in offered[name]:
            answer = client.get(f"/api/collections/{name}/items", params={"sortby": property_})
            assert answer.status_code == 200
    assert offered["sitios"] == ["estado", "puntaje", "apertura", "visita"]
    assert offered["vias"] == []
    assert client.get(ITEMS, params={"sortby": "nombre"}).status_code == 400


PATHS = (ITEMS, f"{ITEMS}/s001", *(f"/api/collections/sitios/{tail}" for tail in TAILS))


@proves("ogcapi-common-3/1.0/conf/profile-parameter")
@pytest.mark.parametrize("path", PATHS)
def test_profile_parameter(client: httpx.Client, path: str) -> None:
    described = get(client, "/api/openapi.json")
    shape = described["components"]["parameters"]["profile"]
    assert shape["schema"]["type"] == "array"
    assert (shape["style"], shape["explode"]) == ("form", False)
    named = path.removeprefix("/api").replace("s001", "{featureId}")
    operation = described["paths"][named]["get"]
    assert {"$ref": "#/components/parameters/profile"} in operation["parameters"]
    plain = client.get(path)
    applied = client.get(path, params={"profile": "inventado,http://example.org/perfil"})
    assert applied.status_code == 200
    for answer in (plain, applied):
        assert f"<{PROFILE}" in answer.headers["link"]
        assert 'rel="profile"' in answer.headers["link"]
    for wrong in ("", "a b", "a,,b", "ftp://x", "x" * 500, "\u00f1"):
        assert client.get(path, params={"profile": wrong}).status_code == 400


@proves("ogcapi-common-3/1.0/conf/profile-codelists")
def test_profile_codelists(client: httpx.Client) -> None:
    for tail in TAILS:
        answer = client.get(
            f"/api/collections/sitios/{tail}", params={"profile": "codelist-inline"}
        )
        assert f"<{PROFILE}codelist-inline>" in answer.headers["link"]
        estado = answer.json()["properties"]["estado"]
        assert estado["oneOf"][0] == {"const": "abierto", "title": "Abierto"}
        assert "enum" not in estado


@proves("ogcapi-common-3/1.0/conf/profile-domains")
def test_profile_domains(client: httpx.Client) -> None:
    answer = client.get("/api/collections/sitios/schema", params={"profile": "actual-domain"})
    assert f"<{PROFILE}valid-domain>" in answer.headers["link"]
    assert answer.json()["properties"]["cupos"]["minimum"] == 0
    assert answer.json()["properties"]["codigo"]["maxLength"] == 20


@proves("ogcapi-common-3/1.0/conf/references")
def test_references(visits: httpx.Client) -> None:
    found = get(visits, "/api/collections/visitas/schema")["properties"]["sitio"]
    assert found["x-ogc-role"] == "reference"
    assert found["x-ogc-collectionId"] == "sitios"
    assert found["type"] == "string"
    visit = get(visits, "/api/collections/visitas/items/v1")["properties"]["sitio"]
    assert visits.get(f"/api/collections/sitios/items/{visit}").status_code == 200


def test_schemas_come_as_pages(client: httpx.Client) -> None:
    for tail in TAILS:
        page = client.get(f"/api/collections/sitios/{tail}", headers={"Accept": "text/html"})
        assert page.headers["content-type"].startswith("text/html")
        assert "Estado" in page.text
        assert "int64" not in page.text
