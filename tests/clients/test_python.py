"""What Python programs use: OWSLib for the service; pyarrow and DuckDB for the GeoParquet."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import duckdb
import pyarrow.parquet as pq
import pyproj
import pytest
import shapely
from owslib.ogcapi.features import Features

from tests.clients import programs
from tests.clients.programs import download
from tests.clients.truth import CENTIMETRE, Row, Site, agree, plain

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from gis.contract import Layer

pytestmark = pytest.mark.timeout(600)


def paged(service: Features, name: str, **asked: Any) -> Iterator[Row]:
    """Every feature, following ``next`` as the standard says (OWSLib leaves that to its user)."""
    page = service.collection_items(name, limit=1000, **asked)
    while True:
        yield from map(programs.from_geojson, page["features"])
        following = [link["href"] for link in page["links"] if link["rel"] == "next"]
        if not following:
            return
        page = service._request(path=following[0].removeprefix(service.url))


class TestOwslib:
    def test_it_finds_every_collection_and_what_may_be_asked(self, site: Site) -> None:
        service = Features(site.api)
        assert service.feature_collections() == [layer.name for layer in site.catalog]
        assert service.api()["openapi"].startswith("3.0")
        assert any(
            "ogcapi-features-1/1.0/conf/core" in c for c in service.conformance()["conformsTo"]
        )
        for layer in site.catalog:
            asked = service.collection_queryables(layer.name)["properties"]
            assert set(layer.key) <= set(asked)
            given = service.collection_schema(layer.name)["properties"]
            assert set(asked) == set(given) - ({"id"} if len(layer.key) != 1 else set())

    def test_it_reads_every_layer_whole(self, site: Site) -> None:
        service = Features(site.api)
        for layer in site.catalog:
            agree(layer, paged(service, layer.name), site.rows(layer.name), CENTIMETRE[4326])

    def test_it_counts_filters_sorts_and_searches(self, small: Site) -> None:
        service = Features(small.api)
        page = service.collection_items("puntos", limit=7)
        assert (page["numberMatched"], page["numberReturned"]) == (30, 7)
        lower = "decimal > 2.6 AND clase = 'abierto'"
        box, days = [-75.20, 4.43, -75.15, 4.47], "2024-02-10/2024-02-20"
        area = f"ST_MakeEnvelope({', '.join(map(str, box))}, 4326)"
        asked: list[tuple[dict[str, Any], str]] = [
            ({"filter": lower}, lower),
            ({"bbox": box}, f"geom IS NULL OR ST_Intersects(ST_Transform(geom, 4326), {area})"),
            ({"datetime_": days}, "dia IS NULL OR dia BETWEEN '2024-02-10' AND '2024-02-20'"),
            ({"q": "higgins"}, "nombre LIKE '%Higgins%'"),
        ]
        for parameters, sql in asked:
            found = list(paged(service, "puntos", **parameters))
            agree(small.layer("puntos"), found, small.rows("puntos", 4326, sql), CENTIMETRE[4326])
        page = service.collection_items("puntos", limit=1, sortby=("entero", "desc"))
        assert page["features"][0]["properties"]["entero"] == 29_000_000

    def test_it_reads_one_feature(self, small: Site) -> None:
        name = small.value("SELECT _id FROM publica.puntos ORDER BY codigo LIMIT 1")
        found = Features(small.api).collection_item("puntos", name)
        assert found["id"] == name


def test_geoparquet_says_what_it_holds(site: Site, folder: Path) -> None:
    """GeoParquet 1.1: what readers look at, and every value as Arrow types."""
    for layer in site.catalog:
        path = download(site, layer.name, "parquet", folder)
        file = pq.ParquetFile(path)
        expected = site.rows(layer.name, 9377)
        metadata = file.schema_arrow.metadata or {}
        assert (b"geo" in metadata) is (layer.geometry is not None)
        if layer.geometry is not None:
            check_geo(layer, json.loads(metadata[b"geo"]), expected)
        found = [of_arrow(one) for one in file.read().to_pylist()]
        agree(layer, found, expected, 1e-6)
        kinds = {"integer": "int64", "number": "double", "boolean": "bool", "text": "string",
                 "date": "date32[day]", "timestamp": "timestamp[us, tz=UTC]"}  # fmt: skip
        for name in {name for row in expected for name in row.values}:
            assert str(file.schema_arrow.field(name).type) == kinds[layer.field(name).type.kind]


def check_geo(layer: Layer, geo: dict[str, Any], expected: list[Row]) -> None:
    assert layer.geometry is not None
    assert geo["version"] == "1.1.0"
    assert geo["primary_column"] == "geom"
    column = geo["columns"]["geom"]
    assert (column["encoding"], column["geometry_types"]) == ("WKB", [layer.geometry.type])
    crs = pyproj.CRS.from_json_dict(column["crs"])
    assert crs == pyproj.CRS.from_epsg(9377)
    boxes = [row.box for row in expected if row.box]
    ends = [min(b[0] for b in boxes), min(b[1] for b in boxes),
            max(b[2] for b in boxes), max(b[3] for b in boxes)]  # fmt: skip
    assert column["bbox"] == pytest.approx(ends, abs=1e-6)


def of_arrow(values: dict[str, Any]) -> Row:
    shape = values.pop("geom", None)
    box = None if shape is None else shapely.from_wkb(shape).bounds
    return Row(plain((n, v) for n, v in values.items() if n != "aviso"), box)


def test_duckdb_sums_the_parquet_as_sql_does(site: Site, folder: Path) -> None:
    """Without its spatial extension, which it would have to download: WKB comes as bytes."""
    for layer in site.catalog:
        path = download(site, layer.name, "parquet", folder)
        asked = ["count(*)", *(f"count({name})" for name in site.columns(layer.name))]
        asked += [f"CAST(sum({name}) AS float)" for name in of_kind(site, layer, NUMBERS)]
        asked += [f"max({name})" for name in of_kind(site, layer, ("date",))]
        asked += ["count(geom)"] if layer.geometry is not None else []
        totals = "SELECT " + ", ".join(asked)
        (found,) = duckdb.sql(f"{totals} FROM '{path}'").fetchall()
        with site.reader.connect() as connection:
            truth = connection.exec_driver_sql(f"{totals} FROM publica.{layer.name}").one()
        for one, other in zip(found, truth, strict=True):
            assert one == (pytest.approx(other, rel=1e-6) if isinstance(other, float) else other)


NUMBERS = ("integer", "number")


def of_kind(site: Site, layer: Layer, kinds: tuple[str, ...]) -> list[str]:
    return [n for n in site.columns(layer.name) if layer.field(n).type.kind in kinds]
