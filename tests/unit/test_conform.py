"""A delivery conformed: each bad input of the real world comes out as a finding with a remedy."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import geopandas as gpd
import numpy as np
import openpyxl
import pandas as pd
import pytest
import shapely

from gis.conform import REPAIRS
from gis.contract import Distinct, Geometry, NoSliver, Text
from gis.errors import DeliveryRefused, InvalidRequest, SourceError
from gis.findings import Severity
from tests.unit.delivering import (
    FIELDS,
    deliver,
    feature,
    field,
    layer,
    rows_of,
    square,
    text_of,
    write_csv,
    write_geojson,
)

DELIVERIES = Path(__file__).parents[1] / "data" / "deliveries"
IBAGUE = (-75.2322, 4.4389)
SITES = layer()
ZONES = layer("MultiPolygon")
ROADS = layer("LineString")


def points(path: Path, *places: tuple[float, float], crs: str = "") -> Path:
    return write_geojson(path, [("Point", list(place)) for place in places], crs)


class TestRows:
    def test_rows_have_the_declared_kinds_and_storage_crs(self, tmp_path: Path) -> None:
        path = write_csv(
            tmp_path / "a.csv",
            "codigo,nombre,nivel,cupos,area,activo,fecha,instante,lon,lat",
            "007,Cañón,AMENAZA ALTA,10,1.5,sí,03/05/2024,2024-05-03T10:00,-75.2322,4.4389",
        )
        done = deliver(path, SITES)
        row = done.rows.loc[2]
        assert row.iloc[:4].tolist() == ["007", "Cañón", "alta", 10]
        assert (row["area"], row["activo"], row["fecha"]) == (1.5, True, dt.date(2024, 5, 3))
        assert str(row["instante"]) == "2024-05-03 15:00:00+00:00"
        assert [str(kind) for kind in done.rows.dtypes] == [
            "object", "object", "object", "Int64", "Float64", "boolean", "object",
            "datetime64[us, UTC]", "geometry",
        ]  # fmt: skip
        assert done.rows.crs.to_epsg() == 9377
        assert (row["geom"].x, row["geom"].y) == pytest.approx(
            (4752388.9041, 2048868.3160), abs=1e-3
        )
        assert list(done.rows.columns) == [*SITES.field_names, "geom"]
        assert done.rows.index.name == "row"
        assert not done.refused

    def test_source_is_described_without_paths(self, tmp_path: Path) -> None:
        path = write_csv(tmp_path / "a.csv", "COD;lon;lat", "1;-75.2;4.4")
        source = deliver(path, SITES, "trim", mapping={"codigo": "cod"}, crs=4326).source
        assert (source.name, source.size, source.rows, source.crs) == (
            "a.csv",
            path.stat().st_size,
            1,
            4326,
        )
        assert len(source.sha256) == 64
        assert source.options == (("map", "codigo=cod"), ("crs", "EPSG:4326"))
        assert source.repairs == ("trim",)
        assert str(tmp_path) not in repr(source)

    def test_table_without_geometry(self, tmp_path: Path) -> None:
        path = write_csv(tmp_path / "a.csv", "codigo", "1", "2")
        done = deliver(path, layer(None))
        assert isinstance(done.rows, pd.DataFrame)
        assert done.rows["codigo"].tolist() == ["1", "2"]
        assert "geom" not in done.rows

    def test_progress_is_told(self, tmp_path: Path) -> None:
        told: list[tuple[str, float]] = []
        path = points(tmp_path / "a.geojson", IBAGUE)
        deliver(path, SITES, progress=lambda phase, done: told.append((phase, done)))
        assert [done for _, done in told] == sorted(done for _, done in told)
        assert told[-1] == ("listo", 1.0)


class TestColumns:
    def test_names_match_with_case_accents_and_signs_ignored(self, tmp_path: Path) -> None:
        path = write_csv(
            tmp_path / "a.csv", "Cod.Sitio,NOM_SITIO,Longitud,LATITUD", "1,x,-75.2,4.4"
        )
        assert deliver(path, SITES).rows.loc[2, ["codigo", "nombre"]].tolist() == ["1", "x"]

    def test_missing_required_column_refuses_the_file_and_suggests(self, tmp_path: Path) -> None:
        path = write_csv(tmp_path / "a.csv", "codigos,lon,lat", "1,-75.2,4.4")
        with pytest.raises(DeliveryRefused) as caught:
            deliver(path, SITES)
        assert "¿Es «codigos»? " in caught.value.message
        assert "--map codigo=COLUMNA" in caught.value.message
        assert [f.rule for f in caught.value.findings if f.severity is Severity.BLOCKING] == [
            "missing-column"
        ]

    def test_two_columns_for_a_field_refuse_the_file(self, tmp_path: Path) -> None:
        path = write_csv(tmp_path / "a.csv", "ID,COD_SITIO,lon,lat", "1,2,-75.2,4.4")
        with pytest.raises(DeliveryRefused, match="puede venir de «ID», «COD_SITIO»"):
            deliver(path, SITES)
        assert deliver(path, SITES, mapping={"codigo": "ID"}).rows["codigo"].tolist() == ["1"]

    def test_the_short_names_of_our_shapefiles_are_known(self, tmp_path: Path) -> None:
        sites = layer(fields=(*FIELDS, field("observaciones_visita", Text())))
        path = write_csv(tmp_path / "a.csv", "codigo,observacio,lon,lat", "1,bien,-75.2,4.4")
        assert deliver(path, sites).rows["observaciones_visita"].tolist() == ["bien"]

    def test_repeated_heading_is_ambiguous(self, tmp_path: Path) -> None:
        path = write_csv(tmp_path / "a.csv", "codigo,codigo,lon,lat", "1,2,-75.2,4.4")
        with pytest.raises(DeliveryRefused, match="puede venir"):
            deliver(path, SITES)

    def test_what_is_not_used_and_what_is_absent_is_said(self, tmp_path: Path) -> None:
        path = write_csv(tmp_path / "a.csv", "codigo,otra,lon,lat", "1,2,-75.2,4.4")
        done = deliver(path, SITES)
        assert "«otra»" in text_of(done, "extra-columns")
        assert "«cupos»" in text_of(done, "absent-fields")
        assert "cupos" in done.absent
        assert "codigo" not in done.absent

    @pytest.mark.parametrize("mapping", [{"codgo": "a"}, {"codigo": "zzz"}])
    def test_mapping_that_names_nothing_is_a_bad_request(
        self, tmp_path: Path, mapping: dict[str, str]
    ) -> None:
        path = write_csv(tmp_path / "a.csv", "codigo,lon,lat", "1,-75.2,4.4")
        with pytest.raises(InvalidRequest):
            deliver(path, SITES, mapping=mapping)


class TestValues:
    def test_values_out_of_place_are_told_one_by_one(self) -> None:
        done = deliver(DELIVERIES / "codigos.csv", SITES)
        wrong = {(f.row, f.field): f for f in done.findings if f.severity is Severity.BLOCKING}
        assert set(wrong) == {
            (3, "nivel"), (3, "cupos"), (3, "fecha"), (4, "nivel"), (4, "cupos"), (4, "fecha"),
        }  # fmt: skip
        assert wrong[3, "nivel"].rule == "unknown-code"
        assert wrong[3, "nivel"].remedy == "¿Quiso decir «alta»?"
        assert "entre 0 y 500" in wrong[3, "cupos"].message
        assert "vacía" in wrong[4, "nivel"].remedy
        assert "AAAA-MM-DD" in wrong[3, "fecha"].remedy
        assert wrong[3, "fecha"].feature == "A2"
        assert (wrong[3, "fecha"].lon, wrong[3, "fecha"].lat) == (-75.22, 4.43)
        assert list(done.rows.index) == [2]
        assert done.refused == {3, 4}

    def test_what_cannot_be_read_is_left_blank_only_when_asked(self) -> None:
        done = deliver(DELIVERIES / "codigos.csv", SITES, "blank_invalid")
        assert not done.refused
        assert pd.isna(done.rows.loc[3, "fecha"])
        lost = [f for f in done.findings if f.rule in ("invalid-value", "unknown-code")]
        assert len(lost) == 6
        assert all("quedó vacío" in finding.message for finding in lost)

    def test_date_without_a_day_says_what_is_missing(self) -> None:
        done = deliver(DELIVERIES / "codigos.csv", SITES)
        wrong = next(f for f in done.findings if (f.row, f.field) == (4, "fecha"))
        assert wrong.remedy.startswith("Falta el día")

    def test_null_words_become_null_when_asked(self, tmp_path: Path) -> None:
        path = write_csv(tmp_path / "a.csv", "codigo,cupos,nivel,lon,lat", "1,N/A,NULL,-75.2,4.4")
        done = deliver(path, SITES, "null_words")
        assert not done.refused
        assert pd.isna(done.rows.loc[2, "cupos"])

    def test_decimal_comma_is_invalid_until_asked(self) -> None:
        done = deliver(DELIVERIES / "coma_decimal.csv", SITES)
        assert done.refused == {2, 3}
        assert "--repair decimal_comma" in text_of(done, "invalid-value")
        repaired = deliver(DELIVERIES / "coma_decimal.csv", SITES, "decimal_comma")
        assert repaired.rows["area"].tolist() == [4.5, 1234.5]
        assert "6 valores" in text_of(repaired, "repaired")

    def test_damaged_text_says_whether_it_can_be_recovered(self) -> None:
        done = deliver(DELIVERIES / "letras_danadas.csv", SITES)
        assert rows_of(done, "damaged-text") == [2, 3, 4, 5]
        remedy = {f.row: f.remedy for f in done.findings if f.rule == "damaged-text"}
        assert "no lo repara" in remedy[2]
        assert "«Caño»" in remedy[3]
        assert "«Política»" in remedy[4]
        assert not done.refused
        repaired = deliver(DELIVERIES / "letras_danadas.csv", SITES, "redecode")
        assert repaired.rows["nombre"].tolist()[1:3] == ["Caño", "Política"]
        assert rows_of(repaired, "damaged-text") == [2, 5]

    def test_untidy_texts_are_said(self) -> None:
        done = deliver(DELIVERIES / "textos.csv", SITES)
        assert rows_of(done, "untidy-spaces") == [2]
        assert rows_of(done, "formula-text") == [3]
        assert rows_of(done, "control-characters") == [4]
        assert rows_of(done, "scientific-notation") == [5]
        assert rows_of(done, "null-word") == [6]
        assert not done.refused
        tidy = deliver(DELIVERIES / "textos.csv", SITES, "trim", "clean_text", "null_words")
        assert tidy.rows["nombre"].tolist()[::2] == ["Parque central", "dos líneas", None]

    def test_missing_required_value(self) -> None:
        done = deliver(DELIVERIES / "llaves.csv", SITES)
        assert rows_of(done, "missing-value") == [6]

    def test_formula_of_a_workbook_is_refused(self, tmp_path: Path) -> None:
        book = openpyxl.Workbook()
        assert book.active is not None
        for row in (
            ["codigo", "cupos", "lon", "lat"],
            ["1", "=1+1", -75.2, 4.4],
            ["2", 5, -75.2, 4.41],
        ):
            book.active.append(row)
        book.save(tmp_path / "a.xlsx")
        done = deliver(tmp_path / "a.xlsx", SITES)
        assert rows_of(done, "formula") == [2]
        assert done.refused == {2}

    def test_numbers_as_codes_are_said(self, tmp_path: Path) -> None:
        gpd.GeoDataFrame(
            {"codigo": [1, 2]}, geometry=gpd.points_from_xy([-75.2, -75.3], [4.4, 4.5]), crs=4326
        ).to_file(tmp_path / "a.gpkg", engine="pyogrio")
        done = deliver(tmp_path / "a.gpkg", SITES)
        assert done.rows["codigo"].tolist() == ["1", "2"]
        assert "ceros a la izquierda" in text_of(done, "converted")


class TestReference:
    def test_degrees_without_crs_are_taken_as_wgs84_and_said(self) -> None:
        done = deliver(DELIVERIES / "llaves.csv", SITES)
        assert "EPSG:4326" in text_of(done, "crs-assumed")
        assert done.source.crs == 4326

    def test_metres_without_crs_are_refused_naming_candidates(self, tmp_path: Path) -> None:
        path = write_csv(tmp_path / "a.csv", "codigo,este,norte", "1,4752388.9,2048868.3")
        with pytest.raises(SourceError, match="EPSG:9377") as caught:
            deliver(path, SITES)
        assert "--crs" in caught.value.message
        assert deliver(path, SITES, crs=9377).rows.geometry.iloc[0].x == 4752388.9

    def test_old_origin_is_named_among_the_candidates(self, tmp_path: Path) -> None:
        path = write_csv(tmp_path / "a.csv", "codigo,x,y", "1,871834.63,982705.50")
        with pytest.raises(SourceError, match="EPSG:3116"):
            deliver(path, SITES)

    def test_shapes_without_crs_are_refused(self, tmp_path: Path) -> None:
        frame = gpd.GeoDataFrame({"codigo": ["1"]}, geometry=[shapely.Point(IBAGUE)])
        frame.to_parquet(tmp_path / "a.parquet")
        with pytest.raises(SourceError, match="No dice en qué sistema"):
            deliver(tmp_path / "a.parquet", SITES)

    def test_crs_not_accepted_by_the_layer_is_named(self, tmp_path: Path) -> None:
        frame = gpd.GeoDataFrame({"codigo": ["1"]}, geometry=[shapely.Point(IBAGUE)], crs=4326)
        frame.to_crs(32618).to_parquet(tmp_path / "a.parquet")
        with pytest.raises(SourceError, match=r"EPSG:32618 .*no recibe"):
            deliver(tmp_path / "a.parquet", SITES)

    def test_crs_that_does_not_exist(self, tmp_path: Path) -> None:
        path = points(tmp_path / "a.geojson", IBAGUE, crs="urn:ogc:def:crs:EPSG::99999")
        with pytest.raises(SourceError, match="No se reconoce"):
            deliver(path, SITES)
        with pytest.raises(SourceError, match="No existe el sistema"):
            deliver(path, SITES, crs=99999)

    @pytest.mark.parametrize(
        ("crs", "x", "y"),
        [
            (9377, 4752388.9041, 2048868.3160),
            (3116, 871834.6291, 982705.5014),
            (3857, -8374810.1953, 494631.1423),
            (4686, -75.2322, 4.4389),
        ],
    )
    def test_control_point_in_every_crs(self, tmp_path: Path, crs: int, x: float, y: float) -> None:
        path = points(tmp_path / "a.geojson", (x, y), crs=f"urn:ogc:def:crs:EPSG::{crs}")
        place = deliver(path, SITES).rows.geometry.iloc[0]
        assert (place.x, place.y) == pytest.approx((4752388.9041, 2048868.3160), abs=1e-3)

    def test_wrong_label_is_suspected_and_can_be_overridden(self, tmp_path: Path) -> None:
        path = points(tmp_path / "a.geojson", (871834.6291, 982705.5014), crs="EPSG:9377")
        done = deliver(path, SITES)
        assert rows_of(done, "outside-extent") == [1]
        assert "--crs EPSG:3116" in text_of(done, "crs-suspected")
        righted = deliver(path, SITES, crs=3116)
        assert not righted.refused
        assert "EPSG:9377" in text_of(righted, "crs-overridden")

    def test_esri_prj_is_recognised(self, tmp_path: Path) -> None:
        frame = gpd.GeoDataFrame({"codigo": ["1"]}, geometry=[shapely.Point(IBAGUE)], crs=4326)
        frame.to_crs(3116).to_parquet(tmp_path / "a.parquet")
        assert deliver(tmp_path / "a.parquet", SITES).source.crs == 3116


class TestPlace:
    def test_outside_the_extent(self, tmp_path: Path) -> None:
        done = deliver(points(tmp_path / "a.geojson", IBAGUE, (-75.0, 5.5), (-74.1, 4.6)), SITES)
        assert rows_of(done, "outside-extent") == [2, 3]
        assert next(f.value for f in done.findings if f.row == 2) == "-75 5.5"
        assert done.refused == {2, 3}

    def test_partly_outside(self, tmp_path: Path) -> None:
        path = write_geojson(tmp_path / "a.geojson", [("Polygon", square(-75.605, 4.4))])
        assert "Una parte cae fuera" in text_of(deliver(path, ZONES), "outside-extent")

    def test_layer_extent_wins_over_the_entity(self, tmp_path: Path) -> None:
        path = points(tmp_path / "a.geojson", (-72.0, 7.0))
        assert rows_of(deliver(path, SITES), "outside-extent") == [1]

    def test_swapped_axes_are_told_apart_from_wrong_digits(self) -> None:
        done = deliver(DELIVERIES / "ejes.csv", SITES)
        assert rows_of(done, "swapped-axes") == [2]
        assert rows_of(done, "outside-extent") == [4]
        assert "--repair swap_axes" in text_of(done, "swapped-axes")

    def test_swap_axes_turns_only_what_falls_into_place(self) -> None:
        done = deliver(DELIVERIES / "ejes.csv", SITES, "swap_axes")
        assert list(done.rows.index) == [2, 3]
        assert "1 fila " in text_of(done, "repaired")

    def test_impossible_degrees_are_outside(self, tmp_path: Path) -> None:
        path = write_csv(
            tmp_path / "a.csv", "codigo,lon,lat", "1,-75.2,4.4", "2,-75.2,444.9", "3,-75.3,4.4"
        )
        done = deliver(path, SITES)
        assert rows_of(done, "outside-extent") == [3]

    def test_half_a_coordinate(self, tmp_path: Path) -> None:
        path = write_csv(tmp_path / "a.csv", "codigo,lon,lat", "1,-75.2,", "2,-75.2,4.4")
        done = deliver(path, SITES)
        assert rows_of(done, "half-coordinate") == [2]
        assert rows_of(done, "missing-geometry") == []

    def test_coordinate_that_is_no_number_is_told_once(self, tmp_path: Path) -> None:
        path = write_csv(tmp_path / "a.csv", "codigo;lon;lat", "1;-75,2;4.4", "2;-75.2;4.4")
        done = deliver(path, SITES)
        assert [(f.rule, f.field) for f in done.findings if f.row == 2] == [
            ("invalid-value", "longitud")
        ]

    def test_wkt_column(self, tmp_path: Path) -> None:
        path = write_csv(
            tmp_path / "a.csv", "codigo;geometria", "1;POINT (-75.2322 4.4389)", "2;POINT (x)", "3;"
        )
        done = deliver(path, SITES)
        assert list(done.rows.index) == [2]
        assert rows_of(done, "unreadable-geometry") == [3]
        assert rows_of(done, "missing-geometry") == [4]

    def test_no_coordinates_at_all_is_refused(self, tmp_path: Path) -> None:
        path = write_csv(tmp_path / "a.csv", "codigo", "1")
        with pytest.raises(SourceError, match="--map longitud=COLUMNA"):
            deliver(path, SITES)

    def test_site_without_a_known_place_is_legal_where_declared(self, tmp_path: Path) -> None:
        path = write_csv(tmp_path / "a.csv", "codigo,lon,lat", "1,-75.2,4.4", "2,,")
        done = deliver(path, layer(required=False))
        assert list(done.rows.index) == [2, 3]
        assert "filas 3" in text_of(done, "no-geometry")
        assert done.rows.geometry.isna().tolist() == [False, True]


class TestShapes:
    def test_null_and_empty_geometry(self) -> None:
        done = deliver(DELIVERIES / "sin_geometria.geojson", ZONES)
        assert rows_of(done, "missing-geometry") == [1]
        assert rows_of(done, "empty-geometry") == [2]
        assert list(done.rows.index) == [3]

    def test_another_type_and_mixed_multi(self) -> None:
        done = deliver(DELIVERIES / "tipos_mezclados.geojson", ZONES)
        assert rows_of(done, "wrong-geometry-type") == [3, 4]
        assert done.rows.geom_type.tolist() == ["MultiPolygon", "MultiPolygon"]
        assert "1 geometría de una parte" in text_of(done, "converted")

    def test_several_parts_where_one_is_declared(self) -> None:
        done = deliver(DELIVERIES / "tipos_mezclados.geojson", layer("Polygon"))
        assert rows_of(done, "several-parts") == [2]

    def test_multi_of_one_part_is_unwrapped(self, tmp_path: Path) -> None:
        path = write_geojson(tmp_path / "a.geojson", [("MultiPoint", [list(IBAGUE)])])
        assert deliver(path, SITES).rows.geom_type.tolist() == ["Point"]

    def test_heights_are_lost_only_when_asked(self) -> None:
        done = deliver(DELIVERIES / "alturas.geojson", SITES)
        assert done.refused == {1}
        assert not done.rows.has_z.any()
        said = [(f.row, f.severity) for f in done.findings if f.rule == "third-dimension"]
        assert said == [(None, Severity.INFO), (1, Severity.BLOCKING)]
        flat = deliver(DELIVERIES / "alturas.geojson", SITES, "force_2d")
        assert len(flat.rows) == 3
        assert not flat.rows.has_z.any()

    def test_measures_count_as_heights(self, tmp_path: Path) -> None:
        path = write_csv(tmp_path / "a.csv", "codigo;geometria", "1;POINT M (-75.2322 4.4389 7)")
        assert rows_of(deliver(path, SITES), "third-dimension") == [2]

    def test_invalid_rings_with_reason_and_place(self) -> None:
        done = deliver(DELIVERIES / "anillos_invalidos.geojson", ZONES)
        assert rows_of(done, "invalid-geometry") == [1, 2, 3]
        assert rows_of(done, "unreadable-geometry") == [4]
        first = next(f for f in done.findings if f.row == 1)
        assert "el borde se cruza a sí mismo en E 47" in first.message
        assert (first.lon, first.lat) == pytest.approx((-75.195, 4.405), abs=0.01)
        assert first.feature == "corbatin"
        assert list(done.rows["codigo"]) == ["buena"]

    def test_make_valid_keeps_the_surface_and_refuses_what_has_none(self) -> None:
        done = deliver(DELIVERIES / "anillos_invalidos.geojson", ZONES, "make_valid")
        assert list(done.rows["codigo"]) == ["corbatin", "hueco_afuera", "buena"]
        assert done.rows.is_valid.all()
        assert set(done.rows.geom_type) == {"MultiPolygon"}
        assert rows_of(done, "invalid-geometry") == [3]
        assert "2 geometrías" in text_of(done, "repaired")

    def test_exteriors_are_counter_clockwise(self, tmp_path: Path) -> None:
        path = write_geojson(tmp_path / "a.geojson", [("Polygon", square(-75.2, 4.4))])
        part = shapely.get_geometry(deliver(path, ZONES).rows.geometry.iloc[0], 0)
        assert shapely.is_ccw(shapely.get_exterior_ring(part))

    def test_lines_that_cross_themselves_enter_and_are_said(self, tmp_path: Path) -> None:
        x, y = IBAGUE
        path = write_geojson(
            tmp_path / "a.geojson",
            [
                ("LineString", [[x, y], [x + 0.01, y + 0.01], [x + 0.01, y], [x, y + 0.01]]),
                ("LineString", [[x, y], [x + 1e-7, y]]),
                ("LineString", [[x, y], [x, y]]),
            ],
        )
        done = deliver(path, ROADS)
        assert rows_of(done, "not-simple") == [1]
        assert rows_of(done, "tiny-geometry") == [2]
        assert rows_of(done, "invalid-geometry") == [3]

    def test_geometry_of_a_table_is_set_aside(self, tmp_path: Path) -> None:
        done = deliver(points(tmp_path / "a.geojson", IBAGUE), layer(None))
        assert rows_of(done, "geometry-ignored") == [None]


class TestRepeats:
    def test_repeated_keys_and_rows(self) -> None:
        done = deliver(DELIVERIES / "llaves.csv", SITES)
        assert rows_of(done, "duplicate-key") == [2, 3]
        assert rows_of(done, "duplicate-row") == [5]
        assert "filas 2, 3" in text_of(done, "duplicate-key")
        assert list(done.rows.index) == [4]

    def test_identical_rows_are_dropped_when_asked(self) -> None:
        done = deliver(DELIVERIES / "llaves.csv", SITES, "drop_duplicates")
        assert rows_of(done, "duplicate-row") == []
        assert "1 fila " in text_of(done, "repaired")

    def test_without_a_key_identical_rows_cannot_both_enter(self, tmp_path: Path) -> None:
        path = write_csv(
            tmp_path / "a.csv", "codigo,lon,lat", "1,-75.2,4.4", "1,-75.2,4.4", "1,-75.3,4.4"
        )
        assert rows_of(deliver(path, layer(key=())), "duplicate-row") == [3]

    def test_key_of_several_fields(self, tmp_path: Path) -> None:
        pair = layer(
            key=("codigo", "otro"),
            fields=(field("codigo", Text(), required=True), field("otro", Text(), required=True)),
        )
        path = write_csv(
            tmp_path / "a.csv",
            "codigo,otro,lon,lat",
            "1,a,-75.2,4.4",
            "1,b,-75.3,4.4",
            "1,a,-75.1,4.4",
        )
        done = deliver(path, pair)
        assert rows_of(done, "duplicate-key") == [2, 4]
        assert next(f.feature for f in done.findings if f.row == 2) == "1~a"

    def test_shared_places_are_said_once_per_place(self, tmp_path: Path) -> None:
        lines = [f"{n},{-75.2 - n / 1000},4.4" for n in range(8)]
        path = write_csv(tmp_path / "a.csv", "codigo,lon,lat", *lines, "9,-75.2,4.4")
        assert rows_of(deliver(path, SITES), "repeated-geometry") == [10]
        assert "Las filas 2, 10" in text_of(deliver(path, SITES), "repeated-geometry")

    def test_same_polygon_drawn_from_another_corner_is_the_same_place(self, tmp_path: Path) -> None:
        ring = square(-75.2, 4.4)[0]
        turned = [*ring[1:], ring[1]]
        others = [("Polygon", square(-75.3 + n / 10, 4.5)) for n in range(3)]
        path = write_geojson(
            tmp_path / "a.geojson", [("Polygon", [ring]), ("Polygon", [turned]), *others]
        )
        assert rows_of(deliver(path, ZONES), "repeated-geometry") == [2]


class TestDissolve:
    def parts(self, path: Path, *extra: object) -> Path:
        shapes = [(-75.2, 4.4), (-75.19, 4.4), (-75.1, 4.4)]
        made = [
            feature({"type": "Polygon", "coordinates": square(*place)}, codigo="A", nombre=name)
            for place, name in zip(shapes, ("uno", "uno", "otro"), strict=True)
        ]
        return write_geojson(path, [*made, *extra])

    def test_parts_of_a_key_become_one_feature(self, tmp_path: Path) -> None:
        path = self.parts(tmp_path / "a.geojson")
        assert deliver(path, ZONES).refused == {1, 2, 3}
        done = deliver(path, ZONES, "dissolve")
        assert list(done.rows.index) == [1]
        assert shapely.get_num_geometries(done.rows.geometry.iloc[0]) == 2
        assert "Se unieron 3 filas (1, 2, 3); quedó en 2 partes" in text_of(done, "dissolved")
        assert "«nombre»" in text_of(done, "dissolve-conflict")
        assert done.rows.loc[1, "nombre"] == "uno"

    def test_refused_part_takes_its_feature_along(self, tmp_path: Path) -> None:
        bow = [[[-75.2, 4.5], [-75.19, 4.51], [-75.19, 4.5], [-75.2, 4.51], [-75.2, 4.5]]]
        path = self.parts(
            tmp_path / "a.geojson", feature({"type": "Polygon", "coordinates": bow}, codigo="A")
        )
        done = deliver(path, ZONES, "dissolve")
        assert rows_of(done, "incomplete-group") == [1, 2, 3]
        assert done.rows.empty

    def test_slivers_merged_away_are_still_said(self, tmp_path: Path) -> None:
        thin = feature({"type": "Polygon", "coordinates": square(-75.19, 4.4, 1e-5)}, codigo="A")
        path = self.parts(tmp_path / "a.geojson", thin)
        rule = NoSliver(max_area_m2=10, thinness=0.9)
        assert rows_of(
            deliver(path, layer("MultiPolygon", rules=(rule,)), "dissolve"), "sliver"
        ) == [4]

    def test_needs_a_key(self, tmp_path: Path) -> None:
        with pytest.raises(InvalidRequest, match="llave"):
            deliver(self.parts(tmp_path / "a.geojson"), layer("MultiPolygon", key=()), "dissolve")


class TestWhole:
    def test_filter_is_said_and_rows_keep_their_numbers(self) -> None:
        done = deliver(DELIVERIES / "ejes.csv", SITES, where="codigo = 'A2'")
        assert list(done.rows.index) == [3]
        assert "1 de 3 filas" in text_of(done, "filtered")
        assert done.source.rows == 3

    def test_filter_that_leaves_nothing_is_refused(self) -> None:
        with pytest.raises(InvalidRequest, match="ninguna de las 3 filas"):
            deliver(DELIVERIES / "ejes.csv", SITES, where="codigo = 'Z'")

    def test_unknown_repair_lists_the_known_ones(self) -> None:
        with pytest.raises(InvalidRequest, match="disolver") as caught:
            deliver(DELIVERIES / "ejes.csv", SITES, "disolver")
        assert all(name in caught.value.message for name in REPAIRS)

    def test_rules_of_the_layer_run_over_what_may_enter(self) -> None:
        ruled = layer(rules=(Distinct(("nombre",)),))
        done = deliver(DELIVERIES / "llaves.csv", ruled)
        assert rows_of(done, "repeated-value") == []

    def test_blocking_rule_refuses_its_rows(self, tmp_path: Path) -> None:
        path = write_csv(
            tmp_path / "a.csv", "codigo,nombre,lon,lat", "1,x,-75.2,4.4", "2,x,-75.3,4.4"
        )
        ruled = layer(rules=(Distinct(("nombre",), severity=Severity.BLOCKING),))
        assert deliver(path, ruled).refused == {2, 3}

    def test_refused_rows_are_kept_as_delivered(self) -> None:
        done = deliver(DELIVERIES / "ejes.csv", SITES)
        assert done.delivered.loc[2].to_dict() == {
            "codigo": "A1",
            "longitud": "4.44",
            "latitud": "-75.23",
        }
        shapes = deliver(DELIVERIES / "anillos_invalidos.geojson", ZONES).delivered
        assert shapes.loc[1, "geometria"].startswith("POLYGON ((-75.2 4.4,")

    def test_same_delivery_gives_the_same_twice(self) -> None:
        first, second = (deliver(DELIVERIES / "textos.csv", SITES) for _ in range(2))
        assert first.findings == second.findings
        pd.testing.assert_frame_equal(first.rows, second.rows)

    def test_geometry_declared_without_accepted_crs_of_the_file(self, tmp_path: Path) -> None:
        only = layer()
        shape = Geometry("Point", accepted_crs=(9377,))
        path = points(tmp_path / "a.geojson", IBAGUE)
        with pytest.raises(SourceError, match="EPSG:9377"):
            deliver(
                path,
                type(only)(**{f: getattr(only, f) for f in only.__slots__} | {"geometry": shape}),
            )

    def test_nothing_is_left_of_infinite_coordinates(self, tmp_path: Path) -> None:
        frame = gpd.GeoDataFrame(
            {"codigo": ["1", "2"]},
            geometry=[shapely.Point(np.inf, 1), shapely.Point(IBAGUE)],
            crs=4326,
        )
        frame.to_parquet(tmp_path / "a.parquet")
        done = deliver(tmp_path / "a.parquet", SITES)
        assert done.refused == {1}
