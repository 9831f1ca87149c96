"""The demonstration deliveries: made by a script, small, clean, true where facts are public."""

from __future__ import annotations

import csv
import json
from typing import TYPE_CHECKING, Any

import pytest

import layers
from gis import conform
from gis.contract import PUBLICA
from gis.findings import Severity, blocking
from layers._samples import make_ibague

if TYPE_CHECKING:
    from pathlib import Path

    import geopandas as gpd

    from gis.contract import Layer
    from gis.contract.catalog import Catalog

FOLDER = layers.FOLDER / "_samples" / "ibague"
MADE_BY_THE_SYSTEM = {
    "registro_activos_informacion", "indice_informacion_clasificada", "esquema_publicacion",
}  # fmt: skip
NAMES = sorted({path.stem for path in layers.FOLDER.glob("[!_]*.py")} - MADE_BY_THE_SYSTEM)
EXPECTED = {"repeated-geometry"}
"""Warnings a sample may have: several crashes at one corner, several visits to one place."""


class Samples:
    """The other samples, conformed, as the surroundings of one."""

    def __init__(self, catalog: Catalog) -> None:
        self.catalog = catalog
        self.known: dict[str, Any] = {}

    def features(self, layer: str) -> gpd.GeoDataFrame | None:
        if layer not in self.known:
            self.known[layer] = None  # a rule that looks at its own layer finds nothing
            self.known[layer] = self.conformed(self.catalog.layer(layer)).rows
        return self.known[layer]

    def conformed(self, layer: Layer) -> conform.Conformed:
        return conform.prepare(
            file_of(layer.name), layer, extent=self.catalog.entity.extent, surroundings=self
        )


def file_of(name: str) -> Path:
    (found,) = FOLDER.glob(f"{name}.*")
    return found


def rows_of(name: str) -> list[dict[str, str]]:
    with file_of(name).open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


@pytest.fixture(scope="module")
def samples(catalog: Catalog) -> Samples:
    return Samples(catalog)


@pytest.mark.parametrize("name", NAMES)
def test_a_sample_keeps_the_rules_of_its_layer(
    name: str, catalog: Catalog, samples: Samples
) -> None:
    conformed = samples.conformed(catalog.layer(name))
    assert not blocking(conformed.findings)
    assert len(conformed.rows) > 0
    warned = {f.rule for f in conformed.findings if f.severity is Severity.WARNING}
    assert warned <= EXPECTED


def test_samples_are_what_the_script_makes(tmp_path: Path) -> None:
    make_ibague.main(tmp_path)
    made = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    kept = {path.name: path.read_bytes() for path in FOLDER.iterdir()}
    assert made.keys() == kept.keys()
    assert [name for name in made if made[name] != kept[name]] == []


def test_samples_are_small() -> None:
    sizes = [path.stat().st_size for path in FOLDER.iterdir()]
    assert max(sizes) <= 350 * 1024
    assert sum(sizes) < 3 * 1024**2


@pytest.mark.parametrize("name", NAMES)
def test_what_is_not_public_in_a_sample_is_visibly_false(
    name: str, catalog: Catalog, samples: Samples
) -> None:
    layer = catalog.layer(name)
    rows = samples.conformed(layer).rows
    for field in layer.fields:
        if field.access is PUBLICA or field.type.codes or field.type.kind != "text":
            continue
        if field.name == "semana_epidemiologica":
            continue
        for value in rows[field.name].dropna().astype(str).unique():
            assert any(mark in value.lower() for mark in ("fictici", "0000", "zzz")), value


def test_nine_pvd_stand_at_their_public_addresses_and_only_approximately() -> None:
    rows = rows_of("puntos_vive_digital")
    assert len(rows) == 9
    assert {row["precision_ubicacion"] for row in rows} == {"aproximada"}
    assert "Cra 3 # 9-52, Edificio Avianca" in {row["direccion"] for row in rows}
    assert [row["tipo"] for row in rows].count("lab") == 2


def test_sixteen_kvd_and_one_without_a_place() -> None:
    rows = rows_of("kioscos_vive_digital")
    assert len(rows) == 16
    assert [row["centro_poblado"] for row in rows if not row["longitud"]] == ["Santuario"]
    assert {row["tipo"] for row in rows} == {"sin_establecer"}


def test_wifi_zones_say_their_reach_and_their_session() -> None:
    rows = rows_of("zonas_wifi")
    assert {(row["radio_m"], row["sesion_minutos"]) for row in rows} == {("100", "60")}


def test_thirteen_comunas_and_seventeen_corregimientos() -> None:
    comunas = json.loads(file_of("comunas").read_text(encoding="utf-8"))["features"]
    assert {f["properties"]["comuna"] for f in comunas} == {str(n) for n in range(1, 14)}
    rural = json.loads(file_of("corregimientos").read_text(encoding="utf-8"))["features"]
    assert len(rural) == 17
    assert {"Villa Restrepo", "El Totumo", "La Florida"} <= {
        f["properties"]["nombre"] for f in rural
    }


def test_every_street_has_a_name_to_find_addresses_by() -> None:
    rows = rows_of("malla_vial")
    assert len(rows) > 2000
    assert all(row["nombre"] for row in rows)
    names = {row["nombre"] for row in rows}
    assert {"Carrera 5", "Calle 37", "Carrera 2 Sur", "Carrera 4B Bis", "Calle 37A Sur"} <= names
    assert {"Avenida Ambalá", "Avenida Guabinal", "Avenida Ferrocarril"} <= names
    assert {"Diagonal 43", "Transversal 5", "Vía al Nevado"} <= names
