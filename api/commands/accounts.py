"""``sig user``: who writes and sees more than the public, and what each may do."""

from __future__ import annotations

import getpass
import secrets
import sys
from contextlib import contextmanager
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.table import Table

from api.console import Json, err, out, print_json
from api.settings import read_settings
from api.wiring import open_system
from gis.accounts import ANY, directory
from gis.accounts.audit import LABELS, Source, events
from gis.errors import InvalidRequest
from publishers.calendar import ZONE

if TYPE_CHECKING:
    from collections.abc import Iterator

    import sqlalchemy as sa

    from gis.accounts import Grant
    from gis.accounts.directory import Account
    from gis.contract.catalog import Catalog

Name = Annotated[str, typer.Argument(metavar="CUENTA", help="Nombre con que se ingresa.")]
OneName = Annotated[str | None, typer.Argument(metavar="[CUENTA]", help="Solo lo de esta cuenta.")]
Title = Annotated[str, typer.Option("--title", help="Nombre de la persona o del programa.")]
FromStdin = Annotated[
    bool, typer.Option("--password-stdin", help="Lee la clave de la entrada, en una línea.")
]
Generate = Annotated[
    bool,
    typer.Option(
        "--generate", help="Inventa una clave, la muestra una vez y obliga a cambiarla al ingresar."
    ),
]
Actions = Annotated[
    list[str],
    typer.Argument(
        metavar="ACCIÓN…",
        help="ver-clasificada, ver-reservada, entregar, editar, aceptar, publicar, administrar.",
    ),
]
Secretaria = Annotated[
    str | None,
    typer.Option("--secretaria", help="En las capas de esta secretaría; '*' son todas."),
]
OneLayer = Annotated[
    str | None, typer.Option("--layer", metavar="CAPA", help="En esta capa; '*' son todas.")
]
Limit = Annotated[
    int, typer.Option("--limit", min=1, max=10_000, help="Cuántos, del último hacia atrás.")
]
GENERATED_BYTES = 15


def register(app: typer.Typer) -> None:
    """Add ``sig user``."""
    user = typer.Typer(no_args_is_help=True)
    user.command("add", help="Crea una cuenta, que al comienzo solo ve lo público.")(add)
    user.command("list", help="Las cuentas y lo que puede cada una.")(show_all)
    user.command("grant", help="Da permisos a una cuenta.")(grant)
    user.command("revoke", help="Quita permisos a una cuenta; se siente de inmediato.")(revoke)
    user.command("password", help="Pone otra clave y termina las sesiones de la cuenta.")(password)
    user.command("disable", help="Cierra una cuenta, sus sesiones y sus fichas.")(disable)
    user.command("enable", help="Abre otra vez una cuenta cerrada.")(enable)
    user.command("history", help="Lo que se hizo con las cuentas, quién y desde dónde.")(history)
    app.add_typer(user, name="user")


@contextmanager
def written() -> Iterator[tuple[sa.Connection, Catalog]]:
    """The store in one transaction, and the catalog."""
    with open_system(read_settings()) as system, system.engine.begin() as conn:
        yield conn, system.catalog


def operator() -> Source:
    """Who types the command."""
    try:
        return Source(f"sig:{getpass.getuser()}")
    except (KeyError, OSError):
        return Source("sig")


def add(
    name: Name,
    title: Title = "",
    from_stdin: FromStdin = False,
    generate: Generate = False,
    as_json: Json = False,
) -> None:
    text = _password(name, from_stdin=from_stdin, generate=generate)
    with written() as (conn, _):
        made = directory.add(conn, name, title, text, operator(), temporary=generate)
    _tell(made, text if generate else None, as_json=as_json, done=f"Creada la cuenta «{name}».")


def password(
    name: Name, from_stdin: FromStdin = False, generate: Generate = False, as_json: Json = False
) -> None:
    with written() as (conn, _):
        directory.find(conn, name)
        text = _password(name, from_stdin=from_stdin, generate=generate)
        directory.set_password(conn, name, text, operator(), temporary=generate)
        found = directory.find(conn, name)
    done = f"Cambiada la clave de «{name}»; sus sesiones terminaron."
    _tell(found, text if generate else None, as_json=as_json, done=done)


def show_all(as_json: Json = False) -> None:
    with written() as (conn, _):
        found = directory.accounts(conn)
    if as_json:
        print_json([_document(one) for one in found])
        return
    table = Table("Cuenta", "Nombre", "Estado", "Puede")
    for one in found:
        state = "[red]cerrada[/]" if one.disabled_at else "activa"
        state += ", con clave por cambiar" if one.temporary else ""
        table.add_row(one.name, one.title, state, "\n".join(map(in_words, one.grants)) or "–")
    out.print(table)


def grant(
    name: Name,
    actions: Actions,
    secretaria: Secretaria = None,
    layer: OneLayer = None,
    as_json: Json = False,
) -> None:
    with written() as (conn, catalog):
        wanted = read_grants(catalog, actions, secretaria, layer)
        new = directory.grant(conn, name, wanted, operator())
        found = directory.find(conn, name)
    done = f"«{name}» ya podía todo eso." if not new else f"«{name}» puede además:"
    _tell(found, None, as_json=as_json, done=done, changed=new)


def revoke(
    name: Name,
    actions: Actions,
    secretaria: Secretaria = None,
    layer: OneLayer = None,
    as_json: Json = False,
) -> None:
    with written() as (conn, catalog):
        # What a layer that is gone was granted can still be taken away.
        unwanted = read_grants(catalog, actions, secretaria, layer, known=False)
        gone = directory.revoke(conn, name, unwanted, operator())
        found = directory.find(conn, name)
    if not gone:
        raise InvalidRequest(f"«{name}» no tenía ese permiso; los que tiene: `sig user list`")
    _tell(found, None, as_json=as_json, done=f"«{name}» ya no puede:", changed=gone)


def disable(name: Name, as_json: Json = False) -> None:
    _set_disabled(name, disabled=True, as_json=as_json)


def enable(name: Name, as_json: Json = False) -> None:
    _set_disabled(name, disabled=False, as_json=as_json)


def history(name: OneName = None, limit: Limit = 50, as_json: Json = False) -> None:
    with written() as (conn, _):
        found = events(conn, name, limit)
    if as_json:
        print_json([asdict(one) for one in found])
        return
    table = Table("Cuándo", "Qué", "Cuenta", "Quién", "Desde", "Detalle")
    for one in found:
        when = f"{one.at.astimezone(ZONE):%Y-%m-%d %H:%M:%S}"
        detail = ", ".join(f"{key} {value}" for key, value in one.detail.items())
        who = (one.account or "–", one.actor, one.address or "–")
        table.add_row(when, LABELS.get(one.event, one.event), *who, detail)
    out.print(table)


def read_grants(
    catalog: Catalog,
    actions: list[str],
    secretaria: str | None,
    layer: str | None,
    *,
    known: bool = True,
) -> tuple[Grant, ...]:
    """The grants that a command names. To give something everywhere has to be said."""
    if secretaria is None and layer is None:
        raise InvalidRequest(
            "Diga en qué: --layer CAPA, --secretaria SECRETARÍA, o --secretaria '*' para todas"
        )
    return directory.parse_grants(catalog, actions, secretaria or ANY, layer or ANY, known=known)


def in_words(one: Grant) -> str:
    """A grant as ``acción secretaría/capa``."""
    return f"{one.action} {one.secretaria}/{one.layer}"


def _set_disabled(name: str, *, disabled: bool, as_json: bool) -> None:
    with written() as (conn, _):
        directory.set_disabled(conn, name, operator(), disabled=disabled)
        found = directory.find(conn, name)
    closed = f"Cerrada la cuenta «{name}», con sus sesiones y sus fichas."
    _tell(found, None, as_json=as_json, done=closed if disabled else f"Abierta «{name}».")


def _password(name: str, *, from_stdin: bool, generate: bool) -> str:
    """The new password: invented, from the input, or typed twice."""
    if from_stdin and generate:
        raise InvalidRequest("--password-stdin y --generate no van juntas")
    if generate:
        return secrets.token_urlsafe(GENERATED_BYTES)
    if from_stdin:
        return sys.stdin.readline().rstrip("\r\n")
    if not sys.stdin.isatty():
        raise InvalidRequest("Sin terminal, la clave viene con --password-stdin o --generate")
    return str(
        typer.prompt(f"Clave de {name}", hide_input=True, confirmation_prompt=True, err=True)
    )


def _tell(
    found: Account,
    shown: str | None,
    *,
    as_json: bool,
    done: str,
    changed: list[Grant] | None = None,
) -> None:
    if as_json:
        document = _document(found) | ({"password": shown} if shown else {})
        if changed is not None:
            document["changed"] = [asdict(one) for one in changed]
        print_json(document)
        return
    err.print(done)
    for one in changed or ():
        out.print(in_words(one), markup=False)
    if shown:
        err.print("Clave, que no se vuelve a mostrar y habrá que cambiar al ingresar:")
        out.print(shown, markup=False)


def _document(one: Account) -> dict[str, Any]:
    return asdict(one)
