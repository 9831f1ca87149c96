"""The settings: one frozen object from the environment."""

from pathlib import Path

import pytest

from api.settings import Settings, read_settings
from api.wiring import entity_of
from gis.errors import ConfigurationError

ENTITY = """
name = "Alcaldía de Villa"
municipality = "Villa"
department = "Tolima"
divipola = "73999"
extent = [-75.3, 4.3, -75.1, 4.5]
contacts.sig = { name = "SIG", email = "sig@villa.example" }
"""


@pytest.fixture(autouse=True)
def _clean(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("SIG_HOME", "SIG_PORT", "SIG_ENTITY", "SIG_LAYERS", "SIG_DATABASE_URL"):
        monkeypatch.delenv(name, raising=False)


def environment(monkeypatch: pytest.MonkeyPatch, **values: str) -> dict[str, str]:
    for name, value in values.items():
        monkeypatch.setenv(name, value)
    return values


def test_defaults_are_those_of_the_design() -> None:
    settings = read_settings({})
    assert (settings.host, settings.port) == ("127.0.0.1", 8000)
    assert settings.home == Path(".sig").resolve()
    assert settings.database_url is None
    assert settings.workers >= 1


def test_unknown_name_is_refused_and_the_known_ones_listed() -> None:
    with pytest.raises(ConfigurationError, match=r"SIG_POTR.*SIG_PORT"):
        read_settings({"SIG_POTR": "8001"})


def test_names_that_the_entity_declares_for_portals_are_known(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    entity = tmp_path / "entity.toml"
    entity.write_text(
        'name = "Alcaldía"\nmunicipality = "M"\ndepartment = "D"\ndivipola = "00000"\n'
        "extent = [-75, 4, -74, 5]\n[contacts.tic]\nname = 'TIC'\nemail = 'tic@m.example'\n"
        "[targets.portal]\nkind = 'ckan'\ntoken_env = 'SIG_OUR_TOKEN'\n"
    )
    values = environment(monkeypatch, SIG_ENTITY=str(entity), SIG_OUR_TOKEN="x")
    assert read_settings(values).entity == entity
    with pytest.raises(ConfigurationError, match="SIG_OTHER_TOKEN"):
        read_settings({**values, "SIG_OTHER_TOKEN": "x"})


def test_wrong_value_names_the_setting_in_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    values = environment(monkeypatch, SIG_PORT="ocho mil")
    with pytest.raises(ConfigurationError, match="SIG_PORT"):
        read_settings(values)


@pytest.mark.parametrize("name", ["SIG_DATABASE_URL", "SIG_DATABASE_READ_URLS"])
def test_password_of_an_address_that_cannot_be_read_is_not_repeated(
    monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    values = environment(monkeypatch, **{name: "postgresql://usuario:uno@dos:Secreta@servidor/b"})
    with pytest.raises(ConfigurationError, match=name) as caught:
        read_settings(values)
    assert "Secreta" not in str(caught.value)


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("SIG_PORT", "ocho mil", "SIG_PORT: debe ser un número entero"),
        ("SIG_PORT", "70000", "SIG_PORT: debe ser 65535 o menos"),
        ("SIG_WORKERS", "0", "SIG_WORKERS: debe ser 1 o más"),
        ("SIG_HOME", __file__, "es un archivo y debe ser una carpeta"),
        ("SIG_DATABASE_URL", "mysql://x", "SIG_DATABASE_URL: debe empezar por postgresql://"),
    ],
)
def test_wrong_value_is_told_in_spanish(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, said: str
) -> None:
    values = environment(monkeypatch, **{name: value})
    with pytest.raises(ConfigurationError, match=said):
        read_settings(values)


def test_settings_never_change() -> None:
    with pytest.raises(ValueError, match="frozen"):
        Settings().port = 1


def test_password_is_not_printed(monkeypatch: pytest.MonkeyPatch) -> None:
    values = environment(monkeypatch, SIG_DATABASE_URL="postgresql://u:secreta@h/b")
    settings = read_settings(values)
    assert "secreta" not in f"{settings!r} {settings} {settings.model_dump()}"
    assert settings.database_url is not None
    assert settings.database_url.get_secret_value() == "postgresql+psycopg2://u:secreta@h/b"


@pytest.mark.parametrize("address", ["mysql://u:secreta@h/b", "u:secreta@h"])
def test_address_that_is_not_of_postgresql_is_refused_without_its_password(
    monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    values = environment(monkeypatch, SIG_DATABASE_URL=address)
    with pytest.raises(ConfigurationError) as refused:
        read_settings(values)
    assert "SIG_DATABASE_URL" in refused.value.message
    assert "secreta" not in refused.value.message


def test_several_folders_and_replicas_are_split(monkeypatch: pytest.MonkeyPatch) -> None:
    environment(
        monkeypatch,
        SIG_LAYERS="/a:/b",
        SIG_DATABASE_READ_URLS="postgresql://u@r1/b, postgresql://u@r2/b",
    )
    settings = read_settings({})
    assert settings.layers == (Path("/a"), Path("/b"))
    assert len(settings.database_read_urls) == 2


def test_catalogue_links_to_the_port_in_use_unless_the_entity_has_an_address(
    tmp_path: Path,
) -> None:
    assert entity_of(Settings(port=8765)).base_url == "http://127.0.0.1:8765"
    own = tmp_path / "villa.toml"
    own.write_text(f'base_url = "https://datos.villa.example"\n{ENTITY}', encoding="utf-8")
    assert entity_of(Settings(port=8765, entity=own)).base_url == "https://datos.villa.example"
