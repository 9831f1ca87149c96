"""Layers together: order, overriding, references, contacts and names that clash."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from gis.contract.catalog import subset
from gis.errors import ContractError, NotFound
from tests.unit.declarations import CODES, ENTITY, RIGHT, read, write

if TYPE_CHECKING:
    from pathlib import Path

CAUDAL = 'Field("caudal", Decimal(measure="L/s")'


def named(name: str, source: str = RIGHT) -> str:
    """The right declaration under another name, with its dataset."""
    return source.replace('"pozos"', f'"{name}"')


def referring(name: str, other: str) -> str:
    """The right declaration under ``name`` whose ``caudal`` refers to ``other``."""
    return named(name).replace(CAUDAL, f'Field("caudal", Reference("{other}")')


def test_a_layer_declared_twice_is_refused_naming_both_files(tmp_path: Path) -> None:
    first, second = write(tmp_path / "a"), write(tmp_path / "b")
    with pytest.raises(ContractError) as caught:
        read(first, second)
    assert str(first / "pozos.py") in caught.value.message
    assert caught.value.context["file"] == str(second / "pozos.py")


def test_a_later_folder_overrides_when_it_says_so(tmp_path: Path) -> None:
    mine = RIGHT.replace('title="Pozos"', 'title="Aljibes", overrides=True')
    catalog = read(write(tmp_path / "a"), write(tmp_path / "b", mine))
    assert catalog.layer("pozos").title == "Aljibes"


def test_a_code_list_of_a_later_folder_takes_the_place_of_the_earlier(tmp_path: Path) -> None:
    own = tmp_path / "b" / "_codelists"
    own.mkdir(parents=True)
    (own / "estado.csv").write_text(CODES + "seco,Seco,,#000000\n", encoding="utf-8")
    catalog = read(write(tmp_path / "a"), own.parent)
    assert [code.code for code in catalog.layer("pozos").field("estado").type.codes][-1] == "seco"


def test_a_referenced_layer_comes_first(tmp_path: Path) -> None:
    write(tmp_path, named("zanjas"), "zanjas")
    write(tmp_path, referring("aljibes", "zanjas"), "aljibes")
    assert list(read(tmp_path).layers) == ["zanjas", "aljibes"]


def test_layers_that_refer_in_a_circle_are_refused(tmp_path: Path) -> None:
    write(tmp_path, referring("aljibes", "zanjas"), "aljibes")
    write(tmp_path, referring("zanjas", "aljibes"), "zanjas")
    with pytest.raises(ContractError, match="en círculo: aljibes → zanjas → aljibes"):
        read(tmp_path)


def test_a_reference_to_a_layer_without_key_is_refused(tmp_path: Path) -> None:
    write(tmp_path, named("zanjas").replace('key=("codigo",)', "key=()"), "zanjas")
    write(tmp_path, referring("aljibes", "zanjas"), "aljibes")
    with pytest.raises(ContractError, match="no tiene llave") as caught:
        read(tmp_path)
    assert caught.value.context["field"] == "caudal"


def test_two_datasets_of_one_name_are_refused(tmp_path: Path) -> None:
    write(tmp_path)
    write(tmp_path, RIGHT.replace('name="pozos"', 'name="zanjas"'), "zanjas")
    with pytest.raises(ContractError, match="Dos conjuntos de datos se llaman «pozos»"):
        read(tmp_path)


def test_a_folder_that_does_not_exist_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ContractError, match="No existe la carpeta"):
        read(tmp_path / "nada")


def test_files_that_begin_with_underscore_are_not_layers(tmp_path: Path) -> None:
    folder = write(tmp_path)
    (folder / "_borrador.py").write_text("esto no es Python", encoding="utf-8")
    assert list(read(folder).layers) == ["pozos"]


def test_the_entity_chooses_among_the_layers_of_the_first_folder(tmp_path: Path) -> None:
    shipped, own = tmp_path / "a", tmp_path / "b"
    write(shipped)
    write(shipped, named("zanjas"), "zanjas")
    write(own, named("aljibes"), "aljibes")
    catalog = read(shipped, own, entity=replace(ENTITY, layers=("zanjas",)))
    assert set(catalog.layers) == {"zanjas", "aljibes"}


def test_the_entity_cannot_choose_a_layer_that_is_not_declared(tmp_path: Path) -> None:
    with pytest.raises(ContractError, match="quiso decir «pozos»"):
        read(write(tmp_path), entity=replace(ENTITY, layers=("poso",)))


def test_a_reference_to_a_layer_that_the_entity_does_not_use_says_so(tmp_path: Path) -> None:
    write(tmp_path, named("zanjas"), "zanjas")
    write(tmp_path, referring("aljibes", "zanjas"), "aljibes")
    with pytest.raises(ContractError, match="la entidad no la usa"):
        read(tmp_path, entity=replace(ENTITY, layers=("aljibes",)))


def test_asking_for_what_is_not_declared_is_not_found(tmp_path: Path) -> None:
    catalog = read(write(tmp_path))
    with pytest.raises(NotFound):
        catalog.layer("zanjas")
    with pytest.raises(NotFound):
        catalog.dataset("zanjas")
    assert catalog.dataset("pozos")[0].name == "pozos"
    assert list(subset(catalog, [])) == []
