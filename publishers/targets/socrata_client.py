"""Speaking with a Socrata portal: thin, with time limits, and every failure in our words.

Only what may be repeated is repeated: reading, and sending a piece of a file again. Addresses of
what the portal makes come from its own links, never built (standards of the platform, DSMAPI).
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin, urlsplit

import requests

from gis.errors import TargetError, TargetRefused, TargetUnavailable

if TYPE_CHECKING:
    from collections.abc import Callable

Json = Any
GOOD = frozenset({200, 201, 202})
AGAIN = frozenset({408, 425, 429, 500, 502, 503, 504})
TIMEOUT = (10.0, 120.0)
"""Seconds to connect and to wait for an answer."""
ATTEMPTS = 4
LONGEST_WAIT = 60.0
"""Seconds: asked to wait for longer, the job is left for later."""


class Missing(TargetRefused):
    """What was asked for is not there: for some questions, the answer."""


class SocrataClient:
    """One account. ``session`` and ``sleep`` are injectable for tests."""

    def __init__(
        self,
        name: str,
        address: str,
        credential: tuple[str, str],
        *,
        session: requests.Session | None = None,
        timeout: tuple[float, float] = TIMEOUT,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.name = name
        self.address = address.rstrip("/")
        self.sleep = sleep
        self._session = session or requests.Session()
        self._session.auth = credential
        self._timeout = timeout

    def get(self, path: str, **params: Any) -> Json:
        """Read; tried again while the portal is away."""
        return self.send("GET", path, repeat=True, params=params)

    def post(self, path: str, body: Json) -> Json:
        """Ask for something to be made: never twice."""
        return self.send("POST", path, json=body)

    def put(self, path: str, body: Json) -> Json:
        """Ask for a change; never twice, as applying is one."""
        return self.send("PUT", path, json=body)

    def send(self, method: str, path: str, *, repeat: bool = False, **content: Any) -> Json:
        """One request, or several when it may be repeated. Raises children of
        :class:`TargetError`; :class:`Missing` for 404."""
        url = self._url(path)
        content["headers"] = {"Accept": "application/json", **content.get("headers", {})}
        for attempt in range(1, (ATTEMPTS if repeat else 1) + 1):
            try:
                return self._once(method, url, content)
            except TargetUnavailable as error:
                wait = float(error.context.get("retry_after") or attempt**2)
                if attempt == ATTEMPTS or not repeat or wait > LONGEST_WAIT:
                    raise
                self.sleep(wait)
        raise AssertionError("unreachable")

    def _once(self, method: str, url: str, content: dict[str, Any]) -> Json:
        try:
            answer = self._session.request(
                method,
                url,
                timeout=self._timeout,
                allow_redirects=False,
                verify=self._session.verify,
                **content,
            )
        except requests.exceptions.SSLError as error:
            raise TargetUnavailable(
                f"El certificado de «{self.name}» no es de confianza: no se le envía nada",
                target=self.name,
            ) from error
        except requests.RequestException as error:
            slow = isinstance(error, requests.Timeout)
            what = "tardó demasiado en responder" if slow else "no responde"
            raise TargetUnavailable(f"El portal «{self.name}» {what}", target=self.name) from error
        if answer.status_code not in GOOD:
            raise self._failure(answer)
        return self._json(answer)

    def _json(self, answer: requests.Response) -> Json:
        kind = answer.headers.get("Content-Type", "")
        try:
            if "json" not in kind:
                raise ValueError(kind)
            return answer.json()
        except ValueError as error:
            raise TargetUnavailable(
                f"El portal «{self.name}» respondió algo que no es JSON entero ({kind or 'nada'})",
                target=self.name,
            ) from error

    def _failure(self, answer: requests.Response) -> TargetError:
        status = answer.status_code
        context: dict[str, Any] = {"target": self.name, "status": status}
        if status in AGAIN:
            waited = answer.headers.get("Retry-After", "")
            if waited.isdigit():
                context["retry_after"] = int(waited)
            return TargetUnavailable(
                f"El portal «{self.name}» respondió {status}: se intenta después", **context
            )
        if status in (401, 403):
            return TargetRefused(
                f"El portal «{self.name}» no acepta la credencial o no permite esto ({status}): "
                "revise la llave y el rol de la cuenta",
                **context,
            )
        kind = Missing if status == 404 else TargetRefused
        return kind(f"El portal «{self.name}» respondió {status}: {_said(answer)}", **context)

    def _url(self, path: str) -> str:
        """Address of ``path``, which the portal gave: only ever on the portal itself, as the
        credential goes with it."""
        url = urljoin(f"{self.address}/", path)
        if urlsplit(url)[:2] != urlsplit(self.address)[:2]:
            raise TargetRefused(
                f"El portal «{self.name}» manda a otro sitio: no se le sigue", target=self.name
            )
        return url


def _said(answer: requests.Response) -> str:
    try:
        body = answer.json()
    except ValueError:
        return "sin explicación"
    message = body.get("message") if isinstance(body, dict) else None
    return str(message or body)[:500]
