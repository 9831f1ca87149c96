"""People of the invented city, and how a browser logs one in."""

from __future__ import annotations

import re
from contextlib import contextmanager
from typing import TYPE_CHECKING

import httpx

from gis.accounts import ANY, Action, Grant, directory, tokens
from gis.accounts.audit import Source

if TYPE_CHECKING:
    from collections.abc import Iterator

    from api.wiring import System

PASSWORD = "tres tigres en un trigal"
OPERATOR = Source("pruebas")


def allow(action: Action, layer: str = ANY, secretaria: str = ANY) -> Grant:
    return Grant(secretaria, layer, action)


def add(system: System, name: str, *grants: Grant, temporary: bool = False) -> None:
    with system.engine.begin() as conn:
        directory.add(conn, name, name.title(), PASSWORD, OPERATOR, temporary=temporary)
        directory.grant(conn, name, grants, OPERATOR)


def token(system: System, name: str, *scope: Grant, days: int = 1) -> str:
    with system.engine.begin() as conn:
        return tokens.create(conn, name, "pruebas", scope, days, OPERATOR)[1]


def form_key(page: httpx.Response) -> str:
    found = re.search(r'name="llave" value="([0-9a-f]{64})"', page.text)
    assert found, page.text
    return found.group(1)


def log_in(
    client: httpx.Client, name: str, password: str = PASSWORD, onward: str = "/cuenta"
) -> httpx.Response:
    """What the form answers; redirections are not followed."""
    page = client.get("/entrar", params={"siguiente": onward})
    fields = {"cuenta": name, "clave": password, "siguiente": onward, "llave": form_key(page)}
    return client.post("/entrar", data=fields)


@contextmanager
def browser(address: str, name: str = "", password: str = PASSWORD) -> Iterator[httpx.Client]:
    """A client with cookies of its own; logged in when ``name`` is given."""
    with httpx.Client(base_url=address, timeout=30) as client:
        if name:
            assert log_in(client, name, password).status_code == 303
        yield client
