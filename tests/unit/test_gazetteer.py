"""What a gazetteer is made of: streets, their names and meeting points, places, and for whom."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest
import shapely

from gis.contract import CLASIFICADA, Geometry
from gis.contract.catalog import subset
from gis.contract.questions import PlaceKind
from gis.geocode import network, places
from gis.geocode.address import Complement, Way, WayKind, Word
from gis.geocode.kept import used
from gis.geocode.network import Stretches, called
from gis.geocode.places import Place, key_of
from gis.geocode.positions import to_degrees
from gis.geocode.reverse import reverse
from tests.geocode import cities

if TYPE_CHECKING:
    from gis.contract.catalog import Catalog
    from gis.geocode.streets import Streets


def streets(*drawn: tuple[str | None, str], tolerance: float = 0.5) -> Streets:
    shapes = np.array([shapely.from_wkt(f"LINESTRING ({line})") for _, line in drawn])
    ids = [f"e{n}" for n in range(len(drawn))]
    return network.build([Stretches("red", ids, [name for name, _ in drawn], shapes, tolerance)])


def carrera(number: int, suffix: str = "") -> Way:
    return Way(WayKind.CARRERA, number, suffix)


@pytest.mark.parametrize(
    ("name", "ways", "words"),
    [
        ("Carrera 5", ["KR 5"], set()),
        ("CR 4 B BIS", ["KR 4B BIS"], set()),
        ("Carrera 4 Tamaná", ["KR 4"], {"TAMANA"}),
        ("Carrera 4 (Avenida Ferrocarril)", ["KR 4", "AV FERROCARRIL"], set()),
        ("Vía al Nevado", ["VIA AL NEVADO"], set()),
        ("Los Cauchos", ["LOS CAUCHOS"], set()),
        ("???", ["???"], set()),
    ],
)
def test_names_of_a_layer_are_read_with_the_grammar_of_addresses(
    name: str, ways: list[str], words: set[str]
) -> None:
    found, beside = called(name)
    assert ([str(way) for way in found], beside) == (ways, words)


def test_spellings_of_one_nomenclature_are_one_street() -> None:
    built = streets(("Carrera 5", "0 0, 0 100"), ("KR 5", "0 100, 0 200"), (None, "0 0, 90 0"))
    assert len(built.streets) == 1
    assert built.streets[0].length_m == 200
    assert list(built.owners) == [0, 0, -1]


def test_one_name_far_apart_is_two_streets() -> None:
    near = streets(("Carrera 5", "0 0, 0 100"), ("Carrera 5", "0 220, 0 300"))
    far = streets(("Carrera 5", "0 0, 0 100"), ("Carrera 5", "0 300, 0 400"))
    assert (len(near.streets), len(far.streets)) == (1, 2)
    assert len(far.find(carrera(5))[0]) == 2


def test_streets_meet_within_the_tolerance_also_without_a_vertex() -> None:
    crossing = ("Calle 1", "-50 50, 50 50"), ("Carrera 1", "0 0, 0 100")
    assert streets(*crossing).meeting(0, 1) == ((0, 50),)
    short = ("Calle 1", "-50 50, -0.4 50"), ("Carrera 1", "0 0, 0 100")
    assert streets(*short).meeting(0, 1)
    assert not streets(*short, tolerance=0.1).meeting(0, 1)


def test_two_carriageways_are_one_crossing_and_a_loop_is_two() -> None:
    double = streets(
        ("Av Sur", "-50 50, 50 50"), ("Av Sur", "-50 70, 50 70"), ("Carrera 1", "0 0, 0 100")
    )
    assert double.meeting(0, 1) == ((0, 60),)
    loop = streets(("Av Sur", "-50 50, 50 50, 50 150, -50 150"), ("Carrera 1", "0 0, 0 200"))
    assert len(loop.meeting(0, 1)) == 2


def test_numbers_are_also_found_as_avenues_and_said_so() -> None:
    built = streets(("Avenida 37", "0 0, 0 100"))
    found, note = built.find(Way(WayKind.CALLE, 37))
    assert found == (0,)
    assert "AV 37" in note


def test_nothing_is_built_from_nothing() -> None:
    built = streets()
    assert built.find(carrera(1)) == ((), "")
    assert places.build([]).covering(0, 0) == []


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("Barrio Gaitán", "GAITAN"),
        ("JORDÁN 7a etapa", "JORDAN ET 7"),
        ("Jordán VII Etapa", "JORDAN ET 7"),
        ("Manzana C", "MZ C"),
        ("Comuna 8", "8"),
        ("Coello - Cocora", "COELLO COCORA"),
    ],
)
def test_names_are_compared_without_what_they_are(name: str, key: str) -> None:
    assert key_of(name) == key


def test_what_a_complement_is_decides_which_places_it_may_be() -> None:
    ground = shapely.box(0, 0, 100, 100)
    kinds = (PlaceKind.NEIGHBOURHOOD, PlaceKind.VEREDA, PlaceKind.DISTRICT)
    built = places.build(Place("x", kind.code, kind, "Cay", ("Cay",), ground) for kind in kinds)
    for word, kind in ((Word.BARRIO, kinds[0]), (Word.VEREDA, kinds[1]), (Word.COMUNA, kinds[2])):
        found, _ = built.find(Complement(word, "CAY"))
        assert [built.places[n].kind for n in found] == [kind]
    found, _ = built.find(Complement(Word.LUGAR, "CAY"))
    assert {built.places[n].kind for n in found} == set(kinds[:2])


def test_layers_whose_place_is_not_public_are_not_used(catalog: Catalog) -> None:
    few = subset(catalog, ["malla_vial", "barrios"])
    assert {layer.name for layer in used(few)} == {"malla_vial", "barrios"}
    hidden = {
        name: replace(layer, geometry=Geometry(layer.geometry.type, access=CLASIFICADA))
        for name, layer in few.layers.items()
        if layer.geometry
    }
    assert used(replace(few, layers=hidden)) == []


class TestReverse:
    def test_a_house_has_its_plate(self) -> None:
        x, y = cities.corner(9, 3)
        found = reverse(*to_degrees(x + 31, y - cities.SIDE_M), cities.invented())
        assert str(found.address).startswith("KR 3 9 3")
        assert int(str(found.address).split()[-1]) % 2 == 0
        assert [place.label for place in found.within] == ["Gaitán"]

    def test_far_from_streets_only_the_places_are_said(self) -> None:
        x, y = (value + 22_000 for value in cities.ORIGIN)
        found = reverse(*to_degrees(x, y), cities.invented())
        assert found.address is None
        assert [place.label for place in found.within] == ["Cay"]
        assert "No hay una vía con nombre" in found.why

    def test_outside_the_municipality_nothing_is_said(self) -> None:
        found = reverse(-74.0, 4.6, cities.invented())
        assert found.is_outside
        assert "está fuera de Prueba" in found.why
