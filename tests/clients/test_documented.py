"""What ``docs/interfaz.md`` says to type works as pasted."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.clients import programs

if TYPE_CHECKING:
    from tests.clients.truth import Site

pytestmark = [pytest.mark.heavy, pytest.mark.timeout(600)]

PAGE = Path(__file__).parents[2] / "docs" / "interfaz.md"
BLOCK = re.compile(r"```(bash|python)\n(.*?)```", re.DOTALL)
LOCAL = "http://127.0.0.1:8000"


def test_every_example_runs(shipped: Site, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder)
    found = BLOCK.findall(PAGE.read_text(encoding="utf-8"))
    assert {language for language, _ in found} == {"bash", "python"}
    for language, text in found:
        if "Authorization" in text or "-X " in text:  # Writing is proved by the tests of edits.
            continue
        assert LOCAL in text
        here = text.replace(LOCAL, shipped.address)
        if language == "python":
            shown = programs.run(sys.executable, "-c", here + "\nprint(len(zonas), zonas.crs)")
            assert shown == f"{len(shipped.rows('zonas_wifi'))} EPSG:9377\n"
        else:
            programs.run("bash", "-ec", here.replace("curl ", "curl --fail --silent "))
    (downloaded,) = folder.glob("*.gpkg")
    told = programs.run("ogrinfo", "-ro", "-al", "-so", str(downloaded))
    working = len(shipped.rows("zonas_wifi", where="estado = 'operando'"))
    assert f"Feature Count: {working}\n" in told
