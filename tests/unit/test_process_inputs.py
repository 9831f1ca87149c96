"""Whatever JSON an input is given, it is read or refused by name; what is read fits its schema."""

from __future__ import annotations

from typing import Any

import jsonschema_rs
import pytest
import shapely
from hypothesis import example, given
from hypothesis import strategies as st

from gis.errors import InvalidRequest
from gis.processes.inputs import (
    MOST_VERTICES,
    Area,
    Choice,
    Cql2,
    Kind,
    LayerOf,
    Number,
    Place,
    Several,
    Words,
)
from tests.integration.builders import NOTES, SITES, ZONES, catalog

TOWN = catalog(SITES, ZONES, NOTES)
PLACED = LayerOf(lambda layer: layer.geometry is not None, "una capa con ubicación")
KINDS: tuple[Kind, ...] = (
    Number(1, 50, whole=True), Number(0.5, 2000), Words(20), Choice(("a", "b")), PLACED,
    Several(PLACED, 3), Place(), Area(), Cql2(),
)  # fmt: skip
SCALARS = (
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=30)
)
NUMBERS = st.floats(-180, 180) | st.integers(-90, 90)
LIKELY = (
    st.lists(NUMBERS, max_size=4)
    | st.builds(lambda c: {"type": "Point", "coordinates": c}, st.lists(NUMBERS, max_size=3))
    | st.builds(
        lambda c: {"type": "Polygon", "coordinates": [c]},
        st.lists(st.lists(NUMBERS, min_size=2, max_size=2), max_size=6),
    )
    | st.sampled_from(["sitios", "zonas", "a", "codigo = '1'", "[", "(" * 500])
)
JSON = st.recursive(
    SCALARS | LIKELY,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=12), inner),
    max_leaves=12,
)


@given(st.sampled_from(KINDS), JSON)
@example(KINDS[6], [-75.2, 4.4])
@example(KINDS[7], {"type": "Polygon", "coordinates": [[[0, 0], None]]})
@example(KINDS[7], {"type": "MultiPolygon", "coordinates": {"a": 1}})
@example(KINDS[0], 10**400)
@example(KINDS[1], True)
def test_a_value_is_read_or_refused_by_name(kind: Kind, value: Any) -> None:
    refused: InvalidRequest | None = None
    try:
        kind.read("entrada", value, TOWN)
    except InvalidRequest as error:
        refused = error
    if refused is not None:
        assert "«entrada»" in refused.message
        assert refused.context["parameter"] == "entrada"
        return
    if isinstance(kind, Several) and not isinstance(value, list):
        value = [value]
    assert jsonschema_rs.is_valid(kind.schema(TOWN), value)


SQUARE = [[-75.3, 4.4], [-75.2, 4.4], [-75.2, 4.5], [-75.3, 4.5], [-75.3, 4.4]]


def test_a_surface_is_read_whole() -> None:
    found = Area().read("area", {"type": "Polygon", "coordinates": [SQUARE]}, TOWN)
    assert found.equals(shapely.Polygon(SQUARE))


@pytest.mark.parametrize(
    ("ring", "said"),
    [
        ([SQUARE[0], SQUARE[2], SQUARE[1], SQUARE[3], SQUARE[0]], "se cruza"),
        ([[x, y] for y, x in SQUARE], "fuera de Colombia"),
        ([SQUARE[0]] * 2, "anillos"),
        ([[-75.3 + n * 1e-6, 4.4 + (n % 2) * 1e-6] for n in range(MOST_VERTICES)] + [SQUARE[0]],
         "vértices|anillos"),
        ([[-75.3, 4.4, 1e400], *SQUARE[1:]], "no se puede leer|Polygon|anillos|fuera"),
    ],
)  # fmt: skip
def test_surfaces_that_cannot_be_are_refused(ring: Any, said: str) -> None:
    with pytest.raises(InvalidRequest, match=said):
        Area().read("area", {"type": "Polygon", "coordinates": [ring]}, TOWN)
