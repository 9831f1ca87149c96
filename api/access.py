"""Who is asking, and what they may: the only door between HTTP and :mod:`gis.accounts`.

People come with the cookie of a session, machines with ``Authorization: Bearer``. A request that
writes with a cookie must also carry what only our own pages know (``X-CSRF-Token``, or the field of
a form); a token needs nothing more, since no browser sends it by itself.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from gis.accounts import ANONYMOUS, Action, Principal, keys, sessions, tokens
from gis.accounts.audit import Source, record_once
from gis.contract import PUBLICA
from gis.errors import NotAllowed, NotAuthenticated
from gis.store.away import answering

if TYPE_CHECKING:
    from collections.abc import MutableMapping

    from starlette.datastructures import MutableHeaders
    from starlette.requests import Request

    from api.settings import Settings
    from api.wiring import System
    from gis.contract import Access, Layer

SESSION = "sig_sesion"
CSRF_HEADER = "X-CSRF-Token"
SAFE = ("GET", "HEAD", "OPTIONS")
FORM_KEY = "sig.form-key"
"""Where a form's own key is left for :func:`principal_of`."""
REFUSED_AGAIN_SECONDS = 900
"""How long the same refusal of the same account is written down once."""
_PRINCIPAL = "sig.principal"
_PRIVATE = "sig.private"


def principal_of(request: Request) -> Principal:
    """Who asks, by session cookie or ``Authorization: Bearer``; nobody otherwise.

    :class:`NotAuthenticated` for a token that does not hold; a session that is over is nobody's.
    :class:`NotAllowed` when a session writes without the key of its pages.
    """
    known: Principal | None = request.scope.get(_PRINCIPAL)
    if known is None:
        known = request.scope[_PRINCIPAL] = _identified(request)
    return known


def known_principal(request: Request) -> Principal:
    """Who asks, if somebody found out already: asks nothing of the database."""
    known: Principal = request.scope.get(_PRINCIPAL, ANONYMOUS)
    return known


def access_of(request: Request, layer: Layer) -> Access:
    """The strictest class of ``layer`` that the caller may see. More than the public's makes the
    answer private."""
    access = principal_of(request).access(layer)
    if access is not PUBLICA:
        keep_private(request)
    return access


def require(request: Request, action: Action, layer: Layer) -> Principal:
    """Who asks, if they may do ``action`` on ``layer``.

    :class:`NotAuthenticated` (401) when nobody said who they are, :class:`NotAllowed` (403) when
    somebody did who may not, which is written down.
    """
    keep_private(request)
    principal = principal_of(request)
    if principal.is_anonymous:
        raise NotAuthenticated("Para esto debe identificarse", layer=layer.name)
    if not principal.may(action, layer):
        _write_down(request, principal, action, layer)
        raise NotAllowed(
            f"«{principal.name}» no tiene permiso de «{action}» en la capa «{layer.name}»",
            layer=layer.name,
        )
    return principal


def keep_private(request: Request) -> None:
    """Let no cache keep the answer."""
    request.scope[_PRIVATE] = True


def guard_caches(scope: MutableMapping[str, Any], headers: MutableHeaders) -> None:
    """Say to caches whose the answer is: it varies with who asked, if that was looked at."""
    if _PRINCIPAL in scope or _PRIVATE in scope:
        headers.add_vary_header("Authorization, Cookie")
    if scope.get(_PRIVATE):
        headers["Cache-Control"] = "private, no-store"
        headers["Cross-Origin-Resource-Policy"] = "same-origin"


def source_of(request: Request, actor: str = "") -> Source:
    """Who acts and from where, for the audit."""
    client = request.client
    return Source(actor or principal_of(request).name, client.host if client else "")


def session_key(request: Request) -> str:
    """The key of the session's cookie; empty without one."""
    return request.cookies.get(session_cookie(request), "")


def session_cookie(request: Request) -> str:
    """The session's cookie."""
    return own_cookie(request, SESSION)


def own_cookie(request: Request, name: str) -> str:
    """The cookie's name: over TLS one that no neighbour host can set, good for every path."""
    return f"__Host-{name}" if is_secure(request) else name


def is_secure(request: Request) -> bool:
    """Whether people come over TLS, be it as far as a proxy before us."""
    system: System = request.app.state.system
    return request.url.scheme == "https" or system.catalog.entity.base_url.startswith("https:")


def limits_of(settings: Settings) -> sessions.Limits:
    """How long sessions live."""
    return sessions.Limits(
        timedelta(minutes=settings.session_idle_minutes), timedelta(hours=settings.session_hours)
    )


def _identified(request: Request) -> Principal:
    system: System = request.app.state.system
    words = request.headers.get("authorization")
    if words is not None:
        return _by_token(system, words)
    key = session_key(request)
    if not key:
        return ANONYMOUS
    with answering(), system.engine.begin() as conn:
        found = sessions.principal(conn, key, limits_of(system.settings))
    if found is None:
        return ANONYMOUS
    if request.method not in SAFE and not keys.is_form_key(_form_key(request), key):
        raise NotAllowed(
            "La solicitud no trae la llave de estas páginas: vuelva a cargar la página e intente "
            f"otra vez (los programas envían «{CSRF_HEADER}» o usan una ficha)"
        )
    return found


def _by_token(system: System, words: str) -> Principal:
    scheme, _, key = words.partition(" ")
    if scheme.lower() != "bearer":
        raise NotAuthenticated(
            "Los programas se identifican con «Authorization: Bearer» y una ficha"
        )
    with answering(), system.engine.begin() as conn:
        found = tokens.principal(conn, key.strip())
    if found is None:
        raise NotAuthenticated("La ficha no existe, venció o fue revocada")
    return found


def _form_key(request: Request) -> str:
    return str(request.scope.get(FORM_KEY) or request.headers.get(CSRF_HEADER, ""))


def _write_down(request: Request, who: Principal, action: Action, layer: Layer) -> None:
    system: System = request.app.state.system
    with answering(), system.engine.begin() as conn:
        source = source_of(request)
        said = {"action": str(action), "layer": layer.name}
        record_once(conn, "action-refused", who.name, source, REFUSED_AGAIN_SECONDS, **said)
