"""Files hold the layer whole, in order, the same bytes for the same state."""

from __future__ import annotations

import csv
import json
import zipfile
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import openpyxl
import pyogrio
import pytest
import sqlalchemy as sa
from lxml import etree

from gis import export
from gis.contract import PUBLICA
from gis.errors import InvalidRequest
from gis.export.ogr import short_names
from gis.features import reading
from tests.api import world

if TYPE_CHECKING:
    from pathlib import Path

    from api.wiring import System
    from gis.contract import Layer

FORMATS = list(export.FORMATS)
NOTICE = "Datos de demostración: «no oficiales», 'de prueba'"
GEOMETRIC = [layer for layer in world.LAYERS if layer.geometry_for(PUBLICA)]


def write(city: System, layer: Layer, path: Path, form: export.FormatName, **options: Any) -> int:
    with reading(city.reader) as conn:
        return export.write(conn, layer, PUBLICA, path, form, **options)


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("layer", world.LAYERS, ids=lambda layer: layer.name)
def test_every_format_holds_every_row_in_the_same_bytes(
    city: System, tmp_path: Path, layer: Layer, form: export.FormatName
) -> None:
    one, two = tmp_path / f"a.{form}", tmp_path / f"b.{form}"
    if form in ("shp", "fgb", "kml") and not layer.geometry_for(PUBLICA):
        with pytest.raises(InvalidRequest, match="sin geometría"):
            write(city, layer, one, form)
        return
    assert write(city, layer, one, form, notice=NOTICE) == len(world.ROWS[layer.name])
    assert write(city, layer, two, form, notice=NOTICE) == len(world.ROWS[layer.name])
    assert one.read_bytes() == two.read_bytes()
    assert sorted(tmp_path.iterdir()) == [one, two]


@pytest.mark.parametrize(
    ("form", "epsg"), [("gpkg", 9377), ("fgb", 4326), ("parquet", 9377), ("shp", 9377)]
)
def test_geometries_keep_their_place(
    city: System, tmp_path: Path, form: export.FormatName, epsg: int
) -> None:
    path = tmp_path / ("x.zip" if form == "shp" else f"x.{form}")
    write(city, world.SITIOS, path, form)
    frame = gpd.read_parquet(path) if form == "parquet" else gpd.read_file(path)
    assert frame.crs.to_epsg() == epsg
    assert len(frame) == world.SITES
    first = frame[frame["codigo"] == "s000"].to_crs(9377).geometry.iloc[0]
    assert (first.x, first.y) == pytest.approx(world.CONTROL, abs=1e-3)
    assert frame.geometry.isna().sum() == 1


def test_geojson_is_what_rfc_7946_asks(city: System, tmp_path: Path) -> None:
    path = tmp_path / "x.geojson"
    write(city, world.SITIOS, path, "geojson", notice=NOTICE)
    document = json.loads(path.read_text(encoding="utf-8"))
    assert document["aviso"] == NOTICE
    assert "crs" not in document
    ids = [feature["id"] for feature in document["features"]]
    assert ids == [row["codigo"] for row in world.ROWS["sitios"]]
    assert document["features"][0]["geometry"]["coordinates"] == [-75.2322, 4.4389]
    assert document["features"][-1]["geometry"] is None
    with pytest.raises(InvalidRequest, match="RFC 7946"):
        write(city, world.SITIOS, path, "geojson", crs=9377)


def test_geojson_of_nothing_is_an_empty_collection(city: System, tmp_path: Path) -> None:
    path = tmp_path / "x.geojson"
    assert write(city, world.SITIOS, path, "geojson", where="cupos > 999") == 0
    assert json.loads(path.read_text())["features"] == []


def test_csv_is_text_any_program_reads(city: System, tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    write(city, world.SITIOS, path, "csv", notice=NOTICE)
    rows = rows_of(path)
    second = {
        "codigo": "s001",
        "nombre": 'Sitio "1" ñandú',
        "estado": "abierto",
        "cupos": "1",
        "puntaje": "0.125",
        "accesible": "false",
        "apertura": "2024-02-15",
        "visita": "2024-05-01T06:30:00Z",
        "aviso": NOTICE,
    }
    assert second.items() <= rows[1].items()
    assert (rows[0]["longitud"], rows[0]["latitud"]) == ("-75.2322", "4.4389")
    assert (rows[-1]["longitud"], rows[-1]["latitud"]) == ("", "")
    write(city, world.SITIOS, path, "csv", crs=9377)
    assert rows_of(path)[0]["este"] == "4752388.904"
    write(city, world.VIAS, path, "csv")
    assert rows_of(path)[0]["geometria"].startswith("LINESTRING(-75.2322 4.4389,")


def test_text_that_a_spreadsheet_would_run_is_disarmed(city: System, tmp_path: Path) -> None:
    write(city, world.TABLA, tmp_path / "x.csv", "csv")
    topics = [row["tema"] for row in rows_of(tmp_path / "x.csv")]
    assert topics == ["'=SUM(A1:A9)", "+57 608 261"]
    write(city, world.TABLA, tmp_path / "x.xlsx", "xlsx")
    sheet = openpyxl.load_workbook(tmp_path / "x.xlsx")["talleres"]
    assert sheet["B2"].value == "=SUM(A1:A9)"
    assert sheet["B2"].data_type == "s"


def test_geopackage_says_its_notice_and_system(city: System, tmp_path: Path) -> None:
    path = tmp_path / "x.gpkg"
    write(city, world.ZONAS, path, "gpkg", notice=NOTICE)
    info = pyogrio.read_info(path, layer="zonas")
    assert info["layer_metadata"]["IDENTIFIER"] == "Zonas"
    assert info["layer_metadata"]["DESCRIPTION"].startswith(NOTICE)
    assert set(gpd.read_file(path)["aviso"]) == {NOTICE}
    assert info["geometry_type"] == "MultiPolygon"


def test_shapefile_tells_its_short_names(city: System, tmp_path: Path) -> None:
    path = tmp_path / "x.zip"
    write(city, world.SITIOS, path, "shp")
    with zipfile.ZipFile(path) as archive:
        assert {name.rpartition(".")[2] for name in archive.namelist()} >= {
            "shp",
            "dbf",
            "prj",
            "csv",
        }
        assert "codigo,codigo" in archive.read("campos.csv").decode()


@pytest.mark.parametrize(
    ("where", "count"),
    [
        ("estado = 'abierto'", 11),
        ("cupos BETWEEN 3 AND 5", 3),
        ("apertura >= DATE('2024-12-01')", 1),
        ("estado IN ('abierto') AND cupos > 10", 6),
        ("apertura IS NULL", 1),
        ("nombre LIKE 'Sitio \"2%'", 4),
        ("accesible = TRUE", 8),
    ],
)
def test_filter_chooses_rows(city: System, tmp_path: Path, where: str, count: int) -> None:
    assert write(city, world.SITIOS, tmp_path / "x.csv", "csv", where=where) == count


@pytest.mark.parametrize(
    "where",
    [
        "clave = 'x'",
        "responsable = 'x'",
        "_fid = 1",
        "geom IS NULL",
        "cupos = 'tres'",
        "cupos >",
        "pg_sleep(10) = 1",
        "cupos = 1; DROP TABLE data.sitios",
    ],
)
def test_filter_over_what_is_not_public_or_not_cql2_is_refused(
    city: System, tmp_path: Path, where: str
) -> None:
    with pytest.raises(InvalidRequest):
        write(city, world.SITIOS, tmp_path / "x.csv", "csv", where=where)
    assert list(tmp_path.iterdir()) == []


def test_fields_are_chosen_and_hidden_ones_refused(city: System, tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    write(city, world.SITIOS, path, "csv", fields=("nombre", "codigo"))
    assert list(rows_of(path)[0]) == ["nombre", "codigo", "longitud", "latitud"]
    with pytest.raises(InvalidRequest, match="clave"):
        write(city, world.SITIOS, path, "csv", fields=("clave",))
    with pytest.raises(InvalidRequest, match="csv, geojson"):
        write(city, world.SITIOS, path, "pdf")  # type: ignore[arg-type]
    with pytest.raises(InvalidRequest, match="32618"):
        write(city, world.SITIOS, path, "csv", crs=32618)


def test_file_of_an_earlier_state(own_city: System, tmp_path: Path) -> None:
    before, after = tmp_path / "a.csv", tmp_path / "b.csv"
    write(own_city, world.SITIOS, before, "csv")
    sites = sa.table("sitios", sa.column("codigo"), schema="data")
    with own_city.engine.begin() as connection:
        connection.execute(sites.delete().where(sites.c.codigo == "s001"))
    assert write(own_city, world.SITIOS, after, "csv") == world.SITES - 1
    write(own_city, world.SITIOS, after, "csv", as_of=1)
    assert after.read_bytes() == before.read_bytes()


@pytest.mark.parametrize(("form", "length"), [("shp", 300), ("xlsx", 40_000)])
def test_format_that_would_cut_a_value_is_refused(
    own_city: System, tmp_path: Path, form: export.FormatName, length: int
) -> None:
    sites = sa.table("sitios", sa.column("codigo"), sa.column("nombre"), schema="data")
    with own_city.engine.begin() as connection:
        statement = sites.update().where(sites.c.codigo == "s001").values(nombre="ñ" * length)
        connection.execute(statement)
    with pytest.raises(InvalidRequest, match="elija csv, gpkg o parquet"):
        write(own_city, world.SITIOS, tmp_path / f"x.{form}", form)
    assert list(tmp_path.glob("*x*")) == []


def test_short_names_of_a_shapefile_are_all_different() -> None:
    names = [f"area_construida_{number}" for number in range(12)]
    short = short_names(names)
    assert len(set(short.values())) == len(names)
    assert max(map(len, short.values())) == 10


def test_kml_holds_any_text_and_reads_as_written(own_city: System, tmp_path: Path) -> None:
    hostile = 'a<b>&"\n]]>\t\x01\x1f á 😀'
    sites = sa.table("sitios", sa.column("codigo"), sa.column("nombre"), schema="data")
    with own_city.engine.begin() as connection:
        changed = sites.update().where(sites.c.codigo == "s000").values(nombre=hostile)
        connection.execute(changed)
    path = tmp_path / "sitios.kml"
    assert write(own_city, world.SITIOS, path, "kml", notice=NOTICE) == world.SITES
    document = etree.parse(str(path))
    names = {"k": "http://www.opengis.net/kml/2.2"}
    (described,) = document.xpath("/k:kml/k:Document/k:description", namespaces=names)
    assert NOTICE in described.text
    first = document.xpath("//k:Placemark", namespaces=names)[0]
    assert first.findtext("k:name", namespaces=names) == hostile.replace("\x01\x1f", "")
    assert first.findtext("k:Point/k:coordinates", namespaces=names) == "-75.2322,4.4389"
    read = pyogrio.read_dataframe(path).set_index("codigo")
    assert len(read) == world.SITES
    assert read.loc["s003", "puntaje"] == 0.375
    assert read.loc["s003", "visita"] == "2024-05-01T08:30:00Z"
    assert read.loc["s022"].geometry is None
    with pytest.raises(InvalidRequest, match="WGS 84"):
        write(own_city, world.SITIOS, path, "kml", crs=9377)
