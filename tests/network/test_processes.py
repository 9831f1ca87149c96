"""``route`` and ``isochrone`` as anybody asks them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
import shapely

from gis.errors import InvalidRequest
from gis.features import reading
from gis.processes import Ground, execute, process, processes
from gis.processes.geometry import in_degrees, in_metres
from tests.integration.builders import SITES, catalog
from tests.network.streets import STREETS, at, draw

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.databases import Database

CITY = catalog(STREETS)


def degrees(x: float, y: float) -> list[float]:
    return list(in_degrees(shapely.Point(at(x, y)))["coordinates"])


@pytest.fixture
def ground(database: Database) -> Iterator[Ground]:
    """A square of streets and one apart, as the public sees them."""
    with database.engine.begin() as connection:
        draw(
            connection,
            sur=[(0, 0), (100, 0)],
            norte=[(0, 100), (100, 100)],
            oeste=[(0, 0), (0, 100)],
            este=[(100, 0), (100, 100)],
            lejos=[(1000, 0), (1050, 0)],
        )
    with reading(database.reader) as connection:
        yield Ground(CITY, connection)


def ask(ground: Ground, name: str, **inputs: Any) -> dict[str, Any]:
    one = process(CITY, name)
    answer = execute(one, ground, inputs)
    assert set(one.output["required"]) <= set(answer)
    return answer


def test_route_says_the_way_its_streets_and_what_it_rests_on(ground: Ground) -> None:
    found = ask(ground, "route", desde=degrees(70, -20), hasta=degrees(110, 60))
    told = found["properties"]
    assert (told["camino"], told["metros"], told["minutos"]) == (True, 90, 1.5)
    assert (told["recta_desde_m"], told["recta_hasta_m"]) == pytest.approx((20, 10), abs=0.1)
    ends = [in_metres((lon, lat)) for lon, lat in found["geometry"]["coordinates"]]
    assert ends[0] == pytest.approx(at(70, 0), abs=0.05)
    assert ends[-1] == pytest.approx(at(100, 60), abs=0.05)
    assert [source["capa"] for source in found["fuentes"]] == ["calles"]
    assert isinstance(found["fuentes"][0]["cambio"], int)


def test_route_between_pieces_is_said_in_words(ground: Ground) -> None:
    found = ask(ground, "route", desde=degrees(0, 0), hasta=degrees(1050, 300))
    assert found["geometry"] is None
    (why,) = found["properties"]["advertencias"]
    assert "la red está en partes" in why
    assert "0.4 km" in why


def test_a_place_far_from_any_street_is_said(ground: Ground) -> None:
    found = ask(ground, "route", desde=degrees(0, -500), hasta=degrees(100, 100))
    assert found["properties"]["metros"] == 200
    (warning,) = found["properties"]["advertencias"]
    assert "500 m en línea recta" in warning


@pytest.mark.parametrize(
    ("name", "inputs", "which"),
    [
        ("route", {"desde": (0, -1200), "hasta": (100, 100)}, "desde"),
        ("route", {"desde": (0, 0), "hasta": (100, 159_000)}, "hasta"),
        ("route", {"desde": (0, 0), "hasta": (1050, 1500)}, "hasta"),
        ("isochrone", {"lugar": (-129_000, 0), "minutos": [60]}, "lugar"),
    ],
)
def test_where_the_network_does_not_go_nothing_is_answered(
    ground: Ground, name: str, inputs: dict[str, Any], which: str
) -> None:
    asked = {k: degrees(*v) if isinstance(v, tuple) else v for k, v in inputs.items()}
    with pytest.raises(InvalidRequest, match=r"km en línea recta .* se responde hasta 1 km") as no:
        ask(ground, name, **asked)
    assert no.value.context["parameter"] == which


def test_the_straight_part_is_always_apart(ground: Ground) -> None:
    found = ask(ground, "isochrone", lugar=degrees(50, -40), minutos=[1])
    assert found["recta_m"] == pytest.approx(40, abs=0.1)
    ends = [in_metres((lon, lat)) for lon, lat in found["recta"]["coordinates"]]
    assert ends == [pytest.approx(at(50, y), abs=0.05) for y in (-40, 0)]
    assert found["features"][0]["properties"]["calles_m"] == 120
    none = ask(ground, "route", desde=degrees(0, -30), hasta=degrees(1050, 60))["properties"]
    assert not none["camino"]
    assert (none["recta_desde_m"], none["recta_hasta_m"]) == pytest.approx((30, 60), abs=0.1)


def test_a_street_passed_over_is_said(ground: Ground, database: Database) -> None:
    with database.engine.begin() as connection:
        draw(connection, patio=[(40, 20), (60, 20)])
    with reading(database.reader) as connection:
        now = Ground(CITY, connection)
        found = ask(now, "isochrone", lugar=degrees(50, 15), minutos=[1])
    (said,) = found["advertencias"]
    assert "a 5 m, es de una parte suelta de la red, de 20 m; se toma otra, a 15 m" in said


def test_isochrone_gives_the_greatest_first(ground: Ground) -> None:
    found = ask(ground, "isochrone", lugar=degrees(50, 0), minutos=[1, 2])
    told = [feature["properties"] for feature in found["features"]]
    assert [one["minutos"] for one in told] == [2, 1]
    assert [one["calles_m"] for one in told] == [240, 120]
    assert "30 m" in found["criterio"]
    assert found["fuentes"]


def test_wrong_inputs_are_refused(ground: Ground) -> None:
    for wrong in ({"minutos": [0]}, {"minutos": [61]}, {"modo": "avión"}, {"red": "nada"}):
        with pytest.raises(InvalidRequest):
            ask(ground, "isochrone", lugar=degrees(0, 0), **wrong)


def test_without_streets_nobody_can_ask() -> None:
    assert not {"route", "isochrone"} & set(processes(catalog(SITES)))
    assert {"route", "isochrone"} <= set(processes(CITY))
