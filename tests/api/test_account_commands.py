"""``sig user`` and ``sig token``, run as an operator does."""

from __future__ import annotations

import io
import json
from typing import TYPE_CHECKING, Any

import pytest

from api.cli import main
from gis.accounts import Action, tokens
from gis.contract import Access
from tests.api.people import PASSWORD

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.databases import Database

LAYER = "predios"
Run = Any


@pytest.fixture
def sig(
    database: Database,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> Callable[..., Any]:
    """Runs ``sig … --json``; gives what it reports."""
    monkeypatch.setenv("SIG_HOME", str(tmp_path))
    monkeypatch.setenv("SIG_DATABASE_URL", database.url)

    def run(*words: str, typed: str = "", expect: int = 0) -> Any:
        monkeypatch.setattr("sys.stdin", io.StringIO(typed))
        with pytest.raises(SystemExit) as ended:
            main([*words, "--json"])
        said = capsys.readouterr()
        assert ended.value.code == expect, said.err
        return json.loads(said.out or said.err)

    return run


def test_an_account_is_made_granted_and_given_a_token(sig: Run, database: Database) -> None:
    made = sig("user", "add", "ana", "--title", "Ana", "--password-stdin", typed=PASSWORD + "\n")
    assert (made["name"], made["title"], made["grants"]) == ("ana", "Ana", [])
    given = sig("user", "grant", "ana", "editar", "ver-clasificada", "--layer", LAYER)
    assert [one["action"] for one in given["changed"]] == ["editar", "ver-clasificada"]
    again = sig("user", "grant", "ana", "editar", "--layer", LAYER)
    assert again["changed"] == []
    token = sig("token", "create", "ana", "ver-clasificada", "--layer", LAYER, "--for", "tablero")
    assert token["token"].startswith("sig_")
    with database.engine.begin() as conn:
        who = tokens.principal(conn, token["token"])
    assert who is not None
    assert {one.action for one in who.grants} == {Action.VER_CLASIFICADA}
    (listed,) = sig("token", "list", "ana")
    assert listed["is_alive"]
    assert "token" not in listed
    assert sig("token", "revoke", str(listed["id"]))["revoked_at"]
    with database.engine.begin() as conn:
        assert tokens.principal(conn, token["token"]) is None
    gone = sig("user", "revoke", "ana", "editar", "--layer", LAYER)
    assert [one["action"] for one in gone["grants"]] == ["ver-clasificada"]
    assert sig("user", "disable", "ana")["disabled_at"]
    assert sig("user", "enable", "ana")["disabled_at"] is None
    written = [one["event"] for one in sig("user", "history", "ana")]
    assert written == [
        "enabled", "disabled", "revoked", "token-revoked", "token-created", "granted", "granted",
        "created",
    ]  # fmt: skip


def test_an_invented_password_is_shown_once_and_must_be_changed(sig: Run) -> None:
    made = sig("user", "add", "beto", "--generate")
    assert len(made["password"]) >= 20
    assert made["temporary"]
    (listed,) = sig("user", "list")
    assert "password" not in listed
    other = sig("user", "password", "beto", "--generate")
    assert other["password"] != made["password"]


@pytest.mark.parametrize(
    ("words", "expect", "told"),
    [
        (("user", "add", "Ana Ruiz", "--generate"), 2, "minúsculas"),
        (("user", "add", "ana", "--generate", "--password-stdin"), 2, "no van juntas"),
        (("user", "add", "ana"), 2, "Sin terminal"),
        (("user", "add", "ana", "--password-stdin"), 2, "al menos 12"),
        (("user", "grant", "nadie", "editar", "--layer", LAYER), 5, "No existe la cuenta"),
        (("user", "grant", "beto", "editar"), 2, "Diga en qué"),
        (("user", "grant", "beto", "borrar", "--layer", LAYER), 2, "No existe la acción"),
        (("user", "grant", "beto", "editar", "--layer", "nada"), 2, "No existe la capa"),
        (("user", "grant", "beto", "editar", "--secretaria", "nada"), 2, "secretaría"),
        (("user", "revoke", "beto", "editar", "--layer", LAYER), 2, "no tenía"),
        (("user", "disable", "nadie"), 5, "No existe la cuenta"),
        (("token", "create", "beto", "editar", "--layer", LAYER, "--for", "x"), 2, "no puede más"),
        (("token", "revoke", "99"), 5, "No hay una ficha"),
        (("user", "add", "beto", "--generate"), 6, "Ya existe"),
    ],
)
def test_what_cannot_be_is_said(sig: Run, words: tuple[str, ...], expect: int, told: str) -> None:
    sig("user", "add", "beto", "--generate")
    assert told in sig(*words, expect=expect)["message"]


def test_a_grant_of_a_layer_that_is_gone_can_be_taken_away(sig: Run, database: Database) -> None:
    from gis.accounts import Grant, directory
    from tests.api.people import OPERATOR

    sig("user", "add", "ana", "--generate")
    with database.engine.begin() as conn:
        directory.grant(conn, "ana", [Grant("*", "retirada", Action.EDITAR)], OPERATOR)
    assert sig("user", "revoke", "ana", "editar", "--layer", "retirada")["grants"] == []


def test_reading_as_a_class_is_its_login_s_alone(database: Database) -> None:
    """The private cluster's login of one class cannot become another."""
    import sqlalchemy as sa

    from gis.store import make_engine

    url = sa.make_url(database.reader_url).set(username="sig_lector_clasificada")
    address = url.render_as_string(hide_password=False)
    engine = make_engine(address, role="sig_clasificada", pool_size=1)
    with engine.connect() as conn:
        for other in (Access.PUBLICA, Access.RESERVADA):
            with pytest.raises(sa.exc.DBAPIError, match="permission denied"):
                conn.execute(sa.text(f"SET ROLE sig_{other}"))
            conn.rollback()
    engine.dispose()
