"""Every sample through the whole system: loaded as demonstration, served, and again a no-op."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import httpx
import jsonschema_rs
import pytest
import sqlalchemy as sa

import layers
from api import derived, portals, samples
from api.process_documents import output_schema
from api.settings import Settings
from api.wiring import System
from gis import changesets, conform, store
from gis.contract import PUBLICA
from gis.features import reading
from gis.processes import Ground, execute, process, processes
from gis.surroundings import CurrentFeatures
from publishers.publish import publish
from tests.api.conftest import serving

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from gis.contract.catalog import Catalog
    from tests.databases import Database

SECRET = {"registro_suicidios", "eventos_salud_publica"}
REGISTERS = {
    "registro_activos_informacion", "indice_informacion_clasificada", "esquema_publicacion",
}  # fmt: skip
COUNTED = {"suicidios", "casos_sivigila"}
FILES = {path.stem for path in layers.FOLDER.glob("[!_]*.py")}
NAMES = sorted((FILES | COUNTED) - SECRET)


@pytest.fixture(scope="module")
def loaded(
    new_database: Callable[[str], Database],
    shipped_template: str,
    catalog: Catalog,
    tmp_path_factory: pytest.TempPathFactory,
) -> System:
    """The shipped layers with their samples, as ``sig up`` leaves them."""
    database = new_database(shipped_template)
    settings = Settings(home=tmp_path_factory.mktemp("sig"), database_url=database.url)
    system = System(settings, catalog, database.engine, database.reader)
    for _ in samples.load(system, samples.pending(system)):
        pass
    assert all(report.added for report in derived.refresh_all(system))
    return system


@pytest.fixture(scope="module")
def client(loaded: System) -> Iterator[httpx.Client]:
    with serving(loaded) as address, httpx.Client(base_url=address, timeout=30) as found:
        yield found


@pytest.mark.parametrize("name", NAMES)
def test_a_layer_is_loaded_and_says_it_is_a_demonstration(name: str, loaded: System) -> None:
    with loaded.reader.connect() as connection:
        state = store.layer_state(connection, name)
    assert state.demonstration == (name not in REGISTERS)
    assert state.feature_count > 0


@pytest.mark.parametrize("name", NAMES)
def test_a_collection_gives_its_public_fields_and_no_other(
    name: str, client: httpx.Client, catalog: Catalog
) -> None:
    layer = catalog.layer(name)
    answer = client.get(f"/api/collections/{name}/items?f=json&limit=5")
    assert answer.status_code == 200, answer.text
    features = answer.json()["features"]
    public = {field.name for field in layer.fields_for(PUBLICA)}
    assert features
    for feature in features:
        assert set(feature["properties"]) <= public
        assert set(layer.key) <= set(feature["properties"])


@pytest.mark.parametrize("name", sorted(SECRET))
def test_a_layer_of_rows_that_are_not_public_is_not_there(name: str, client: httpx.Client) -> None:
    listed = client.get("/api/collections").json()["collections"]
    assert name not in {each["id"] for each in listed}
    assert name not in client.get("/api/openapi.json").text
    assert name not in client.get("/api/map").text
    for tail in ("", "/items", "/queryables", "/schema", "/items?f=parquet"):
        assert client.get(f"/api/collections/{name}{tail}").status_code == 404
    assert not [
        hit
        for hit in client.get("/api/search", params={"q": name}).json()["resultados"]
        if hit.get("capa") == name
    ]


@pytest.mark.parametrize("name", ["comunas", "zonas_wifi", "inspecciones_sanitarias", "malla_vial"])
def test_the_same_sample_again_changes_nothing(name: str, loaded: System) -> None:
    layer = loaded.catalog.layer(name)
    folder = loaded.catalog.entity.samples
    assert folder is not None
    (path,) = folder.glob(f"{name}.*")
    conformed = conform.prepare(
        path,
        layer,
        extent=loaded.catalog.entity.extent,
        surroundings=CurrentFeatures(loaded.engine, loaded.catalog),
    )
    report = changesets.load(loaded.engine, layer, conformed, demonstration=True, actor="prueba")
    assert (report.added, report.changed, report.removed) == (0, 0, 0)


def ask(system: System, name: str, **inputs: Any) -> dict[str, Any]:
    """A question to the loaded city, as the public."""
    with reading(system.reader) as connection:
        ground = Ground(system.catalog, connection)
        return execute(process(system.catalog, name), ground, inputs)


def as_json_schema(schema: Any) -> Any:
    """OpenAPI 3.0's ``nullable`` as JSON Schema says it."""
    if isinstance(schema, list):
        return [as_json_schema(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    made = {name: as_json_schema(value) for name, value in schema.items() if name != "nullable"}
    if schema.get("nullable"):
        made["type"] = [made["type"], "null"]
    return made


def test_each_question_answers_its_example_as_it_says(loaded: System) -> None:
    asked = processes(loaded.catalog)
    assert {"nearest", "coverage", "gaps", "kvd-eligibility", "area-report", "overlay"} <= set(
        asked
    )
    for one in asked.values():
        example = one.example(loaded.catalog)
        kinds = {told.name: told.kind for told in one.inputs}
        for name, value in example.items():
            schema = kinds[name].schema(loaded.catalog)
            jsonschema_rs.validate(as_json_schema(schema), value)
        answer = json.loads(json.dumps(ask(loaded, one.id, **example)))
        jsonschema_rs.validate(as_json_schema(output_schema(one)), answer)
        assert answer["fuentes"], one.id
        assert all(source["demostracion"] for source in answer["fuentes"]), one.id
        assert answer["avisos"][0].startswith("Datos de demostración"), one.id


TEACHES: dict[str, Callable[[dict[str, Any]], Any]] = {
    "area-report": lambda found: all(one["elementos"] for one in found["capas"]),
    "batch": lambda found: found["total"]["respondidos"] == len(found["respuestas"]) > 1,
    "coverage": lambda found: 0 < found["total"]["personas_cubiertas"] < found["total"]["personas"],
    "gaps": lambda found: found["features"][0]["properties"]["personas"],
    "geocode": lambda found: found["features"],
    "isochrone": lambda found: all(one["properties"]["calles_m"] for one in found["features"]),
    "kvd-eligibility": lambda found: len([n for n in found["total"].values() if n]) > 1,
    "nearest": lambda found: len({one["geometry"]["type"] for one in found["features"]}) == 1,
    "overlay": lambda found: len({one["sobre"] for one in found["encima"]}) > 1,
    "que-hay-aqui": lambda found: len(found["partes"]) > 3,
    "reverse-geocode": lambda found: found["direccion"],
    "route": lambda found: found["properties"]["camino"] and len(found["properties"]["pasos"]) > 1,
}
"""By question, whether an answer to its example shows what the question is for."""


def test_each_example_teaches_what_its_question_is_for(loaded: System) -> None:
    asked = processes(loaded.catalog)
    assert set(TEACHES) == set(asked), "each question says here what its example shows"
    poor = {
        name: answer
        for name, one in asked.items()
        if not TEACHES[name](answer := ask(loaded, name, **one.example(loaded.catalog)))
    }
    assert not poor
    overlay = asked["overlay"].example(loaded.catalog)
    assert overlay["capa"] != overlay["sobre"]


PASTED = re.compile(r"curl -X POST \S+(/api/\S+) .*? -d '(.*?)'\n", re.DOTALL)


def test_what_the_guide_shows_works_when_pasted(client: httpx.Client) -> None:
    guide = (layers.FOLDER.parent / "docs" / "preguntas.md").read_text()
    shown = PASTED.findall(guide.replace("'\\''", "\0"))
    assert len(shown) == guide.count("curl ") > 0
    for path, body in shown:
        asked = json.loads(body.replace("\0", "'"))
        answer = client.post(path, json=asked)
        assert answer.status_code == 200, answer.text
        name = path.split("/")[3]
        assert TEACHES[name](answer.json()), answer.text


def test_each_kiosk_s_village_has_a_verdict_with_its_reasons(loaded: System) -> None:
    found = ask(loaded, "kvd-eligibility")
    villages = {one["poblado"]: one for one in found["poblados"]}
    assert len(villages) == 16
    assert sum(found["total"].values()) == 16
    for one in villages.values():
        assert len(one["criterios"]) == 3
        assert all(criterion["razon"] for criterion in one["criterios"])
        people = one["criterios"][1]
        if people["cumple"] is None:  # nobody is eligible by numbers that are not known
            assert one["veredicto"] != "elegible"
    nowhere = villages["Santuario"]
    assert nowhere["lugar"] is None
    assert "Sin ubicación conocida" in nowhere["criterios"][2]["razon"]


LENGTH = sa.text("""
    SELECT ST_Length(ST_Intersection(v.geom, z.geom))
      FROM publica.comunas c, publica.malla_vial v,
           LATERAL (SELECT ST_Intersection(c.geom, ST_Union(a.geom)) AS geom
                      FROM publica.zonas_amenaza a WHERE a.nivel = 'alta') AS z
     WHERE c._id = '6' AND v.estado = 'malo' AND ST_Intersects(v.geom, z.geom)
""")


def test_bad_streets_in_high_hazard_of_a_comuna_are_those_of_a_statement_by_hand(
    loaded: System,
) -> None:
    found = ask(
        loaded, "area-report", capas=["malla_vial"], filtro="estado = 'malo'",
        capa_area="comunas", elemento="6", cruce="zonas_amenaza", filtro_cruce="nivel = 'alta'",
    )  # fmt: skip
    with loaded.reader.connect() as connection:
        lengths = [row[0] for row in connection.execute(LENGTH)]
    (streets,) = found["capas"]
    assert len(lengths) > 0
    assert streets["elementos"] == len(lengths)
    assert streets["longitud_m"] == pytest.approx(sum(lengths), abs=0.1)


def test_coverage_of_all_comunas_adds_up_and_keeps_its_bounds(loaded: System) -> None:
    found = ask(loaded, "coverage", servicio="zonas_wifi", distancia_m=300, por="comunas")
    for row in (found["total"], *found["por"]):
        least, most = row["personas_cubiertas_minimo"], row["personas_cubiertas_maximo"]
        assert least <= row["personas_cubiertas"] <= most <= row["personas"]
    for name in ("personas", "manzanas", "personas_cubiertas_maximo"):
        assert sum(row[name] for row in found["por"]) == found["total"][name]
    assert len([row for row in found["por"] if row["id"] is not None]) == 13


def looked_for(client: httpx.Client, text: str) -> tuple[int, dict[str, Any]]:
    answer = client.get("/lugar", params={"q": text, "f": "json"})
    return answer.status_code, answer.json()


def test_a_place_that_nobody_has_located_is_known_all_the_same(client: httpx.Client) -> None:
    status, told = looked_for(client, "Santuario")
    assert status == 200
    assert "Santuario" in told["detail"]
    assert "su ubicación no se ha establecido" in told["detail"]
    (known,) = told["sin_ubicacion"]
    assert {each["campo"] for each in known["campos"]} >= {"nombre", "tipo"}
    assert client.get(known["url"]).json()["geometry"] is None


def test_why_there_is_no_place_is_told(client: httpx.Client) -> None:
    status, told = looked_for(client, "Cra 5 # 20-15 Espinal Tolima")
    assert status == 404
    assert "Espinal" in told["detail"]
    status, told = looked_for(client, "¿dónde queda el hospital?")
    assert status == 300
    assert told["candidatos"]
    assert [each["capa"] for each in told["listas"]] == ["centros_salud"]
    assert client.get(told["listas"][0]["url"]).status_code == 200


def test_what_contradicts_an_address_reaches_the_answer(client: httpx.Client) -> None:
    status, told = looked_for(client, "Cra 9 # 35-40 Comuna 7")
    assert status == 200
    assert told["lugar"]["direccion"].startswith("Carrera 9 # 35-40")
    assert "No queda en Comuna 7" in told["lugar"]["cautela"]


@pytest.mark.parametrize("text", ["Av Ambalá", "Mz C Casa 12 Jordán 7 etapa", "Km 4 vía al Nevado"])
def test_addresses_as_people_write_them_are_answered(client: httpx.Client, text: str) -> None:
    status, told = looked_for(client, text)
    assert status == 200
    assert told["lugar"]["incertidumbre_m"] > 0


@pytest.mark.heavy
def test_every_dataset_leaves_and_no_person_with_it(loaded: System) -> None:
    outcomes = {
        order.dataset.name: publish(order)
        for order in portals.orders(loaded, [], "estatico", actor="prueba")
    }
    stayed = {name: done.plan.reason for name, done in outcomes.items() if not done.writes}
    assert stayed == {}
    assert outcomes.keys() == {dataset.name for _, dataset in loaded.catalog.datasets()}
