"""What the measurements rest on."""

from __future__ import annotations

import mapbox_vector_tile
import pytest

from api.measuring.tiles import represented
from api.measuring.wire import features_in


@pytest.mark.parametrize("many", [0, 1, 300])
def test_features_are_counted_as_gdal_does(many: int) -> None:
    features = [
        {"geometry": f"POINT({n} {n})", "properties": {"a": n, "b": n / 3, "c": "x" * n}}
        for n in range(many)
    ]
    tile = mapbox_vector_tile.encode([{"name": "capa", "features": features}])
    assert features_in(tile) == represented(tile) == many
    assert features_in(tile + tile) == 2 * many
