"""What the pages say of declarations is so: the example runs, words and messages are real."""

from __future__ import annotations

import dataclasses
import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from api.settings import Settings
from api.wiring import catalog_of
from gis import conform, contract
from gis.contract.entity import Contact, Entity, read_entity
from gis.describe import pages
from gis.errors import ContractError
from gis.findings import blocking
from tests.unit import test_contract_declarations as declared
from tests.unit import test_contract_entity as municipal
from tests.unit.declarations import broken, read, write

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from gis.contract.catalog import Catalog

DOCS = Path(__file__).parents[2] / "docs"
PAGE = (DOCS / "declaraciones.md").read_text(encoding="utf-8")
FILES = dict(re.findall(r"Archivo `([^`]+)`:\n\n```\w+\n(.*?)```", PAGE, re.DOTALL))
ROWS = re.findall(r"^\| `(.+?)` \| .+ \|$", PAGE.split("## Los errores")[1], re.MULTILINE)


@pytest.fixture
def mocoa(tmp_path: Path) -> Path:
    """The folder that the page tells to make."""
    for name, text in FILES.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return tmp_path / "mocoa"


class Nothing:
    """A store without features."""

    def features(self, layer: str) -> None:
        return None


def test_the_example_of_the_page_is_read_and_its_delivery_conforms(mocoa: Path) -> None:
    assert len(FILES) == 5
    settings = Settings(entity=mocoa / "mocoa.toml", layers=(mocoa / "capas",))
    catalog = catalog_of(settings)
    assert set(catalog.layers) == {"municipio", "comunas", "arboles"}
    assert len(catalog.layer("comunas").field("comuna").type.codes) == 2
    conformed = conform.prepare(
        mocoa / "arboles.csv",
        catalog.layer("arboles"),
        extent=catalog.entity.extent,
        surroundings=Nothing(),
    )
    assert not blocking(conformed.findings), blocking(conformed.findings)
    assert list(conformed.rows["estado"]) == ["sano", "riesgo"]


@pytest.mark.parametrize("word", contract.__all__)
def test_every_word_of_the_contract_is_on_the_page(word: str) -> None:
    assert re.search(rf"`[^`]*\b{word}\b[^`]*`", PAGE)


@pytest.mark.parametrize(
    "kind",
    [
        value
        for value in (*(getattr(contract, word) for word in contract.__all__), Entity, Contact)
        if dataclasses.is_dataclass(value) and value is not contract.Extent
    ],
    ids=lambda kind: kind.__name__,
)
def test_every_part_of_every_word_is_on_the_page(kind: type) -> None:
    for field in dataclasses.fields(kind):
        if field.name in ("natural", "ignore") or field.init is False:
            continue
        assert re.search(rf"`[^`\n]*\b{field.name}\b[^`\n]*`", PAGE), field.name


def raised(act: Callable[[], object]) -> str:
    with pytest.raises(ContractError) as caught:
        act()
    return caught.value.message


def messages(tmp_path: Path) -> Iterator[str]:
    """Every message that the tests of mistakes provoke."""
    number = 0
    for old, new, _, _ in declared.MISTAKES.values():
        number += 1
        folder = write(tmp_path / str(number), broken(old, new))
        yield raised(lambda folder=folder: read(folder))  # type: ignore[misc]
    for codes, _ in declared.CODELISTS.values():
        number += 1
        folder = write(tmp_path / str(number), codes=codes)
        yield raised(lambda folder=folder: read(folder))  # type: ignore[misc]
    for old, new, _, _ in municipal.MISTAKES.values():
        path = municipal.write(tmp_path, municipal.RIGHT.replace(old, new))
        yield raised(lambda path=path: read_entity(path))  # type: ignore[misc]


def pattern(row: str) -> re.Pattern[str]:
    """A message as the page writes it, ``…`` standing for anything."""
    return re.compile(".*".join(re.escape(part) for part in row.split("…")), re.DOTALL)


def test_every_mistake_is_on_the_page_with_its_message(tmp_path: Path) -> None:
    patterns = [pattern(row) for row in ROWS]
    missing = [
        message
        for message in messages(tmp_path)
        if not any(known.fullmatch(message) for known in patterns)
    ]
    assert missing == []


def test_pages_of_layers_are_those_of_the_declarations(catalog: Catalog) -> None:
    kept = {path.name: path.read_text(encoding="utf-8") for path in (DOCS / "capas").glob("*.md")}
    made = pages(catalog)
    assert kept.keys() == made.keys()
    stale = [name for name in made if made[name] != kept[name]]
    assert stale == [], "run `make docs`"
