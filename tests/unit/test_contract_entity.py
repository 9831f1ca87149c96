"""The entity's file: every key that is wrong is named."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from gis.contract.entity import read_entity
from gis.errors import ContractError

if TYPE_CHECKING:
    from pathlib import Path

RIGHT = """
name = "Alcaldía de Prueba"
municipality = "Prueba"
department = "Prueba"
divipola = "05001"
extent = [-75.0, 4.0, -74.0, 5.0]
center = [-74.5, 4.5]
zoom = 12
primary_color = "#00653b"
samples = "muestras"
layers = ["comunas"]

[contacts.planeacion]
name = "Planeación"
email = "planeacion@prueba.example"

[[calls]]
name = "Emergencias"
phone = "123"
when = "Siempre"
source = "Línea nacional"

[procedures.concepto]
title = "Concepto de riesgo"
url = "https://tramites.example"
section = "riesgo"

[targets.estatico]
test = true

[targets.pruebas]
kind = "ckan"
url_env = "SIG_CKAN_URL"

[links]
"Trámites" = "https://prueba.example"
"""

MISTAKES = {
    # What is wrong: (text in the right file, text in its place, said, field named).
    "not TOML": ('name = "Alcaldía', "name = Alcaldía", "no es TOML válido", None),
    "missing key": ('department = "Prueba"\n', "", "falta esta clave", "department"),
    "misspelt key": ('municipality = "P', 'municipalty = "P', "«municipality»", "municipalty"),
    "number without quotes": ('"05001"', "68081", "entre comillas", "divipola"),
    "short code": ('"05001"', '"5001"', "cinco dígitos", "divipola"),
    "extent of three": ("[-75.0, 4.0, -74.0, 5.0]", "[-75.0, 4.0, 5.0]", "4 números", "extent"),
    "extent upside down": ("[-75.0, 4.0, -74.0, 5.0]", "[-74, 4, -75, 5]", "oeste, sur", None),
    "extent as text": ("[-75.0, 4.0, -74.0, 5.0]", '"-75,4,-74,5"', "4 números", "extent"),
    "centre swapped": ("[-74.5, 4.5]", "[4.5, -74.5]", "primero la longitud", "center"),
    "zoom as text": ("zoom = 12", 'zoom = "12"', "de 0 a 22", "zoom"),
    "colour by name": ("#00653b", "verde", "#rrggbb", "primary_color"),
    "samples that are not there": ('"muestras"', '"otras"', "no existe la carpeta", "samples"),
    "layers as text": ('["comunas"]', '"comunas"', "lista de nombres", "layers"),
    "no contacts": (
        '[contacts.planeacion]\nname = "Planeación"\nemail = "planeacion@prueba.example"',
        "",
        "falta esta clave",
        "contacts",
    ),
    "contact without e-mail": (
        'email = "planeacion@prueba.example"',
        "",
        "falta",
        "contacts.planeacion.email",
    ),
    "contact with a bad e-mail": (
        "planeacion@prueba.example",
        "planeacion",
        "no es un correo",
        "contacts.planeacion.email",
    ),
    "contact with another key": (
        'email = "plan',
        'mail = "x"\nemail = "plan',
        "«email»",
        "contacts.planeacion.mail",
    ),
    "call without source": ('source = "Línea nacional"', "", "falta esta clave", "calls.source"),
    "call that cannot be made": ('"123"', '"uno dos tres"', "no es un teléfono", "calls.phone"),
    "calls as a table": ("[[calls]]", "[calls]", "lista de tablas", "calls"),
    "procedure elsewhere": (
        'section = "riesgo"',
        'section = "peligro"',
        "las partes de una respuesta son lugar, riesgo",
        "procedures.concepto.section",
    ),
    "procedure that runs code": (
        "https://tramites.example",
        "javascript:alert(1)",
        "debe ser una dirección",
        "procedures.concepto.url",
    ),
    "test as text": ("test = true", 'test = "sí"', "true o false", "targets.estatico.test"),
}


def write(folder: Path, text: str) -> Path:
    (folder / "muestras").mkdir(exist_ok=True)
    path = folder / "prueba.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_the_right_file_is_read_whole(tmp_path: Path) -> None:
    entity = read_entity(write(tmp_path, RIGHT))
    assert entity.divipola == "05001"
    assert entity.samples == tmp_path / "muestras"
    assert [(t.name, t.kind, t.test) for t in entity.targets] == [
        ("estatico", "estatico", True),
        ("pruebas", "ckan", False),
    ]
    assert entity.targets[1].options == (("url_env", "SIG_CKAN_URL"),)
    assert entity.calls[0].phone == "123"
    assert entity.procedures[0].title == "Concepto de riesgo"
    assert entity.links["Trámites"] == "https://prueba.example"


@pytest.mark.parametrize("what", MISTAKES)
def test_a_wrong_key_is_named(what: str, tmp_path: Path) -> None:
    old, new, said, field = MISTAKES[what]
    assert RIGHT.count(old) == 1
    with pytest.raises(ContractError) as caught:
        read_entity(write(tmp_path, RIGHT.replace(old, new)))
    assert said in caught.value.message
    assert caught.value.context["file"] == str(tmp_path / "prueba.toml")
    if field is not None:
        assert caught.value.context["field"] == field


@pytest.mark.parametrize("url", ["https://sig.example/", "sig.example"])
def test_the_public_address_is_whole_and_without_final_slash(url: str, tmp_path: Path) -> None:
    with pytest.raises(ContractError, match="base_url"):
        read_entity(write(tmp_path, f'base_url = "{url}"\n{RIGHT}'))


def test_an_entity_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(ContractError, match="No existe el archivo"):
        read_entity(tmp_path / "nada.toml")
    with pytest.raises(ContractError, match="no una carpeta"):
        read_entity(tmp_path)
