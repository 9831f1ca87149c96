"""GDAL reads every layer whole: Debian's ``ogr2ogr`` (3.6), and the newer one within GeoPandas."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from tests.clients import programs, shapes
from tests.clients.programs import download
from tests.clients.truth import CENTIMETRE, Site, agree

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.timeout(600)


def oapif(site: Site) -> str:
    return f"OAPIF:{site.api}"


def filters(site: Site) -> list[str]:
    """What the last requests of items asked for besides pages."""
    found = []
    for asked in site.asked:
        if "/items?" in asked:
            kept = re.sub(r"[?&](f|limit|token|crs)=[^&]*", "", asked.partition("/items")[2])
            found.append(kept.lstrip("?&"))
    return [one for one in found if one]


class TestDebian:
    """gdal-bin 3.6. Its driver knows CRS84 alone; other CRS are reached without it, below."""

    def test_every_layer_is_listed(self, site: Site) -> None:
        listed = programs.run("ogrinfo", "-ro", oapif(site))
        names = re.findall(r"^\d+: (\w+)", listed, re.MULTILINE)
        assert names == [layer.name for layer in site.catalog]

    def test_every_layer_is_read_whole(self, site: Site) -> None:
        for layer in site.catalog:
            found = programs.ogr(oapif(site), layer.name, "-oo", "PAGE_SIZE=1000")
            agree(layer, found, site.rows(layer.name), CENTIMETRE[4326])

    def test_pages_of_any_size_are_the_same_features(self, small: Site) -> None:
        for name in ("puntos", "multipoligonos", "tabla"):
            for size in (1, 7, 10, 30, 31):
                found = programs.ogr(oapif(small), name, "-oo", f"PAGE_SIZE={size}")
                agree(small.layer(name), found, small.rows(name), CENTIMETRE[4326])

    def test_types_are_those_declared_whatever_comes_first(self, small: Site) -> None:
        shown = programs.run("ogrinfo", "-ro", "-al", "-so", oapif(small), "puntos")
        for name, type_ in {
            "nombre": "String", "entero": "Integer", "decimal": "Real",
            "logico": "Integer(Boolean)", "dia": "Date", "instante": "DateTime",
        }.items():  # fmt: skip
            assert f"\n{name}: {type_} (" in shown

    @pytest.mark.parametrize(("where", "sql"), [
        ("decimal > 2.6", "decimal > 2.6"),
        ("entero BETWEEN 22000000 AND 25000000", "entero BETWEEN 22000000 AND 25000000"),
        ("nombre LIKE 'O''H%' OR clase = 'cerrado'", "nombre LIKE 'O''H%' OR clase = 'cerrado'"),
        ("nombre ILIKE 'o''hig%'", "nombre ILIKE 'o''hig%'"),
        ("entero IS NULL", "entero IS NULL"),
        ("entero IS NOT NULL AND NOT decimal = 3", "entero IS NOT NULL AND decimal <> 3"),
        ("clase = 'abierto'", "clase = 'abierto'"),
        ("nombre = 'O''Higgins, «25»'", "nombre = 'O''Higgins, «25»'"),
        ("logico = 1", "logico"),
        ("clase IN ('abierto', 'cerrado') AND decimal < 3", "clase IS NOT NULL AND decimal < 3"),
        ("dia >= '2024/02/10'", "dia >= '2024-02-10'"),
        ("dia = '2024/02/10'", "dia = '2024-02-10'"),
        ("dia > '2024/02/10' AND dia < '2024/02/20'", "dia > '2024-02-10' AND dia < '2024-02-20'"),
        ("instante > '2024/05/01 12:00:00'", "instante > '2024-05-01T12:00:00Z'"),
    ])  # fmt: skip
    def test_a_filter_is_asked_of_the_server(self, small: Site, where: str, sql: str) -> None:
        for name in ("puntos", "tabla"):
            small.asked.clear()
            found = programs.ogr(oapif(small), name, "-where", where)
            expected = small.rows(name, 4326, sql)
            assert 0 < len(expected) < shapes.FEATURES
            agree(small.layer(name), found, expected, CENTIMETRE[4326])
            sent = [one for one in filters(small) if one.startswith("filter=")]
            assert all(one.endswith("&filter-lang=cql-text") for one in sent)
            assert sent or " IN " in where, "this GDAL looks through lists by itself"

    def test_a_box_is_asked_of_the_server(self, small: Site) -> None:
        box = ("-75.20", "4.43", "-75.15", "4.47")
        area = f"ST_MakeEnvelope({', '.join(box)}, 4326)"
        for layer in small.catalog:
            if layer.geometry is None:
                continue
            small.asked.clear()
            found = programs.ogr(oapif(small), layer.name, "-spat", *box)
            inside = f"ST_Intersects(ST_Transform(geom, 4326), {area})"
            expected = small.rows(layer.name, 4326, inside)
            assert expected
            agree(layer, found, expected, CENTIMETRE[4326])
            assert any(one.startswith("bbox=-75.2") for one in filters(small))

    def test_it_only_reads(self) -> None:
        """And so does the newer one; see ``test_edits_clients`` for what it says when made to."""
        told = programs.run("ogrinfo", "--format", "OAPIF")
        assert "Open()" in told
        assert "Create" not in told


class TestGeopandas:
    """pyogrio's GDAL, which asks for the storage CRS, or any other, by Part 2."""

    def test_every_layer_is_read_whole_in_the_storage_crs(self, site: Site) -> None:
        layers = [layer for layer in site.catalog if layer.geometry is not None]
        asked = [{"source": oapif(site), "options": {"layer": one.name}} for one in layers]
        for layer, (about, found) in zip(layers, programs.frames(*asked), strict=True):
            assert about["crs"] == 9377
            agree(layer, found, site.rows(layer.name, 9377), CENTIMETRE[9377])

    def test_tables_are_read_whole(self, site: Site) -> None:
        layers = [layer for layer in site.catalog if layer.geometry is None]
        asked = [{"source": oapif(site), "options": {"layer": one.name}} for one in layers]
        for layer, (_, found) in zip(layers, programs.frames(*asked), strict=True):
            agree(layer, found, site.rows(layer.name))

    @pytest.mark.parametrize("srid", [4686, 9377, 3116, 3857, 4326])
    def test_axes_come_in_their_order(self, small: Site, srid: int) -> None:
        layers = [layer for layer in small.catalog if layer.geometry is not None]
        options = {"CRS": f"EPSG:{srid}", "PAGE_SIZE": "11"}
        asked = [
            {"source": oapif(small), "options": {"layer": one.name, **options}} for one in layers
        ]
        for layer, (about, found) in zip(layers, programs.frames(*asked), strict=True):
            assert about["crs"] == srid
            agree(layer, found, small.rows(layer.name, srid), CENTIMETRE[srid])

    @pytest.mark.parametrize("srid", [4686, 9377, 3116, 3857, 4326])
    def test_json_fg_says_its_axes_in_order(self, small: Site, srid: int) -> None:
        uri = f"http://www.opengis.net/def/crs/EPSG/0/{srid}"
        names = ("puntos", "multilineas", "poligonos")
        pages = [f"{small.items(name)}?f=jsonfg&limit=100&crs={uri}" for name in names]
        read = programs.frames(*({"source": f"JSONFG:{page}"} for page in pages))
        for name, (about, found) in zip(names, read, strict=True):
            assert about["crs"] == srid
            agree(small.layer(name), found, small.rows(name, srid), CENTIMETRE[srid])

    def test_filters_and_boxes(self, small: Site) -> None:
        lower = {"layer": "puntos", "where": "clase = 'abierto' AND decimal < 3"}
        boxed = {"layer": "puntos", "bbox": [4759000, 2049000, 4766000, 2051000]}
        sqls = (
            "clase = 'abierto' AND decimal < 3",
            "ST_Intersects(geom, ST_MakeEnvelope(4759000, 2049000, 4766000, 2051000, 9377))",
        )
        small.asked.clear()
        asked = [{"source": oapif(small), "options": one} for one in (lower, boxed)]
        for sql, (_, found) in zip(sqls, programs.frames(*asked), strict=True):
            expected = small.rows("puntos", 9377, sql)
            assert expected
            agree(small.layer("puntos"), found, expected, CENTIMETRE[9377])
        sent = filters(small)
        assert any("filter=" in one and "cql-text" in one for one in sent)
        assert any("bbox=" in one and "bbox-crs=" in one for one in sent)


FILES = {"geojson": 4326, "gpkg": 9377, "fgb": 4326, "parquet": 9377, "kml": 4326, "shp": 9377}
"""Formats that GIS programs open, with the CRS they come in."""


@pytest.mark.parametrize("form", ["geojson", "gpkg", "fgb", "parquet"])
def test_every_file_of_every_layer_opens_and_is_whole(site: Site, form: str, folder: Path) -> None:
    """As GeoPandas reads it; FlatGeobuf holds no tables."""
    layers = [one for one in site.catalog if one.geometry is not None or form != "fgb"]
    asked = [{"source": download(site, one.name, form, folder)} for one in layers]
    for layer, (about, found) in zip(layers, programs.frames(*asked), strict=True):
        if layer.geometry is not None:
            assert about["crs"] == FILES[form]
        within = CENTIMETRE[4326] if form == "geojson" else 1e-6
        agree(layer, found, site.rows(layer.name, FILES[form]), within)


@pytest.mark.parametrize("srid", [4686, 3116, 4326])
def test_files_in_other_crs_say_so_and_have_their_axes_as_programs_expect(
    small: Site, srid: int, folder: Path
) -> None:
    uri = f"http://www.opengis.net/def/crs/EPSG/0/{srid}"
    asked = [
        {"source": download(small, "poligonos", form, folder, crs=uri)}
        for form in ("gpkg", "fgb", "parquet")
    ]
    for about, found in programs.frames(*asked):
        assert about["crs"] == srid
        agree(small.layer("poligonos"), found, small.rows("poligonos", srid), 1e-6)


def test_debian_s_gdal_opens_the_files_of_every_shape(small: Site, folder: Path) -> None:
    """As little as possible is asked of Shapefile and KML, which have names and types of theirs."""
    for layer in small.catalog:
        if layer.geometry is None:
            continue
        expected = small.rows(layer.name, 9377)
        for form in ("gpkg", "fgb", "shp", "kml"):
            path = download(small, layer.name, form, folder)
            told = programs.run("ogrinfo", "-ro", "-al", "-so", path)
            assert f"Feature Count: {len(expected)}\n" in told, (form, told)
