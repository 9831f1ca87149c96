"""``/api/search`` and the processes of addresses, over the sample city."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import httpx
import pytest
from pydantic import SecretStr

from api import samples
from api.settings import Settings
from api.wiring import System
from gis.contract.catalog import subset
from tests.api.conftest import serving

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from gis.contract.catalog import Catalog
    from tests.databases import Database

LAYERS = (
    "municipio", "comunas", "barrios", "corregimientos", "centros_poblados", "malla_vial",
    "puntos_vive_digital", "bibliotecas", "kioscos_vive_digital",
    "manzanas_censales",
)  # fmt: skip


@pytest.fixture(scope="module")
def sample_city(
    new_database: Callable[..., Database],
    shipped_template: str,
    catalog: Catalog,
    tmp_path_factory: Any,
) -> System:
    database = new_database(shipped_template)
    settings = Settings(home=tmp_path_factory.mktemp("sig"), database_url=SecretStr(database.url))
    system = System(settings, catalog, database.engine, database.reader)
    few = replace(system, catalog=subset(catalog, LAYERS))
    for _ in samples.load(few, samples.pending(few)):
        pass
    return system


@pytest.fixture(scope="module")
def city_client(sample_city: System) -> Iterator[httpx.Client]:
    with serving(sample_city) as found, httpx.Client(base_url=found, timeout=30) as made:
        yield made


def search(client: httpx.Client, text: str, **more: Any) -> list[dict[str, Any]]:
    answer = client.get("/api/search", params={"q": text, **more})
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()["resultados"]
    return found


def execute(client: httpx.Client, name: str, **inputs: Any) -> httpx.Response:
    return client.post(f"/api/processes/{name}/execution", json={"inputs": inputs})


@pytest.mark.parametrize(
    ("text", "kind", "label"),
    [
        ("Cra. 5 # 37-20", "direccion", "Carrera 5 # 37-20"),
        ("cll 10 con cra 3", "direccion", "Calle 10 con Carrera 3"),
        ("km 4 via al nevado", "direccion", "Km 4 Vía al Nevado"),
        ("villa restrepo", "comuna", "Villa Restrepo"),
        ("san juan de la chína", "centro_poblado", "Centro poblado San Juan de la China"),
        ("san huan de la china", "centro_poblado", "Centro poblado San Juan de la China"),
        ("barrio demostracion 4-2", "barrio", "Barrio demostración 4-2"),
        ("escuela efac", "sitio", "PVD Escuela Efac"),
        ("carrera 5", "via", "Carrera 5"),
        ("via al nebado", "via", "Vía al Nevado"),
        ("malla vial", "capa", "Malla vial"),
        ("zonas de amenasa", "capa", "Zonas de amenaza"),
    ],
)
def test_what_is_typed_is_found(
    city_client: httpx.Client, text: str, kind: str, label: str
) -> None:
    found = search(city_client, text)
    assert (kind, label) in [(each["tipo"], each["etiqueta"]) for each in found[:3]]


def test_each_result_says_where_it_is_and_what_to_open(city_client: httpx.Client) -> None:
    first = search(city_client, "Cra. 5 # 37-20")[0]
    lon, lat = first["posicion"]
    west, south, east, north = first["bbox"]
    assert west < lon < east
    assert south < lat < north
    assert "Barrio" in first["contexto"]
    place = search(city_client, "escuela efac")[0]
    item = next(link["href"] for link in place["links"] if link["rel"] == "item")
    assert city_client.get(item).json()["properties"]["nombre"] == place["etiqueta"]
    page = next(link["href"] for link in place["links"] if link["title"] == "En el mapa")
    assert "sel=puntos_vive_digital" in page


def test_every_place_found_says_how_far_off_it_may_be_and_what_it_is(
    city_client: httpx.Client,
) -> None:
    for text in (
        "calle 5",
        "Salado",
        "escuela efac",
        "Cra 5 # 37-20",
        "aproximada",
        "demostracion",
    ):
        for each in search(city_client, text):
            if "posicion" in each:
                assert each["error_m"] > 0, each
                assert each["hallado"], each


def test_a_street_is_as_doubtful_for_the_search_as_for_the_geocoder(
    city_client: httpx.Client,
) -> None:
    street = next(r for r in search(city_client, "calle 5") if r["tipo"] == "via")
    located = execute(city_client, "geocode", direccion="calle 5").json()["features"][0]
    assert street["error_m"] == located["properties"]["error_m"] > 100
    district = search(city_client, "El Salado")[0]
    assert (district["tipo"], district["hallado"]) == ("comuna", "Comuna o corregimiento")
    assert district["error_m"] > 1000


def test_what_contradicts_an_address_is_told(city_client: httpx.Client) -> None:
    found = search(city_client, "Cra 9 # 35-40 B/ Inventado")[0]
    assert "Ninguna capa tiene «Barrio Inventado»" in found["advertencias"][0]


def test_what_is_not_found_says_why_where_that_is_known(city_client: httpx.Client) -> None:
    def asked(text: str) -> dict[str, Any]:
        found: dict[str, Any] = city_client.get("/api/search", params={"q": text}).json()
        return found

    elsewhere = asked("Cra 5 # 20-15 Espinal Tolima")
    assert elsewhere["resultados"] == []
    assert "«Espinal Tolima»: no es de" in elsewhere["motivo"]
    assert asked("zzzzqqqq")["motivo"] == ""
    assert asked("Cra 5 # 37-20")["motivo"] == ""


def test_a_sentence_is_offered_the_area_that_it_names(city_client: httpx.Client) -> None:
    found = search(city_client, "no se donde vivo en la comuna 1")
    assert [each["etiqueta"] for each in found] == ["Comuna 1"]
    assert found[0]["puntaje"] == 0.5


def test_a_block_is_that_of_its_barrio(city_client: httpx.Client) -> None:
    found = search(city_client, "Mz C Casa 12 Jordán 7 etapa")
    assert [each["etiqueta"] for each in found if each["tipo"] == "direccion"] == ["Manzana C"]
    assert "Barrio Jordán 7 etapa" in found[0]["contexto"]


@pytest.mark.parametrize("text", ["Santuario", "KVD santuario", "kiosco santuaryo"])
def test_a_place_that_nobody_has_located_is_found_and_said_so(
    city_client: httpx.Client, text: str
) -> None:
    found = search(city_client, text)[0]
    assert found["etiqueta"] == "Kiosco Vive Digital Santuario"
    assert found["contexto"] == "Ubicación sin establecer"
    assert "posicion" not in found
    assert (found["capa"], found["tipo"]) == ("kioscos_vive_digital", "sitio")
    item = next(link["href"] for link in found["links"] if link["rel"] == "item")
    assert city_client.get(item).json()["geometry"] is None


def test_the_kind_that_is_typed_comes_first(city_client: httpx.Client) -> None:
    found = [each["etiqueta"] for each in search(city_client, "Vereda Cai")]
    assert found.index("Cay") < found.index("PVD Biblioteca Ismael Santofimio Caicedo")


def test_words_in_other_texts_find_the_place(city_client: httpx.Client) -> None:
    found = search(city_client, "aproximada")
    assert {each["capa"] for each in found} & {"puntos_vive_digital", "bibliotecas"}


def test_datasets_are_found_by_their_title(city_client: httpx.Client) -> None:
    assert "conjunto" in {each["tipo"] for each in search(city_client, "puntos vive digital")}


def test_the_limit_and_the_order_hold(city_client: httpx.Client) -> None:
    found = search(city_client, "demostración", limit=3)
    assert len(found) == 3
    assert [each["puntaje"] for each in found] == sorted(
        (each["puntaje"] for each in found), reverse=True
    )


@pytest.mark.parametrize(
    "text",
    ["<script>alert(1)</script>", "'; DROP TABLE x; --", "%", "\\", "🙂", "a" * 200, "& | !", "_"],
)
def test_hostile_text_is_only_text(city_client: httpx.Client, text: str) -> None:
    assert isinstance(search(city_client, text), list)


@pytest.mark.parametrize("query", ["", "q=", "q=%20", "q=a&x=1", "q=a&limit=0", "q=" + "a" * 201])
def test_wrong_questions_are_refused(city_client: httpx.Client, query: str) -> None:
    answer = city_client.get(f"/api/search?{query}")
    assert answer.status_code == 400
    assert answer.headers["content-type"] == "application/problem+json"


def test_geocode_answers_with_what_it_rests_on(city_client: httpx.Client) -> None:
    found = execute(city_client, "geocode", direccion="Cra. 5 # 37-20").json()
    assert found["direccion"] == "KR 5 37 20"
    best = found["features"][0]["properties"]
    assert best["tipo"] == "placa"
    assert best["elementos"][0]["capa"] == "malla_vial"
    assert {"malla_vial", "barrios"} <= {source["capa"] for source in found["fuentes"]}
    assert any("demostración" in notice for notice in found["avisos"])


def test_geocode_says_why_it_finds_nothing(city_client: httpx.Client) -> None:
    found = execute(city_client, "geocode", direccion="Cra 400 # 3-20").json()
    assert found["features"] == []
    assert "no está en la malla vial" in found["motivo"]
    assert found["fuentes"]


def test_reverse_of_geocode_is_the_same_address(city_client: httpx.Client) -> None:
    asked = execute(city_client, "geocode", direccion="Cra. 5 # 37-20").json()
    place = asked["features"][0]["geometry"]["coordinates"]
    found = execute(city_client, "reverse-geocode", lugar=place).json()
    assert found["direccion"].startswith("KR 5 37 ")
    assert abs(int(found["direccion"].split()[-1]) - 20) <= 1
    assert {"barrio", "comuna"} <= {place["tipo"] for place in found["dentro_de"]}


def test_a_place_outside_the_municipality_is_refused(city_client: httpx.Client) -> None:
    answer = execute(city_client, "reverse-geocode", lugar=[-74.08, 4.6])
    assert answer.status_code == 400
    assert "está fuera de" in answer.json()["detail"]


def test_a_street_that_changes_its_name_is_found_by_the_new_one(
    sample_city: System, city_client: httpx.Client
) -> None:
    assert execute(city_client, "geocode", direccion="Av Quindio 37-20").json()["features"] == []
    with sample_city.engine.begin() as connection:
        connection.exec_driver_sql(
            "UPDATE data.malla_vial SET nombre = 'Avenida Quindío' WHERE nombre = 'Carrera 9'"
        )
    found = execute(city_client, "geocode", direccion="Av Quindio 37-20").json()["features"]
    assert found[0]["properties"]["tipo"] == "placa"
