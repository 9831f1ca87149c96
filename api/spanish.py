"""The words that Typer says in English, said in Spanish."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from typer import rich_utils

if TYPE_CHECKING:
    import typer

PANELS = {
    "ARGUMENTS_PANEL_TITLE": "Argumentos",
    "OPTIONS_PANEL_TITLE": "Opciones",
    "COMMANDS_PANEL_TITLE": "Órdenes",
    "DEFAULT_STRING": "[por omisión: {}]",
    "REQUIRED_LONG_STRING": "[obligatorio]",
    "ABORTED_TEXT": "Interrumpido.",
}
VALUES = (
    (r"Input should be a valid integer.*", "debe ser un número entero."),
    (r"Input should be greater than or equal to (?P<a>\S+)", "debe ser {a} o más."),
    (r"Input should be less than or equal to (?P<a>\S+)", "debe ser {a} o menos."),
    (r"(?:Value error, )?(?P<a>'.*') is not one of (?P<b>.*?)\.?", "{a} no es uno de {b}."),
    (
        r"(?:Value error, )?(?P<a>'.*') does not match the formats? '%Y-%m-%d'\.?",
        "{a} no es una fecha, como 2026-01-31.",
    ),
)
"""What may be wrong with a value, inside of a sentence."""
SENTENCES = (
    (r"Missing argument '(?P<a>[^']+)'.*", "Falta el argumento {a}."),
    (r"Missing option '(?P<a>[^']+)'.*", "Falta la opción {a}."),
    (r"Missing command.*", "Falta la orden."),
    (r"No such command '(?P<a>[^']+)'.*", "No existe la orden «{a}»."),
    (r"No such option: (?P<a>\S+).*", "No existe la opción {a}."),
    (r"Option '(?P<a>[^']+)' requires an argument.*", "La opción {a} necesita un valor."),
    (r"Invalid value for '(?P<a>[^']+)': (?P<b>.*)", "Valor no válido para {a}: {b}"),
    (r"Got unexpected extra arguments? \((?P<a>.*)\)", "Sobra en la orden: {a}."),
)


def translate_help(command: Any) -> None:
    """Make ``--help`` of a command and all below it speak Spanish."""
    for name, text in PANELS.items():
        setattr(rich_utils, name, text)
    _translate(command)


def _translate(command: Any) -> None:
    context = command.context_class(command, info_name=command.name)
    option = command.get_help_option(context)
    if option is not None:
        option.help = "Muestra esta ayuda y termina."
    for below in getattr(command, "commands", {}).values():
        _translate(below)


def in_spanish(error: typer.TyperException) -> str:
    """What was wrong with the words of a command line; unchanged when we have no sentence."""
    message = error.format_message()
    for pattern, sentence in SENTENCES:
        found = re.fullmatch(pattern, message, re.DOTALL)
        if found:
            parts = found.groupdict()
            return sentence.format(**{name: _value(text) for name, text in parts.items()})
    return message


def _value(message: str) -> str:
    for pattern, sentence in VALUES:
        found = re.fullmatch(pattern, message, re.DOTALL)
        if found:
            return sentence.format(**found.groupdict())
    return message
