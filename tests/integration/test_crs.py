"""The national reference systems, against the control points of the EPSG database."""

from __future__ import annotations

from typing import Any

import pytest

CONTROL = [
    (-75.2322, 4.4389, 9377, 4752388.9041, 2048868.3160),
    (-75.2322, 4.4389, 3116, 871834.6291, 982705.5014),
    (-75.2322, 4.4389, 3857, -8374810.1953, 494631.1423),
    (-75.2322, 4.4389, 32618, 474238.8698, 490645.7072),
    (-75.55, 4.20, 9377, 4717025.973, 2022559.711),
    (-75.00, 4.70, 9377, 4778237.462, 2077661.789),
    (-73.0, 4.0, 9377, 5000000.0, 2000000.0),
]
TO = """
    SELECT ST_X(g), ST_Y(g)
      FROM ST_Transform(ST_SetSRID(ST_Point(:x, :y), :src), CAST(:dst AS int)) AS g
"""


@pytest.mark.parametrize(("lon", "lat", "code", "east", "north"), CONTROL)
def test_control_points_agree_to_the_millimetre(
    rows: Any, lon: float, lat: float, code: int, east: float, north: float
) -> None:
    (found,) = rows(TO, x=lon, y=lat, src=4326, dst=code)
    assert found == pytest.approx((east, north), abs=0.001)


@pytest.mark.parametrize(("lon", "lat", "code", "east", "north"), CONTROL)
def test_control_points_come_back_to_the_millimetre(
    rows: Any, lon: float, lat: float, code: int, east: float, north: float
) -> None:
    (found,) = rows(TO, x=east, y=north, src=code, dst=4326)
    assert found == pytest.approx((lon, lat), abs=1e-8)


def test_urban_grid_agrees_with_the_projection_library(rows: Any) -> None:
    from pyproj import Transformer

    east, north = Transformer.from_crs(4326, 6253, always_xy=True).transform(-75.2322, 4.4389)
    (found,) = rows(TO, x=-75.2322, y=4.4389, src=4326, dst=6253)
    assert found == pytest.approx((east, north), abs=0.001)
