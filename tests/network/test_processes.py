"""``route`` and ``isochrone`` as anybody asks them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
import shapely
import sqlalchemy as sa

from gis import store
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


@pytest.fixture
def river(database: Database) -> Iterator[Ground]:
    """Two banks with a bridge 300 m away; sites on both, and one that no street joins."""
    town = catalog(STREETS, SITES)
    store.sync_layers(database.engine, town)
    with database.engine.begin() as connection:
        draw(
            connection,
            orilla=[(0, 0), (300, 0)],
            otra=[(0, 20), (300, 20)],
            puente=[(300, 0), (300, 20)],
            isla=[(900, 0), (950, 0)],
        )
        for code, name, place in (
            ("S1", "enfrente", (0, 22)), ("S2", "lejos", (200, -5)), ("S3", "isla", (925, 0)),
        ):  # fmt: skip
            x, y = at(*place)
            shape = sa.func.ST_SetSRID(sa.func.ST_MakePoint(x, y), 9377)
            values = {"codigo": code, "nombre": name}
            target = sa.table("sitios", *map(sa.column, (*values, "geom")), schema="data")
            connection.execute(target.insert().values(**values, geom=shape))
    with reading(database.reader) as connection:
        yield Ground(town, connection)


def test_nearest_on_foot_is_by_the_streets_and_shows_the_way(river: Ground) -> None:
    def nearest(**inputs: Any) -> dict[str, Any]:
        asked = {"lugar": degrees(0, 0), "capa": "sitios", **inputs}
        return execute(process(river.catalog, "nearest"), river, asked)

    assert [one["id"] for one in nearest(cuantos=2)["features"]] == ["S1", "S2"]
    found = nearest(cuantos=3, medida="pie")
    near, far = found["features"]
    assert (near["id"], far["id"]) == ("S2", "S1")
    told = near["properties"]
    assert (told["distancia_m"], told["minutos"]) == (200.0, 3.3)
    assert (told["recta_desde_m"], told["recta_hasta_m"]) == pytest.approx((0, 5), abs=0.1)
    ends = [in_metres((lon, lat)) for lon, lat in near["geometry"]["coordinates"]]
    assert ends == [pytest.approx(at(x, 0), abs=0.05) for x in (0, 200)]
    assert in_metres(told["lugar"]["coordinates"]) == pytest.approx(at(200, -5), abs=0.05)
    assert far["properties"]["distancia_m"] == 620.0
    assert found["advertencias"] == ["A los demás no se llega por las calles en 60 minutos"]
    assert {one["capa"] for one in found["fuentes"]} == {"sitios", "calles"}
    only = nearest(medida="carro", filtro="nombre = 'enfrente'")["features"]
    assert [one["properties"]["minutos"] for one in only] == [1.0]
    with pytest.raises(InvalidRequest, match="se responde hasta 1 km"):
        nearest(medida="pie", lugar=degrees(0, -5000))


def test_nearest_by_streets_needs_streets() -> None:
    asked = {"lugar": [-75.2, 4.4], "capa": "sitios", "medida": "pie"}
    with pytest.raises(InvalidRequest, match="no hay una capa de vías"):
        process(catalog(SITES), "nearest").read(asked, catalog(SITES))


def test_wrong_inputs_are_refused(ground: Ground) -> None:
    for wrong in ({"minutos": [0]}, {"minutos": [61]}, {"modo": "avión"}, {"red": "nada"}):
        with pytest.raises(InvalidRequest):
            ask(ground, "isochrone", lugar=degrees(0, 0), **wrong)


def test_without_streets_nobody_can_ask() -> None:
    assert not {"route", "isochrone"} & set(processes(catalog(SITES)))
    assert {"route", "isochrone"} <= set(processes(CITY))
