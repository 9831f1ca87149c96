"""The graph of a layer of streets: where lines meet, what travelling costs, and that it follows
every change whoever makes it."""

from __future__ import annotations

import random
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
import sqlalchemy as sa

from gis import changesets, store
from gis.contract import CLASIFICADA, Geometry, Network
from tests.integration.builders import catalog
from tests.network.streets import STREETS, draw, graph, line, shape_of

if TYPE_CHECKING:
    from tests.databases import Database

# Streets by name; edges, nodes, and nodes of each connected piece.
MEETINGS: dict[str, tuple[dict[str, Any], tuple[int, int, list[int]]]] = {
    "ends that are the same": (
        {"a": [(0, 0), (100, 0)], "b": [(100, 0), (100, 100)]},
        (2, 3, [3]),
    ),
    "ends nearer than the tolerance": (
        {"a": [(0, 0), (100, 0)], "b": [(100.3, 0.3), (100, 100)]},
        (2, 3, [3]),
    ),
    "ends farther than the tolerance": (
        {"a": [(0, 0), (100, 0)], "b": [(100.6, 0), (100, 100)]},
        (2, 4, [2, 2]),
    ),
    "an end on the middle of another": (
        {"a": [(0, 0), (100, 0)], "b": [(50, 0), (50, 100)]},
        (3, 4, [4]),
    ),
    "an end that falls short of another": (
        {"a": [(0, 0), (100, 0)], "b": [(50, 0.4), (50, 100)]},
        (3, 4, [4]),
    ),
    "an end that passes another by little": (
        {"a": [(0, 0), (100, 0)], "b": [(50, -0.4), (50, 100)]},
        (3, 4, [4]),
    ),
    "a bridge": (
        {"a": [(0, 0), (100, 0)], "b": [(50, -50), (50, 50)]},
        (2, 4, [2, 2]),
    ),
    "a vertex of both, as OpenStreetMap draws": (
        {"a": [(0, 0), (50, 0), (100, 0)], "b": [(50, -50), (50, 0), (50, 50)]},
        (4, 5, [5]),
    ),
    "vertices that are near": (
        {"a": [(0, 0), (50, 0), (100, 0)], "b": [(50, -50), (50.2, 0.2), (50, 50)]},
        (4, 5, [5]),
    ),
    "a vertex of one alone on another": (
        {"a": [(0, 0), (100, 0)], "b": [(50, -50), (50, 0), (50, 50)]},
        (2, 4, [2, 2]),
    ),
    "parts of one feature": (
        {"a": [[(0, 0), (50, 0)], [(50, 0), (100, 0)], [(200, 0), (300, 0)]]},
        (3, 5, [2, 3]),
    ),
    "a loop": ({"a": [(0, 0), (50, 0), (50, 50), (0, 0)]}, (1, 1, [1])),
    "a loop on a street": (
        {"a": [(0, 0), (50, 0), (80, 30), (80, -30), (50, 0)]},
        (2, 2, [2]),
    ),
    "a figure of eight": (
        {"a": [(0, 0), (50, 0), (80, 30), (110, 0), (80, -30), (50, 0), (0, -30)]},
        (3, 3, [3]),
    ),
    "the same ends by two ways": (
        {"a": [(0, 0), (100, 0)], "b": [(0, 0), (50, 40), (100, 0)]},
        (2, 2, [2]),
    ),
    "a line twice": (
        {"a": [(0, 0), (50, 5), (100, 0)], "b": [(0, 0), (50, 5), (100, 0)]},
        (4, 3, [3]),
    ),
    "points repeated along a line": (
        {"a": [(0, 0), (0, 0), (50, 0), (50, 0), (100, 0), (100, 0)]},
        (1, 2, [2]),
    ),
    "a line shorter than the tolerance joins what it touches": (
        {"a": [(0, 0), (100, 0)], "b": [(100, 0), (100.4, 0)], "c": [(100.8, 0), (200, 0)]},
        (3, 3, [3]),
    ),
}


@pytest.mark.parametrize(("streets", "expected"), MEETINGS.values(), ids=MEETINGS)
@pytest.mark.parametrize("order", ["drawn", "backwards"])
def test_lines_meet(
    connection: sa.Connection,
    streets: dict[str, Any],
    expected: tuple[int, int, list[int]],
    order: str,
) -> None:
    codes = list(streets) if order == "drawn" else list(streets)[::-1]
    draw(connection, **{code: streets[code] for code in codes})
    assert shape_of(connection) == expected


def test_a_point_is_no_street(connection: sa.Connection) -> None:
    draw(connection, a=[(0, 0), (0, 0)], b=[(0, 0), (10, 0)])
    assert shape_of(connection) == (1, 2, [2])


def test_a_dense_line_drawn_twice_stays_a_line(connection: sa.Connection) -> None:
    dense = [(x * 0.3, 0) for x in range(400)]
    draw(connection, a=dense, b=dense)
    edges, nodes, _ = shape_of(connection)
    assert edges > 200
    assert nodes > 200
    walked = connection.scalar(
        sa.text("SELECT sum(metres) FROM network.calles__edge WHERE source <> target")
    )
    assert walked > 119.7  # of 2 × 119.7 m, whose pieces join their own ends here and there


COSTS: dict[str, tuple[dict[str, Any], tuple[float, float, float]]] = {
    "a street": ({}, (100, 10, 10)),
    "an avenue": ({"clase": "avenida"}, (100, 6, 6)),
    "no kind": ({"clase": None}, (100, 20, 20)),
    "one way": ({"sentido": "directo"}, (100, 10, -1)),
    "one way, drawn against it": ({"sentido": "inverso"}, (100, -1, 10)),
    "both ways": ({"sentido": "doble"}, (100, 10, 10)),
    "a path": ({"clase": "sendero"}, (100, -1, -1)),
    "a motorway": ({"clase": "autopista"}, (-1, 5, 5)),
    "closed": ({"cerrada": True}, (-1, -1, -1)),
    "open": ({"cerrada": False}, (100, 10, 10)),
}


@pytest.mark.parametrize(("told", "expected"), COSTS.values(), ids=COSTS)
def test_seconds(
    connection: sa.Connection, told: dict[str, Any], expected: tuple[float, float, float]
) -> None:
    draw(connection, a={"line": [(0, 0), (100, 0)], **told})
    costs = sa.text("SELECT walk, car, car_back FROM network.calles__edge")
    assert connection.execute(costs).one() == pytest.approx(expected)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE data.calles SET clase = 'avenida' WHERE codigo = 'b'",
        "UPDATE data.calles SET sentido = 'directo' WHERE codigo = 'b'",
        "UPDATE data.calles SET cerrada = true WHERE codigo = 'b'",
    ],
)
def test_a_statement_in_psql_changes_what_it_costs(
    connection: sa.Connection, statement: str
) -> None:
    draw(connection, a=[(0, 0), (100, 0)], b=[(100, 0), (200, 0)])
    before = graph(connection)
    connection.execute(sa.text(statement))
    after = graph(connection)
    assert after[0] == before[0]
    assert after[1] != before[1]


def test_what_the_graph_does_not_tell_makes_nothing_again(connection: sa.Connection) -> None:
    draw(connection, a=[(0, 0), (100, 0)], b=[(100, 0), (200, 0)])
    rows = sa.text("SELECT xmin::text, ctid::text FROM network.calles__edge ORDER BY id")
    before = connection.execute(rows).all()
    connection.execute(sa.text("UPDATE data.calles SET nombre = 'Calle 1'"))
    assert connection.execute(rows).all() == before


def test_undo_brings_the_graph_back(engine: sa.Engine) -> None:
    with engine.begin() as connection:
        draw(connection, a=[(0, 0), (100, 0)], b=[(100, 0), (200, 0)], c=[(50, 0), (50, 50)])
        before = graph(connection)
    with engine.begin() as connection:
        connection.execute(sa.text("DELETE FROM data.calles WHERE codigo = 'c'"))
        number = connection.scalar(sa.text("SELECT max(id) FROM sig.changeset"))
        assert shape_of(connection) == (2, 3, [3])
    changesets.undo(engine, catalog(STREETS), number)
    with engine.connect() as connection:
        assert graph(connection) == before


@pytest.mark.parametrize("turns", [6, pytest.param(24, marks=pytest.mark.heavy)])
def test_random_edits_leave_what_building_again_gives(
    connection: sa.Connection, turns: int
) -> None:
    """Ends snapped to a coarse grid with some jitter: chains, crossings, repeated lines, loops."""
    draws = random.Random(7)

    def spot() -> tuple[float, float]:
        return (
            draws.randrange(0, 12) * 10 + draws.choice((0, 0, 0.2, 0.35, -0.3)),
            draws.randrange(0, 12) * 10 + draws.choice((0, 0, 0.2, -0.35)),
        )

    def street() -> str:
        many = range(draws.choice((1, 1, 2)))
        return line(*[[spot() for _ in range(draws.randrange(2, 5))] for _ in many])

    def put(codes: list[int]) -> None:
        shapes = [street() for _ in codes]
        connection.execute(_PUT, {"codes": [f"s{code}" for code in codes], "shapes": shapes})

    put(list(range(60)))
    for turn in range(turns):
        put(draws.sample(range(75), draws.randrange(1, 4)))
        if turn % 3 == 0:
            gone = sa.text("DELETE FROM data.calles WHERE codigo = :c")
            connection.execute(gone, {"c": f"s{draws.randrange(0, 75)}"})
        kept = graph(connection)
        connection.execute(sa.text("SELECT sig.rebuild_network('calles')"))
        assert graph(connection) == kept, turn


_PUT = sa.text(
    "INSERT INTO data.calles (codigo, geom) "
    "SELECT code, ST_GeomFromText(shape, 9377) "
    "FROM unnest(CAST(:codes AS text[]), CAST(:shapes AS text[])) AS given(code, shape) "
    "ON CONFLICT (_id) DO UPDATE SET geom = EXCLUDED.geom"
)


def test_the_contract_changes_and_the_graph_with_it(database: Database) -> None:
    with database.engine.begin() as connection:
        draw(connection, a=[(0, 0), (100, 0)], b=[(101, 0), (200, 0)])
        assert shape_of(connection)[1] == 4
    network = STREETS.network
    assert isinstance(network, Network)
    wider = replace(STREETS, network=replace(network, tolerance_m=2.0, walking_kmh=7.2))
    store.sync_layers(database.engine, catalog(wider))
    with database.engine.connect() as connection:
        assert shape_of(connection)[1] == 3
        assert connection.scalar(sa.text("SELECT min(walk) FROM network.calles__edge")) < 51
    store.sync_layers(database.engine, catalog(replace(STREETS, network=None)))
    with database.engine.connect() as connection:
        assert connection.scalar(sa.text("SELECT to_regclass('network.calles__edge')")) is None
        assert connection.scalar(sa.text("SELECT to_regclass('publica.calles__edge')")) is None


def test_who_sees_the_lines_sees_the_graph(database: Database) -> None:
    read = sa.text("SELECT count(*) FROM publica.calles__edge")
    with database.engine.begin() as connection:
        draw(connection, a=[(0, 0), (100, 0)])
    with database.reader.connect() as connection:
        assert connection.scalar(read) == 1
        with pytest.raises(sa.exc.ProgrammingError, match="permission denied"):
            connection.execute(sa.text("SELECT count(*) FROM network.calles__edge"))
    hidden = replace(STREETS, geometry=Geometry("MultiLineString", access=CLASIFICADA))
    store.sync_layers(database.engine, catalog(hidden))
    with database.reader.connect() as connection, pytest.raises(sa.exc.ProgrammingError):
        connection.execute(read)
    with database.engine.connect() as connection:
        assert connection.scalar(sa.text("SELECT count(*) FROM clasificada.calles__edge")) == 1


def test_filled_feature_by_feature_and_built_at_once(database: Database) -> None:
    with database.engine.begin() as connection:
        for number, (streets, _) in enumerate(MEETINGS.values()):
            for code, points in streets.items():
                parts = points if isinstance(points[0], list) else [points]
                moved = [[(x + 1000 * number, y) for x, y in part] for part in parts]
                draw(connection, **{f"{code}{number}": moved})
        kept = graph(connection)
        connection.execute(sa.text("SELECT sig.rebuild_network('calles')"))
        assert graph(connection) == kept
        assert shape_of(connection)[0] == sum(expected[0] for _, expected in MEETINGS.values())
