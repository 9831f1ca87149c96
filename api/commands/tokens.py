"""``sig token``: what lets a program work in the name of an account."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Table

from api.commands import accounts
from api.console import Json, err, out, print_json
from gis.accounts import tokens
from publishers.calendar import ZONE

if TYPE_CHECKING:
    from datetime import datetime

    from gis.accounts.tokens import Token

Holder = Annotated[str, typer.Argument(metavar="CUENTA", help="De qué cuenta es.")]
OneHolder = Annotated[
    str | None, typer.Argument(metavar="[CUENTA]", help="Solo las de esta cuenta.")
]
Actions = Annotated[
    list[str], typer.Argument(metavar="ACCIÓN…", help="Qué puede, de lo que puede la cuenta.")
]
Purpose = Annotated[str, typer.Option("--for", metavar="TEXTO", help="Para qué es.")]
Days = Annotated[
    int, typer.Option("--days", min=1, max=tokens.LONGEST_DAYS, help="Cuántos días dura.")
]
Secretaria = Annotated[
    str | None, typer.Option("--secretaria", help="Solo en las capas de esta secretaría.")
]
OneLayer = Annotated[str | None, typer.Option("--layer", metavar="CAPA", help="Solo en esta capa.")]
Number = Annotated[int, typer.Argument(metavar="NÚMERO", help="El de `sig token list`.")]


def register(app: typer.Typer) -> None:
    """Add ``sig token``."""
    token = typer.Typer(no_args_is_help=True)
    token.command("create", help="Crea una ficha y la muestra, una sola vez.")(create)
    token.command("list", help="Las fichas: de quién, para qué, hasta cuándo.")(show_all)
    token.command("revoke", help="Revoca una ficha; se siente de inmediato.")(revoke)
    app.add_typer(token, name="token")


def create(
    name: Holder,
    actions: Actions,
    purpose: Purpose,
    days: Days = 90,
    secretaria: Secretaria = None,
    layer: OneLayer = None,
    as_json: Json = False,
) -> None:
    with accounts.written() as (conn, catalog):
        scope = accounts.read_grants(catalog, actions, secretaria, layer)
        made, key = tokens.create(conn, name, purpose, scope, days, accounts.operator())
    if as_json:
        print_json(asdict(made) | {"token": key})
        return
    until = _day(made.expires_at)
    err.print(f"Ficha {made.id} de «{name}», hasta {until}. No se vuelve a mostrar:")
    out.print(key, markup=False, soft_wrap=True)


def show_all(name: OneHolder = None, as_json: Json = False) -> None:
    with accounts.written() as (conn, _):
        found = tokens.tokens(conn, name)
    if as_json:
        print_json([asdict(one) for one in found])
        return
    table = Table("N.º", "Cuenta", "Para qué", "Puede", "Vence", "Último uso", "Estado")
    for one in found:
        scope = "\n".join(map(accounts.in_words, one.scope))
        used = _day(one.used_at)
        table.add_row(
            str(one.id), one.account, one.label, scope, _day(one.expires_at), used, _state(one)
        )
    out.print(table)


def revoke(number: Number, as_json: Json = False) -> None:
    with accounts.written() as (conn, _):
        tokens.revoke_token(conn, number, accounts.operator())
        found = next(one for one in tokens.tokens(conn) if one.id == number)
    if as_json:
        print_json(asdict(found))
    else:
        err.print(f"Revocada la ficha {number} de «{found.account}».")


def _state(one: Token) -> str:
    if one.is_alive:
        return "vigente"
    return "[red]revocada[/]" if one.revoked_at else "vencida"


def _day(moment: datetime | None) -> str:
    return f"{moment.astimezone(ZONE):%Y-%m-%d}" if moment else "–"
