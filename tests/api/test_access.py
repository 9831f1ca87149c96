"""What is not public comes out of no door."""

from __future__ import annotations

import zipfile
from typing import TYPE_CHECKING

import mapbox_vector_tile
import pyarrow.parquet as pq
import pytest
import sqlalchemy as sa

from gis import export
from gis.contract import PUBLICA
from gis.features import reading
from tests.api import world
from tests.api.tiles import control_tile

if TYPE_CHECKING:
    from pathlib import Path

    import httpx

    from api.wiring import System

HIDDEN = ("responsable", "clave", "documento", world.CANARY)
SITIOS = "/api/collections/sitios"
DOORS = [
    "/api",
    "/api/openapi.json",
    "/api/docs",
    "/api/map",
    "/api/styles",
    "/api/collections",
    SITIOS,
    f"{SITIOS}/items",
    f"{SITIOS}/items/s001",
    f"{SITIOS}/items?as-of=1",
    f"{SITIOS}/items?datetime=2024-02-15",
    f"{SITIOS}/items?filter=cupos>3",
    f"{SITIOS}/queryables",
    f"{SITIOS}/schema",
    f"{SITIOS}/tiles/WebMercatorQuad",
    f"{SITIOS}/tiles/WebMercatorQuad/tilejson",
    "/api/styles/sitios",
    "/api/collections/secretos/items",
    "/api/collections/talleres/items",
    "/api/collections/talleres/items/t1",
    "/metrics",
]


@pytest.mark.parametrize("accept", ["application/json, */*;q=0.1", "text/html, */*;q=0.1"])
@pytest.mark.parametrize("path", DOORS)
def test_no_document_shows_a_hidden_field(client: httpx.Client, path: str, accept: str) -> None:
    response = client.get(path, headers={"Accept": accept})
    assert response.status_code == 200
    for word in HIDDEN:
        assert f'"{word}"' not in response.text
        assert f">{word}<" not in response.text
    assert world.CANARY not in response.text


@pytest.mark.parametrize("moment", ["", "?as-of=3"])
def test_no_tile_carries_a_hidden_field(client: httpx.Client, moment: str) -> None:
    for zoom in (9, 14):
        tile = client.get(f"/api/tiles/WebMercatorQuad/{control_tile(zoom)}{moment}").content
        layers = mapbox_vector_tile.decode(tile)
        assert "secretos" not in layers
        for layer in layers.values():
            for feature in layer["features"]:
                assert not {"responsable", "clave"} & set(feature["properties"])
                assert world.CANARY not in feature["properties"].values()


def test_hidden_geometry_is_neither_shown_nor_searched(client: httpx.Client) -> None:
    items = "/api/collections/secretos/items"
    found = client.get(items).json()["features"]
    assert [feature["geometry"] for feature in found] == [None]
    elsewhere = client.get(items, params={"bbox": "10,10,11,11"}).json()
    assert elsewhere["numberMatched"] == 1
    assert "spatial" not in client.get("/api/collections/secretos").json()["extent"]
    assert "geometry" not in client.get("/api/collections/secretos/schema").json()["properties"]


def test_coarse_geometry_does_not_tell_the_place(client: httpx.Client) -> None:
    nine = "http://www.opengis.net/def/crs/EPSG/0/9377"
    items = "/api/collections/aproximados/items"
    feature = client.get(items, params={"crs": nine}).json()["features"][0]
    assert feature["geometry"]["coordinates"] == [2049000, 4752000]
    document = client.get("/api/collections/aproximados").json()
    assert document["extent"]["spatial"]["bbox"] == [list(world.ENTITY.extent.as_tuple())]
    exact = {"bbox": "-75.23221,4.43889,-75.23219,4.43891"}
    assert client.get(items, params=exact).json()["numberMatched"] == 0


@pytest.mark.parametrize("form", ["csv", "geojson", "parquet", "gpkg", "xlsx"])
def test_no_file_carries_a_hidden_field(
    city: System, tmp_path: Path, form: export.FormatName
) -> None:
    for layer in (world.SITIOS, world.TABLA, world.SECRETOS):
        path = tmp_path / f"{layer.name}.{form}"
        with reading(city.reader) as conn:
            export.write(conn, layer, PUBLICA, path, form)
        content = path.read_bytes()
        if form == "xlsx":
            with zipfile.ZipFile(path) as archive:
                content = b"".join(archive.read(name) for name in archive.namelist())
        if form == "parquet":
            content = str(pq.read_table(path).to_pydict()).encode()
        for word in HIDDEN:
            assert word.encode() not in content


def test_reader_can_read_nothing_but_the_public_views(city: System) -> None:
    with city.reader.connect() as connection:
        assert connection.scalar(sa.text("SELECT current_user")) == "sig_publica"
        for schema, name in (
            ("data", "sitios"),
            ("history", "sitios"),
            ("reservada", "sitios"),
            ("clasificada", "sitios"),
            ("tiles", "sitios"),
            ("sig", "layer"),
        ):
            hidden = sa.table(name, schema=schema)
            with pytest.raises(sa.exc.ProgrammingError, match="permission denied"):
                connection.execute(sa.select(sa.func.count()).select_from(hidden))
            connection.rollback()
