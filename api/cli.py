"""The ``sig`` command: finds the command asked for and turns errors into words and exit codes."""

from __future__ import annotations

import importlib
import logging
import os
import sys
import traceback
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import typer
from typer.core import TyperCommand, TyperGroup

from api.commands import COMMANDS
from api.console import err, print_json
from api.spanish import in_spanish, translate_help
from gis.errors import SigError, StoreUnavailable
from gis.later import Later

if TYPE_CHECKING:
    import sqlalchemy as sa
else:
    sa = Later("sqlalchemy")

INTERRUPTED = 130
LOST = "La base de datos dejó de responder a mitad de la orden: nada quedó a medias; repítala"


class Sig(TyperGroup):
    """The whole application. A command is loaded when it is asked for: loading all of them takes
    seconds, and whoever asks for help wants none."""

    def __init__(self) -> None:
        super().__init__(
            name="sig",
            help="Sistema de información geográfica y publicación de datos abiertos del municipio.",
            no_args_is_help=True,
            rich_markup_mode="rich",
            commands={name: TyperCommand(name, help=what) for name, (_, what) in COMMANDS.items()},
        )

    def resolve_command(self, ctx: Any, args: list[str]) -> tuple[str | None, Any, list[str]]:
        """The command itself, in place of what stands for it in the help."""
        name, command, rest = super().resolve_command(ctx, args)
        return name, load_command(name) if name else command, rest


def load_command(name: str) -> Any:
    """One of :data:`COMMANDS`, with what is below it."""
    module, what = COMMANDS[name]
    app = typer.Typer(add_completion=False, rich_markup_mode="rich")
    importlib.import_module(f"api.commands.{module}").register(app)
    command = typer.main.get_group(app).commands[name]
    command.help = what
    translate_help(command)
    return command


def main(arguments: list[str] | None = None) -> None:
    """Run ``sig`` and end the process with the exit code of what happened."""
    words = sys.argv[1:] if arguments is None else arguments
    command = Sig()
    translate_help(command)
    try:
        code = command(args=words, prog_name="sig", standalone_mode=False)
    except SigError as error:
        _report(error, as_json="--json" in words)
        sys.exit(error.exit_code)
    except typer.TyperException as error:
        if not words or not error.format_message():
            sys.exit(error.exit_code)
        err.print(f"[bold red]Error:[/] {in_spanish(error)}")
        err.print("La ayuda: sig --help, sig ORDEN --help", style="dim")
        sys.exit(error.exit_code)
    except (KeyboardInterrupt, typer.Abort):
        sys.exit(INTERRUPTED)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)
    except sa.exc.OperationalError as error:
        # An error of the server has a code; one of the way to it has none.
        if getattr(error.orig, "pgcode", None) and not error.connection_invalidated:
            _unexpected(error)
        _report(StoreUnavailable(LOST), as_json="--json" in words)
        sys.exit(StoreUnavailable.exit_code)
    except Exception as error:
        _unexpected(error)
    sys.exit(code if isinstance(code, int) else 0)


def _report(error: SigError, *, as_json: bool) -> None:
    if as_json:
        print_json({"code": error.code, "message": error.message, **error.context})
    else:
        err.print("[bold red]Error:[/]", end=" ")
        err.print(str(error), markup=False, soft_wrap=True)


def _unexpected(error: Exception) -> NoReturn:
    err.print(f"[bold red]Error inesperado:[/] {type(error).__name__}. {_keep(error)}")
    sys.exit(1)


def _keep(error: Exception) -> str:
    """Write an unexpected error where the operator finds it; a stack trace helps nobody else."""
    logging.getLogger("sig").debug("unexpected", exc_info=error)
    now = datetime.now(UTC)
    path = Path(os.environ.get("SIG_HOME", ".sig")) / "logs" / f"error-{now:%Y%m%dT%H%M%S}.txt"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("".join(traceback.format_exception(error)), encoding="utf-8")
    except OSError:
        return f"No se pudieron guardar los detalles en {path.parent}"
    return f"Los detalles quedaron en {path}"


if __name__ == "__main__":
    main()
