"""What a layer says of questions must agree with its fields; each contradiction is named."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from gis.errors import ContractError
from tests.unit.declarations import RIGHT, read, write

if TYPE_CHECKING:
    from pathlib import Path

LAST = '    label="codigo",\n)'
IMPORT = "    CLASIFICADA, PUBLICA,"
WORDS = "    Eligibility, Here, Network, Place, PlaceKind, Relation, Section, Zone,\n"

MISTAKES: dict[str, tuple[str, str]] = {
    "field that does not exist": (
        'here=Here(Section.PLACE, Relation.NEAREST, ("codigos",))',
        "¿quiso decir «codigo»?",
    ),
    "field that is not public": (
        'here=Here(Section.PLACE, Relation.NEAREST, ("dueno",))',
        "«dueno» debe ser PUBLICA",
    ),
    "nothing told": ("here=Here(Section.PLACE, Relation.NEAREST, ())", "nombre un campo"),
    "risk without what is not known": (
        'here=Here(Section.RISK, Relation.NEAREST, ("codigo",))',
        "here.unknown",
    ),
    "points that cover": ('here=Here(Section.LAND, Relation.COVERS, ("codigo",))', "superficie"),
    "around without how far": (
        'here=Here(Section.NEIGHBOURS, Relation.AROUND, ("codigo",))',
        "reach_m",
    ),
    "level without codes": (
        'here=Here(Section.PLACE, Relation.NEAREST, ("codigo",), level="codigo")',
        "here.level",
    ),
    "a zone of what is near": (
        'here=Here(Section.PLACE, Relation.NEAREST, ("codigo",), means=Zone.URBAN)',
        "Solo lo que cubre dice una zona",
    ),
    "another kind of word": ("here=Place(PlaceKind.SITE)", "«here» debe ser Here"),
    "place named by a number": ('place=Place(PlaceKind.SITE, ("caudal",))', "place.names"),
    "side of plates": ('network=Network("nombre", even_side="norte")', "derecha o izquierda"),
    "network of points": ('network=Network("codigo")', "capas de líneas"),
    "people who are not counted": ('people="codigo"', "«people» no vale"),
    "advice without source": (
        'here=Here(Section.PLACE, Relation.NEAREST, ("codigo",), advice="estado")',
        "no dice su fuente",
    ),
    "settlements of no layer": (
        'eligibility=Eligibility("quien", "Quién", "codigo", "poblados", "metros", "codigo", 1, '
        '("pozos",), 2.0)',
        "«poblados», que no existe",
    ),
    "service of no layer": (
        'eligibility=Eligibility("quien", "Quién", "codigo", "pozos", "metros", "codigo", 1, '
        '("poso",), 2.0)',
        "¿quiso decir «pozos»?",
    ),
}
CODES = (
    "code,label,definition,color,advice\n"
    "activo,Activo,,#1b7837,Cuídelo\n"
    "sellado,Sellado,,#737373,\n"
)


def declared(words: str) -> str:
    """The right declaration that also says ``words``."""
    field = 'Field("metros", Integer(), label="M", definition="M.", access=PUBLICA),'
    right = RIGHT.replace('        Field("dueno"', f'        {field}\n        Field("dueno"')
    return right.replace(LAST, f'    label="codigo",\n    {words},\n)').replace(
        IMPORT, WORDS + IMPORT
    )


@pytest.mark.parametrize(("words", "said"), MISTAKES.values(), ids=MISTAKES)
def test_contradiction_is_named(tmp_path: Path, words: str, said: str) -> None:
    with pytest.raises(ContractError) as caught:
        read(write(tmp_path, declared(words), codes=CODES))
    assert said in str(caught.value)
    assert "pozos.py" in str(caught.value)


def test_words_that_agree_are_read(tmp_path: Path) -> None:
    words = (
        'here=Here(Section.SERVICES, Relation.NEAREST, ("codigo", "estado"), level="estado", '
        'reach_m=50.0, reach_by="caudal"), place=Place(PlaceKind.SITE)'
    )
    layer = read(write(tmp_path, declared(words))).layer("pozos")
    assert layer.here is not None
    assert layer.here.reach_by == "caudal"
    assert layer.place is not None
