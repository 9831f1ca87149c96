"""Questions as processes: described, asked now, asked as a job, and refused with reasons."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from api import answers
from gis.processes import Shared, jobs
from publishers.jobs import open_queue, prepare

if TYPE_CHECKING:
    import httpx

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


async def _prepare(system: System) -> None:
    app = open_queue(system.engine.url)
    async with app.open_async():
        await prepare(app)


@pytest.fixture
def queue(own_city: System) -> System:
    """A city whose queue has been attended once."""
    import asyncio

    asyncio.run(_prepare(own_city))
    return own_city


def test_without_anybody_to_attend_it_a_job_is_refused(own_client: httpx.Client) -> None:
    answer = ask(own_client, INPUTS, Prefer="respond-async")
    assert answer.status_code == 503
    assert "sig worker" in answer.json()["detail"]


def test_a_job_is_accepted_done_and_read(queue: System, own_client: httpx.Client) -> None:
    made = ask(own_client, INPUTS, Prefer="respond-async")
    assert made.status_code == 201
    assert made.headers["Preference-Applied"] == "respond-async"
    status = own_client.get(made.headers["Location"])
    assert status.json()["status"] == "accepted"
    early = own_client.get(made.headers["Location"] + "/results")
    assert (early.status_code, early.json()["type"]) == (404, EXCEPTIONS + "result-not-ready")
    number = status.json()["jobID"]
    assert answers.do(queue, number, Shared()) == "terminado"
    done = own_client.get(made.headers["Location"]).json()
    assert (done["status"], done["progress"]) == ("successful", 100)
    results = next(link["href"] for link in done["links"] if link["rel"].endswith("/results"))
    answer = own_client.get(results).json()["resultado"]
    assert answer == ask(own_client, INPUTS).json()
    assert own_client.get("/api/jobs").json()["jobs"] == []


def test_a_job_whose_worker_died_is_done_again_and_then_given_up(
    queue: System, own_client: httpx.Client
) -> None:
    number = ask(own_client, INPUTS, Prefer="respond-async").json()["jobID"]
    for expected in (1, 0):
        with queue.engine.begin() as conn:
            assert jobs.begin(conn, number) is not None
            conn.exec_driver_sql("UPDATE sig.job SET updated_at = now() - interval '1 hour'")
        assert answers.look_after(queue) == expected
    status = own_client.get(f"/api/jobs/{number}").json()
    assert status["status"] == "failed"
    assert "dos veces" in status["message"]
    results = own_client.get(f"/api/jobs/{number}/results")
    assert results.status_code == 400


def test_a_dismissed_job_is_not_done(queue: System, own_client: httpx.Client) -> None:
    number = ask(own_client, INPUTS, Prefer="respond-async").json()["jobID"]
    gone = own_client.delete(f"/api/jobs/{number}")
    assert gone.json()["status"] == "dismissed"
    assert answers.do(queue, number, Shared()) == "nada que hacer"
    assert own_client.get(f"/api/jobs/{number}/results").status_code == 404
