"""Abstract tests of OGC API Processes Part 1 (18-062r2, annex A), by the class each proves."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.conformance.proving import REL, SPEC, get, proves, rels

if TYPE_CHECKING:
    import httpx

CONF = "ogcapi-processes-1/1.0/conf/"
EXCEPTIONS = "http://www.opengis.net/def/exceptions/ogcapi-processes-1/1.0/"
MODES = {"sync-execute", "async-execute"}


def described(client: httpx.Client) -> list[dict[str, Any]]:
    """Every process description."""
    found = get(client, "/api/processes")["processes"]
    return [get(client, f"/api/processes/{one['id']}") for one in found]


NEAREST = "/api/processes/nearest"


def asked(client: httpx.Client, **more: Any) -> httpx.Response:
    """The example of one process, asked."""
    example = get(client, NEAREST)["example"]
    return client.post(NEAREST + "/execution", json={**example, **more})


@proves(CONF + "core")
def test_landingpage_success(client: httpx.Client) -> None:
    """/req/core/landingpage-success: it leads to the API, its conformance and the processes."""
    found = rels(get(client, "/api"))
    assert {"service-desc", "service-doc", "conformance"} <= set(found)
    assert found[REL + "processes"].endswith("/api/processes?f=json")


@proves(CONF + "core")
def test_conformance_success(client: httpx.Client) -> None:
    """/req/core/conformance-success: it names each class of this part that is met."""
    claimed = get(client, "/api/conformance")["conformsTo"]
    assert {one.removeprefix(SPEC + CONF) for one in claimed if CONF in one} == {
        "core", "ogc-process-description", "json", "html", "oas30", "job-list", "dismiss",
    }  # fmt: skip


@proves(CONF + "core")
def test_process_list_success(client: httpx.Client) -> None:
    """/req/core/process-list-success and /req/core/pl-links: each with its summary and links."""
    listed = get(client, "/api/processes")
    assert {"self", "alternate"} <= set(rels(listed))
    assert all("type" in link for link in listed["links"])
    for one in listed["processes"]:
        assert {"id", "version", "jobControlOptions", "outputTransmission"} <= set(one)
        assert set(one["jobControlOptions"]) <= MODES
        assert rels(one)["self"]


@proves(CONF + "core")
def test_pl_limit_response(client: httpx.Client) -> None:
    """/req/core/pl-limit-definition and pl-limit-response: no more than asked, and no nonsense."""
    assert len(get(client, "/api/processes", limit=2)["processes"]) == 2
    assert "next" in rels(get(client, "/api/processes", limit=2))
    for wrong in ("0", "-1", "x"):
        assert client.get("/api/processes", params={"limit": wrong}).status_code == 400


@proves(CONF + "core")
def test_process_success(client: httpx.Client) -> None:
    """/req/core/process-success: every process that is listed is described."""
    for one in get(client, "/api/processes")["processes"]:
        found = get(client, f"/api/processes/{one['id']}")
        assert (found["id"], found["version"]) == (one["id"], one["version"])
        assert any(rel.endswith("/execute") for rel in rels(found))


@proves(CONF + "core")
def test_no_such_process(client: httpx.Client) -> None:
    """/req/core/process-exception-no-such-process: 404 with OGC's type, read or asked."""
    for answer in (
        client.get("/api/processes/nada"),
        client.post("/api/processes/nada/execution", json={"inputs": {}}),
    ):
        assert (answer.status_code, answer.json()["type"]) == (
            404, EXCEPTIONS + "no-such-process",
        )  # fmt: skip


@proves(CONF + "core")
def test_process_execute(client: httpx.Client) -> None:
    """/req/core/process-execute-op and test-process: each answers its example (503: a job that
    nobody attends here), and refuses an input that it does not have."""
    for one in described(client):
        path = f"/api/processes/{one['id']}/execution"
        answer = client.post(path, json=one["example"])
        expected = (200,) if "sync-execute" in one["jobControlOptions"] else (201, 503)
        assert answer.status_code in expected, answer.text
        assert client.post(path, json={"inputs": {"nada": 1}}).status_code == 400


@proves(CONF + "core")
def test_process_execute_request(client: httpx.Client) -> None:
    """/req/core/process-execute-request: a body that is no execute request is refused."""
    for body in ([], "x", {"inputs": []}, {"nada": {}}, {"response": "xml", "inputs": {}}):
        assert client.post(NEAREST + "/execution", json=body).status_code == 400


@proves(CONF + "core")
def test_process_execute_inputs(client: httpx.Client) -> None:
    """/req/core/process-execute-input-inline-object and -mixed-type: a value and a qualified value
    are the same; what does not fit the schema is refused by its name."""
    inputs = get(client, NEAREST)["example"]["inputs"]
    qualified = {**inputs, "cuantos": {"value": inputs["cuantos"]}}
    assert asked(client, inputs=qualified).json() == asked(client).json()
    for name in inputs:
        answer = asked(client, inputs={**inputs, name: {}})
        assert answer.status_code == 400
        assert name in answer.json()["detail"]


@proves(CONF + "core")
def test_process_execute_outputs(client: httpx.Client) -> None:
    """/req/core/process-execute-default-outputs: none named, all come; one that is not there is
    refused."""
    assert asked(client, outputs={"resultado": {}}).json() == asked(client).json()
    assert asked(client, outputs={"nada": {}}).status_code == 400


@proves(CONF + "core")
def test_process_execute_sync(client: httpx.Client) -> None:
    """/req/core/process-execute-sync-one, -sync-raw-value-one and -sync-document."""
    raw = asked(client, response="raw")
    assert raw.headers["content-type"] == "application/json"
    assert raw.json()["type"] == "FeatureCollection"
    assert asked(client, response="document").json() == {"resultado": raw.json()}


@proves(CONF + "core")
def test_no_such_job(client: httpx.Client) -> None:
    """/req/core/job-exception-no-such-job and job-results-exception-no-such-job."""
    for path in ("/api/jobs/nada", "/api/jobs/nada/results"):
        answer = client.get(path)
        assert (answer.status_code, answer.json()["type"]) == (404, EXCEPTIONS + "no-such-job")


@proves(CONF + "ogc-process-description")
def test_ogc_process_description(client: httpx.Client) -> None:
    """/conf/ogc-process-description: inputs and outputs with schemas; what is required is."""
    for one in described(client):
        assert one["outputs"]
        for value in (*one["inputs"].values(), *one["outputs"].values()):
            assert value["title"]
            assert isinstance(value["schema"], dict)
        for name, value in one["inputs"].items():
            assert value["minOccurs"] in (0, 1)
            if value["minOccurs"]:
                inputs = {k: v for k, v in one["example"]["inputs"].items() if k != name}
                path = f"/api/processes/{one['id']}/execution"
                assert client.post(path, json={"inputs": inputs}).status_code == 400


@proves(CONF + "json")
def test_json(client: httpx.Client) -> None:
    """/conf/json/definition: every resource has its JSON."""
    for path in ("/api/processes", "/api/processes/nearest", "/api/jobs"):
        answer = client.get(path, headers={"Accept": "application/json"})
        assert answer.status_code == 200
        assert answer.headers["content-type"] == "application/json"


@proves(CONF + "html")
def test_html(client: httpx.Client) -> None:
    """/conf/html: the same for people."""
    pages = [f"/api/processes/{one['id']}" for one in described(client)]
    for path in ("/api/processes", "/api/jobs", *pages):
        answer = client.get(path, headers={"Accept": "text/html"})
        assert answer.status_code == 200, path
        assert answer.headers["content-type"].startswith("text/html")
        assert "<h1>" in answer.text
    asked = get(client, "/api/processes/nearest")["example"]
    path = "/api/processes/nearest/execution"
    answer = client.post(path, json=asked, headers={"Accept": "text/html"})
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/html")


@proves(CONF + "oas30")
def test_oas30(client: httpx.Client) -> None:
    """/conf/oas30: what may be asked is in the OpenAPI document, input by input."""
    paths = get(client, "/api/openapi.json")["paths"]
    for one in described(client):
        body = paths[f"/processes/{one['id']}/execution"]["post"]["requestBody"]
        schema = body["content"]["application/json"]["schema"]["properties"]["inputs"]
        assert set(schema["properties"]) == set(one["inputs"])


@proves(CONF + "job-list")
def test_job_list(client: httpx.Client) -> None:
    """/conf/job-list: the landing page leads to it; without an account it is empty."""
    assert REL + "job-list" in rels(get(client, "/api"))
    assert get(client, "/api/jobs")["jobs"] == []


@proves(CONF + "dismiss")
def test_dismiss(client: httpx.Client) -> None:
    """/conf/dismiss: what does not exist cannot be dismissed (what does: tests/api)."""
    answer = client.delete("/api/jobs/nada")
    assert (answer.status_code, answer.json()["type"]) == (404, EXCEPTIONS + "no-such-job")
