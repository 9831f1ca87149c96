"""``sig export`` as people type it."""

from __future__ import annotations

import csv
import json
from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sa

from api.cli import main
from tests.api import world

if TYPE_CHECKING:
    from pathlib import Path

    from tests.databases import Database


@pytest.fixture(autouse=True)
def _settings(database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SIG_DATABASE_URL", database.url)
    monkeypatch.setenv("SIG_HOME", str(tmp_path / "sig"))
    layer = sa.table("comunas", *map(sa.column, ("comuna", "geom")), schema="data")
    with database.engine.begin() as connection:
        square = world.square(*world.CONTROL, 500)
        connection.execute(layer.insert().values(comuna="1", geom=square))


def run(*arguments: str) -> int:
    with pytest.raises(SystemExit) as ended:
        main(["export", *arguments])
    return int(ended.value.code or 0)


def test_layer_becomes_a_file_named_as_asked(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "salida.csv"
    assert run("comunas", "-o", str(path), "--json") == 0
    assert json.loads(capsys.readouterr().out)["rows"] == 1
    with path.open(newline="") as file:
        row = next(csv.DictReader(file))
    assert row["comuna"] == "1"
    assert row["geometria"].startswith("MULTIPOLYGON(((-75.2322 4.4389,")
    assert run("comunas", "-f", "csv", "-o", str(path), "--crs", "EPSG:9377") == 0
    assert "MULTIPOLYGON(((4752388.904 2048868.316," in path.read_text()
    assert run("comunas", "-o", str(path), "--as-of", "1999-01-01") == 0
    assert path.read_text().count("\n") == 1


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (("nada", "-o", "x.csv"), 5, "No existe la capa «nada»"),
        (("comunas", "-o", "x.pdf"), 2, "csv, geojson, gpkg"),
        (("comunas", "-o", "x.shp"), 2, "-f shp -o x.zip"),
        (("comunas", "-o", "x.csv", "--crs", "WGS84"), 2, "EPSG:9377"),
        (("comunas", "-o", "x.csv", "--where", "inventado = 1"), 2, "inventado"),
        (("comunas", "-o", "x.csv", "--as-of", "ayer"), 2, "as-of"),
        (("comunas", "-o", "no/existe/x.csv"), 2, "No existe la carpeta"),
    ],
)
def test_what_cannot_be_is_said_and_leaves_no_file(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    arguments: tuple[str, ...],
    code: int,
    words: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    assert run(*arguments) == code
    assert words in capsys.readouterr().err
    assert not list(tmp_path.glob("x.*"))
