"""``sig publish`` and its family, run as a person does."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from api import samples
from api.cli import main
from api.settings import Settings
from api.wiring import System
from publishers.documents import DOCUMENTS

if TYPE_CHECKING:
    from collections.abc import Callable

    from gis.contract.catalog import Catalog
    from tests.databases import Database

ROOT = Path(__file__).parents[2]
DATASET = "bibliotecas"


class Program:
    """The command line over a database with one sample layer loaded as demonstration."""

    def __init__(self, database: Database, home: Path) -> None:
        self.environment = {
            "SIG_DATABASE_URL": database.url,
            "SIG_HOME": str(home),
        }

    def run(self, *words: str, expect: int = 0, **more: str) -> str:
        """What the command says when run in this process; its exit code must be ``expect``."""
        said = io.StringIO()
        with pytest.MonkeyPatch.context() as patch, redirect_stdout(said), redirect_stderr(said):
            for name in [name for name in os.environ if name.startswith("SIG_")]:
                patch.delenv(name)
            for name, value in (self.environment | more).items():
                patch.setenv(name, value)
            with pytest.raises(SystemExit) as ended:
                main(list(words))
        assert ended.value.code == expect, said.getvalue()
        return said.getvalue()

    def run_apart(self, *words: str) -> None:
        """The same in a process of its own."""
        environment = {k: v for k, v in os.environ.items() if not k.startswith("SIG_")}
        subprocess.run(
            [sys.executable, "-m", "api.cli", *words],
            check=True,
            cwd=ROOT,
            env=environment | self.environment,
            timeout=120,
        )

    def json(self, *words: str, expect: int = 0) -> Any:
        return json.loads(self.run(*words, "--json", expect=expect))


@pytest.fixture(scope="module")
def program(
    new_database: Callable[[str], Database],
    shipped_template: str,
    catalog: Catalog,
    tmp_path_factory: pytest.TempPathFactory,
) -> Program:
    database = new_database(shipped_template)
    home = tmp_path_factory.mktemp("sig")
    settings = Settings(home=home, database_url=database.url)
    system = System(settings, catalog, database.engine, database.reader)
    wanted = [(layer, path) for layer, path in samples.pending(system) if layer.name == DATASET]
    list(samples.load(system, wanted))
    return Program(database, home)


def test_from_the_plan_to_the_ledger(program: Program) -> None:
    (planned,) = program.json("publish", DATASET, "--target", "estatico", "--dry-run")
    assert (planned["action"], planned["previous"]) == ("publicar", None)
    assert program.json("publications") == []
    (sent,) = program.json("publish", DATASET, "--target", "estatico")
    assert (sent["result"], sent["writes"]) == ("publicada", 3 + len(DOCUMENTS))
    (again,) = program.json("publish", DATASET, "--target", "estatico")
    assert (again["action"], again["writes"]) == ("nada", 0)
    (row,) = program.json("publications", "--dataset", DATASET)
    assert row["changeset"] == sent["changeset"]
    assert row["result"] == "publicada"
    assert "publicada" in program.run("publications")
    listed = {d["name"]: d["published"] for d in program.json("dataset", "list")}
    assert listed[DATASET] == {"estatico": sent["changeset"]}


def test_publishing_all_passes_over_layers_without_data(program: Program) -> None:
    done = {d["dataset"]: d for d in program.json("publish", "--target", "estatico")}
    assert done["zonas_wifi"]["code"] == "empty"


def test_a_named_dataset_without_data_is_an_error(program: Program) -> None:
    said = program.run("publish", "zonas_wifi", "--target", "estatico", expect=7)
    assert "No hay datos que publicar" in said


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("nada", "--target", "estatico"), 5, "No existe el conjunto de datos «nada»"),
        ((DATASET, "--target", "nada"), 5, "No existe el destino «nada»"),
        ((DATASET, "--target", "ckan"), 78, "CKAN_URL"),
        ((DATASET,), 2, "--target"),
    ],
)
def test_mistakes_are_named(program: Program, words: tuple[str, ...], code: int, said: str) -> None:
    assert said in program.run("publish", *words, expect=code)


def test_a_portal_away_is_exit_7_and_says_so(program: Program, catalog: Catalog) -> None:
    name = next(d.name for _, d in catalog.datasets() if "ckan" in d.targets)
    address = {"CKAN_URL": "http://127.0.0.1:9", "CKAN_TOKEN": "secreto-de-prueba"}
    said = program.run("publish", name, "--target", "ckan", expect=7, **address)
    assert "secreto-de-prueba" not in said


def test_quality_and_description(program: Program) -> None:
    report = program.json("dataset", "quality", DATASET)
    assert report["layer"] == DATASET
    assert {"2", "4", "7", "10", "16"} <= {m["id"] for m in report["measures"]}
    shown = program.json("dataset", "show", DATASET)
    assert shown["demonstration"] is True
    assert "DEMOSTRACIÓN" in program.run("dataset", "show", DATASET)
    assert "No existe" in program.run("dataset", "show", "nada", expect=5)
    assert "no tiene datos" in program.run("dataset", "quality", "zonas_wifi", expect=5)


@pytest.mark.heavy
def test_the_calendar_and_a_worker(program: Program) -> None:
    due = {entry["dataset"] for entry in program.json("schedule")}
    assert {DATASET, "zonas_wifi"} <= due
    assert "fuera del calendario: ckan" in program.run("schedule")
    program.run_apart("worker", "--once")
    rows = program.json("publications", "--dataset", DATASET)
    assert [row["result"] for row in rows][-1:] == ["publicada"]


def test_what_the_law_orders_to_forget_leaves_the_catalogue_too(program: Program) -> None:
    program.json("publish", DATASET, "--target", "estatico", "--force")
    folder = Path(program.environment["SIG_HOME"]) / "catalogo" / DATASET
    assert "BIB-001" in (folder / "actual" / f"{DATASET}.csv").read_text(encoding="utf-8")
    words = ("forget", DATASET, "BIB-001", "--order", "Resolución 12 de 2026")
    assert program.json(*words, "--dry-run")["published"] == []
    done = program.json(*words)
    assert done["rows"] == 1
    assert [(p["target"], p["result"]) for p in done["published"]] == [("estatico", "publicada")]
    texts = [path.read_bytes() for path in folder.rglob("*") if path.is_file()]
    assert texts
    assert not any(b"BIB-001" in text for text in texts)
    assert b"BIB-002" in b"".join(texts)
    program.run(*words, expect=5)
