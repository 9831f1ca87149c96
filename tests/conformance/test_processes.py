"""Abstract tests of OGC API Processes Part 1 (18-062r2, annex A), by the class each proves."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.conformance.proving import REL, get, proves, rels

if TYPE_CHECKING:
    import httpx

CONF = "ogcapi-processes-1/1.0/conf/"
EXCEPTIONS = "http://www.opengis.net/def/exceptions/ogcapi-processes-1/1.0/"
MODES = {"sync-execute", "async-execute"}


def described(client: httpx.Client) -> list[dict[str, Any]]:
    """Every process description."""
    found = get(client, "/api/processes")["processes"]
    return [get(client, f"/api/processes/{one['id']}") for one in found]


@proves(CONF + "core")
def test_core(client: httpx.Client) -> None:
    """/conf/core: process-list, process-description, process-execute and their refusals."""
    assert rels(get(client, "/api"))[REL + "processes"].endswith("/api/processes?f=json")
    listed = get(client, "/api/processes")
    assert "self" in rels(listed)
    for one in listed["processes"]:
        assert {"id", "version", "jobControlOptions"} <= set(one)
        assert set(one["jobControlOptions"]) <= MODES
        path = f"/api/processes/{one['id']}"
        asked = get(client, path)
        answer = client.post(path + "/execution", json=asked["example"])
        assert answer.status_code in (200, 201, 503), answer.text
        refused = client.post(path + "/execution", json={"inputs": {"nada": 1}})
        assert refused.status_code == 400
    missing = client.post("/api/processes/nada/execution", json={"inputs": {}})
    assert missing.status_code == 404
    assert missing.json()["type"] == EXCEPTIONS + "no-such-process"
    assert client.get("/api/jobs/nada").json()["type"] == EXCEPTIONS + "no-such-job"
    assert client.get("/api/jobs/nada/results").json()["type"] == EXCEPTIONS + "no-such-job"


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
