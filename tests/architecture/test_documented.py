"""What an operator can set, run or meet is written down."""

from __future__ import annotations

import importlib
import inspect
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import typer

from api.cli import load_command
from api.commands import COMMANDS as TOLD
from api.settings import Settings, known_names
from gis import errors

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[2]
OPERATION = (ROOT / "docs" / "operacion.md").read_text(encoding="utf-8")


def commands(command: Any, words: tuple[str, ...] = ("sig",)) -> Iterator[tuple[str, Any]]:
    below = getattr(command, "commands", {})
    if not below:
        yield " ".join(words), command
    for name, each in below.items():
        yield from commands(each, (*words, name))


COMMANDS = {
    words: command
    for name in TOLD
    for words, command in commands(load_command(name), ("sig", name))
}
ERRORS = [
    each
    for _, each in inspect.getmembers(errors, inspect.isclass)
    if each.__module__ == errors.__name__
]


@pytest.mark.parametrize("name", known_names())
def test_every_setting_is_documented(name: str) -> None:
    assert f"`{name}`" in OPERATION


@pytest.mark.parametrize("name", Settings.model_fields)
def test_every_setting_says_what_it_means(name: str) -> None:
    assert Settings.model_fields[name].description


def test_no_documented_setting_is_invented() -> None:
    assert set(re.findall(r"`(SIG_[A-Z_]+)`", OPERATION)) <= set(known_names())


def test_every_command_of_every_module_is_found() -> None:
    for module in (ROOT / "api" / "commands").glob("[!_]*.py"):
        app = typer.Typer()
        importlib.import_module(f"api.commands.{module.stem}").register(app)
        found = set(typer.main.get_group(app).commands)
        assert found == {name for name, (told, _) in TOLD.items() if told == module.stem}


@pytest.mark.parametrize("words", COMMANDS)
def test_every_command_is_documented(words: str) -> None:
    assert f"`{words}" in OPERATION


@pytest.mark.parametrize("words", COMMANDS)
def test_every_command_and_option_says_what_it_does(words: str) -> None:
    command = COMMANDS[words]
    assert command.help
    assert [option.name for option in command.params if not getattr(option, "help", "")] == []


@pytest.mark.parametrize("error", ERRORS, ids=lambda error: error.__name__)
def test_every_error_is_drawn_documented_and_has_a_code(error: type[errors.SigError]) -> None:
    assert error.__doc__
    assert error.__name__ in (errors.__doc__ or "")
    assert f"`{error.code}`" in OPERATION
    assert f"| {error.exit_code} |" in OPERATION


def test_error_codes_are_not_shared() -> None:
    codes = [error.code for error in ERRORS]
    assert len(codes) == len(set(codes))
