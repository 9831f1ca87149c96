"""Rules a declaration can use."""

from __future__ import annotations

import datetime as dt
from typing import Any

import geopandas as gpd
import pandas as pd
import pytest
import shapely

from gis.contract import (
    Distinct,
    Inside,
    NearNamed,
    NoOverlap,
    NoSliver,
    NotInFuture,
    Ordered,
    UrbanAddress,
)
from gis.contract.rules import Rule
from gis.findings import Finding, Severity
from tests.unit.delivering import Known


def frame(shapes: list[Any] | None = None, **columns: list[Any]) -> gpd.GeoDataFrame:
    count = len(shapes) if shapes is not None else len(next(iter(columns.values())))
    index = pd.RangeIndex(2, count + 2, name="row")
    return gpd.GeoDataFrame(columns, geometry=shapes or [None] * count, index=index, crs=9377)


def check(rule: Rule, rows: gpd.GeoDataFrame, **layers: gpd.GeoDataFrame) -> list[Finding]:
    before = rows.copy()
    findings = list(rule.check(rows, Known(**layers)))
    pd.testing.assert_frame_equal(rows, before)
    assert all(finding.rule == rule.id and finding.remedy for finding in findings)
    return findings


ALL = (
    NotInFuture("f"), Ordered("f", "g"), Distinct(("n",)), NoOverlap(), NoSliver(1, 0.1),
    Inside("x"), NearNamed("x", "n"), UrbanAddress("n", "x"),
)  # fmt: skip


@pytest.mark.parametrize("rule", ALL, ids=lambda rule: rule.id)
def test_every_rule_keeps_the_protocol(rule: Rule) -> None:
    assert isinstance(rule, Rule)
    assert rule.severity in Severity


def test_future_dates() -> None:
    today = dt.datetime.now(dt.UTC).astimezone(dt.timezone(dt.timedelta(hours=-5))).date()
    rows = frame(f=[today, today + dt.timedelta(days=2), None, dt.date(2000, 1, 1)])
    assert [finding.row for finding in check(NotInFuture("f"), rows)] == [3]


def test_future_instants() -> None:
    now = pd.Timestamp.now("UTC")
    rows = frame(f=pd.to_datetime([now, now + pd.Timedelta(days=2), None], utc=True).tolist())
    rows["f"] = rows["f"].astype("datetime64[us, UTC]")
    assert [finding.row for finding in check(NotInFuture("f"), rows)] == [3]


def test_order_of_dates_and_of_numbers() -> None:
    day = dt.date(2024, 1, 1)
    rows = frame(f=[day, day, None], g=[day, dt.date(2023, 1, 1), day])
    assert [finding.row for finding in check(Ordered("f", "g"), rows)] == [3]
    numbers = frame(f=[1, 2], g=[2, 1]).astype({"f": "Int64", "g": "Int64"})
    assert [finding.row for finding in check(Ordered("f", "g"), numbers)] == [3]


def test_repeated_values_name_each_other() -> None:
    rows = frame(n=["Toche", "TOCHE ", "Cay", None, None])
    findings = check(Distinct(("n",)), rows)
    assert [(finding.row, "fila 3" in finding.message) for finding in findings] == [
        (2, True), (3, False),
    ]  # fmt: skip


def test_values_repeated_together() -> None:
    rows = frame(n=["A", "A", "A"], c=["1", "2", "1"])
    assert [finding.row for finding in check(Distinct(("n", "c")), rows)] == [2, 4]


def test_overlap_is_placed_and_measured() -> None:
    box = shapely.box
    origin = (4752388.9, 2048868.3)
    shapes = [box(*origin, origin[0] + d, origin[1] + 10) for d in (10, 10.05)] + [None]
    findings = check(NoOverlap(), frame(shapes))
    assert [(f.row, f.value) for f in findings] == [(3, "2")]
    assert findings[0].lon == pytest.approx(-75.2322, abs=1e-3)
    assert findings[0].lat == pytest.approx(4.4389, abs=1e-3)
    assert check(NoOverlap(tolerance_m2=200), frame(shapes)) == []


def test_neighbours_do_not_overlap() -> None:
    shapes = [shapely.box(0, 0, 10, 10), shapely.box(10, 0, 20, 10)]
    assert check(NoOverlap(), frame(shapes)) == []


def test_overlap_within_a_group_only() -> None:
    shapes = [shapely.box(0, 0, 10, 10)] * 3
    rows = frame(shapes, estudio=["a", "b", "a"])
    assert [(f.row, f.value) for f in check(NoOverlap(by=("estudio",)), rows)] == [(4, "2")]


def test_slivers_are_small_and_thin_parts() -> None:
    wide, thin, small = (
        shapely.box(0, 0, 99, 99),
        shapely.box(0, 0, 100, 0.1),
        shapely.box(0, 0, 3, 3),
    )
    rows = frame([shapely.multipolygons([wide, shapely.box(200, 0, 300, 0.1)]), thin, small, wide])
    findings = check(NoSliver(max_area_m2=50, thinness=0.1), rows)
    assert [finding.row for finding in findings] == [2, 3]


def test_inside_another_layer() -> None:
    rows = frame([shapely.Point(5, 5), shapely.Point(50, 5), shapely.box(8, 8, 12, 12), None])
    around = frame([shapely.box(0, 0, 10, 10)])
    assert [f.row for f in check(Inside("x"), rows, x=around)] == [3, 4]
    assert [f.row for f in check(Inside("x", tolerance_m=5), rows, x=around)] == [3]
    assert check(Inside("x"), rows) == []


PLACES = frame(
    [shapely.Point(0, 0), shapely.Point(50_000, 0), shapely.Point(0, 80_000)],
    nombre=["El Cay", "VILLARESTREPO", "San Juan de la China"],
)


@pytest.mark.parametrize(
    ("text", "far"),
    [
        ("Vereda Cay parte baja", False),
        ("CAY CASCADA", False),
        ("Villa Restrepo cañón del Combeima", True),
        ("vereda San Juan de la China", True),
        ("San Juan", False),
        ("Ocay", False),
        ("entre El Cay y Villarestrepo", False),
        (None, False),
    ],
)
def test_place_named_in_the_text(text: str | None, far: bool) -> None:
    rows = frame([shapely.Point(100, 100)], n=[text])
    assert bool(check(NearNamed("x", "n"), rows, x=PLACES)) is far


def test_names_too_common_are_left_aside() -> None:
    rows = frame([shapely.Point(100, 100)], n=["Villa Restrepo"])
    assert check(NearNamed("x", "n", ignore=("Villarestrepo",)), rows, x=PLACES) == []


def test_place_of_another_layer_counts_too_and_rural_texts_are_left_alone() -> None:
    rows = frame([shapely.Point(100, 100)] * 2, n=["Laureles", "Vereda Restrepo"])
    homonyms = frame([shapely.Point(0, 90_000)] * 2, nombre=["Laureles", "Restrepo"])
    near = frame([shapely.Point(0, 0)], nombre=["Laureles"])
    alone = NearNamed("x", "n")
    assert [f.row for f in check(alone, rows, x=homonyms)] == [2, 3]
    careful = NearNamed("x", "n", also=("y",), unless=("vereda",))
    assert check(careful, rows, x=homonyms, y=near) == []


@pytest.mark.parametrize(
    ("address", "wrong"),
    [
        ("Cra 5 # 60-12", True),
        ("Mz 4 Cs 20", True),
        ("Vereda La María, Cra 1", False),
        ("Km 4 vía al Nevado, calle 2", False),
        ("Parque principal", False),
        (None, False),
    ],
)
def test_urban_address_far_from_the_city(address: str | None, wrong: bool) -> None:
    rows = frame([shapely.Point(9_000, 0)], d=[address])
    city = frame([shapely.box(0, 0, 1000, 1000)])
    assert bool(check(UrbanAddress("d", "x"), rows, x=city)) is wrong
