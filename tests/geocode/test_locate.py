"""Where addresses are found: on the sample network, and in a city whose addresses are known."""

from __future__ import annotations

import itertools
import math
import random
from collections import defaultdict
from statistics import median, quantiles
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gis.geocode.answer import Match
from gis.geocode.locate import locate, locate_many
from layers._samples import city
from layers._samples.streets import (
    AVENUES,
    CHAPETON,
    OBLIQUE,
    QUARTERS,
    SPANS,
    carrera_name,
)
from tests.geocode import cities

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from gis.geocode.answer import Answer, Candidate


@pytest.fixture(scope="module", autouse=True)
def _built() -> None:
    """Both cities, so that no example pays for them."""
    cities.sample()
    cities.invented()


def find(text: str) -> Answer:
    return locate(text, cities.invented())


def off(candidate: Candidate | None, place: tuple[float, float]) -> float:
    assert candidate is not None
    return math.dist((candidate.x, candidate.y), place)


def stored(position: city.Position) -> tuple[float, float]:
    x, y = cities.to_storage.transform(*position)
    return float(x), float(y)


Block = tuple[str, str, city.Position, city.Position]
"""A street and what crosses it, as they are written, and the corners that plates go between."""


def number(name: str) -> str:
    return name.partition(" ")[2]


def on_grid() -> Iterator[Block]:
    for position, (first, last) in SPANS.items():
        for calle in range(first, last):
            ends = city.place(calle, position), city.place(calle + 1, position)
            yield carrera_name(position), str(calle), *ends
            beyond = position + (1 if position > 0 else -1)
            if beyond in SPANS and SPANS[beyond][0] <= calle <= SPANS[beyond][1]:
                ends = city.place(calle, position), city.place(calle, beyond)
                yield f"Calle {calle}", number(carrera_name(position)), *ends


def off_grid() -> Iterator[Block]:
    """Avenues with a name, diagonals, transversals, and the quarters with BIS and SUR."""
    for position, (name, _, first, last) in AVENUES.items():
        for calle in range(first, last):
            ends = city.place(calle, position), city.place(calle + 1, position)
            yield name, str(calle), *ends
    for name, calle, carrera, step, blocks in OBLIQUE:
        corners = [city.place(calle + step * n, carrera + n) for n in range(blocks + 1)]
        for n, (start, end) in enumerate(itertools.pairwise(corners)):
            if step > 0:
                yield name, str(carrera + n), start, end
            else:
                yield name, str(calle - n - 1), end, start
    for carreras, calles in QUARTERS:
        own = [(n, at) for n, at in carreras.items() if at < min(SPANS)]
        for street, at in own:
            for (cross, one), (_, other) in itertools.pairwise(calles.items()):
                yield street, number(cross), city.place(one, at), city.place(other, at)
        for street, at in calles.items():
            for (cross, one), (_, other) in itertools.pairwise(own):
                yield street, number(cross), city.place(at, one), city.place(at, other)


WRITTEN = (
    {"Carrera": "Cra.", "Calle": "Cll", "Avenida": "Av"},
    {"Carrera": "KR", "Calle": "CL", "Avenida": "AV", "Diagonal": "Dg", "Transversal": "Tv"},
    {},
)


@st.composite
def on_sample(draw: st.DrawFn) -> tuple[str, tuple[float, float]]:
    """An address on the sample network with its place, from the formula that drew the streets."""
    street, cross, *corners = draw(st.sampled_from([*on_grid()]) | st.sampled_from([*off_grid()]))
    metres = draw(st.integers(1, 80))
    start, end = map(stored, corners)
    share = min(metres / math.dist(start, end), 1.0)
    place = tuple(a + (b - a) * share for a, b in zip(start, end, strict=True))
    kind, _, rest = street.partition(" ")
    kind = draw(st.sampled_from(WRITTEN)).get(kind, kind)
    mark = draw(st.sampled_from([" # ", " ", " No "]))
    return f"{kind} {rest}{mark}{cross}-{metres:02}", (place[0], place[1])


@given(on_sample())
def test_every_address_of_the_sample_network_is_found_within_30_m(
    known: tuple[str, tuple[float, float]],
) -> None:
    text, place = known
    best = locate(text, cities.sample()).best
    assert best is not None
    assert best.match is Match.PLATE
    assert off(best, place) < 30


ISSUE = (
    # What people write, the kind of match, and what it lies in.
    ("Cra. 9 # 35-40 B/ Gaitán", Match.PLATE, "Gaitán"),
    ("KR 4 B BIS 37A SUR 15", Match.PLATE, "Ricaurte"),
    ("Cll 143 Cra 10", Match.CROSSING, "El Salado"),
    ("Cll 20 Sur # 36-106, Boquerón", Match.PLATE, "Boquerón"),
    ("Av Ambalá 58-55", Match.PLATE, ""),
    ("Av Ambalá Calle 60 - 15", Match.PLATE, ""),
    ("Av Ferrocarril Calle 37", Match.CROSSING, ""),
    ("Cra 9 calle 72 Av. Guabinal", Match.CROSSING, ""),
    ("Dg 43 # 5-20", Match.PLATE, ""),
    ("Tv 5 # 52-15", Match.PLATE, ""),
    ("Mz C Casa 12 Jordán 7 etapa", Match.BLOCK, "Jordán 7 etapa"),
    ("Km 4 vía al Nevado", Match.KILOMETRE, "Cay"),
    ("Vereda Cay parte baja", Match.VEREDA, "Cay parte baja"),
)


@pytest.mark.parametrize(("text", "match", "within"), ISSUE)
def test_every_form_of_address_is_located_in_the_sample(
    text: str, match: Match, within: str
) -> None:
    answer = locate(text, cities.sample())
    assert len(answer.candidates) == 1
    found = answer.candidates[0]
    assert found.match is match
    assert not found.warnings
    assert not within or within in [place.label for place in found.within]


def test_blocks_of_one_letter_in_two_barrios_are_two_candidates() -> None:
    answer = locate("Mz C", cities.sample())
    assert [c.match for c in answer.candidates] == [Match.BLOCK] * 2
    assert answer.is_ambiguous


def test_a_further_street_that_is_far_is_warned_of() -> None:
    found = locate("Cra 5 # 20-15 Av Guabinal", cities.sample()).best
    assert found is not None
    assert "No queda por Av Guabinal" in found.warnings[0]


def test_the_fourth_kilometre_is_where_the_sample_has_it() -> None:
    found = locate("Km 4 vía al Nevado", cities.sample()).best
    assert off(found, stored(CHAPETON)) < 1000


def measured(even_side: str) -> dict[str, list[tuple[float, bool]]]:
    """Metres off, and whether that is within what was said, by kind of match."""
    known = cities.houses(random.Random(20), 4000)
    found: dict[str, list[tuple[float, bool]]] = defaultdict(list)
    answers = locate_many((house.text for house in known), cities.invented(even_side))
    for house, answer in zip(known, answers, strict=True):
        assert answer.candidates, (house.text, answer.why)
        near = min(answer.candidates, key=lambda c: off(c, house.place))
        best = near if answer.is_ambiguous else answer.best
        assert best is not None
        metres = off(best, house.place)
        found[best.match.code].append((metres, metres <= best.error_m))
    return found


def table(even_side: str) -> str:
    lines = ["| Hallada como | Direcciones | Mediana (m) | p95 (m) | Dentro del error dicho |"]
    lines.append("|---|---|---|---|---|")
    for code, found in sorted(measured(even_side).items()):
        metres = [each for each, _ in found]
        inside = sum(held for _, held in found) / len(found)
        p95 = quantiles(metres, n=20)[-1]
        lines.append(f"| {code} | {len(found)} | {median(metres):.0f} | {p95:.0f} | {inside:.0%} |")
    return "\n".join(lines) + "\n"


@pytest.mark.parametrize("side", ["derecha", ""])
def test_errors_are_those_that_are_published(side: str, expect: Callable[[str, str], None]) -> None:
    text = table(side)
    expect(f"geocode/error-{side or 'sin-lado'}.md", text)
    published = (cities.SAMPLES.parents[2] / "docs" / "direcciones.md").read_text("utf-8")
    assert text in published


def test_plates_fall_within_a_house_or_two() -> None:
    for side in ("derecha", ""):
        metres = [each for each, _ in measured(side)["placa"]]
        assert median(metres) < 10
        assert quantiles(metres, n=20)[-1] < 20


class TestAmbiguity:
    def test_two_streets_of_one_name_are_two_candidates(self) -> None:
        answer = find("Cra 5 # 5-20")
        assert len(answer.candidates) == 2
        assert answer.is_ambiguous
        assert math.dist(*((c.x, c.y) for c in answer.candidates)) > 5000

    def test_a_place_in_the_text_says_which(self) -> None:
        answer = find("Cra 5 # 5-20 San Juan")
        assert len(answer.candidates) == 1
        assert "San Juan" in [place.label for place in answer.candidates[0].within]
        assert "otras 1" in " ".join(answer.candidates[0].why)

    def test_two_barrios_of_one_name_are_two_candidates(self) -> None:
        answer = find("B/ La Esperanza")
        assert [c.match for c in answer.candidates] == [Match.NEIGHBOURHOOD] * 2

    def test_two_addresses_in_one_text_are_two_candidates(self) -> None:
        answer = find("Cra 5 # 9-20 y Cra 7 # 12-15")
        assert answer.is_ambiguous
        places = (cities.corner(9, 6), cities.corner(12, 8))
        for place in places:
            assert min(off(c, place) for c in answer.candidates) < 40
        assert all("dice 2 direcciones" in c.warnings[0] for c in answer.candidates)
        assert all(len(c.warnings) == 1 for c in answer.candidates)

    def test_a_street_said_again_is_no_other_address(self) -> None:
        answer = find("Cra 7 # 9-20 con calle 9")
        assert len(answer.candidates) == 1
        assert not answer.candidates[0].warnings

    def test_a_vereda_that_is_none_may_be_the_settlement_or_the_corregimiento(self) -> None:
        answer = locate("Vereda Cay", cities.sample())
        assert answer.is_ambiguous
        assert {c.label for c in answer.candidates} == {"El Cay", "Cay"}
        assert {c.match for c in answer.candidates} == {Match.SETTLEMENT, Match.DISTRICT}
        assert "«vereda» se llama así" in " ".join(answer.candidates[0].why)

    def test_a_side_after_the_plate_is_tried_on_both_streets(self) -> None:
        answer = find("Calle 10 # 1-30 sur")
        assert answer.best is not None
        assert answer.best.match is Match.PLATE
        assert off(answer.best, cities.corner(10, 0)) < 60


class TestDoubt:
    def test_a_point_outside_the_barrio_named_is_warned_of(self) -> None:
        best, sure = find("Cra 5 # 9-20 Jordan 7 etapa").best, find("Cra 7 # 9-20").best
        assert best is not None
        assert sure is not None
        assert "Jordán VII Etapa" in best.warnings[0]
        assert best.confidence < sure.confidence

    @pytest.mark.parametrize(
        ("beside", "words"),
        [
            ("B/ Belén", "Ninguna capa tiene «Barrio Belen»"),
            ("Vereda Inventada", "Ninguna capa tiene «Vereda Inventada»"),
            ("la casa verde", "no se reconoció"),
            ("Melgar", "es el nombre de otra población"),
            ("ciudadela Simón Bolívar", "«Ciudadela Simon Bolivar» no se reconoció"),
            ("frente al parque Santander", "no se reconoció"),
            ("Barrio Santander", "Ninguna capa tiene «Barrio Santander»"),
        ],
    )
    def test_what_no_layer_knows_is_said_and_doubted(self, beside: str, words: str) -> None:
        best, sure = find(f"Cra 7 # 9-20 {beside}").best, find("Cra 7 # 9-20").best
        assert best is not None
        assert sure is not None
        assert (best.x, best.y) == (sure.x, sure.y)
        assert words in best.warnings[0]
        assert best.confidence < sure.confidence

    @pytest.mark.parametrize("beside", ["apto 301", "casa 2", "Edificio Avianca", "piso 2", "101"])
    def test_what_is_inside_of_a_house_takes_nothing(self, beside: str) -> None:
        assert find(f"Cra 7 # 9-20 {beside}").best == find("Cra 7 # 9-20").best

    def test_without_the_cross_street_it_is_somewhere_between(self) -> None:
        best = find(f"Cra 4 # {cities.MISSING}-30").best
        assert best is not None
        assert best.match is Match.BETWEEN
        assert best.error_m >= 100
        assert "no cruza" in best.why[0]

    def test_a_plate_somewhat_beyond_its_block_stays_in_it_and_says_so(self) -> None:
        best = find("Cra 7 # 10-120").best
        assert best is not None
        assert best.match is Match.PLATE
        assert best.error_m > 50
        assert "pasa de ella" in " ".join(best.why)
        assert off(best, cities.corner(11, 8)) < 15

    @pytest.mark.parametrize(
        ("text", "words"),
        [("Cra 7 # 10-400", "no cabe en la cuadra"), ("Cra 7 # 10-9999", "no puede ser una placa")],
    )
    def test_a_plate_that_cannot_be_is_its_crossing(self, text: str, words: str) -> None:
        best = find(text).best
        assert best is not None
        assert best.match is Match.CROSSING
        assert words in best.warnings[0]
        assert best.confidence < 0.5
        assert best.error_m < 200
        assert off(best, cities.corner(10, 8)) < 5

    def test_without_streets_the_barrio_is_given(self) -> None:
        best = find("Calle 99 # 88-10 Barrio Gaitán").best
        assert best is not None
        assert best.match is Match.NEIGHBOURHOOD
        assert "no está en la malla vial" in best.why[1]

    def test_letters_wrong_are_read_and_told(self) -> None:
        answer = find("Av Los Guallacanes Cra 6-20")
        assert answer.best is not None
        assert "se leyó como" in " ".join(answer.best.why)
        assert find("gaytan").best is not None

    def test_the_side_of_the_street_is_said_only_if_known(self) -> None:
        left = find("Cra 7 # 9-21").best
        right = find("Cra 7 # 9-22").best
        unknown = locate("Cra 7 # 9-21", cities.invented("")).best
        assert left is not None
        assert right is not None
        assert unknown is not None
        assert math.dist((left.x, left.y), (right.x, right.y)) > 1.5 * cities.SIDE_M
        assert "lado" not in unknown.why[0]
        assert unknown.error_m > left.error_m


class TestNothing:
    @pytest.mark.parametrize(
        ("text", "words"),
        [
            ("Cra 99 # 3-4", "«KR 99» no está en la malla vial"),
            ("Cra 7 # 45-12, Bogotá", "no es de Prueba"),
            ("Cra 7 # 9-20 Espinal Tolima", "«Espinal Tolima»: no es de Prueba"),
            ("Cra 7 # 9-20, barrio Centro, El Espinal, Tolima", "no es de Prueba"),
            ("Cra 7 # 9-20 B/ Centro Medellín Antioquia", "no es de Prueba"),
            ("Espinal, Tolima", "no es de Prueba"),
            ("Cra 7 # 9-20, Huila, Colombia", "no es de Prueba"),
            ("Cra 99 # 3-4 y Cra 98 # 3-4", "varias direcciones"),
            ("Barrio Inventado", "ningún lugar se llama «BR INVENTADO»"),
            ("Casa 54", "No nombra una calle"),
            ("", "No nombra una calle"),
            ("<script>alert(1)</script>", "ningún lugar se llama"),
        ],
    )
    def test_what_is_not_known_says_why(self, text: str, words: str) -> None:
        answer = find(text)
        assert not answer.candidates
        assert words.lower() in answer.why.lower()

    def test_the_municipality_itself_is_not_another_place(self) -> None:
        for beside in ("Prueba, Tolima", "Prueba Tolima Colombia", "Tolima", "Prueba"):
            assert find(f"Cra 7 # 9-20, {beside}").best == find("Cra 7 # 9-20").best
        in_gaitan = find("Cra 4 # 9-20, Gaitán").best
        assert in_gaitan is not None
        for beside in ("B/ Gaitán, Prueba, Tolima", "B/ Gaitán Prueba Tolima", "Gaitán Prueba"):
            assert find(f"Cra 4 # 9-20 {beside}").best == in_gaitan

    def test_a_sentence_of_which_only_the_comuna_is_known_is_no_address(self) -> None:
        for text in ("no se donde vivo en la comuna 2", "por favor ayuda en la comuna 2"):
            answer = find(text)
            assert not answer.candidates
            assert "solo se reconoce «Comuna 2»" in answer.why
        assert find("Comuna 2").best is not None

    def test_a_number_alone_names_nothing(self) -> None:
        assert not find("2").candidates
        assert not find("<script>alert(2)</script>").candidates

    def test_what_is_there_without_a_location_is_told(self) -> None:
        answer = find("Santuario")
        assert not answer.candidates
        assert "«Kiosco Santuario» está en las capas, sin ubicación" in answer.why


class TestOtherForms:
    def test_a_block_in_its_barrio(self) -> None:
        best = find("Mz C Casa 3 Jordán 7 etapa").best
        assert best is not None
        assert best.match is Match.BLOCK
        assert best.label == "Manzana C"

    def test_a_kilometre_from_the_urban_end(self) -> None:
        best = find("Km 2 vía al Páramo").best
        assert best is not None
        assert best.match is Match.KILOMETRE
        assert 1000 < off(best, cities.corner(40, 6)) < 2100

    def test_beside_a_barrio_what_is_not_known_is_warned_of(self) -> None:
        best = find("detrás del colegio, barrio Gaitán").best
        assert best is not None
        assert best.match is Match.NEIGHBOURHOOD
        assert "no se reconoció" in best.warnings[0]

    def test_a_vereda_by_part_of_its_name(self) -> None:
        best = find("Vereda Cay parte baja").best
        assert best is not None
        assert best.match is Match.VEREDA
        assert best.error_m > 2000

    def test_every_candidate_names_what_it_rests_on(self) -> None:
        for house in cities.houses(random.Random(3), 200):
            for candidate in find(house.text).candidates:
                assert candidate.features
                assert candidate.why
                assert 0 < candidate.confidence <= 1
                assert candidate.error_m > 0


@given(st.text(max_size=200))
def test_any_text_has_an_answer(text: str) -> None:
    answer = find(text)
    assert answer.candidates or answer.why
