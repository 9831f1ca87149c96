"""Rows placed by their address: what was found is said of each, what was not is refused."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import pytest

from gis.conform import Addresses
from gis.errors import InvalidRequest
from gis.findings import Severity
from tests.geocode import cities
from tests.unit.delivering import deliver, layer, rows_of, text_of, write_csv

if TYPE_CHECKING:
    from pathlib import Path

    from gis.conform import Conformed

SITES = layer()


def by_address(path: Path, to: Any = SITES, *, least: float = 0.8, **options: Any) -> Conformed:
    addresses = Addresses("Dirección", cities.invented(), least)
    return deliver(path, to, addresses=addresses, **options)


@pytest.fixture
def delivery(tmp_path: Path) -> Path:
    return write_csv(
        tmp_path / "sitios.csv",
        "codigo,direccion",
        "1,Cra. 7 # 9-22",
        '2,"Cra 7 # 9-20, B/ Gaitán"',
        "3,Cra 5 # 5-20",
        "4,Barrio Gaitán",
        "5,Cra 99 # 3-4",
        "6,",
    )


def test_rows_are_placed_and_each_says_how(delivery: Path) -> None:
    done = by_address(delivery)
    assert list(done.rows["codigo"]) == ["1"]
    place = done.rows.geometry.iloc[0]
    assert math.dist((place.x, place.y), cities.corner(9, 8)) < 40
    found = next(f for f in done.findings if f.rule == "geocoded" and f.row == 2)
    assert found.severity is Severity.INFO
    assert "como placa («Carrera 7»), con confianza 0,95" in found.message
    assert (found.field, found.value) == ("Dirección", "Cra. 7 # 9-22")
    assert found.lon is not None
    assert found.lon == pytest.approx(-75.25, abs=0.1)


def test_what_is_not_sure_is_refused_with_the_reason(delivery: Path) -> None:
    done = by_address(delivery)
    told = {f.row: f.message for f in done.findings if f.rule == "not-geocoded"}
    assert set(told) == {3, 4, 5, 6}
    assert "menos que la confianza pedida, 0,80" in told[3]
    assert "No queda en Gaitán" in told[3]
    assert "puede ser de 2 lugares" in told[4]
    assert "como barrio" in told[5]
    assert "no se halló: La vía «KR 99» no está" in told[6]
    assert rows_of(done, "missing-geometry") == [7]
    assert set(done.refused) == {3, 4, 5, 6, 7}
    assert list(done.delivered.columns) == ["codigo", "direccion"]


def test_less_confidence_may_be_accepted_and_is_recorded(delivery: Path) -> None:
    done = by_address(delivery, least=0.4)
    assert list(done.rows["codigo"]) == ["1", "2", "4"]
    doubtful = next(f for f in done.findings if f.rule == "geocoded" and f.row == 3)
    assert doubtful.severity is Severity.WARNING
    assert done.source.options == (("geocode", "Dirección"), ("geocode-confidence", "0.4"))
    assert done.source.crs == 9377
    assert "3 filas de 5" in text_of(done, "geocoded")


def test_a_row_without_address_enters_where_the_layer_needs_no_place(delivery: Path) -> None:
    done = by_address(delivery, layer(required=False))
    assert "6" in list(done.rows["codigo"])
    assert done.rows.geometry.isna().sum() == 1


@pytest.mark.parametrize(
    ("heading", "to", "words"),
    [
        ("codigo,direccion,lon,lat", SITES, "trae coordenadas"),
        ("codigo,direccion,geometria", SITES, "trae coordenadas"),
        ("codigo,direccion", layer("MultiPolygon"), "no es de puntos"),
        ("codigo,direccion", layer(None), "no es de puntos"),
        ("codigo,donde", SITES, "no tiene la columna «Dirección»"),
    ],
)
def test_where_it_makes_no_sense_it_is_refused(
    tmp_path: Path, heading: str, to: Any, words: str
) -> None:
    rows = ",".join("1" for _ in heading.split(","))
    path = write_csv(tmp_path / "sitios.csv", heading, rows)
    with pytest.raises(InvalidRequest, match=words):
        by_address(path, to)
