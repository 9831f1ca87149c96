"""Persons in what is about to leave are found in every kind of file; places are not persons."""

from __future__ import annotations

import sqlite3
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import pandas as pd
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from gis.contract import PUBLICA, Field, Text
from publishers.privacy import Allowed, allowed, scan
from publishers.privacy.patterns import Kind, is_natural, look
from publishers.publish import inspect, publish
from tests.publishers.city import ENTITY, TREES, City

if TYPE_CHECKING:
    from collections.abc import Callable

SAMPLES = Path(__file__).parents[2] / "layers" / "_samples" / "ibague"
NOTHING = Allowed()

PERSONS = {
    "Llamar al 311 847 56 30 en la tarde": Kind.PHONE,
    "+57 3118475630": Kind.PHONE,
    "Fijo (608) 2611111": Kind.PHONE,
    "escribir a juan.perez87@hotmail.com": Kind.EMAIL,
    "C.C. 65.784.123 de Ibagué": Kind.DOCUMENT,
    "identificada con cédula de ciudadanía No. 28915330": Kind.DOCUMENT,
    "1.110.456.789": Kind.DOCUMENT,
    "1110456789": Kind.DOCUMENT,
    "NIT 65784123-8": Kind.NIT,
    "vehículo de placas IBX 482": Kind.PLATE,
    "00:1B:44:11:3A:B7": Kind.NETWORK,
    "se conectó desde 190.25.44.102": Kind.NETWORK,
    "MARIA FERNANDA GOMEZ LOZANO": Kind.NAME,
    "atendió la señora Gloria Perdomo en el local": Kind.NAME,
    "El árbol lo pidió Carlos Andrés Rodríguez Díaz, vecino": Kind.NAME,
    "CANARIO-7F3A99": Kind.CANARY,
}
NOBODY = (
    "Carrera 5 # 37-40, Barrio La Francia",
    "Institución Educativa Luis Carlos Galán Sarmiento",
    "Biblioteca Darío Echandía",
    "Avenida Pedro Tafur con Calle 83",
    "Barrio Jorge Eliécer Gaitán",
    "Escuela Antonio Nariño sede 2",
    "Parque Manuel Murillo Toro",
    "Decreto 1077 de 2015, artículo 2.2.1.1",
    "Valor $1.110.456.789",
    "73001000000000010001",
    "PVD-001",
    "2024-05-06 a 2024-11-30",
    "NIT 800113389-7",
    "Santa Rosa de Cabal",
    "Torres del Prado",
    "Km 4 vía al Nevado",
    "4752388.9041",
    "-75.2322001 4.4389002",
    "Resolución 2674 de 2013 del Ministerio de Salud y Protección Social",
    "San José de la Montaña",
)


@pytest.mark.parametrize(("text", "kind"), PERSONS.items())
def test_a_person_is_recognised(text: str, kind: Kind) -> None:
    assert kind in {hit.kind for hit in look(text)}


@pytest.mark.parametrize("text", NOBODY)
def test_what_is_nobody_s_is_not(text: str) -> None:
    assert list(look(text)) == []


@given(st.binary(min_size=32, max_size=32), st.datetimes(timezones=st.just(UTC)))
def test_hashes_and_instants_are_of_nobody(digest: bytes, when: datetime) -> None:
    for text in (f'"sha256": "{digest.hex()}",', f"<gco:DateTime>{when.isoformat()}<"):
        assert list(look(text, alone=False)) == []


def test_a_digest_that_begins_like_a_card_is_none() -> None:
    assert list(look('"sha256": "cc6023451b6e37c26f03c69e7a56bd2833e60d3f23"')) == []


def test_a_nit_is_of_a_person_by_its_range_and_its_digit() -> None:
    assert is_natural("65784123", "8")
    assert not is_natural("65784123", "9")
    assert not is_natural("800113389", "7")


def a_table(planted: str, row: int = 2) -> gpd.GeoDataFrame:
    notes: list[str | None] = ["Poda", "Sin novedad", None, "Poda"]
    notes[row] = planted
    frame = pd.DataFrame({"codigo": ["A", "B", "C", "D"], "nota": notes, "alto": [1.5, 2, 3, 4]})
    points = [shapely.Point(-75.2 - i / 100, 4.4) for i in range(4)]
    return gpd.GeoDataFrame(frame, geometry=points, crs=4326)


def zipped(table: gpd.GeoDataFrame, path: Path) -> None:
    import zipfile

    folder = path.with_suffix("")
    folder.mkdir()
    table.to_file(folder / "t.shp", encoding="utf-8")
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for part in folder.iterdir():
            archive.write(part, part.name)


WRITERS: dict[str, tuple[Callable[[gpd.GeoDataFrame, Path], Any], int]] = {
    # What writes the file, and the number of its first row as people see it.
    "csv": (lambda t, p: t.drop(columns="geometry").to_csv(p, index=False), 2),
    "geojson": (lambda t, p: t.to_file(p, driver="GeoJSON"), 1),
    "gpkg": (lambda t, p: t.to_file(p, driver="GPKG"), 1),
    "fgb": (lambda t, p: t.to_file(p, driver="FlatGeobuf", SPATIAL_INDEX="NO"), 1),
    "parquet": (lambda t, p: t.to_parquet(p), 1),
    "xlsx": (lambda t, p: t.drop(columns="geometry").to_excel(p, index=False), 2),
    "zip": (zipped, 1),
}


@pytest.mark.parametrize("ending", WRITERS)
@pytest.mark.parametrize("planted", ["Dueña: Ana Lucía Torres Perdomo", "tel. 3118475630"])
def test_every_kind_of_file_is_read_and_the_place_named(
    ending: str, planted: str, tmp_path: Path
) -> None:
    writer, first = WRITERS[ending]
    path = tmp_path / f"t.{ending}"
    writer(a_table(planted), path)
    (found,) = scan(path, NOTHING)
    assert (found.field, found.row) == ("nota", first + 2)
    assert planted not in f"{found.message}{found.value}"
    assert "3118475630" not in str(found)
    clean = tmp_path / f"limpio.{ending}"
    writer(a_table("Poda"), clean)
    assert scan(clean, NOTHING) == []


def test_what_is_outside_of_the_tables_is_found_too(tmp_path: Path) -> None:
    path = tmp_path / "t.gpkg"
    a_table("Poda").to_file(path, driver="GPKG")
    with sqlite3.connect(path) as db:
        db.execute(
            "UPDATE gpkg_contents SET description = 'de juan.perez@hotmail.com CANARIO-A1B2C3'"
        )
    assert {f.rule for f in scan(path, NOTHING)} == {"e-mail", "canary"}


def test_a_bare_number_is_told_by_its_heading(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text("codigo,cedula,telefono,cupos\nA,65784123,2612345,28915330\n", encoding="utf-8")
    assert {f.field for f in scan(path, Allowed(numbers=frozenset({"cupos"})))} == {
        "cedula",
        "telefono",
    }


def test_the_law_excuses_a_field_and_never_a_canary(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text(
        "contratista,nota\nANA MARIA GOMEZ LOZANO,x\nCANARIO-A1B2C3,x\n", encoding="utf-8"
    )
    found = scan(path, Allowed(fields=frozenset({"contratista"})))
    assert [(f.rule, f.row) for f in found] == [("canary", 3)]


def test_the_entity_s_own_addresses_may_leave() -> None:
    excused = allowed(ENTITY, TREES)
    told = "ambiente@villa.example, planeacion@ibague.gov.co, otro@hotmail.com"
    kept = [hit.told for hit in look(told) if not excused.excuses(hit, "nota")]
    assert kept == ["otro@hotmail.com"]


@pytest.mark.parametrize("path", sorted(SAMPLES.iterdir()), ids=lambda path: path.name)
def test_no_sample_has_a_false_alarm(path: Path, catalog: Any) -> None:
    layer = catalog.layer(path.stem)
    private = {f.name for f in layer.fields if f.access is not PUBLICA}
    found = scan(path, allowed(catalog.entity, layer))
    assert [f for f in found if f.field not in private] == []


def test_a_person_in_a_dataset_keeps_it_from_leaving(city: City) -> None:
    city.run("UPDATE data.arboles SET codigo = 'Pedro Antonio Gómez Díaz' WHERE codigo = 'A-1'")
    outcome = publish(city.order("arboles"))
    assert (outcome.result, outcome.plan.code) == ("rechazada", "personal-data")
    assert "arboles.csv" in outcome.plan.reason
    assert "Gómez" not in outcome.plan.reason
    assert not (city.home / "catalogo" / "arboles" / "actual").exists()
    assert {f.field for f in inspect(city.order("arboles"))} == {"codigo", "id"}


def test_the_same_person_leaves_where_the_law_says_so(city: City) -> None:
    city.run("UPDATE data.arboles SET codigo = 'Pedro Antonio Gómez Díaz' WHERE codigo = 'A-1'")
    order = city.order("arboles")
    public = Field(
        "codigo", Text(), "Código", "Placa del árbol.", PUBLICA, "Ley 1712, art. 9.", required=True
    )
    layer = replace(order.layer, fields=(public, *order.layer.fields[1:]))
    assert publish(replace(order, layer=layer)).result == "publicada"
