"""Files as delivered: text stays text, and what cannot be trusted is refused in words."""

from __future__ import annotations

import io
import json
import sqlite3
import stat
import struct
import zipfile
from contextlib import closing
from pathlib import Path
from typing import Any

import geopandas as gpd
import openpyxl
import pandas as pd
import pytest
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gis import sources
from gis.errors import InvalidRequest, SourceError
from tests.unit.delivering import feature, write_csv, write_geojson

DELIVERIES = Path(__file__).parents[1] / "data" / "deliveries"
POINTS = gpd.GeoDataFrame(
    {"codigo": ["001", "002"], "cupos": [3, None]},
    geometry=[shapely.Point(-75.23, 4.44), shapely.Point(-75.22, 4.43)],
    crs=4326,
)


def refusal(path: Path, **options: Any) -> SourceError:
    with pytest.raises(SourceError) as caught:
        sources.read(path, **options)
    assert path.name in caught.value.message
    assert caught.value.context["remedy"]
    return caught.value


def shapefile(folder: Path, name: str = "sitios", **options: Any) -> dict[str, bytes]:
    """The pieces of a written shapefile, by file name."""
    place = folder / f"hecho_{name}"
    place.mkdir()
    POINTS.to_file(place / f"{name}.shp", engine="pyogrio", **options)
    return {piece.name: piece.read_bytes() for piece in place.iterdir()}


def zipped(path: Path, entries: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in entries.items():
            packed.writestr(name, content)
    return path


class TestCsv:
    def test_values_stay_text_and_rows_are_numbered_as_seen(self, tmp_path: Path) -> None:
        path = write_csv(tmp_path / "a.csv", "cod,n", "001,1.0", "", '"x\ny",', ",")
        read = sources.read(path)
        assert read.table["cod"].tolist() == ["001", "x\ny"]
        assert list(read.table.index) == [2, 4]
        assert read.table["n"].isna().tolist() == [False, True]
        assert "2 filas vacías" in " ".join(note.message for note in read.notes)

    @pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
    def test_delimiter_is_found_and_said(self, tmp_path: Path, delimiter: str) -> None:
        path = write_csv(tmp_path / "a.csv", *(delimiter.join(row) for row in ("abc", "123")))
        read = sources.read(path)
        assert list(read.table.columns) == ["a", "b", "c"]
        assert read.notes[0].rule == "csv-read-as"

    def test_decimal_commas_do_not_pass_for_a_delimiter(self, tmp_path: Path) -> None:
        path = write_csv(tmp_path / "a.csv", "lon;lat", "-75,23;4,44", "-75,22;4,43")
        assert list(sources.read(path).table.columns) == ["lon", "lat"]

    def test_byte_order_mark_is_not_part_of_the_heading(self) -> None:
        read = sources.read(DELIVERIES / "marca_bom.csv")
        assert list(read.table.columns) == ["codigo", "nombre", "longitud", "latitud"]
        assert read.table.loc[2, "nombre"] == "Peñón"

    @pytest.mark.parametrize(("name", "likely"), [("latin1.csv", "cp1252"), ("dos.csv", "cp850")])
    def test_undeclared_encoding_is_refused_naming_the_likely_one(
        self, name: str, likely: str
    ) -> None:
        error = refusal(DELIVERIES / name)
        assert "línea 2" in error.message
        assert f"--encoding {likely}" in error.message

    def test_declared_encoding_is_used(self) -> None:
        read = sources.read(DELIVERIES / "latin1.csv", encoding="latin-1")
        assert read.table["nombre"].tolist() == ["Peñón", "Caño"]

    def test_wrong_declared_encoding_is_refused(self) -> None:
        assert "línea 2" in refusal(DELIVERIES / "latin1.csv", encoding="utf-8").message

    def test_encoding_that_does_not_exist_is_a_bad_request(self) -> None:
        with pytest.raises(InvalidRequest, match="latin-1 y cp1252"):
            sources.read(DELIVERIES / "latin1.csv", encoding="español")

    def test_utf16_is_named(self, tmp_path: Path) -> None:
        path = write_csv(tmp_path / "a.csv", "a,b", "ñ,2", encoding="utf-16")
        assert "UTF-16" in refusal(path).message
        assert sources.read(path, encoding="utf-16").table.loc[2, "a"] == "ñ"

    def test_rows_of_another_width_are_named(self, tmp_path: Path) -> None:
        path = write_csv(tmp_path / "a.csv", "a,b", "1,2", "1,2,3", "1")
        assert "fila 3 (3 valores), fila 4 (1 valores)" in refusal(path).message

    def test_quote_left_open_is_refused(self, tmp_path: Path) -> None:
        path = write_csv(tmp_path / "a.csv", "a,b", '1,"2', "3,4")
        assert "comilla sin cerrar" in refusal(path).message

    @pytest.mark.parametrize("text", ["codigo,nombre", "codigo,nombre\n", "codigo,nombre\n,\n\n"])
    def test_heading_without_rows_is_refused(self, tmp_path: Path, text: str) -> None:
        path = tmp_path / "a.csv"
        path.write_text(text)
        assert "ninguna fila" in refusal(path).message

    def test_repeated_and_blank_headings_are_told_apart(self, tmp_path: Path) -> None:
        path = write_csv(tmp_path / "a.csv", "a,a,", "1,2,3")
        assert list(sources.read(path).table.columns) == ["a", "a (2)", "columna 3"]

    @settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(
        st.lists(
            st.tuples(
                st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), min_size=1),
                st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), min_size=1),
            ).filter(lambda row: any(value.strip() for value in row)),
            min_size=1,
        )
    )
    def test_any_text_survives_being_written(
        self, tmp_path: Path, rows: list[tuple[str, str]]
    ) -> None:
        path = tmp_path / "a.csv"
        pd.DataFrame(rows, columns=["primero", "segundo"]).to_csv(path, index=False, quoting=1)
        read = sources.read(path).table
        assert list(read.itertuples(index=False, name=None)) == rows


class TestNames:
    def test_page_of_the_web_named_geojson_is_recognised(self) -> None:
        assert "página web" in refusal(DELIVERIES / "pagina.geojson").message

    def test_zero_bytes(self) -> None:
        assert "0 bytes" in refusal(DELIVERIES / "vacio.csv").message

    def test_missing_file_and_folder(self, tmp_path: Path) -> None:
        assert "No existe" in refusal(tmp_path / "no_esta.csv").message
        assert "carpeta" in refusal(tmp_path).message

    @pytest.mark.parametrize(
        ("name", "remedy"),
        [("a.xls", ".xlsx"), ("a.shp", ".zip"), ("a.kml", "GeoPackage"), ("a.doc", ".csv")],
    )
    def test_other_extensions_say_what_to_do(self, tmp_path: Path, name: str, remedy: str) -> None:
        (tmp_path / name).write_bytes(b"x")
        assert remedy in refusal(tmp_path / name).message

    @pytest.mark.parametrize("name", ["a.csv", "a.geojson", "a.gpkg", "a.parquet"])
    def test_content_that_is_not_what_the_name_says(self, tmp_path: Path, name: str) -> None:
        (tmp_path / name).write_bytes(b"PK\x03\x04 something zipped")
        assert "su contenido es un archivo comprimido" in refusal(tmp_path / name).message


class TestWorkbook:
    def book(self, path: Path, *rows: list[object], title: str = "Hoja1") -> openpyxl.Workbook:
        book = openpyxl.Workbook()
        sheet = book.active
        assert sheet is not None
        sheet.title = title
        for row in rows:
            sheet.append(row)
        book.save(path)
        return book

    def test_cells_keep_their_kind(self, tmp_path: Path) -> None:
        path = tmp_path / "a.xlsx"
        day = pd.Timestamp("2024-05-03").to_pydatetime()
        self.book(path, ["cod", "n", "f", "b"], ["001", 5, day, True])
        assert sources.read(path).table.iloc[0].tolist() == ["001", 5, day, True]

    def test_titles_and_blank_rows_above_and_between(self, tmp_path: Path) -> None:
        path = tmp_path / "a.xlsx"
        self.book(path, ["Inventario 2024"], [], ["a", "b", "c"], [1, 2, 3], [None], [4, 5, 6])
        read = sources.read(path)
        assert list(read.table.index) == [4, 6]
        said = {note.rule: note.message for note in read.notes}
        assert "fila 3" in said["heading-row"]
        assert "1 fila vacía" in said["blank-rows"]

    def test_formula_is_not_a_value(self, tmp_path: Path) -> None:
        path = tmp_path / "a.xlsx"
        self.book(path, ["a", "b"], [1, "=A2+1"], [2, 3])
        assert sources.read(path).formulas == {"b": (2,)}

    def test_merged_cells_are_said_with_their_row(self, tmp_path: Path) -> None:
        path = tmp_path / "a.xlsx"
        book = self.book(path, ["a", "b"], [1, "x"], [2, None])
        assert book.active is not None
        book.active.merge_cells("B2:B3")
        book.save(path)
        merged = [note for note in sources.read(path).notes if note.rule == "merged-cells"]
        assert [(note.row, note.value) for note in merged] == [(2, "B2:B3")]

    def test_several_sheets_need_a_choice(self, tmp_path: Path) -> None:
        path = tmp_path / "a.xlsx"
        book = self.book(path, ["a", "b"], [1, 2], title="Vías")
        book.create_sheet("Zonas WiFi").append(["a", "b"])
        book["Zonas WiFi"].append([3, 4])
        book.save(path)
        assert "«Vías», «Zonas WiFi»" in refusal(path).message
        assert sources.read(path, part="vias").part == "Vías"
        assert sources.read(path, prefer=("zonas_wifi",)).part == "Zonas WiFi"
        assert "¿Quiso decir «Vías»?" in refusal(path, part="Viaz").message

    def test_empty_sheet_and_heading_alone(self, tmp_path: Path) -> None:
        self.book(tmp_path / "a.xlsx")
        assert "vacía" in refusal(tmp_path / "a.xlsx").message
        self.book(tmp_path / "b.xlsx", ["a", "b"])
        assert "ninguna fila" in refusal(tmp_path / "b.xlsx").message

    def test_entities_in_its_xml_are_refused(self, tmp_path: Path) -> None:
        path = tmp_path / "a.xlsx"
        self.book(path, ["a", "b"], [1, 2])
        bomb = (
            b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><x>&b;</x>'
        )
        with zipfile.ZipFile(path, "a") as packed:
            packed.writestr("xl/extra.xml", bomb)
        assert "declaraciones XML" in refusal(path).message

    def test_zip_that_is_no_workbook(self, tmp_path: Path) -> None:
        path = zipped(tmp_path / "a.xlsx", {"x.txt": b"x"})
        assert "dañado" in refusal(path).message


class TestGeoJson:
    def test_strings_and_dates_stay_text(self, tmp_path: Path) -> None:
        place = {"type": "Point", "coordinates": [-75.2, 4.4]}
        path = write_geojson(
            tmp_path / "a.geojson", [feature(place, codigo="001", fecha="2024-05-03", n=1)]
        )
        read = sources.read(path)
        assert read.table.iloc[0].tolist() == ["001", "2024-05-03", 1]
        assert list(read.table.index) == [1]
        assert read.crs == "EPSG:4326"

    def test_named_crs_member_is_read(self, tmp_path: Path) -> None:
        path = write_geojson(
            tmp_path / "a.geojson",
            [("Point", [4752388.9, 2048868.3])],
            "urn:ogc:def:crs:EPSG::9377",
        )
        assert sources.read(path).crs == "EPSG:9377"

    def test_unknown_crs_member_is_not_taken_for_degrees(self, tmp_path: Path) -> None:
        path = write_geojson(
            tmp_path / "a.geojson", [("Point", [1, 2])], "urn:ogc:def:crs:EPSG::99999"
        )
        assert sources.read(path).crs == "EPSG:99999"

    def test_byte_order_mark(self, tmp_path: Path) -> None:
        path = write_geojson(tmp_path / "a.geojson", [("Point", [-75.2, 4.4])])
        path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())
        assert len(sources.read(path).table) == 1

    def test_latin1_is_refused_unless_declared(self, tmp_path: Path) -> None:
        document = {"type": "FeatureCollection", "features": [feature(None, nombre="Peñón")]}
        path = tmp_path / "a.geojson"
        path.write_bytes(json.dumps(document, ensure_ascii=False).encode("latin-1"))
        assert "--encoding" in refusal(path).message
        assert sources.read(path, encoding="latin-1").table.iloc[0, 0] == "Peñón"

    def test_cut_file_names_the_place(self) -> None:
        assert "línea 1, columna" in refusal(DELIVERIES / "cortado.geojson").message

    def test_no_features(self) -> None:
        assert "0 filas" in refusal(DELIVERIES / "sin_elementos.geojson").message

    def test_json_that_is_not_geojson(self, tmp_path: Path) -> None:
        (tmp_path / "a.json").write_text('{"datos": []}')
        assert "no GeoJSON" in refusal(tmp_path / "a.json").message

    def test_one_feature_per_line(self, tmp_path: Path) -> None:
        lines = [
            json.dumps(feature({"type": "Point", "coordinates": [-75, 4]}, n=n)) for n in (1, 2)
        ]
        path = tmp_path / "a.geojsonl"
        path.write_text("\n".join(lines))
        assert sources.read(path).table["n"].tolist() == [1, 2]

    def test_broken_line_is_not_skipped(self, tmp_path: Path) -> None:
        line = json.dumps(feature({"type": "Point", "coordinates": [-75, 4]}, n=1))
        path = tmp_path / "a.geojsonl"
        path.write_text(f"{line}\n{line[:40]}\n{line}\n")
        assert "De 3 líneas solo 2" in refusal(path).message

    def test_ring_that_does_not_close_is_told_by_row(self) -> None:
        read = sources.read(DELIVERIES / "anillos_invalidos.geojson")
        assert dict(read.unreadable) == {4: "un anillo no cierra"}


class TestGeoPackage:
    def test_layer_is_read_with_its_crs(self, tmp_path: Path) -> None:
        POINTS.to_crs(9377).to_file(tmp_path / "a.gpkg", layer="sitios", engine="pyogrio")
        read = sources.read(tmp_path / "a.gpkg")
        assert (read.crs, read.part, read.table["codigo"].tolist()) == (
            "EPSG:9377", "sitios", ["001", "002"],
        )  # fmt: skip

    def test_several_layers_are_named(self, tmp_path: Path) -> None:
        for name in ("uno", "dos"):
            POINTS.to_file(tmp_path / "a.gpkg", layer=name, engine="pyogrio")
        assert "«uno», «dos»" in refusal(tmp_path / "a.gpkg").message
        assert sources.read(tmp_path / "a.gpkg", part="dos").part == "dos"

    def test_damaged_base_is_refused(self, tmp_path: Path) -> None:
        (tmp_path / "a.gpkg").write_bytes(b"SQLite format 3\x00" + b"\x01" * 500)
        assert "No se puede leer" in refusal(tmp_path / "a.gpkg").message

    @pytest.mark.parametrize(
        ("table", "words"), [("sitios", "vista"), ("gpkg_geometry_columns", "catálogo")]
    )
    def test_view_that_never_ends_is_not_read(self, tmp_path: Path, table: str, words: str) -> None:
        POINTS.to_file(tmp_path / "a.gpkg", layer="sitios", engine="pyogrio")
        with closing(sqlite3.connect(tmp_path / "a.gpkg")) as base:
            base.execute(f"ALTER TABLE {table} RENAME TO verdadera")
            base.execute(
                f"CREATE VIEW {table} AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL "  # noqa: S608
                "SELECT i + 1 FROM n) SELECT verdadera.* FROM verdadera, n"
            )
            base.commit()
        assert words in refusal(tmp_path / "a.gpkg", part="sitios").message


class TestParquet:
    def test_crs_and_kinds(self, tmp_path: Path) -> None:
        POINTS.to_crs(32618).to_parquet(tmp_path / "a.parquet")
        read = sources.read(tmp_path / "a.parquet")
        assert json.loads(read.crs or "")["id"]["code"] == 32618
        assert read.table["codigo"].tolist() == ["001", "002"]
        assert shapely.get_type_id(read.shapes).tolist() == [0, 0]

    def test_cut_file_is_refused(self, tmp_path: Path) -> None:
        POINTS.to_parquet(tmp_path / "a.parquet")
        whole = (tmp_path / "a.parquet").read_bytes()
        (tmp_path / "a.parquet").write_bytes(whole[: len(whole) // 2])
        assert "cortado" in refusal(tmp_path / "a.parquet").message


class TestZippedShapefile:
    def test_is_read_with_its_crs_and_encoding(self, tmp_path: Path) -> None:
        path = zipped(tmp_path / "a.zip", shapefile(tmp_path))
        read = sources.read(path)
        assert (read.format, read.crs, read.part, read.encoding) == (
            "Shapefile", "EPSG:4326", "sitios", "UTF-8",
        )  # fmt: skip

    def test_without_prj_it_has_no_crs(self, tmp_path: Path) -> None:
        pieces = shapefile(tmp_path)
        pieces.pop("sitios.prj")
        assert sources.read(zipped(tmp_path / "a.zip", pieces)).crs is None

    def test_missing_piece_is_named(self, tmp_path: Path) -> None:
        pieces = shapefile(tmp_path)
        pieces.pop("sitios.dbf")
        assert "falta el .dbf" in refusal(zipped(tmp_path / "a.zip", pieces)).message

    def test_declared_code_page_is_used(self, tmp_path: Path) -> None:
        frame = POINTS.assign(nombre=["Peñón", "Caño"])
        (tmp_path / "capa").mkdir()
        frame.to_file(tmp_path / "capa" / "s.shp", engine="pyogrio", encoding="ISO-8859-1")
        pieces = {p.name: p.read_bytes() for p in (tmp_path / "capa").iterdir()}
        read = sources.read(zipped(tmp_path / "a.zip", pieces))
        assert read.table["nombre"].tolist() == ["Peñón", "Caño"]

        pieces.pop("s.cpg")
        pieces["s.dbf"] = pieces["s.dbf"][:29] + b"\x00" + pieces["s.dbf"][30:]
        undeclared = zipped(tmp_path / "b.zip", pieces)
        assert "--encoding cp1252" in refusal(undeclared).message
        read = sources.read(undeclared, encoding="latin-1")
        assert read.table["nombre"].tolist() == ["Peñón", "Caño"]

    def test_code_page_that_the_bytes_contradict_is_refused(self, tmp_path: Path) -> None:
        frame = POINTS.assign(nombre=["Peñón", "Caño"])
        (tmp_path / "capa").mkdir()
        frame.to_file(tmp_path / "capa" / "s.shp", engine="pyogrio", encoding="ISO-8859-1")
        pieces = {p.name: p.read_bytes() for p in (tmp_path / "capa").iterdir()}
        pieces["s.cpg"] = b"UTF-8"
        assert "no están en esa codificación" in refusal(zipped(tmp_path / "a.zip", pieces)).message

    def test_several_layers_are_named(self, tmp_path: Path) -> None:
        pieces = shapefile(tmp_path, "uno") | shapefile(tmp_path, "dos")
        path = zipped(tmp_path / "a.zip", pieces)
        assert "«dos», «uno»" in refusal(path).message
        assert sources.read(path, prefer=("Dos",)).part == "dos"

    def test_truncated_zip(self, tmp_path: Path) -> None:
        path = zipped(tmp_path / "a.zip", shapefile(tmp_path))
        path.write_bytes(path.read_bytes()[:-40])
        assert "cortado o dañado" in refusal(path).message

    def test_damaged_entry(self, tmp_path: Path) -> None:
        path = zipped(tmp_path / "a.zip", shapefile(tmp_path))
        content = bytearray(path.read_bytes())
        with zipfile.ZipFile(path) as packed:
            start = packed.getinfo("sitios.shp").header_offset + 30 + len("sitios.shp")
        content[start : start + 20] = b"\xff" * 20
        path.write_bytes(content)
        assert "cortado o dañado" in refusal(path).message

    @pytest.mark.parametrize(
        "name", ["../sitios.shp", "/etc/sitios.shp", "a/../../sitios.shp", "c:/x.shp", "a\\x.shp"]
    )
    def test_names_that_climb_out_are_refused(self, tmp_path: Path, name: str) -> None:
        path = zipped(tmp_path / "a.zip", {name: b"x"})
        assert "sale de su carpeta" in refusal(path).message

    def test_link_is_refused(self, tmp_path: Path) -> None:
        entry = zipfile.ZipInfo("sitios.shp")
        entry.external_attr = (stat.S_IFLNK | 0o777) << 16
        with zipfile.ZipFile(tmp_path / "a.zip", "w") as packed:
            packed.writestr(entry, "/etc/passwd")
        assert "enlace" in refusal(tmp_path / "a.zip").message

    def test_bomb_is_refused_before_it_is_opened(self, tmp_path: Path) -> None:
        path = zipped(tmp_path / "a.zip", {"sitios.shp": b"\x00" * 30_000_000})
        assert path.stat().st_size < 100_000
        assert "No se descomprime" in refusal(path).message

    def test_bomb_that_lies_about_its_size(self, tmp_path: Path) -> None:
        pieces = shapefile(tmp_path)
        pieces["sitios.shp"] = b"\x00" * 5_000_000
        path = zipped(tmp_path / "a.zip", pieces)
        content = path.read_bytes()
        path.write_bytes(content.replace(struct.pack("<L", 5_000_000), struct.pack("<L", 900)))
        assert refusal(path).message

    def test_too_many_entries(self, tmp_path: Path) -> None:
        path = zipped(tmp_path / "a.zip", {f"{n}.txt": b"" for n in range(1001)})
        assert "1001 archivos" in refusal(path).message

    def test_zip_in_a_zip(self, tmp_path: Path) -> None:
        inner = io.BytesIO()
        with zipfile.ZipFile(inner, "w") as packed:
            packed.writestr("sitios.shp", b"x")
        path = zipped(tmp_path / "a.zip", {"capa.zip": inner.getvalue()})
        assert "otro .zip dentro" in refusal(path).message

    def test_zip_of_something_else(self, tmp_path: Path) -> None:
        path = zipped(tmp_path / "a.zip", {"datos.csv": b"a,b"})
        assert "datos.csv" in refusal(path).message
