"""A layer's tiles as a PMTiles file: read back by others, every feature in it, the same bytes."""

from __future__ import annotations

import gzip
from typing import TYPE_CHECKING, Any

import mapbox_vector_tile
import pyogrio
import pytest
import sqlalchemy as sa
from pmtiles.reader import MmapSource, Reader, all_tiles
from pmtiles.tile import Compression, TileType

from gis.contract import PUBLICA, Extent
from gis.errors import InvalidRequest
from gis.features import reading
from gis.tiles import read_tile
from gis.tiles.archive import Archive, write_archive
from tests.api import world
from tests.api.test_tile_cache import write

if TYPE_CHECKING:
    from pathlib import Path

    from api.wiring import System

EXTENT = Extent(-75.3, 4.35, -75.1, 4.5)


def archive(layer: str, zooms: range) -> Archive:
    return Archive(f"Capa {layer}", "Alcaldía de Prueba", "Datos de demostración.", EXTENT, zooms)


def written(system: System, path: Path, layer: str, zooms: range) -> int:
    with reading(system.reader) as conn:
        return write_archive(
            conn, system.catalog.layer(layer), PUBLICA, path, archive(layer, zooms)
        )


def tiles_of(path: Path) -> dict[tuple[int, int, int], bytes]:
    """zoom, column, row → the tile as it was before it was compressed."""
    with path.open("rb") as file:
        return {place: gzip.decompress(body) for place, body in all_tiles(MmapSource(file))}


def counts(tiles: dict[tuple[int, int, int], bytes], layer: str) -> dict[int, int]:
    """How many features the tiles of each zoom stand for."""
    found: dict[int, int] = {}
    for (zoom, _, _), body in tiles.items():
        features = mapbox_vector_tile.decode(body)[layer]["features"]
        total = sum(feature["properties"].get("cantidad", 1) for feature in features)
        found[zoom] = found.get(zoom, 0) + total
    return found


@pytest.fixture
def crowded(own_city: System) -> System:
    """The invented city with 3 000 more sites."""
    write(
        own_city,
        "INSERT INTO data.sitios (codigo, estado, cupos, geom) SELECT 'm' || n, 'abierto', n,"
        " ST_SetSRID(ST_MakePoint(:e + (n * 7919) % 6000, :n + (n * 104729) % 6000), 9377)"
        " FROM generate_series(1, 3000) n",
        e=world.CONTROL[0], n=world.CONTROL[1],
    )  # fmt: skip
    return own_city


def test_every_point_is_in_it_once_at_each_zoom(crowded: System, tmp_path: Path) -> None:
    path = tmp_path / "sitios.pmtiles"
    count = written(crowded, path, "sitios", range(8, 17))
    tiles = tiles_of(path)
    assert count == len(tiles)
    with crowded.engine.connect() as conn:
        total = conn.scalar(sa.text("SELECT count(*) FROM data.sitios WHERE geom IS NOT NULL"))
    assert counts(tiles, "sitios") == dict.fromkeys(range(8, 17), total)


@pytest.mark.parametrize("layer", ["vias", "zonas"])
def test_its_tiles_are_those_of_the_server_and_none_is_missing(
    own_city: System, tmp_path: Path, layer: str
) -> None:
    path = tmp_path / f"{layer}.pmtiles"
    written(own_city, path, layer, range(8, 15))
    tiles = tiles_of(path)
    declared = own_city.catalog.layer(layer)
    with reading(own_city.reader) as conn:
        for zoom in range(8, 15):
            limits = _limits(zoom)
            for row in limits[0]:
                for column in limits[1]:
                    body = read_tile(conn, declared, PUBLICA, zoom, row, column)
                    assert tiles.get((zoom, column, row), b"") == body


def _limits(zoom: int) -> tuple[range, range]:
    from gis.tiles.matrix import WEB_MERCATOR_QUAD

    (each,) = WEB_MERCATOR_QUAD.limits(EXTENT, zoom, zoom)
    return (
        range(each["minTileRow"], each["maxTileRow"] + 1),
        range(each["minTileCol"], each["maxTileCol"] + 1),
    )


def test_the_same_state_gives_the_same_bytes(crowded: System, tmp_path: Path) -> None:
    for name in ("a", "b"):
        written(crowded, tmp_path / f"{name}.pmtiles", "sitios", range(8, 14))
    first = (tmp_path / "a.pmtiles").read_bytes()
    assert first == (tmp_path / "b.pmtiles").read_bytes()
    write(crowded, "UPDATE data.sitios SET estado = 'cerrado' WHERE codigo = 'm1'")
    written(crowded, tmp_path / "b.pmtiles", "sitios", range(8, 14))
    assert first != (tmp_path / "b.pmtiles").read_bytes()


def test_it_says_what_it_is(own_city: System, tmp_path: Path) -> None:
    path = tmp_path / "sitios.pmtiles"
    written(own_city, path, "sitios", range(9, 12))
    with path.open("rb") as file:
        reader = Reader(MmapSource(file))
        header: dict[str, Any] = reader.header()
        metadata = reader.metadata()
    assert header["tile_type"] is TileType.MVT
    assert header["tile_compression"] is Compression.GZIP
    assert header["clustered"]
    assert (header["min_zoom"], header["max_zoom"]) == (9, 11)
    sides = ("min_lon_e7", "min_lat_e7", "max_lon_e7", "max_lat_e7")
    assert [header[name] / 1e7 for name in sides] == list(EXTENT.as_tuple())
    assert metadata["attribution"] == "Alcaldía de Prueba"
    assert metadata["description"].startswith("Datos de demostración.")
    (layer,) = metadata["vector_layers"]
    assert layer["id"] == "sitios"
    assert (layer["minzoom"], layer["maxzoom"]) == (9, 11)
    assert layer["fields"]["cupos"] == "Number"
    assert "responsable" not in layer["fields"]
    assert world.CANARY.encode() not in b"".join(tiles_of(path).values())


def test_one_of_nothing_is_refused_and_leaves_no_file(own_city: System, tmp_path: Path) -> None:
    write(own_city, "DELETE FROM data.vias")
    for layer in ("vias", "talleres", "secretos"):
        with pytest.raises(InvalidRequest):
            written(own_city, tmp_path / "x.pmtiles", layer, range(8, 12))
    assert list(tmp_path.glob("*pmtiles*")) == []


def test_gdal_reads_every_feature_at_the_last_zoom(crowded: System, tmp_path: Path) -> None:
    """The GDAL of pyogrio; Debian's 3.6 knows no PMTiles (its driver came in 3.8)."""
    path = tmp_path / "sitios.pmtiles"
    written(crowded, path, "sitios", range(14, 17))
    read = pyogrio.read_dataframe(path, layer="sitios")
    with crowded.engine.connect() as conn:
        rows = conn.execute(
            sa.text("SELECT count(*), sum(cupos) FROM data.sitios WHERE geom IS NOT NULL")
        ).one()
    assert (len(read), read["cupos"].sum()) == tuple(rows)
    assert read.crs.to_epsg() == 3857
