"""The command line: Spanish words, exit codes, JSON for programs."""

from __future__ import annotations

import json
import re
import socket
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest
import sqlalchemy as sa

from api.cli import main

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

ENGLISH = re.compile(
    r"Missing|No such|Invalid|Show this|required|Input should|Value error|Error:.*\b(?:the|is)\b"
)
Run = Any


@pytest.fixture
def sig(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Callable[..., tuple[int, str, str]]:
    """Runs ``sig`` with words; gives exit code, stdout and stderr."""
    monkeypatch.setenv("SIG_HOME", str(tmp_path))
    monkeypatch.setenv("COLUMNS", "200")

    def run(*words: str) -> tuple[int, str, str]:
        with pytest.raises(SystemExit) as ended:
            main(list(words))
        said = capsys.readouterr()
        assert isinstance(ended.value.code, int)
        return ended.value.code, said.out, said.err

    return run


@pytest.mark.parametrize(
    "words",
    [
        ["nada"],
        ["layer", "nada"],
        ["layer", "show"],
        ["layer", "list", "--nada"],
        ["layer", "show", "uno", "dos"],
        ["load"],
        ["publish", "--target"],
        ["undo", "abc"],
        ["history", "--limit", "0"],
        ["load", "a", "b", "--mode", "c"],
        ["load", "a", "b", "--reference-date", "ayer"],
        ["load", "zonas_wifi", "b", "--crs", "EPSG:²"],
    ],
    ids=" ".join,
)
def test_mistyped_command_ends_with_2_and_says_why_in_spanish(sig: Run, words: list[str]) -> None:
    code, out, err = sig(*words)
    assert code == 2
    assert out == ""
    assert "Error:" in err
    assert not ENGLISH.search(err), err


def test_help_is_in_spanish(sig: Run) -> None:
    code, out, _ = sig("layer", "--help")
    assert code == 0
    assert "Opciones" in out
    assert not ENGLISH.search(out)


def test_unknown_layer_ends_with_5(sig: Run) -> None:
    code, _, err = sig("layer", "show", "no_existe")
    assert code == 5
    assert "no_existe" in err


def test_error_in_json_carries_its_code(sig: Run) -> None:
    code, out, _ = sig("layer", "show", "no_existe", "--json")
    assert code == 5
    assert json.loads(out)["code"] == "not-found"


def test_show_prints_the_whole_declaration_as_json(sig: Run) -> None:
    _, listed, _ = sig("layer", "list", "--json")
    name = json.loads(listed)[0]["name"]
    code, out, _ = sig("layer", "show", name, "--json")
    assert code == 0
    shown = json.loads(out)
    assert shown["name"] == name
    assert all({"label", "definition", "access"} <= field.keys() for field in shown["fields"])


def test_check_names_file_and_field_of_a_contradiction(sig: Run, tmp_path: Path) -> None:
    (tmp_path / "rara.py").write_text("from gis.contract import Layer\nLAYER = 1\n")
    code, _, err = sig("layer", "check", str(tmp_path))
    assert code == 70
    assert "rara.py" in err


def test_check_says_how_much_it_looked_at(sig: Run) -> None:
    code, out, _ = sig("layer", "check", "--json")
    assert code == 0
    assert json.loads(out)["ok"] is True


def test_port_in_use_is_said_before_anything_starts(
    sig: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        monkeypatch.setenv("SIG_PORT", str(taken.getsockname()[1]))
        code, _, err = sig("up")
    assert code == 78
    assert "SIG_PORT=" in err
    assert list(tmp_path.iterdir()) == []


def test_unexpected_error_is_kept_and_not_shown(
    sig: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def broken(_: Any) -> None:
        raise RuntimeError("detalle interno")

    monkeypatch.setattr("api.commands.layers.catalog_of", broken)
    code, _, err = sig("layer", "list")
    assert code == 1
    assert "Traceback" not in err
    (kept,) = (tmp_path / "logs").glob("error-*.txt")
    assert "detalle interno" in kept.read_text()


def test_database_that_goes_away_is_said_and_ends_with_6(
    sig: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    def lost(_: Any) -> None:
        raise sa.exc.OperationalError("SELECT 1", {}, Exception(), connection_invalidated=True)

    monkeypatch.setattr("api.commands.layers.catalog_of", lost)
    code, _, err = sig("layer", "list")
    assert code == 6
    assert "nada quedó a medias" in err
    assert "SELECT" not in err


def test_administrators_orders_are_printed_without_a_database(sig: Run) -> None:
    code, out, _ = sig("doctor", "--sql")
    assert code == 0
    assert "CREATE EXTENSION" in out


def test_doctor_names_a_database_that_does_not_answer(
    sig: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SIG_DATABASE_URL", "postgresql://u:secreta@127.0.0.1:1/nada")
    code, out, err = sig("doctor", "--json")
    assert code == 78
    assert "secreta" not in out + err
    failed = [check for check in json.loads(out) if not check["ok"]]
    assert any(check["name"] == "base de datos" and check["remedy"] for check in failed)


SLOW = {"sqlalchemy", "pandas", "fastapi", "pydantic", "shapely", "numpy"}
LOADED = "import sys; from api.cli import main; sys.stdout.reconfigure(encoding='utf-8')"


def test_help_loads_nothing_that_takes_long() -> None:
    """All the commands together take seconds: who asks for help waits for none of them."""
    code = (
        f"{LOADED}\ntry: main(['--help'])\n"
        "finally: print(*sorted({name.partition('.')[0] for name in sys.modules}))"
    )
    told = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, encoding="utf-8"
    ).stdout
    assert "Prepara todo lo que falta" in told
    assert not SLOW & set(told.splitlines()[-1].split())
