"""What is said first of a place, and what is meant by those who ask."""

from __future__ import annotations

import pytest

from gis.contract import Section, Zone
from gis.here.answer import Found, Part, Said, Spot, Status, Told
from gis.here.naming import wanted
from gis.here.summary import NOWHERE, summary
from tests.api.world import ENTITY

SPOT = Spot(-75.2322, 4.4389, is_inside=True, zone=Zone.URBAN)


def studied(layer: str, words: str, *untold: str) -> Said:
    found = Found("1", (Told("fenomeno", "Fenómeno", "Inundación", "IN"),))
    return Said(layer, layer, Status.FOUND, words, (found,), untold=untold)


def told(*said: Said) -> str:
    return summary(ENTITY, SPOT, (Part(Section.RISK, said),))


def test_what_no_layer_has_studied_is_said_once_and_the_rest_of_each() -> None:
    text = told(
        studied("a", "Sin estudio de amenaza: no se sabe", "Sísmica", "Volcánica", "Incendio"),
        studied("b", "Sin estudio de riesgo", "Sísmica", "Volcánica"),
    )
    assert f"Sísmica y volcánica: {NOWHERE}." in text
    assert "Incendio: sin estudio de amenaza, no se sabe." in text
    assert text.count("olcánica") == 1
    assert "sin estudio de riesgo" not in text.lower()


def test_where_one_layer_knows_of_all_nothing_is_said_to_be_unstudied() -> None:
    text = told(studied("a", "Sin estudio de amenaza", "Sísmica"), studied("b", ""))
    assert NOWHERE not in text
    assert "Sísmica: sin estudio de amenaza." in text


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("¿Dónde queda el hospital más cercano?", "hospital"),
        ("donde hay wifi", "wifi"),
        ("cómo llego al hospital", "hospital"),
        ("cómo llego a la biblioteca", "biblioteca"),
        ("busco una biblioteca cerca de mí", "biblioteca"),
        ("Cra 5 # 37-20", "Cra 5 # 37-20"),
        ("", ""),
        ("¿?", ""),
    ],
)
def test_the_words_of_asking_are_set_aside(text: str, meant: str) -> None:
    assert wanted(text) == meant
