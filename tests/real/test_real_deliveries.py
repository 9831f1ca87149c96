"""Real files of the city and its neighbours, with all the flaws their README lists."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
import pytest

from gis.conform import Conformed, prepare
from gis.contract import Layer, NearNamed
from gis.contract.catalog import Catalog, read_catalog
from gis.contract.entity import read_entity
from gis.errors import SourceError
from gis.findings import Severity
from gis.sources import read

ROOT = Path(__file__).parents[2]
REAL = Path(os.environ["SIG_REAL_DATA"])
WRONG_PLACES = {
    "outside the municipality": {"101", "137", "144"},
    "far from the village named": {"136", "104", "133", "112"},
    "urban address in rural land": {"72"},
    "far from the volcano named": {"103"},
    "far from the neighbourhood named": {"49", "50"},
}


class Known:
    """Surroundings made of conformed deliveries."""

    def __init__(self) -> None:
        self.frames: dict[str, gpd.GeoDataFrame] = {}

    def features(self, layer: str) -> gpd.GeoDataFrame | None:
        return self.frames.get(layer)


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    entity = read_entity(ROOT / "layers" / "_entities" / "ibague.toml")
    return read_catalog(entity, [ROOT / "layers", ROOT / "tests" / "data" / "ocana_bucaramanga"])


def deliver(
    catalog: Catalog, layer: str | Layer, file: str, *repairs: str, **options: Any
) -> Conformed:
    declared = catalog.layer(layer) if isinstance(layer, str) else layer
    options.setdefault("surroundings", Known())
    return prepare(
        REAL / file, declared, extent=catalog.entity.extent, repairs=frozenset(repairs), **options
    )


def rows_of(done: Conformed, rule: str) -> list[int | None]:
    return [finding.row for finding in done.findings if finding.rule == rule]


@pytest.fixture(scope="module")
def city(catalog: Catalog) -> Known:
    """Municipality, comunas and populated places, as delivered by their keepers."""
    known = Known()
    for layer, file, repairs, where in (
        ("municipio", "tolima/municipios_shp", (), "MpCodigo = '73001'"),
        ("comunas", "ibague/comunas_unidas_shp", ("dissolve",), ""),
        ("centros_poblados", "tolima/centros_poblados_shp", ("dissolve",), "COD_MPIO = '73001'"),
    ):
        done = deliver(catalog, layer, f"{file}.zip", *repairs, where=where, surroundings=known)
        assert not done.refused
        known.frames[layer] = done.rows
    return known


@pytest.fixture(scope="module")
def wifi(catalog: Catalog, city: Known) -> Conformed:
    return deliver(
        catalog, "zonas_wifi", "ibague/wifi_zonas_vibra_ubicacion.csv", surroundings=city
    )


class TestWifi:
    def test_all_rows_enter_with_what_is_wrong_said(self, wifi: Conformed) -> None:
        assert len(wifi.rows) == 150
        assert not wifi.refused
        assert all(finding.remedy for finding in wifi.findings)

    def test_damaged_letters_cannot_be_read_back(self, wifi: Conformed) -> None:
        damaged = [finding for finding in wifi.findings if finding.rule == "damaged-text"]
        assert len(damaged) == 13
        assert {finding.field for finding in damaged} == {"direccion"}
        assert all("no lo repara" in finding.remedy for finding in damaged)

    def test_repeated_names_and_places(self, wifi: Conformed) -> None:
        names = [f.value for f in wifi.findings if f.rule == "repeated-value"]
        assert {name: names.count(name) for name in names} == {"TOCHE": 5, "VEREDA CHUCUNI": 2}
        places = {f.value for f in wifi.findings if f.rule == "repeated-geometry"}
        assert places == {"71, 77", "110, 135"}

    @pytest.mark.parametrize(
        ("kind", "rule"),
        [
            ("outside the municipality", "not-inside"),
            ("far from the village named", "far-from-named-place"),
            ("urban address in rural land", "urban-address-outside"),
        ],
    )
    def test_wrong_places_that_the_declaration_finds(
        self, wifi: Conformed, kind: str, rule: str
    ) -> None:
        found = {finding.feature for finding in wifi.findings if finding.rule == rule}
        assert WRONG_PLACES[kind] <= found

    def test_wrong_places_are_few_among_right_ones(self, wifi: Conformed) -> None:
        rules = {"not-inside", "far-from-named-place", "urban-address-outside"}
        found = {finding.feature for finding in wifi.findings if finding.rule in rules}
        assert len(found - set().union(*WRONG_PLACES.values())) <= 3

    def test_kiosks_and_neighbourhoods_find_the_rest(self, catalog: Catalog, city: Known) -> None:
        """Once those layers hold real places: here kiosks as published, and each neighbourhood
        standing anywhere in its comuna, which is all that is known of it."""
        known = Known()
        samples = ROOT / "layers" / "_samples" / "ibague" / "kioscos_vive_digital.csv"
        known.frames = city.frames | {
            "kioscos_vive_digital": deliver(catalog, "kioscos_vive_digital", str(samples)).rows,
            "barrios": _neighbourhoods(city),
        }
        layer = catalog.layer("zonas_wifi")
        more = (
            NearNamed("kioscos_vive_digital", "nombre", name_field="centro_poblado"),
            NearNamed("barrios", "nombre", also=("centros_poblados",), unless=("vereda", "cañón")),
        )
        done = deliver(
            catalog, replace(layer, rules=(*layer.rules, *more)),
            "ibague/wifi_zonas_vibra_ubicacion.csv", surroundings=known,
        )  # fmt: skip
        found = {f.feature for f in done.findings if f.rule == "far-from-named-place"}
        assert WRONG_PLACES["far from the volcano named"] <= found
        assert WRONG_PLACES["far from the neighbourhood named"] <= found


def _neighbourhoods(city: Known) -> gpd.GeoDataFrame:
    barrios = read(REAL / "ibague/barrios_por_comuna.csv").table
    names = barrios["name"].astype(str).str.replace(r"^\s*\d+\.\s*", "", regex=True)
    comunas = city.frames["comunas"].set_index("comuna").geometry
    shapes = barrios["comuna_id"].map(comunas.to_dict())
    return gpd.GeoDataFrame({"nombre": names}, geometry=gpd.GeoSeries(shapes, crs=9377))


class TestComunas:
    FILE = "ibague/comunas_unidas_shp.zip"

    def test_parts_are_repeated_keys_until_dissolved(self, catalog: Catalog) -> None:
        done = deliver(catalog, "comunas", self.FILE)
        assert len(rows_of(done, "duplicate-key")) == 18
        assert len(done.rows) == 8

    def test_dissolved_into_thirteen_and_every_sliver_said(self, catalog: Catalog) -> None:
        done = deliver(catalog, "comunas", self.FILE, "dissolve")
        assert sorted(done.rows["comuna"], key=int) == [str(n) for n in range(1, 14)]
        assert rows_of(done, "sliver") == [2, 4, 5, 6, 7, 19, 20, 21, 23, 24]
        assert done.source.crs == 3857
        assert done.source.encoding == "ISO-8859-1"
        assert done.rows.is_valid.all()
        assert not done.refused


class TestPopulatedPlaces:
    FILE = "tolima/centros_poblados_shp.zip"

    def test_only_this_municipality_one_feature_per_code(self, catalog: Catalog) -> None:
        done = deliver(
            catalog, "centros_poblados", self.FILE, "dissolve", where="COD_MPIO = '73001'"
        )
        assert done.source.rows == 350
        assert len(done.rows) == 34
        assert done.rows["codigo"].str.startswith("73001").all()
        parts = {f.feature: f.message for f in done.findings if f.rule == "dissolved"}
        assert "Se unieron 5 filas" in parts["73001011"]
        assert "Se unieron 4 filas" in parts["73001004"]
        assert rows_of(done, "dissolve-conflict") == []

    def test_without_the_filter_other_municipalities_fall_outside(self, catalog: Catalog) -> None:
        done = deliver(catalog, "centros_poblados", self.FILE)
        assert len(rows_of(done, "outside-extent")) > 200
        assert all(finding.remedy for finding in done.findings)

    def test_villages_lie_where_they_should(self, city: Known) -> None:
        places = city.frames["centros_poblados"].set_index("codigo").geometry.centroid.to_crs(4326)
        for code, lon, lat in (
            ("73001011", -75.35049, 4.45455), ("73001030", -75.25986, 4.46662),
            ("73001012", -75.40938, 4.51975),
        ):  # fmt: skip
            assert (places[code].x, places[code].y) == pytest.approx((lon, lat), abs=2e-4)


def test_municipality_by_its_code(catalog: Catalog) -> None:
    done = deliver(catalog, "municipio", "tolima/municipios_shp.zip", where="MpCodigo = '73001'")
    assert (
        done.rows["codigo"].tolist() == ["73001"] if "codigo" in done.rows else len(done.rows) == 1
    )
    assert done.source.crs == 9377
    assert done.rows.geometry.area.iloc[0] == pytest.approx(1.4e9, rel=0.1)


class TestHazard:
    FILE = "riesgo_ocana/amenaza_movimiento_masa_urbano.geojson"

    def test_date_without_a_day_is_said_row_by_row(self, catalog: Catalog) -> None:
        done = deliver(catalog, "amenaza_remocion_ocana", self.FILE)
        wrong = [finding for finding in done.findings if finding.severity is Severity.BLOCKING]
        assert [(f.row, f.field, f.value) for f in wrong] == [
            (row, "fecha", "Noviembre 2022") for row in (1, 2, 3)
        ]
        assert all("Falta el día" in finding.remedy for finding in wrong)

    def test_enters_with_that_date_left_blank(self, catalog: Catalog) -> None:
        done = deliver(catalog, "amenaza_remocion_ocana", self.FILE, "blank_invalid")
        assert sorted(done.rows["amenaza"]) == ["alta", "baja", "media"]
        assert done.rows.geometry.count_coordinates().sum() == 79_674
        assert done.rows.is_valid.all()


class TestRoads:
    FILE = "vias/bucaramanga_osm_red_vial.parquet"

    def test_every_edge_enters_and_the_shortest_is_said(self, catalog: Catalog) -> None:
        done = deliver(catalog, "vias_bucaramanga", self.FILE)
        assert len(done.rows) == 79_317
        assert not done.refused
        assert done.source.crs == 32618
        assert [f.value for f in done.findings if f.rule == "tiny-geometry"] == ["0.016"]
        assert not done.rows.duplicated(["nodo_inicial", "nodo_final", "orden"]).any()


class TestWorkbooks:
    def test_text_read_twice_in_a_wrong_code_page_can_be_recovered(self) -> None:
        from gis.conform.wording import is_damaged, redecoded

        path = REAL / "tolima/municipios_centros_veredas.xlsx"
        with pytest.raises(SourceError, match="Trae 6 hojas"):
            read(path)
        table = read(path, part="Municipios").table
        texts = pd.Series([v for v in table.to_numpy().ravel() if isinstance(v, str)])
        damaged = texts[texts.map(is_damaged)]
        assert len(damaged) > 40
        assert damaged.map(redecoded).notna().all()

    def test_formulas_are_not_values(self) -> None:
        path = REAL / "tolima/municipios_centros_veredas.xlsx"
        assert len(read(path, part="Cabeceras_Municipales").formulas["COD_MPIO2"]) == 333
