"""Forms of our pages, without scripts: read whole and small, and known to come from our pages."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urlsplit

from starlette.requests import Request

from api.access import FORM_KEY
from gis.errors import InvalidRequest, NotAllowed

if TYPE_CHECKING:
    from collections.abc import Mapping

LARGEST = 16 * 1024
KIND = "application/x-www-form-urlencoded"
KEY_FIELD = "llave"


async def read_form(request: Request) -> dict[str, str]:
    """The fields of a form; its key is left for whoever finds out who asks.

    :class:`InvalidRequest` for another kind of body, one too large, a field twice, or characters
    that no text has; :class:`NotAllowed` for a form that stands on a page of somebody else.
    """
    check_origin(request)
    if not is_form(request):
        raise InvalidRequest(f"El formulario debe venir como {KIND}")
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > LARGEST:
            raise InvalidRequest("El formulario es demasiado grande")
    pairs = parse_qsl(body.decode("ascii", "replace"), keep_blank_values=True)
    fields = dict(pairs)
    if len(fields) != len(pairs) or "\0" in "".join(fields.values()):
        raise InvalidRequest("El formulario trae campos repetidos o caracteres que no son texto")
    request.scope[FORM_KEY] = fields.pop(KEY_FIELD, "")
    return fields


def is_form(request: Request) -> bool:
    """Whether the body says that it is a form."""
    return request.headers.get("content-type", "").partition(";")[0].strip().lower() == KIND


def check_origin(request: Request) -> None:
    """Refuse what a browser says comes from a page of another host (Fetch Metadata; where it says
    nothing of that, RFC 6454). A proxy may have changed the host that was asked for."""
    site, origin = request.headers.get("sec-fetch-site"), request.headers.get("origin")
    entity = request.app.state.system.catalog.entity
    ours = (request.url.netloc, urlsplit(entity.base_url).netloc)
    if site is not None:
        foreign = site not in ("same-origin", "none")
    else:
        foreign = origin is not None and _host_of(origin) not in ours
    if foreign:
        raise NotAllowed("La solicitud viene de una página de otro sitio")


def _host_of(origin: str) -> str | None:
    try:
        return urlsplit(origin).netloc
    except ValueError:
        return None


def field(form: Mapping[str, str], name: str) -> str:
    """A field that must be there."""
    if name not in form:
        raise InvalidRequest(f"Falta el campo «{name}»", parameter=name)
    return form[name]


def local_path(address: str | None, otherwise: str) -> str:
    """``address`` if it leads to a page of this server and nowhere else, or ``otherwise``.

    Browsers read ``//host``, ``/\\host`` and what hides behind control characters as another
    host's.

    >>> local_path("/datos?q=a", "/"), local_path("//malo.example", "/"), local_path("a", "/")
    ('/datos?q=a', '/', '/')
    """
    if not address or not address.startswith("/") or address[1:2] in ("/", "\\"):
        return otherwise
    odd = any(character == "\\" or not "!" <= character <= "~" for character in address)
    return otherwise if odd else address
