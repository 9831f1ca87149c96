"""Vector tiles as programs decode them: every layer at several zooms, and its PMTiles archive."""

from __future__ import annotations

import gzip
import math
import re
from typing import TYPE_CHECKING, Any

import httpx
import mapbox_vector_tile
import pytest
from pmtiles.reader import MmapSource, Reader
from pmtiles.tile import Compression, TileType

from gis.contract import PUBLICA, Extent
from gis.features import reading
from gis.tiles.archive import Archive, write_archive

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from gis.contract import Layer
    from tests.clients.truth import Box, Site

pytestmark = pytest.mark.timeout(600)

COUNT = "cantidad"
ISO = {
    "date": re.compile(r"\d{4}-\d\d-\d\d"),
    "timestamp": re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z"),
}
FEW = 9
"""Tiles of a zoom beyond which no test looks through them all."""


def tile_of(longitude: float, latitude: float, zoom: int) -> tuple[int, int]:
    """Column and row."""
    sine = math.asinh(math.tan(math.radians(latitude)))
    return (
        int((longitude + 180) / 360 * 2**zoom),
        int((1 - sine / math.pi) / 2 * 2**zoom),
    )


def around(box: Box | None, zoom: int) -> set[tuple[int, int]]:
    """The tiles that a box touches."""
    if box is None:
        return set()
    (west, north), (east, south) = tile_of(box[0], box[3], zoom), tile_of(box[2], box[1], zoom)
    return {(x, y) for x in range(west, east + 1) for y in range(north, south + 1)}


def places(site: Site, layer: Layer, zoom: int) -> list[tuple[int, int]]:
    """The tiles of a zoom with something of the layer, by the boxes of its features."""
    return sorted(set().union(*(around(row.box, zoom) for row in site.rows(layer.name))))


def spatial(site: Site) -> Iterator[Layer]:
    yield from (layer for layer in site.catalog if layer.geometry_for(PUBLICA))


def located_in(site: Site, layer: Layer) -> int:
    """How many features have a place."""
    return sum(row.box is not None for row in site.rows(layer.name))


def zooms(site: Site, layer: Layer) -> Iterator[tuple[int, list[tuple[int, int]]]]:
    """The lowest zoom, those in the middle, and the highest where the tiles are few."""
    for zoom in range(layer.tiles.minzoom, layer.tiles.maxzoom + 1):
        tiles = places(site, layer, zoom)
        if len(tiles) > FEW:
            return
        yield zoom, tiles


def read(client: httpx.Client, template: str, zoom: int, x: int, y: int) -> list[dict[str, Any]]:
    address = template.format(z=zoom, x=x, y=y)
    answer = client.get(address)
    assert answer.status_code == 200
    layers = mapbox_vector_tile.decode(answer.content) if answer.content else {}
    assert len(layers) <= 1
    return [feature for layer in layers.values() for feature in layer["features"]]


def check_values(layer: Layer, properties: dict[str, Any]) -> None:
    """Numbers are numbers, days and instants ISO text, and a feature is one or a count."""
    assert ("_id" in properties) != (properties.get(COUNT, 1) > 1)
    for name, value in properties.items():
        if name in ("_id", COUNT):
            assert isinstance(value, str if name == "_id" else int)
            continue
        kind = layer.field(name).type.kind
        if kind in ISO:
            assert ISO[kind].fullmatch(value), (layer.name, name, value)
        else:
            types = {"integer": int, "number": (int, float), "boolean": bool, "text": str}
            assert isinstance(value, types[kind]), (layer.name, name, value)
            assert kind == "boolean" or not isinstance(value, bool)


def test_every_tile_of_every_layer_decodes_and_nothing_is_missing(site: Site) -> None:
    """At each zoom, what is drawn stands for as many features as SQL counts: exactly, but for the
    merged lines and surfaces that lie on the side of a tile, which are drawn in both."""
    with httpx.Client(timeout=60) as client:
        for layer in spatial(site):
            base = f"{site.api}/collections/{layer.name}/tiles/WebMercatorQuad"
            document = client.get(f"{base}/tilejson").json()
            (template,) = document["tiles"]
            assert (document["minzoom"], document["maxzoom"]) == (
                layer.tiles.minzoom, layer.tiles.maxzoom,
            )  # fmt: skip
            located = located_in(site, layer)
            looked = 0
            for zoom, tiles in zooms(site, layer):
                features = [f for x, y in tiles for f in read(client, template, zoom, x, y)]
                for feature in features:
                    check_values(layer, feature["properties"])
                least, most = standing_for(features, anywhere=True), standing_for(features)
                if layer.geometry.dimension == 0 or len(tiles) == 1:
                    assert (least, most) == (located, located), (layer.name, zoom)
                else:
                    crossing = sum(len(around(row.box, zoom)) > 1 for row in site.rows(layer.name))
                    assert most - crossing <= located <= least, (layer.name, zoom)
                looked += 1
            assert looked, layer.name


def standing_for(features: list[dict[str, Any]], *, anywhere: bool = False) -> int:
    """How many features those of some tiles stand for. One that lies in several tiles is in each,
    with its id; a merged one whose middle is beyond the side of its tile is another tile's."""
    ids = {f["properties"]["_id"] for f in features if "_id" in f["properties"]}
    merged = (f for f in features if "_id" not in f["properties"])
    counted = (f for f in merged if anywhere or inside(f["geometry"]))
    return len(ids) + sum(f["properties"][COUNT] for f in counted)


def inside(geometry: dict[str, Any]) -> bool:
    ends = list(positions(geometry["coordinates"]))
    x, y = (sum(end[axis] for end in ends) / len(ends) for axis in (0, 1))
    return 0 <= x < 4096 and 0 <= y < 4096


def positions(value: Any) -> Iterator[Any]:
    if isinstance(value[0], (int, float)):
        yield value
    else:
        for part in value:
            yield from positions(part)


def test_a_tile_of_several_layers_holds_each(site: Site) -> None:
    with httpx.Client(timeout=60) as client:
        names = [layer.name for layer in spatial(site)]
        zoom = max(site.layer(name).tiles.minzoom for name in names)
        wanted = {name for name in names if places(site, site.layer(name), zoom)}
        held: set[str] = set()
        for x, y in {t for name in names for t in places(site, site.layer(name), zoom)[:FEW]}:
            answer = client.get(
                f"{site.api}/tiles/WebMercatorQuad/{zoom}/{y}/{x}",
                params={"collections": ",".join(names)},
            )
            assert answer.status_code == 200
            held |= set(mapbox_vector_tile.decode(answer.content)) if answer.content else set()
        assert held == wanted


def test_a_pmtiles_archive_holds_the_tiles_that_are_served(site: Site, folder: Path) -> None:
    """By ``sig tiles export``; read by the format's own reader. Tiles without anything are not in
    the archive."""
    with httpx.Client(timeout=60) as client:
        for layer in spatial(site):
            path = exported(site, layer, folder)
            with path.open("rb") as file:
                reader = Reader(MmapSource(file))
                header, metadata = reader.header(), reader.metadata()
                assert header["tile_type"] == TileType.MVT
                assert header["tile_compression"] == Compression.GZIP
                (described,) = metadata["vector_layers"]
                assert described["id"] == layer.name
                base = f"{site.api}/collections/{layer.name}/tiles/WebMercatorQuad"
                template = base + "/{z}/{y}/{x}"
                for zoom, tiles in zooms(site, layer):
                    if zoom > header["max_zoom"]:
                        break
                    for x, y in tiles:
                        kept = reader.get(zoom, x, y)
                        served = client.get(template.format(z=zoom, x=x, y=y)).content
                        assert (gzip.decompress(kept) if kept else b"") == served


def exported(site: Site, layer: Layer, folder: Path) -> Path:
    path = folder / f"{layer.name}.pmtiles"
    lowest = layer.tiles.minzoom
    zooms = range(lowest, min(layer.tiles.maxzoom, lowest + 5) + 1)
    west, south, east, north = site.extent(layer.name)
    archive = Archive(layer.title, "Prueba", "", Extent(west, south, east, north), zooms)
    with reading(site.reader) as connection:
        assert write_archive(connection, layer, PUBLICA, path, archive) > 0
    return path
