"""Styles, legend and the map's own document say the same of a layer."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import pytest
import sqlalchemy as sa

from gis.contract import PUBLICA
from gis.styles import hatch_name, legend, paint
from tests.api import world

if TYPE_CHECKING:
    import httpx

    from api.wiring import System


def layers_of(style: dict[str, Any], name: str) -> dict[str, dict[str, Any]]:
    return {
        layer["metadata"]["sig:part"]: layer
        for layer in style["layers"]
        if layer.get("metadata", {}).get("sig:layer") == name
    }


@pytest.fixture(scope="module")
def style(client: httpx.Client) -> dict[str, Any]:
    document: dict[str, Any] = client.get("/api/styles").json()
    return document


def test_style_names_no_other_host(style: dict[str, Any], address: str) -> None:
    assert style["version"] == 8
    assert "sprite" not in style
    assert "glyphs" not in style
    for source in style["sources"].values():
        assert source["type"] == "vector"
        assert source["url"].startswith(address)


def test_every_source_describes_the_tiles_it_draws(
    client: httpx.Client, style: dict[str, Any]
) -> None:
    for name, source in style["sources"].items():
        tilejson = client.get(source["url"]).json()
        assert tilejson["tilejson"] == "3.0.0"
        assert [layer["id"] for layer in tilejson["vector_layers"]] == [name]
        drawn = [layer for layer in style["layers"] if layer.get("source") == name]
        assert {layer["source-layer"] for layer in drawn} == {name}
        assert all(layer["minzoom"] >= tilejson["minzoom"] for layer in drawn)
        tile = tilejson["tiles"][0].format(z=14, x=4766, y=7987)
        assert client.get(tile).status_code == 200


def test_base_layers_lie_below_and_are_always_shown(style: dict[str, Any]) -> None:
    ids = [layer["id"] for layer in style["layers"]]
    assert ids[0] == "background"
    assert ids.index("zonas-outline") < ids.index("vias-line") < ids.index("sitios-point")
    assert ids.index("sitios-point") < ids.index("sitios-label")
    hidden = {
        layer["metadata"]["sig:layer"]
        for layer in style["layers"]
        if layer.get("layout", {}).get("visibility") == "none"
    }
    assert hidden == {"vias", "aproximados"}


def test_an_outline_is_that_of_a_feature_and_not_of_merged_pixels(style: dict[str, Any]) -> None:
    parts = layers_of(style, "zonas")
    assert parts["outline"]["filter"] == ["!", ["has", "cantidad"]]
    assert "filter" not in parts["fill"]


def test_colours_are_those_of_the_code_list(style: dict[str, Any], client: httpx.Client) -> None:
    color = layers_of(style, "sitios")["point"]["paint"]["circle-color"]
    assert color[:2] == ["match", ["to-string", ["get", "estado"]]]
    painted = {code: paint for (code,), paint in zip(color[2:-1:2], color[3:-1:2], strict=True)}
    assert painted == {"abierto": "#1a9850", "cerrado": "#d73027"}
    shown = client.get("/api/map").json()["sectors"][0]["layers"][0]
    assert shown["name"] == "sitios"
    assert {entry["code"]: entry["color"] for entry in shown["legend"]} == painted
    assert [e.as_dict() for e in legend(world.SITIOS, PUBLICA)] == shown["legend"]


def test_hatch_is_an_image_the_map_draws(style: dict[str, Any]) -> None:
    pattern = layers_of(style, "zonas")["hatch"]["paint"]["fill-pattern"]
    assert hatch_name("#1a9850") == "hatch-1a9850"
    assert {"hatch-1a9850", "hatch-d73027", "hatch-3366cc"} <= set(pattern[2:][1::2] + pattern[-1:])


def test_reach_is_in_metres_of_the_ground(style: dict[str, Any]) -> None:
    radius = layers_of(style, "sitios")["reach"]["paint"]["circle-radius"]
    assert radius[:3] == ["interpolate", ["exponential", 2], ["zoom"]]
    at_16 = radius[4] * 2**16
    metres_a_pixel = 40_075_016.686 * math.cos(math.radians(4.45)) / (512 * 2**16)
    assert at_16 * metres_a_pixel == pytest.approx(100, rel=1e-4)


def test_what_stands_for_many_has_a_halo_that_grows_with_them(
    style: dict[str, Any],
) -> None:
    parts = layers_of(style, "sitios")
    assert parts["many"]["filter"] == ["has", "cantidad"]
    assert list(parts).index("many") < list(parts).index("point")
    own, radius = (parts[part]["paint"]["circle-radius"] for part in ("point", "many"))
    assert radius == [
        ["*", value, paint.DENSER] if at > 2 and at % 2 == 0 else value
        for at, value in enumerate(own)
    ]


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("sitios", "Visible desde el zoom 8; con todos sus atributos desde el zoom 12; hasta el "
         "zoom 14, y más cerca donde son miles, los elementos muy juntos"),
        ("vias", "hasta el zoom 12, y más cerca"),
        ("zonas", "hasta el zoom 14, y más cerca"),
    ],
)  # fmt: skip
def test_what_is_hidden_or_merged_is_said(client: httpx.Client, name: str, words: str) -> None:
    told = client.get(f"/api/collections/{name}/tiles/WebMercatorQuad/tilejson").json()
    assert words in told["description"]


def test_coarsened_places_are_not_said_to_be_merged(client: httpx.Client) -> None:
    told = client.get("/api/collections/aproximados/tiles/WebMercatorQuad/tilejson").json()
    assert "unidos" not in told["description"]


def test_wider_roads_are_drawn_over_a_casing(style: dict[str, Any]) -> None:
    parts = layers_of(style, "vias")
    assert parts["casing"]["layout"]["line-sort-key"][3] == 4.0
    assert parts["label"]["layout"]["symbol-placement"] == "line"
    assert parts["label"]["layout"]["text-font"]


def test_one_layer_has_a_style_of_its_own_and_is_shown(client: httpx.Client) -> None:
    style = client.get("/api/styles/vias").json()
    assert set(style["sources"]) == {"vias"}
    assert all("visibility" not in layer.get("layout", {}) for layer in style["layers"])


def test_map_says_what_the_layer_list_needs(client: httpx.Client) -> None:
    document = client.get("/api/map").json()
    assert document["entity"]["municipality"] == "Prueba"
    assert document["entity"]["center"] == pytest.approx([-75.25, 4.45])
    layers = {layer["name"]: layer for s in document["sectors"] for layer in s["layers"]}
    assert set(layers) == {layer.name for layer in world.LAYERS}
    sitios = layers["sitios"]
    assert sitios["feature_count"] == world.SITES
    assert sitios["without_geometry"] == 1
    assert sitios["demonstration"] is False
    assert sitios["label"] == "nombre"
    assert {"name": "puntaje", "unit": "%", "kind": "number"}.items() <= sitios["fields"][4].items()
    assert sitios["fields"][2]["codes"] == {"abierto": "Abierto", "cerrado": "Cerrado"}
    assert layers["talleres"]["tilejson"] is None
    assert layers["secretos"]["geometry_type"] is None


def test_demonstration_data_say_so(own_city: System, own_client: httpx.Client) -> None:
    register = sa.table("layer", sa.column("name"), sa.column("demonstration"), schema="sig")
    with own_city.engine.begin() as connection:
        mark = register.update().where(register.c.name == "sitios").values(demonstration=True)
        connection.execute(mark)
    collection = own_client.get("/api/collections/sitios").json()
    assert collection["title"] == "Sitios (datos de demostración)"
    assert collection["description"].startswith("Datos de demostración")
    for path in ("items", "items/s001"):
        document = own_client.get(f"/api/collections/sitios/{path}").json()
        assert document["aviso"].startswith("Datos de demostración")
        page = own_client.get(f"/api/collections/sitios/{path}", params={"f": "html"}).text
        assert "Datos de demostración" in page
    layers = own_client.get("/api/map").json()["sectors"][0]["layers"]
    assert layers[0]["demonstration"] is True
    assert layers[0]["notice"].startswith("Datos de demostración")
