"""Questions as processes: described, asked now, asked as a job, and refused with reasons."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from tests.api.conftest import serving
from tests.api.test_leaving import ask as leaving
from tests.api.test_leaving import locked, stuck
from tests.api.test_tile_cache import within

if TYPE_CHECKING:
    from api.wiring import System

ASK = "/api/processes/nearest/execution"
HERE = [-75.2322, 4.4389]
INPUTS: dict[str, Any] = {"lugar": HERE, "capa": "sitios", "cuantos": 3}
EXCEPTIONS = "http://www.opengis.net/def/exceptions/ogcapi-processes-1/1.0/"

WRONG: dict[str, tuple[Any, str]] = {
    "an input that does not exist": ({**INPUTS, "cuanto": 3}, "¿quiso decir «cuantos»?"),
    "an input missing": ({"capa": "sitios"}, "Falta la entrada «lugar»"),
    "another layer": ({**INPUTS, "capa": "sitio"}, "¿quiso decir «sitios»?"),
    "a layer that is no text": ({**INPUTS, "capa": 7}, "debe nombrar"),
    "too many": ({**INPUTS, "cuantos": 51}, "de 1 a 50"),
    "half a feature": ({**INPUTS, "cuantos": 1.5}, "número entero"),
    "true for a number": ({**INPUTS, "cuantos": True}, "número entero"),
    "latitude first": ({**INPUTS, "lugar": [4.4389, -75.2322]}, "va primero la longitud"),
    "another country": ({**INPUTS, "lugar": [2.35, 48.85]}, "fuera de Colombia"),
    "a point of three": ({**INPUTS, "lugar": [-75.2, 4.4, 1000]}, "debe ser un punto"),
    "a point of text": ({**INPUTS, "lugar": ["a", "b"]}, "debe ser un punto"),
    "a place by reference": ({**INPUTS, "lugar": {"href": "http://127.0.0.1/"}}, "otras"),
    "a filter of a hidden field": ({**INPUTS, "filtro": "documento = '1'"}, "documento"),
    "inputs that are a list": ([1], "objeto JSON"),
}


def ask(client: httpx.Client, inputs: Any, **headers: str) -> httpx.Response:
    return client.post(ASK, json={"inputs": inputs}, headers=headers)


def test_list_leads_to_descriptions(client: httpx.Client) -> None:
    listed = client.get("/api/processes").json()
    found = {one["id"]: one for one in listed["processes"]}
    assert "nearest" in found
    for one in found.values():
        described = client.get(one["links"][0]["href"]).json()
        assert described["id"] == one["id"]
        assert described["outputs"]
        assert any(link["rel"].endswith("/execute") for link in described["links"])


def test_nearest_come_in_order_with_what_they_rest_on(client: httpx.Client) -> None:
    found = ask(client, INPUTS).json()
    metres = [feature["properties"]["distancia_m"] for feature in found["features"]]
    assert len(metres) == 3
    assert metres == sorted(metres)
    assert [source["capa"] for source in found["fuentes"]] == ["sitios"]
    assert isinstance(found["fuentes"][0]["cambio"], int)
    assert "No reemplaza un concepto oficial." in found["avisos"]


def test_a_geojson_point_and_a_qualified_value_say_the_same(client: httpx.Client) -> None:
    point = {"type": "Point", "coordinates": HERE}
    same = [ask(client, {**INPUTS, "lugar": how}).json() for how in (HERE, point, {"value": HERE})]
    assert same[0] == same[1] == same[2]


def test_document_names_the_output(client: httpx.Client) -> None:
    asked = {"inputs": INPUTS, "response": "document", "outputs": {"resultado": {}}}
    assert client.post(ASK, json=asked).json()["resultado"]["features"]


@pytest.mark.parametrize(("inputs", "said"), WRONG.values(), ids=WRONG)
def test_wrong_inputs_are_refused_with_reasons(
    client: httpx.Client, inputs: Any, said: str
) -> None:
    answer = ask(client, inputs)
    assert answer.status_code == 400, answer.text
    assert said in answer.json()["detail"]


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        (b"{", "application/json", 400),
        (b"[]", "application/json", 400),
        (b'{"inputs": {}, "inputs": {}}', "application/json", 400),
        (
            b'{"inputs": {}, "subscriber": {"successUri": "http://a.example"}}',
            "application/json",
            400,
        ),
        (b'{"inputs": {}, "outputs": {"otra": {}}}', "application/json", 400),
        (b"<x/>", "text/xml", 415),
        (b" " * (3 * 2**20), "application/json", 413),
        (b"[" * 100_000, "application/json", 400),
    ],
)
def test_wrong_bodies_are_refused(
    client: httpx.Client, body: bytes, kind: str, status: int
) -> None:
    answer = client.post(ASK, content=body, headers={"Content-Type": kind})
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"


def test_what_does_not_exist_is_said_in_ogc_s_words(client: httpx.Client) -> None:
    process = client.get("/api/processes/nada")
    assert (process.status_code, process.json()["type"]) == (404, EXCEPTIONS + "no-such-process")
    job = client.get("/api/jobs/nada")
    assert (job.status_code, job.json()["type"]) == (404, EXCEPTIONS + "no-such-job")


def test_a_list_in_pages_loses_nothing(client: httpx.Client) -> None:
    whole = [one["id"] for one in client.get("/api/processes").json()["processes"]]
    found, path = [], "/api/processes?limit=2"
    while path:
        page = client.get(path).json()
        assert len(page["processes"]) <= 2
        found += [one["id"] for one in page["processes"]]
        path = next((link["href"] for link in page["links"] if link["rel"] == "next"), "")
    assert found == whole
    assert client.get("/api/processes?after=nada").status_code == 400


def test_one_who_leaves_stops_the_statement(own_city: System) -> None:
    body = json.dumps({"inputs": INPUTS}).encode()
    pool = own_city.reader.pool
    with serving(own_city) as address, locked(own_city) as busy:
        head = f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n"
        line = leaving(address, ASK, "POST", head)
        line.sendall(body)
        within(5, lambda: stuck(busy) == 1)
        line.close()
        within(1, lambda: stuck(busy) == 0)
        within(1, lambda: pool.checkedout() == 0)  # type: ignore[attr-defined]
        busy.rollback()
        with httpx.Client(base_url=address) as client:
            assert ask(client, INPUTS).status_code == 200


@pytest.mark.parametrize(
    ("wrong", "which"),
    [
        ({"filtro": "documento = '1'"}, "filtro"),
        ({"entradas": {"capa": "nada"}}, "entradas"),
        ({"entradas": {"capa": "sitios", "filtro": "documento = '1'"}}, "entradas"),
    ],
)
def test_a_job_that_could_only_fail_is_not_made(
    client: httpx.Client, wrong: dict[str, Any], which: str
) -> None:
    asked = {"proceso": "nearest", "capa": "sitios", "entradas": {"capa": "sitios"}, **wrong}
    answer = client.post("/api/processes/batch/execution", json={"inputs": asked})
    assert answer.status_code == 400, answer.text
    assert which in answer.json()["detail"]
