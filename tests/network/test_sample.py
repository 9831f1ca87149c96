"""The sample city's streets, and a contract that renames what its graph is made from."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
import sqlalchemy as sa

from gis import changesets, network, store
from gis.conform import prepare
from gis.contract import Network
from gis.network import Mode, Streets
from gis.processes import Ground, execute, process
from gis.surroundings import CurrentFeatures
from tests.integration.builders import catalog as catalog_of
from tests.network.streets import STREETS, draw, graph, shape_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from gis.contract.catalog import Catalog
    from tests.databases import Database


@pytest.fixture(scope="module")
def city(
    new_database: Callable[..., Database], shipped_template: str, catalog: Catalog, root: Path
) -> Database:
    """Every shipped layer, and the streets of the sample."""
    made = new_database(shipped_template)
    layer = catalog.layer("malla_vial")
    file = root / "layers" / "_samples" / "ibague" / "malla_vial.csv"
    known = CurrentFeatures(made.engine, catalog)
    delivered = prepare(file, layer, extent=catalog.entity.extent, surroundings=known)
    changesets.load(made.engine, layer, delivered, quarantine=True)
    return made


@pytest.fixture(scope="module")
def root() -> Path:
    from pathlib import Path

    return Path(__file__).parents[2]


def test_sample_streets_hang_together(city: Database, catalog: Catalog) -> None:
    layer = catalog.layer("malla_vial")
    with city.reader.connect() as connection:
        on_foot = network.pieces(connection, Streets(layer))
        assert on_foot.metres > 200_000
        assert on_foot.count == 1
        by_car = network.pieces(connection, Streets(layer, Mode.CAR))
        assert by_car.metres < on_foot.metres  # the pedestrian street


@pytest.mark.parametrize("name", ["route", "isochrone"])
def test_examples_answer_for_the_sample_city(city: Database, catalog: Catalog, name: str) -> None:
    with city.reader.connect() as connection:
        one = process(catalog, name)
        answer: dict[str, Any] = execute(one, Ground(catalog, connection), one.example(catalog))
    assert answer["fuentes"][0]["capa"] == "malla_vial"
    shapes = answer.get("features", [answer])
    assert all(shape["geometry"] for shape in shapes)


def test_a_field_that_changes_its_name_keeps_the_graph(database: Database) -> None:
    with database.engine.begin() as connection:
        draw(connection, a={"line": [(0, 0), (100, 0)], "clase": "avenida"}, b=[(50, 0), (50, 9)])
        before = graph(connection)
    fields = [
        replace(f, name="tipo", formerly="clase") if f.name == "clase" else f
        for f in STREETS.fields
    ]
    assert isinstance(STREETS.network, Network)
    renamed = replace(STREETS, fields=tuple(fields), network=replace(STREETS.network, kind="tipo"))
    changesets.migrate_layer(database.engine, renamed)
    with database.engine.begin() as connection:
        assert graph(connection) == before
        connection.execute(sa.text("UPDATE data.calles SET tipo = 'sendero' WHERE codigo = 'a'"))
        assert graph(connection) != before


def test_a_field_that_goes_is_no_longer_asked(database: Database) -> None:
    with database.engine.begin() as connection:
        draw(connection, a={"line": [(0, 0), (100, 0)], "cerrada": True}, b=[(50, 0), (50, 9)])
    assert isinstance(STREETS.network, Network)
    without = replace(
        STREETS,
        fields=tuple(f for f in STREETS.fields if f.name != "cerrada"),
        network=replace(STREETS.network, closed=""),
    )
    changesets.migrate_layer(database.engine, without)
    with database.engine.begin() as connection:
        assert connection.scalar(sa.text("SELECT min(walk) FROM network.calles__edge")) > 0
        connection.execute(sa.text("DELETE FROM data.calles WHERE codigo = 'b'"))
        assert shape_of(connection) == (1, 2, [2])
    store.sync_layers(database.engine, catalog_of(without))
