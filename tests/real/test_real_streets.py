"""Real networks: one edge per block, whole streets in parts, and raw OpenStreetMap."""

from __future__ import annotations

import os
import random
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import pytest
import sqlalchemy as sa

from gis import changesets, network, store
from gis.conform import prepare
from gis.contract import PUBLICA, Extent, Geometry, Layer, Text
from gis.contract import Network as Travelled
from gis.contract.catalog import Catalog, read_catalog
from gis.contract.entity import read_entity
from gis.network import Streets
from gis.surroundings import CurrentFeatures
from tests.integration.builders import METADATA, catalog, field
from tests.network.streets import Graph, shortest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.databases import Database

ROOT = Path(__file__).parents[2]
VIAS = Path(os.environ["SIG_REAL_DATA"]) / "vias"
NAMED = field("nombre", Text())


def declared(name: str, extent: Extent) -> Layer:
    """A layer of streets for files that bring lines and little more."""
    return Layer(
        name=name,
        title=name,
        geometry=Geometry("MultiLineString"),
        key=("codigo",),
        fields=(field("codigo", Text(), required=True), NAMED),
        metadata=METADATA,
        network=Travelled(name="nombre"),
        extent=extent,
    )


def bucaramanga() -> Layer:
    entity = read_entity(ROOT / "layers" / "_entities" / "ibague.toml")
    folders = [ROOT / "layers", ROOT / "tests" / "data" / "ocana_bucaramanga"]
    layer = read_catalog(entity, folders).layer("vias_bucaramanga")
    return replace(
        layer, fields=(*layer.fields, NAMED), network=Travelled(name="nombre", kind="clase")
    )


@pytest.fixture
def loaded(empty_database: Database, tmp_path: Path) -> Iterator[Callable[..., sa.Connection]]:
    """``loaded(layer, path)``: a connection that reads a database with that delivery alone."""
    opened = []

    def load(layer: Layer, path: Path) -> sa.Connection:
        known: Catalog = catalog(layer)
        store.migrate(empty_database.engine)
        store.sync_layers(empty_database.engine, known)
        delivered = prepare(
            path,
            layer,
            extent=known.entity.extent,
            surroundings=CurrentFeatures(empty_database.engine, known),
        )
        changesets.load(empty_database.engine, layer, delivered, actor="prueba", quarantine=True)
        opened.append(empty_database.engine.connect())
        return opened[-1]

    yield load
    for connection in opened:
        connection.close()


def keyed(name: str, folder: Path) -> Path:
    """A file as found, its rows numbered: these bring no key."""
    frame = gpd.read_file(VIAS / name)
    lines = frame[frame.geom_type.isin(["LineString", "MultiLineString"])]
    numbered = gpd.GeoDataFrame(
        {"codigo": [str(n) for n in range(len(lines))]},
        geometry=list(lines.geometry),
        crs=lines.crs,
    )
    path = folder / f"{name.split('_')[0]}.parquet"
    numbered.to_parquet(path)
    return path


def edges(connection: sa.Connection, layer: Layer) -> list[Any]:
    names = ("id", "fid", "source", "target", "metres", "walk")
    return list(connection.execute(sa.select(*map(sa.column, names)).select_from(_table(layer))))


def _table(layer: Layer) -> sa.TableClause:
    return sa.table(layer.name + "__edge", schema="network")


def check_ways(connection: sa.Connection, layer: Layer, tries: int) -> None:
    """Routes between nodes of the largest piece cost what Dijkstra by the book says."""
    draws, graph = random.Random(5), _graph(edges(connection, layer))
    middle = sa.select(
        sa.column("source"), sa.func.ST_X(_START).label("x"), sa.func.ST_Y(_START).label("y")
    ).select_from(_table(layer))
    places = {row.source: (row.x, row.y) for row in connection.execute(middle)}
    start = draws.choice(sorted(places))
    known = shortest(graph, start)
    reached = sorted(node for node in known if node in places)
    assert len(reached) > 50
    for node in draws.sample(reached, tries):
        found = network.route(connection, Streets(layer), places[start], places[node])
        assert found is not None
        # Places of one node are within the tolerance of each other, not always the same.
        assert found.seconds == pytest.approx(known[node], abs=3.0)


_START: sa.ColumnElement[Any] = sa.func.ST_StartPoint(sa.column("geom"))


def _graph(rows: list[Any]) -> Graph:
    graph: Graph = {}
    for row in rows:
        graph.setdefault(row.source, []).append((row.target, row.walk))
        graph.setdefault(row.target, []).append((row.source, row.walk))
    return graph


def test_a_whole_city_of_edges(loaded: Callable[..., sa.Connection]) -> None:
    layer = bucaramanga()
    connection = loaded(layer, VIAS / "bucaramanga_osm_red_vial.parquet")
    found = edges(connection, layer)
    assert len({row.fid for row in found}) == 79_317
    # Its edges come cut at crossings: hardly any is cut again.
    assert len(found) < 79_317 * 1.01
    pieces = network.pieces(connection, Streets(layer))
    assert pieces.share > 0.9
    assert pieces.count < 100
    check_ways(connection, layer, 8)


def test_streets_of_several_parts(loaded: Callable[..., sa.Connection], tmp_path: Path) -> None:
    layer = declared("cali", Extent(-76.7, 3.2, -76.3, 3.6))
    connection = loaded(layer, keyed("cali_comuna15_vias.geojson", tmp_path))
    pieces = network.pieces(connection, Streets(layer))
    assert pieces.count >= 1
    assert 0 < pieces.share <= 1
    check_ways(connection, layer, 8)


def test_raw_openstreetmap(loaded: Callable[..., sa.Connection], tmp_path: Path) -> None:
    """Whole streets that share vertices: cut at each, they hang together."""
    layer = declared("turbaco", Extent(-75.7, 10.1, -75.1, 10.6))
    connection = loaded(layer, keyed("turbaco_osm_vias.geojson", tmp_path))
    found = edges(connection, layer)
    cut = Counter(row.fid for row in found)
    assert len(found) > 1.5 * len(cut)
    assert network.pieces(connection, Streets(layer)).share > 0.8
    check_ways(connection, layer, 8)
    kept = [tuple(row) for row in sorted(found)]
    assert layer.geometry_for(PUBLICA)
    connection.execute(sa.select(sa.func.sig.rebuild_network(layer.name)))
    assert [tuple(row) for row in sorted(edges(connection, layer))] == kept
