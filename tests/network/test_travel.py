"""Ways, areas and nearest places over networks small enough to know the answer."""

from __future__ import annotations

import math
import random
from typing import TYPE_CHECKING, Any

import pytest

from gis import network
from gis.errors import InvalidRequest
from gis.network import Mode, Streets, Target
from tests.integration.builders import SITES
from tests.network.streets import STREETS, Graph, at, draw, shortest

if TYPE_CHECKING:
    from collections.abc import Sequence

    import sqlalchemy as sa

FOOT, CAR = Streets(STREETS), Streets(STREETS, Mode.CAR)
SQUARE: dict[str, Any] = {
    "sur": [(0, 0), (100, 0)],
    "norte": [(0, 100), (100, 100)],
    "oeste": [(0, 0), (0, 100)],
    "este": [(100, 0), (100, 100)],
}


def moved(points: Sequence[tuple[float, float]]) -> list[Any]:
    return [pytest.approx(at(*point), abs=1e-6) for point in points]


def test_way_from_the_middle_of_a_street_to_the_middle_of_another(
    connection: sa.Connection,
) -> None:
    draw(connection, **SQUARE)
    found = network.route(connection, FOOT, at(70, -10), at(110, 60))
    assert found is not None
    assert found.metres == pytest.approx(30 + 60)
    assert found.seconds == pytest.approx(90)
    assert list(found.way.coords) == moved([(70, 0), (100, 0), (100, 60)])
    assert (found.start.gap_m, found.end.gap_m) == pytest.approx((10, 10))
    assert sum(step.metres for step in found.steps) == pytest.approx(90)


def test_way_along_one_street_and_back_along_it(connection: sa.Connection) -> None:
    draw(connection, **SQUARE)
    for start, end in ((20, 70), (70, 20)):
        found = network.route(connection, FOOT, at(start, 3), at(end, 3))
        assert found is not None
        assert found.metres == pytest.approx(50)
        assert list(found.way.coords) == moved([(start, 0), (end, 0)])


def test_one_way_streets_are_driven_round_and_walked_back(connection: sa.Connection) -> None:
    draw(connection, **{**SQUARE, "sur": {"line": SQUARE["sur"], "sentido": "directo"}})
    drive = network.route(connection, CAR, at(70, 0), at(20, 0))
    walk = network.route(connection, FOOT, at(70, 0), at(20, 0))
    assert drive is not None
    assert walk is not None
    assert drive.metres == pytest.approx(30 + 300 + 20)
    assert drive.seconds == pytest.approx(35)
    assert walk.metres == pytest.approx(50)


def test_faster_way_is_preferred_to_the_shorter(connection: sa.Connection) -> None:
    avenue = {"line": [(0, 0), (0, 60), (100, 60), (100, 0)], "clase": "avenida"}
    draw(connection, lenta={"line": [(0, 0), (100, 0)], "clase": None}, avenida=avenue)
    drive = network.route(connection, CAR, at(0, 0), at(100, 0))
    walk = network.route(connection, FOOT, at(0, 0), at(100, 0))
    assert drive is not None
    assert walk is not None
    assert drive.metres == pytest.approx(220)
    assert drive.seconds == pytest.approx(13.2)
    assert walk.metres == pytest.approx(100)


def test_way_far_round_is_found_and_proved(connection: sa.Connection) -> None:
    """A river: the bridge is 3 km away, twice beyond what is read first."""
    draw(
        connection,
        orilla=[(0, 0), (3000, 0)],
        otra=[(0, 20), (3000, 20)],
        puente=[(3000, 0), (3000, 20)],
    )
    found = network.route(connection, FOOT, at(0, 0), at(0, 20))
    assert found is not None
    assert found.metres == pytest.approx(6020)


def test_no_way_between_pieces_is_said(connection: sa.Connection) -> None:
    draw(connection, **SQUARE, lejos=[(500, 0), (550, 0)])
    assert network.route(connection, FOOT, at(0, 0), at(520, 0)) is None
    found = network.pieces(connection, FOOT)
    assert found.count == 2
    assert found.metres == pytest.approx(450)
    assert found.share == pytest.approx(400 / 450)
    here, there = network.spots(connection, FOOT, [at(0, 0), at(520, 0)])
    assert here is not None
    assert there is not None
    one, other = network.pieces_of(connection, FOOT, [here, there])
    assert one[0] != other[0]
    assert (one[1], other[1]) == pytest.approx((400, 50))


def test_closed_streets_and_those_without_pavement_are_not_taken(
    connection: sa.Connection,
) -> None:
    draw(
        connection,
        **SQUARE,
        cerrada={"line": [(0, 0), (100, 100)], "cerrada": True},
        autopista={"line": [(0, 50), (100, 50)], "clase": "autopista"},
    )
    walk = network.route(connection, FOOT, at(0, 50), at(100, 50))
    drive = network.route(connection, CAR, at(0, 50), at(100, 50))
    assert walk is not None
    assert drive is not None
    assert walk.metres == pytest.approx(200)
    assert drive.metres == pytest.approx(100)


def test_an_empty_network_has_no_ways(connection: sa.Connection) -> None:
    assert network.route(connection, FOOT, at(0, 0), at(1, 1)) is None
    assert network.service_area(connection, FOOT, at(0, 0), [60.0]) == []
    assert network.walk_to(connection, FOOT, at(0, 0), [Target("a", *at(1, 1))]) == []
    assert network.pieces(connection, FOOT).count == 0


def test_a_layer_that_is_no_network_is_refused(connection: sa.Connection) -> None:
    with pytest.raises(InvalidRequest, match="no es una red de vías"):
        network.route(connection, Streets(SITES), at(0, 0), at(1, 1))


@pytest.mark.parametrize("bad", [math.nan, math.inf, -math.inf])
def test_numbers_that_are_none_are_refused(connection: sa.Connection, bad: float) -> None:
    draw(connection, **SQUARE)
    with pytest.raises(InvalidRequest):
        network.route(connection, FOOT, (bad, 0.0), at(0, 0))
    with pytest.raises(InvalidRequest):
        network.service_area(connection, FOOT, at(0, 0), [bad])


def test_area_is_told_to_the_metre(connection: sa.Connection) -> None:
    """A cross of four arms, from 10 m along one: arms are walked in part."""
    draw(
        connection,
        este=[(0, 0), (100, 0)],
        norte=[(0, 0), (0, 100)],
        oeste=[(0, 0), (-100, 0)],
        sur=[(0, -15), (0, 0)],
    )
    near, far = network.service_area(connection, FOOT, at(10, 2), [30.0, 60.0])
    assert near.metres == pytest.approx(10 + 30 + 20 + 20 + 15)
    assert far.metres == pytest.approx(10 + 60 + 50 + 50 + 15)
    assert near.area.covers(near.streets)
    assert near.area.bounds == pytest.approx(
        (*at(-20 - 30, -15 - 30), *at(40 + 30, 20 + 30)), abs=0.1
    )


def test_area_shorter_than_the_street_it_starts_on(connection: sa.Connection) -> None:
    draw(connection, **SQUARE)
    (found,) = network.service_area(connection, FOOT, at(50, 0), [10.0])
    assert found.metres == pytest.approx(20)


def test_street_reached_by_both_ends_is_counted_once(connection: sa.Connection) -> None:
    draw(connection, **SQUARE)
    for seconds, metres in ((150.0, 300), (190.0, 380), (200.0, 400), (900.0, 400)):
        (found,) = network.service_area(connection, FOOT, at(50, 0), [seconds])
        assert found.metres == pytest.approx(metres), seconds
    assert shapely_holes(found.area) == 0


def test_one_way_is_not_driven_against_in_an_area(connection: sa.Connection) -> None:
    draw(connection, a={"line": [(0, 0), (100, 0)], "sentido": "directo"}, b=[(0, 0), (0, 100)])
    (found,) = network.service_area(connection, CAR, at(50, 0), [60.0])
    assert found.metres == pytest.approx(50)


def shapely_holes(area: Any) -> int:
    return sum(len(part.interiors) for part in area.geoms)


def test_nearest_by_the_streets_is_not_nearest_in_a_straight_line(
    connection: sa.Connection,
) -> None:
    draw(
        connection,
        orilla=[(0, 0), (300, 0)],
        otra=[(0, 20), (300, 20)],
        puente=[(300, 0), (300, 20)],
    )
    across, along = Target("enfrente", *at(0, 22)), Target("lejos", *at(200, -5))
    (found,) = network.walk_to(connection, FOOT, at(0, 0), [across, along])
    assert found.target is along
    assert (found.seconds, found.metres) == pytest.approx((200, 200))
    assert found.gaps_m == pytest.approx((0, 5))
    assert list(found.way.coords) == moved([(0, 0), (200, 0)])
    both = network.walk_to(connection, FOOT, at(0, 0), [across, along], most=2)
    assert [walk.target.id for walk in both] == ["lejos", "enfrente"]
    assert both[1].metres == pytest.approx(620)
    assert list(both[1].way.coords) == moved([(0, 0), (300, 0), (300, 20), (0, 20)])


def test_each_group_has_its_nearest(connection: sa.Connection) -> None:
    draw(connection, **SQUARE)
    targets = [
        Target("a", *at(90, 0), "salud"),
        Target("b", *at(10, 0), "salud"),
        Target("c", *at(100, 90), "wifi"),
    ]
    found = network.walk_to(connection, FOOT, at(50, 0), targets)
    assert [walk.target.id for walk in found] == ["b", "c"] or found[0].seconds <= 40
    assert {walk.target.group for walk in found} == {"salud", "wifi"}


def test_what_is_too_far_or_not_joined_is_not_there(connection: sa.Connection) -> None:
    draw(connection, **SQUARE, lejos=[(500, 0), (550, 0)])
    targets = [Target("isla", *at(520, 0)), Target("esquina", *at(100, 100))]
    found = network.walk_to(connection, FOOT, at(0, 0), targets, most=5)
    assert [walk.target.id for walk in found] == ["esquina"]
    assert network.walk_to(connection, FOOT, at(0, 0), targets, longest_s=100.0) == []


YARD: dict[str, Any] = {**SQUARE, "patio": [(40, 20), (60, 20)]}
"""A path of 20 m that joins nothing, inside the square."""


def test_a_piece_that_leads_nowhere_is_passed_over_and_said(connection: sa.Connection) -> None:
    draw(connection, **YARD)
    found = network.settled(connection, FOOT, at(50, 15))
    assert found is not None
    assert found.point == pytest.approx(at(50, 0))
    assert found.gap_m == pytest.approx(15)
    assert found.passed == pytest.approx((5, 20))
    (area,) = network.service_area(connection, FOOT, at(50, 15), [900.0])
    assert area.metres == pytest.approx(400)
    (walk,) = network.walk_to(connection, FOOT, at(50, 15), [Target("a", *at(100, 0))])
    assert walk.metres == pytest.approx(50)


def test_the_larger_piece_is_not_taken_from_afar(connection: sa.Connection) -> None:
    draw(connection, **{**SQUARE, "patio": [(40, -60), (60, -60)]})
    found = network.settled(connection, FOOT, at(50, -60))
    assert found is not None
    assert found.point == pytest.approx(at(50, -60))
    assert found.passed is None


def test_streets_that_meet_beyond_what_is_looked_at_are_one_piece(
    connection: sa.Connection,
) -> None:
    """Two long roads side by side, joined 3 km away: the nearer is taken."""
    draw(
        connection,
        una=[(-3000, 0), (3000, 0)],
        otra=[(-3000, 20), (3000, 20)],
        cruces=[[(-3000, 0), (-3000, 20)], [(3000, 0), (3000, 20)]],
    )
    found = network.settled(connection, FOOT, at(0, 14))
    assert found is not None
    assert found.gap_m == pytest.approx(6)
    assert found.passed is None


def test_a_way_leaves_the_yard_only_where_it_must(connection: sa.Connection) -> None:
    draw(connection, **YARD)
    inside = network.route(connection, FOOT, at(42, 19), at(58, 19))
    assert inside is not None
    assert inside.metres == pytest.approx(16)
    away = network.route(connection, FOOT, at(50, 15), at(100, 50))
    assert away is not None
    assert away.metres == pytest.approx(100)
    assert away.start.passed == pytest.approx((5, 20))


@pytest.mark.parametrize("mode", list(Mode))
@pytest.mark.parametrize("seed", range(3))
def test_ways_cost_what_is_known(connection: sa.Connection, mode: Mode, seed: int) -> None:
    """A grid with holes, one-way streets, closed ones, avenues: against Dijkstra by the book."""
    draws, side = random.Random(seed), 9
    graph: Graph = {}
    streets: dict[str, Any] = {}
    for x in range(side):
        for y in range(side):
            for dx, dy in ((1, 0), (0, 1)):
                if draws.random() < 0.15 or x + dx >= side or y + dy >= side:
                    continue
                ends = [(x * 50.0, y * 50.0), ((x + dx) * 50.0, (y + dy) * 50.0)]
                told = {
                    "line": ends,
                    "clase": draws.choice(("calle", "calle", "avenida", "sendero")),
                    "sentido": draws.choice((None, None, "directo", "inverso")),
                    "cerrada": draws.random() < 0.05,
                }
                streets[f"s{x}_{y}_{dx}"] = told
                _known(graph, mode, told)
    draw(connection, **streets)
    nodes = sorted(graph)
    for _ in range(12):
        a, b = draws.sample(nodes, 2)
        found = network.route(connection, Streets(STREETS, mode), at(*a), at(*b))
        expected = shortest(graph, a).get(b)
        if expected is None:
            assert found is None
            continue
        assert found is not None
        assert found.seconds == pytest.approx(expected)
        if mode is Mode.FOOT:
            assert found.metres == pytest.approx(expected)


def _known(graph: Graph, mode: Mode, told: dict[str, Any]) -> None:
    a, b = told["line"]
    if told["cerrada"] or (mode is Mode.CAR and told["clase"] == "sendero"):
        return
    seconds = 50.0 if mode is Mode.FOOT else {"calle": 5.0, "avenida": 3.0}[told["clase"]]
    if mode is Mode.FOOT or told["sentido"] != "inverso":
        graph.setdefault(a, []).append((b, seconds))
    if mode is Mode.FOOT or told["sentido"] != "directo":
        graph.setdefault(b, []).append((a, seconds))
