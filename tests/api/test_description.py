"""What the OpenAPI document says and what the service does are the same: schemathesis sends what it
allows and what it forbids, and looks at what comes back."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from pathlib import Path

    import httpx

CHECKS = (
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_headers_conformance",
    "response_schema_conformance",
    "negative_data_rejection",
    "unsupported_method",
)
"""All but the acceptance of what fits: of a filter, a word of CQL2 more is beyond JSON Schema."""
SEED = "20261120"
REFUSALS = """[checks.negative_data_rejection]
expected-statuses = [400, 401, 404, 406, 414, 415, 422]
"""
"""What does not fit may also be too long."""


def described(client: httpx.Client) -> Any:
    """The document, without the one limit that is no refusal: a larger ``limit`` means it (OGC API
    Features Part 1, /req/core/fc-limit-response-1); and without jobs, which nobody attends here
    (they have tests of their own)."""
    document = client.get("/api/openapi.json").json()
    del document["components"]["parameters"]["limit"]["schema"]["maximum"]
    for path, operations in [*document["paths"].items()]:
        asking = operations.get("post", {})
        if not path.endswith("/execution"):
            continue
        if "200" in asking["responses"]:
            asking["parameters"] = [p for p in asking["parameters"] if p.get("name") != "Prefer"]
        else:
            del document["paths"][path]
    return document


def try_out(client: httpx.Client, folder: Path, *options: str) -> None:
    path = folder / "openapi.json"
    path.write_text(json.dumps(described(client)))
    (folder / "schemathesis.toml").write_text(REFUSALS)
    command = [sys.executable, "-m", "schemathesis.cli", "run", str(path)]
    command += ["--url", f"{client.base_url}/api", "--checks", ",".join(CHECKS), "--seed", SEED]
    command += ["--suppress-health-check", "all", "--generation-database", "none", "--no-color"]
    environment = os.environ | {"PYTHONWARNINGS": "ignore", "SCHEMATHESIS_HOOKS": ""}
    done = subprocess.run(
        [*command, *options], cwd=folder, env=environment, capture_output=True, text=True
    )
    assert done.returncode == 0, (done.stdout + done.stderr)[-6_000:]


def test_layer_answers_as_described(client: httpx.Client, tmp_path: Path) -> None:
    these = ("--include-path-regex", "^/(conformance|collections(/sitios(/[a-z]+)?)?)?$")
    try_out(client, tmp_path, *these, "--phases", "fuzzing", "--max-examples", "15")


@pytest.mark.heavy
def test_every_operation_answers_as_described(client: httpx.Client, tmp_path: Path) -> None:
    try_out(client, tmp_path, "--phases", "coverage,fuzzing", "--max-examples", "40")


def test_statuses_that_need_no_parameter_are_described(client: httpx.Client) -> None:
    for path, operations in described(client)["paths"].items():
        if not path.startswith("/processes"):
            assert {"200", "400", "414", "500", "503"} <= set(operations["get"]["responses"]), path
    items = described(client)["paths"]["/collections/sitios/items"]["get"]["responses"]
    assert {"206", "416"} <= set(items)
