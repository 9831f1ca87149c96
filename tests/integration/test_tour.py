"""The guided tour ends well, command by command, in a place of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from api.commands.tour import read_steps
from gis.errors import ContractError

ROOT = Path(__file__).parents[2]


@pytest.mark.heavy
def test_tour_of_the_shipped_entity_ends_as_it_says(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "api.cli", "tour", "--no-pause"],
        cwd=ROOT,
        env={**os.environ, "SIG_HOME": str(tmp_path / "sig")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Fin del recorrido" in done.stdout
    assert "la historia es la que se selló" in done.stdout


def test_tour_that_cannot_be_read_names_its_file(tmp_path: Path) -> None:
    broken = tmp_path / "recorrido.toml"
    broken.write_text("[[step]]\ntitle = 1", encoding="utf-8")
    with pytest.raises(ContractError, match=r"recorrido\.toml"):
        read_steps(broken)
