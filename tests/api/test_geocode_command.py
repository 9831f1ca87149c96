"""``sig geocode`` as people type it."""

from __future__ import annotations

import csv
import json
from typing import TYPE_CHECKING

import pandas as pd
import pytest
import sqlalchemy as sa

from api.cli import main
from gis import changesets
from tests.api import world

if TYPE_CHECKING:
    from pathlib import Path

    from tests.databases import Database

EAST, NORTH = world.CONTROL


@pytest.fixture(autouse=True)
def _settings(database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Carrera 5 going north, crossed by calles 9 to 12 every 100 m, and another one far away."""
    monkeypatch.setenv("SIG_DATABASE_URL", database.url)
    monkeypatch.setenv("SIG_HOME", str(tmp_path / "sig"))
    lines = [("Carrera 5", f"{EAST} {NORTH}, {EAST} {NORTH + 400}")]
    for number in range(4):
        north = NORTH + 100 * number
        lines.append((f"Calle {9 + number}", f"{EAST - 90} {north}, {EAST + 90} {north}"))
    far = EAST + 6000
    lines.append(("Calle 12", f"{far - 90} {NORTH}, {far + 90} {NORTH}"))
    lines.append(("Carrera 5", f"{far} {NORTH - 90}, {far} {NORTH + 90}"))
    layer = sa.table("malla_vial", *map(sa.column, ("id_via", "nombre", "geom")), schema="data")
    rows = [
        {"id_via": f"v{n}", "nombre": name, "geom": f"SRID=9377;MULTILINESTRING(({line}))"}
        for n, (name, line) in enumerate(lines)
    ]
    with database.engine.begin() as connection:
        connection.execute(layer.insert().values(rows))


def run(*arguments: str) -> int:
    with pytest.raises(SystemExit) as ended:
        main(["geocode", *arguments])
    return int(ended.value.code or 0)


def test_an_address_is_found_and_told(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("Cra. 5 # 10-40") == 0
    said = capsys.readouterr().out
    assert "Se leyó: KR 5 10 40" in said
    assert "A 40 m del cruce de Carrera 5 con Calle 10" in said


def test_json_has_the_candidates(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("Cll 12 con cra 5", "--json") == 0
    found = json.loads(capsys.readouterr().out)
    assert found["ambigua"] is True
    assert len(found["features"]) == 2
    assert run("Cll 12 con cra 5", "--json", "--limit", "1") == 0
    assert len(json.loads(capsys.readouterr().out)["features"]) == 1


def test_what_is_not_found_says_why_and_ends_as_not_found(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert run("Cra 77 # 3-4") == 5
    assert "no está en la malla vial" in capsys.readouterr().err


def test_every_row_of_a_file_is_kept(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source, target = tmp_path / "entrada.csv", tmp_path / "salida.csv"
    texts = ["Cra 5 # 10-40", "Cll 12 Cra 5", '=HYPERLINK("x")', "", "Cra 77 # 1-2", "Casa 5"]
    with source.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["n", "donde", "geo_tipo"])
        writer.writerows([[number, text, "viejo"] for number, text in enumerate(texts)])
    words = ("--file", str(source), "--column", "donde", "-o", str(target))
    assert run(*words, "--json") == 0
    done = json.loads(capsys.readouterr().out)
    assert (done["rows"], done["located"], done["ambiguous"]) == (6, 1, 1)
    assert (done["not_found"], done["unread"]) == (2, 2)
    with target.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["donde"] for row in rows] == texts
    assert rows[0]["geo_tipo"] == "placa"
    assert abs(float(rows[0]["geo_longitud"]) + 75.2322) < 1e-4
    assert rows[1]["geo_tipo"] == "ambigua"
    assert rows[1]["geo_longitud"] == ""
    assert rows[1]["geo_candidatos"] == "2"
    assert not rows[2]["geo_por_que"].startswith("=")
    assert run(*words) == 0
    assert "6 filas" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ((), "Diga una dirección"),
        (("Cra 5", "--file", "x.csv", "-o", "y.csv"), "Diga una dirección"),
        (("--file", "x.csv"), "Diga con -o"),
        (("--file", "{source}", "-o", "{source}"), "es el mismo archivo de entrada"),
        (("--file", "{source}", "-o", "{folder}/./entrada.csv"), "es el mismo archivo de entrada"),
        (("--file", "{source}", "-o", "{folder}/no/salida.csv"), "no existe la carpeta"),
        (("--file", "{source}", "-o", "{folder}"), "es una carpeta"),
        (("--file", "{source}", "--column", "dond", "-o", "{target}"), "¿quiso decir «donde»?"),
    ],
)
def test_wrong_questions_are_refused(
    arguments: tuple[str, ...], words: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    source = tmp_path / "entrada.csv"
    source.write_text("donde,x\nCra 5,1\n", encoding="utf-8")
    paths = {
        "source": str(source),
        "target": str(tmp_path / "salida.csv"),
        "folder": str(tmp_path),
    }
    assert run(*(word.format(**paths) for word in arguments)) == 2
    assert words in " ".join(capsys.readouterr().err.split())
    assert source.read_text(encoding="utf-8") == "donde,x\nCra 5,1\n"
    assert [path.name for path in tmp_path.glob("*.*")] == ["entrada.csv"]


def test_what_fails_half_way_leaves_the_earlier_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source, target = tmp_path / "entrada.csv", tmp_path / "salida.csv"
    source.write_text("donde\nCra 5\n", encoding="utf-8")
    target.write_text("lo de antes", encoding="utf-8")

    def full(frame: pd.DataFrame, path: Path, **options: object) -> None:
        path.write_text("medio", encoding="utf-8")
        raise OSError(28, "No queda espacio")

    monkeypatch.setattr(pd.DataFrame, "to_csv", full)
    assert run("--file", str(source), "--column", "donde", "-o", str(target)) == 2
    assert target.read_text(encoding="utf-8") == "lo de antes"
    assert sorted(path.name for path in tmp_path.glob("*.*")) == ["entrada.csv", "salida.csv"]


def load(*arguments: str) -> int:
    with pytest.raises(SystemExit) as ended:
        main(["load", *arguments])
    return int(ended.value.code or 0)


@pytest.fixture
def halls(tmp_path: Path) -> str:
    path = tmp_path / "salones.csv"
    rows = ["codigo,nombre,direccion", "S1,Uno,Cra 5 # 10-40", "S2,Dos,Cra 77 # 1-2"]
    path.write_text("\n".join(rows) + "\n", encoding="utf-8")
    return str(path)


def test_a_delivery_without_coordinates_is_placed_by_its_addresses(
    halls: str, database: Database, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = ("salones_comunales", halls, "--geocode", "direccion")
    assert load(*asked, "--json") == 4
    assert "La dirección no se halló" in capsys.readouterr().out
    assert load(*asked, "--quarantine", "--json") == 0
    assert json.loads(capsys.readouterr().out)["findings"]
    with database.engine.connect() as connection:
        rows = connection.exec_driver_sql(
            "SELECT codigo, ST_X(geom), ST_Y(geom) FROM data.salones_comunales"
        ).all()
        (made,) = changesets.ledger(connection, "salones_comunales", 1)
    assert ["geocode", "direccion"] in made.source["options"]
    assert [(code, round(x - EAST), round(y - NORTH)) for code, x, y in rows] == [("S1", 0, 140)]


def test_nothing_real_is_placed_on_streets_that_only_demonstrate(
    halls: str, database: Database, capsys: pytest.CaptureFixture[str]
) -> None:
    with database.engine.begin() as connection:
        connection.exec_driver_sql(
            "UPDATE sig.layer SET demonstration = true WHERE name = 'malla_vial'"
        )
    assert load("salones_comunales", halls, "--geocode", "direccion") == 2
    assert "No hay vías" in " ".join(capsys.readouterr().err.split())
