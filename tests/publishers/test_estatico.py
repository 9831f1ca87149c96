"""Publishing in the catalogue of our own: whole or not at all, once, and only what is public."""

from __future__ import annotations

import csv
import io
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import pyogrio
import pytest
from lxml import etree

from gis import publications as ledger
from gis.errors import ChangesetConflict, TargetDrifted, TargetUnavailable
from publishers.documents import DOCUMENTS
from publishers.metadata import DEMONSTRATION, Record
from publishers.package import RECORD, digest
from publishers.plan import Action
from publishers.publish import plan, publish
from publishers.targets import estatico
from tests.publishers.city import ENTITY, PERSONAL, TREES, TREES_SQL, City

if TYPE_CHECKING:
    from gis.publications import Publication

DATASETS = ("arboles", "arboles_altos", "zonas_verdes", "cursos")


def root(city: City) -> Path:
    return city.home / "catalogo"


def record(city: City, dataset: str = "arboles") -> Record:
    found = estatico.read_record(root(city), dataset)
    assert found is not None
    return found


def files(city: City, dataset: str = "arboles") -> dict[str, Path]:
    """Published files by name."""
    folder = root(city) / dataset / "actual"
    return {d.file: folder / d.file for d in record(city, dataset).distributions}


def rows(city: City, dataset: str) -> list[dict[str, str]]:
    text = files(city, dataset)[f"{dataset}.csv"].read_text(encoding="utf-8")
    return list(csv.DictReader(io.StringIO(text)))


def publications(city: City, **wanted: Any) -> list[Publication]:
    with city.engine.connect() as conn:
        return ledger.publications(conn, **wanted)


@pytest.mark.parametrize("dataset", DATASETS)
def test_a_dataset_leaves_whole_and_is_what_the_ledger_says(city: City, dataset: str) -> None:
    outcome = publish(city.order(dataset))
    assert outcome.result == ledger.PUBLISHED
    found = record(city, dataset)
    names = {".csv", ".geojson", ".gpkg"} | {f".{document.ending}" for document in DOCUMENTS}
    assert set(files(city, dataset)) == {dataset + name for name in names}
    for file in found.distributions:
        path = files(city, dataset)[file.file]
        assert (path.stat().st_size, digest(path)) == (file.size, file.sha256)
    (row,) = publications(city)
    assert row.result == ledger.PUBLISHED
    assert row.changeset == found.changeset
    assert row.fingerprint == found.fingerprint
    assert {f["file"]: f["sha256"] for f in row.files} == {
        d.file: d.sha256 for d in found.distributions
    }
    assert len(row.chain_head) == 64
    assert row.actor == "prueba"
    assert row.finished_at is not None


def test_the_filter_and_the_fields_of_a_dataset_are_kept(city: City) -> None:
    publish(city.order("arboles_altos"))
    found = rows(city, "arboles_altos")
    assert [row["codigo"] for row in found] == ["A-1", "A-2"]
    assert set(found[0]) == {"codigo", "altura_m", "longitud", "latitud"}
    assert record(city, "arboles_altos").feature_count == 2


def test_counts_box_and_dates_of_the_metadata_are_those_of_the_files(city: City) -> None:
    publish(city.order("arboles"))
    found = record(city)
    frame = gpd.read_file(files(city)["arboles.geojson"])
    assert found.feature_count == len(frame) == 3
    assert found.without_geometry == int(frame.geometry.isna().sum()) == 1
    assert found.bbox == pytest.approx(frame.total_bounds, abs=1e-7)
    assert found.period == ("2001-10-12", "2019-03-01")
    with city.engine.connect() as conn:
        facts = ledger.facts(conn, "arboles")
    assert facts is not None
    assert (found.issued, found.modified) == (facts.issued, facts.modified)


def test_the_geopackage_is_in_origen_nacional(city: City) -> None:
    publish(city.order("arboles"))
    info = pyogrio.read_info(files(city)["arboles.gpkg"])
    assert info["crs"] == "EPSG:9377"
    frame = gpd.read_file(files(city)["arboles.gpkg"]).set_index("codigo")
    point = frame.geometry["A-1"]
    assert (point.x, point.y) == pytest.approx((4752388.9041, 2048868.3160), abs=0.001)


def test_iso_record_that_leaves_is_valid(city: City, gmd: etree.XMLSchema) -> None:
    for dataset in DATASETS:
        publish(city.order(dataset))
        gmd.assertValid(etree.parse(files(city, dataset)[f"{dataset}.iso19139.xml"]))


def test_publishing_twice_sends_nothing(city: City) -> None:
    publish(city.order("arboles"))
    before = {path: path.stat().st_mtime_ns for path in root(city).rglob("*")}
    again = publish(city.order("arboles"))
    assert (again.plan.action, again.writes, again.publication) == (Action.NOTHING, 0, None)
    assert {path: path.stat().st_mtime_ns for path in root(city).rglob("*")} == before
    assert len(publications(city)) == 1


def test_same_state_gives_the_same_bytes(city: City) -> None:
    publish(city.order("arboles"))
    first = record(city)
    publish(city.order("arboles", force=True))
    assert record(city) == first


def test_a_change_gives_one_new_publication_and_keeps_the_former(city: City) -> None:
    publish(city.order("arboles"))
    city.run("UPDATE data.arboles SET altura_m = 13 WHERE codigo = 'A-1'")
    outcome = publish(city.order("arboles"))
    assert outcome.result == ledger.PUBLISHED
    assert [p.result for p in publications(city)] == [ledger.PUBLISHED] * 2
    assert rows(city, "arboles")[0]["altura_m"] == "13"
    versions = [p for p in (root(city) / "arboles").iterdir() if p.is_dir() and not p.is_symlink()]
    assert len(versions) == 2


def test_a_change_outside_the_dataset_sends_nothing(city: City) -> None:
    publish(city.order("arboles_altos"))
    before = files(city, "arboles_altos")["arboles_altos.csv"].resolve()
    city.run("UPDATE data.arboles SET altura_m = 4 WHERE codigo = 'A-3'")
    outcome = publish(city.order("arboles_altos"))
    assert (outcome.result, outcome.writes) == (ledger.UNCHANGED, 0)
    assert files(city, "arboles_altos")["arboles_altos.csv"].resolve() == before
    assert publish(city.order("arboles_altos")).plan.action is Action.NOTHING


def test_undoing_in_the_store_publishes_the_earlier_state_again(city: City) -> None:
    publish(city.order("arboles"))
    first = rows(city, "arboles")
    city.run("UPDATE data.arboles SET altura_m = 13 WHERE codigo = 'A-1'")
    publish(city.order("arboles"))
    city.run("UPDATE data.arboles SET altura_m = 12.5 WHERE codigo = 'A-1'")
    assert publish(city.order("arboles")).result == ledger.PUBLISHED
    assert rows(city, "arboles") == first


def test_fields_that_are_not_public_never_leave(city: City) -> None:
    for dataset in DATASETS:
        publish(city.order(dataset))
    for path in city.home.rglob("*"):
        if path.is_file():
            content = path.read_bytes()
            for value in (*PERSONAL, "cuidador", "telefono"):
                assert value.encode() not in content, path
                assert value.encode("utf-16-le") not in content, path


def test_demonstration_says_so_in_every_file(empty_city: City) -> None:
    with empty_city.demonstration(TREES) as conn:
        conn.exec_driver_sql(TREES_SQL)
    assert publish(empty_city.order("arboles")).result == ledger.PUBLISHED
    assert record(empty_city).demonstration
    for name, path in files(empty_city).items():
        assert "demostración" in path.read_bytes().decode("utf-8", "replace").lower(), name
    assert DEMONSTRATION in files(empty_city)["arboles.csv"].read_text(encoding="utf-8")


def test_demonstration_does_not_enter_a_target_that_is_not_for_tests(empty_city: City) -> None:
    with empty_city.demonstration(TREES) as conn:
        conn.exec_driver_sql(TREES_SQL)
    outcome = publish(empty_city.order("arboles", "oficial"))
    assert (outcome.result, outcome.plan.code) == (ledger.REFUSED, "demonstration")
    assert not (empty_city.home / "oficial").exists()
    (row,) = publications(empty_city)
    assert (row.result, row.code) == (ledger.REFUSED, "demonstration")


def test_real_data_end_the_demonstration(empty_city: City) -> None:
    with empty_city.demonstration(TREES) as conn:
        conn.exec_driver_sql(TREES_SQL)
    empty_city.run("DELETE FROM data.arboles")
    empty_city.run(TREES_SQL)
    assert publish(empty_city.order("arboles", "oficial")).result == ledger.PUBLISHED


def test_an_empty_layer_is_refused_and_what_stands_stays(city: City) -> None:
    publish(city.order("arboles"))
    city.run("DELETE FROM data.arboles")
    outcome = publish(city.order("arboles"))
    assert outcome.plan.code == "empty"
    assert len(rows(city, "arboles")) == 3


def test_a_layer_that_never_had_data_is_refused(empty_city: City) -> None:
    assert publish(empty_city.order("arboles")).plan.code == "empty"


def test_surfaces_that_cross_themselves_do_not_leave(city: City) -> None:
    bow_tie = "MULTIPOLYGON(((4750000 2047000, 4750010 2047010, 4750010 2047000, 4750000 2047010, 4750000 2047000)))"  # noqa: E501
    city.run(
        "INSERT INTO data.zonas_verdes (codigo, geom) VALUES ('Z-2', ST_GeomFromText(:w, 9377))",
        w=bow_tie,
    )
    outcome = publish(city.order("zonas_verdes"))
    assert outcome.plan.code == "quality"
    assert "se cruzan a sí mismas" in outcome.plan.reason


def test_a_plan_touches_nothing(city: City) -> None:
    assert plan(city.order("arboles")).action is Action.PUBLISH
    assert not city.home.exists()
    assert publications(city) == []


def test_what_somebody_changed_there_is_not_overwritten_unless_asked(city: City) -> None:
    publish(city.order("arboles"))
    path = root(city) / "arboles" / "actual" / RECORD
    document = json.loads(path.read_text())
    document["distributions"][0]["sha256"] = "0" * 64
    path.write_text(json.dumps(document))
    outcome = publish(city.order("arboles"))
    assert (outcome.result, outcome.plan.code) == (ledger.REFUSED, "target-drifted")
    assert publish(city.order("arboles", force=True)).result == ledger.PUBLISHED


def test_what_the_target_lost_is_sent_again(city: City) -> None:
    publish(city.order("arboles"))
    (root(city) / "arboles" / "actual").unlink()
    outcome = publish(city.order("arboles"))
    assert outcome.result == ledger.PUBLISHED
    assert len(rows(city, "arboles")) == 3


def test_a_damaged_file_is_seen_when_reading_back(city: City, monkeypatch: Any) -> None:
    switch = estatico._switch

    def damaging(folder: Path, version: str) -> None:
        (folder / version / "arboles.csv").write_text("otra cosa")
        switch(folder, version)

    monkeypatch.setattr(estatico, "_switch", damaging)
    with pytest.raises(TargetDrifted, match=r"arboles\.csv"):
        publish(city.order("arboles"))
    (row,) = publications(city)
    assert (row.result, row.code) == (ledger.FAILED, "target-drifted")


def test_a_catalogue_that_cannot_be_written_is_a_failure_in_the_ledger(city: City) -> None:
    city.home.mkdir(parents=True)
    root(city).write_text("un archivo donde debía ir la carpeta")
    with pytest.raises(TargetUnavailable):
        publish(city.order("arboles"))
    (row,) = publications(city)
    assert (row.result, row.code) == (ledger.FAILED, "target-unavailable")


def test_two_at_once_do_not_publish_the_same(city: City) -> None:
    with city.engine.begin() as conn:
        ledger.lock(conn, "arboles", "estatico")
        with pytest.raises(ChangesetConflict):
            publish(city.order("arboles"))
        assert publish(city.order("cursos")).result == ledger.PUBLISHED


def test_killed_in_the_middle_leaves_the_former_and_the_next_one_completes(
    city: City, database: Any
) -> None:
    publish(city.order("arboles"))
    former = record(city)
    city.run("UPDATE data.arboles SET altura_m = 13 WHERE codigo = 'A-1'")
    script = Path(__file__).parent / "publish_and_hang.py"
    command = [sys.executable, script, database.url, database.reader_url, city.home]
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as process:
        assert process.stdout is not None
        assert process.stdout.readline().strip() == "a punto de cambiar"
        process.send_signal(signal.SIGKILL)
    assert record(city) == former
    assert rows(city, "arboles")[0]["altura_m"] == "12.5"
    assert publications(city)[0].result == ledger.IN_PROGRESS
    _until_free(city)
    assert publish(city.order("arboles")).result == ledger.PUBLISHED
    assert rows(city, "arboles")[0]["altura_m"] == "13"
    assert not list((root(city) / "arboles").glob(".nuevo-*"))


def _until_free(city: City) -> None:
    """PostgreSQL needs a moment to see that the killed process is gone."""
    for _ in range(100):
        with city.engine.begin() as conn:
            try:
                ledger.lock(conn, "arboles", "estatico")
            except ChangesetConflict:
                time.sleep(0.1)
            else:
                return
    raise AssertionError("el proceso matado sigue teniendo el turno")


def test_only_files_of_the_record_are_found(city: City) -> None:
    publish(city.order("arboles"))
    assert estatico.published_file(root(city), "arboles", "arboles.csv") is not None
    for name in (RECORD, "../cursos/actual/cursos.csv", "nada.csv", ""):
        assert estatico.published_file(root(city), "arboles", name) is None


def test_addresses_are_those_of_the_entity(city: City) -> None:
    publish(city.order("arboles"))
    found = record(city)
    assert found.landing_page == f"{ENTITY.base_url}/datos/arboles"
    assert found.data[0].url == f"{ENTITY.base_url}/datos/arboles/arboles.csv"
