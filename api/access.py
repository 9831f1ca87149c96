"""Who is asking, and what they may: the only door between HTTP and :mod:`gis.accounts`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gis.accounts import ANONYMOUS, Action, Principal
from gis.errors import NotAllowed, NotAuthenticated

if TYPE_CHECKING:
    from starlette.requests import Request

    from gis.contract import Access, Layer


def principal_of(request: Request) -> Principal:
    """Who asks, by session cookie or ``Authorization: Bearer``; nobody otherwise."""
    return ANONYMOUS


def access_of(request: Request, layer: Layer) -> Access:
    """The strictest class of ``layer`` that the caller may see."""
    return principal_of(request).access(layer)


def require(request: Request, action: Action, layer: Layer) -> Principal:
    """Who asks, if they may do ``action`` on ``layer``.

    :class:`NotAuthenticated` (401) when nobody said who they are, :class:`NotAllowed` (403) when
    somebody did who may not.
    """
    principal = principal_of(request)
    if principal.is_anonymous:
        raise NotAuthenticated("Para esto debe identificarse", layer=layer.name)
    if not principal.may(action, layer):
        raise NotAllowed(
            f"«{principal.name}» no tiene permiso de «{action}» en la capa «{layer.name}»",
            layer=layer.name,
        )
    return principal
