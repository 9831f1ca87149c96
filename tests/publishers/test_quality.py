"""Quality measures count what is really there, now and as of any changeset."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from gis import changesets, conform
from gis.contract import PUBLICA, RESERVADA
from gis.publications import facts
from gis.quality import OWN, Quality, measure_quality
from gis.summary import summarise
from gis.surroundings import CurrentFeatures
from publishers.publish import describe
from tests.publishers.city import CATALOG, COURSES, ENTITY, TREES, ZONES, City

if TYPE_CHECKING:
    from pathlib import Path

    from gis.contract import Access, Layer

FAR = "ST_Transform(ST_SetSRID(ST_Point(-74.05, 4.6), 4326), 9377)"
BOW_TIE = "ST_GeomFromText('MULTIPOLYGON(((4750000 2047000, 4750010 2047010, 4750010 2047000, 4750000 2047010, 4750000 2047000)))', 9377)"  # noqa: E501
NESTED = "ST_GeomFromText('MULTIPOLYGON(((4750000 2047000, 4750100 2047000, 4750100 2047100, 4750000 2047100, 4750000 2047000)), ((4750010 2047010, 4750020 2047010, 4750020 2047020, 4750010 2047020, 4750010 2047010)))', 9377)"  # noqa: E501


def quality(
    city: City, layer: Layer, access: Access = PUBLICA, as_of: int | None = None
) -> Quality:
    with city.engine.connect() as conn:
        found = facts(conn, layer.name)
        assert found is not None
        return measure_quality(
            conn,
            layer,
            access,
            extent=ENTITY.extent,
            changeset=1,
            evaluated_at=found.modified,
            refused=found.refused,
            as_of=as_of,
        )


def value(found: Quality, id: str, field: str = "") -> float:
    return found.measure(id, field).value


def test_a_clean_layer_passes_everything_that_blocks(city: City) -> None:
    for layer in CATALOG:
        assert quality(city, layer).failures == ()


def test_features_outside_the_extent_are_counted(city: City) -> None:
    city.run(f"INSERT INTO data.arboles (codigo, geom) VALUES ('A-9', {FAR})")  # noqa: S608
    assert value(quality(city, TREES), "2") == 1


def test_features_without_a_place_are_counted(city: City) -> None:
    measure = quality(city, TREES).measure("sin-geometria")
    assert (measure.value, measure.passed, measure.code_space) == (1, None, OWN)


def test_a_required_field_that_is_empty_is_a_rate_and_breaks_the_schema(city: City) -> None:
    city.run("ALTER TABLE data.cursos ALTER tema DROP NOT NULL")
    city.run("INSERT INTO data.cursos (tema, asistentes) VALUES (NULL, 1), (NULL, 2)")
    found = quality(city, COURSES)
    assert value(found, "7", "tema") == 0.5
    assert found.measure("7", "tema").passed is False
    assert value(found, "10") == 2


@pytest.mark.parametrize(
    ("column", "bad"), [("especie", "'XXX'"), ("altura_m", "-1"), ("altura_m", "81")]
)
def test_values_outside_their_domain_block(city: City, column: str, bad: str) -> None:
    city.run(f"ALTER TABLE data.arboles DROP CONSTRAINT {column}__valid")
    city.run(f"UPDATE data.arboles SET {column} = {bad} WHERE codigo = 'A-1'")  # noqa: S608
    found = quality(city, TREES)
    assert value(found, "16") == 1
    assert value(found, "18", column) == pytest.approx(1 / 3)
    assert [(m.id, m.field) for m in found.failures] == [("18", column)]


@pytest.mark.parametrize(("shape", "id"), [(BOW_TIE, "26"), (NESTED, "27")])
def test_invalid_surfaces_are_told_apart(city: City, shape: str, id: str) -> None:
    city.run(f"INSERT INTO data.zonas_verdes (codigo, geom) VALUES ('Z-9', {shape})")  # noqa: S608
    found = quality(city, ZONES)
    assert [m.id for m in found.failures] == [id]
    assert value(found, id) == 1


def test_repeated_content_is_counted_where_there_is_no_key(city: City) -> None:
    found = quality(city, COURSES)
    assert value(found, "4") == 0
    assert "contenido" in found.measure("4").note


def test_changes_by_hand_await_review(city: City) -> None:
    assert value(quality(city, TREES), "sin-revisar") == 3


def test_rows_in_quarantine_are_counted(empty_city: City, tmp_path: Path) -> None:
    city = empty_city
    path = tmp_path / "arboles.csv"
    path.write_text(
        "codigo,especie,altura_m,longitud,latitud\n"
        "A-1,OCO,10,-75.2322,4.4389\nA-2,NOEXISTE,10,-75.2,4.43\n",
        encoding="utf-8",
    )
    surroundings = CurrentFeatures(city.engine, CATALOG)
    conformed = conform.prepare(path, TREES, extent=ENTITY.extent, surroundings=surroundings)
    changesets.load(city.engine, TREES, conformed, quarantine=True)
    found = quality(city, TREES)
    assert (found.feature_count, value(found, "en-cuarentena")) == (1, 1)
    assert value(found, "sin-revisar") == 0
    record = describe(city.reader, ENTITY, TREES, TREES.datasets[0])
    assert record.quality.measure("en-cuarentena").passed is False


def test_an_earlier_moment_is_measured_as_it_was(city: City) -> None:
    with city.engine.connect() as conn:
        before = conn.exec_driver_sql("SELECT changeset FROM sig.layer WHERE name = 'arboles'")
        changeset = before.scalar_one()
    city.run(f"INSERT INTO data.arboles (codigo, geom) VALUES ('A-9', {FAR})")  # noqa: S608
    city.run("DELETE FROM data.arboles WHERE codigo = 'A-3'")
    now, then = quality(city, TREES), quality(city, TREES, as_of=changeset)
    assert (now.feature_count, value(now, "2"), value(now, "sin-geometria")) == (3, 1, 0)
    assert (then.feature_count, value(then, "2"), value(then, "sin-geometria")) == (3, 0, 1)


def test_only_fields_of_the_class_are_measured(city: City) -> None:
    def fields(access: Access) -> set[str]:
        return {m.field for m in quality(city, TREES, access).measures}

    assert "cuidador" not in fields(PUBLICA)
    assert fields(PUBLICA) <= fields(RESERVADA)


def test_a_dataset_is_measured_by_its_own_rows_and_fields(city: City) -> None:
    city.run("ALTER TABLE data.arboles DROP CONSTRAINT altura_m__valid")
    city.run("UPDATE data.arboles SET altura_m = 81 WHERE codigo = 'A-1'")
    low = replace(TREES.datasets[0], where="altura_m < 80", fields=("codigo", "especie"))
    found = describe(city.reader, ENTITY, TREES, low)
    assert found.quality.feature_count == found.feature_count == 2
    assert found.quality.failures == ()
    assert {m.field for m in found.quality.measures} <= {"", "codigo", "especie"}


def test_an_empty_layer_has_no_rates_to_divide(empty_city: City) -> None:
    with empty_city.engine.connect() as conn:
        found = measure_quality(
            conn, TREES, PUBLICA, extent=ENTITY.extent, changeset=0, evaluated_at=_never()
        )
    assert (found.feature_count, value(found, "7", "codigo")) == (0, 0)


def test_the_summary_of_a_filter_is_of_what_it_selects(city: City) -> None:
    with city.reader.connect() as conn:
        tall = summarise(conn, TREES, PUBLICA, where="altura_m > 20")
        none = summarise(conn, TREES, PUBLICA, where="altura_m > 70")
    assert (tall.feature_count, tall.period) == (1, ("2001-10-12", "2001-10-12"))
    assert tall.bbox == pytest.approx((-75.2, 4.43, -75.2, 4.43))
    assert (none.feature_count, none.bbox, none.period) == (0, None, None)


def _never() -> Any:
    from datetime import UTC, datetime

    return datetime(2026, 1, 1, tzinfo=UTC)
