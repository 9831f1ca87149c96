"""What holds of any delivery: input untouched, places kept, rows accounted for."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gis.conform import conform
from gis.conform.position import to_storage
from gis.conform.reference import transformer
from gis.conform.repairs import REPAIRS
from gis.sources import Delivered, Source, read
from tests.unit.delivering import EXTENT, Known, layer

DELIVERIES = Path(__file__).parents[1] / "data" / "deliveries"
SOURCE = Source("a.csv", "0" * 64, 1, "CSV", 1)
CONTROL = [
    (-75.2322, 4.4389, 4752388.9041, 2048868.3160),
    (-75.55, 4.20, 4717025.973, 2022559.711),
    (-75.00, 4.70, 4778237.462, 2077661.789),
    (-73.0, 4.0, 5000000.0, 2000000.0),
]
"""Longitude, latitude, east and north of EPSG:9377 (EPSG database)."""
words = st.one_of(
    st.none(),
    st.sampled_from(["", "NULL", "1", "4,5", "alta", " a ", "Sal??ón", "=1+1", "2024-05-03"]),
    st.text(st.characters(codec="utf-8"), max_size=8),
)  # fmt: skip
degrees = st.one_of(
    st.none(), st.floats(-200, 200).map(str), st.sampled_from(["4.4", "-75.2", "4,4", "x"])
)


@pytest.mark.parametrize(("lon", "lat", "east", "north"), CONTROL)
def test_control_points_to_the_millimetre_there_and_back(
    lon: float, lat: float, east: float, north: float
) -> None:
    place = to_storage(np.array([shapely.Point(lon, lat)]), 4326)[0]
    assert (place.x, place.y) == pytest.approx((east, north), abs=1e-3)
    assert transformer(9377, 4326).transform(place.x, place.y) == pytest.approx(
        (lon, lat), abs=1e-8
    )


@pytest.mark.parametrize("crs", [4326, 4686, 3116, 3115, 3857, 32618, 6253])
@settings(deadline=None)
@given(st.floats(-75.6, -74.9), st.floats(4.2, 4.8))
def test_reprojection_goes_back_within_a_millimetre(crs: int, lon: float, lat: float) -> None:
    x, y = transformer(4326, crs).transform(lon, lat)
    stored = to_storage(np.array([shapely.Point(x, y)]), crs)[0]
    back = transformer(9377, crs).transform(stored.x, stored.y)
    again = to_storage(np.array([shapely.Point(back)]), crs)[0]
    assert stored.distance(again) <= 1e-3


@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.lists(st.tuples(words, words, words, words, degrees, degrees), min_size=1, max_size=12),
    st.sets(st.sampled_from(sorted(REPAIRS))),
)
def test_any_delivery_is_left_as_it_was_and_every_row_accounted_for(
    rows: list[tuple[Any, ...]], repairs: set[str]
) -> None:
    names = ["codigo", "nombre", "nivel", "cupos", "longitud", "latitud"]
    table = pd.DataFrame(rows, columns=names, dtype=object)
    table.index = pd.RangeIndex(2, len(rows) + 2, name="row")
    before = table.copy(deep=True)
    delivered = Delivered(table=table, shapes=None, format="CSV")
    done = conform(
        delivered, SOURCE, layer(), extent=EXTENT, surroundings=Known(), crs=4326,
        repairs=frozenset(repairs),
    )  # fmt: skip
    pd.testing.assert_frame_equal(table, before)
    kept = set(done.rows.index)
    assert not kept & done.refused
    if not repairs & {"dissolve", "drop_duplicates"}:
        assert kept | done.refused == set(table.index)
    assert set(done.delivered.index) == set(done.refused)
    assert {f.row for f in done.findings if f.row is not None} <= set(table.index)
    assert done.rows["codigo"].is_unique
    assert done.rows.geometry.is_valid.all()
    assert all(finding.remedy for finding in done.findings)


@pytest.mark.parametrize(
    "name", ["anillos_invalidos", "sin_geometria", "tipos_mezclados", "alturas"]
)
@pytest.mark.parametrize("repair", [None, "make_valid", "force_2d", "dissolve", "swap_axes"])
def test_shapes_delivered_are_left_as_they_were(name: str, repair: str | None) -> None:
    delivered = read(DELIVERIES / f"{name}.geojson")
    copy = replace(delivered, shapes=delivered.shapes.copy())  # type: ignore[union-attr]
    conform(
        delivered, SOURCE, layer("MultiPolygon"), extent=EXTENT, surroundings=Known(),
        repairs=frozenset([repair] if repair else []),
    )  # fmt: skip
    pairs = zip(delivered.shapes, copy.shapes, strict=True)  # type: ignore[arg-type]
    assert all(one is other for one, other in pairs)
