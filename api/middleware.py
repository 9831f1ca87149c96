"""What surrounds every answer: request id, security headers, figures, and the last safety net."""

from __future__ import annotations

import logging
import secrets
import time
from typing import TYPE_CHECKING

from starlette.datastructures import MutableHeaders
from starlette.requests import Request

from api.access import guard_caches
from api.errors import unexpected

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from api.metrics import Metrics

log = logging.getLogger("sig.api")

POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "font-src 'self'",
        "connect-src 'self'",
        "worker-src 'self'",
        "manifest-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'self'",
    )
)
"""Nothing from another host, no script or style inside a page, no blob: the map needs none."""
SECURITY = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "SAMEORIGIN",
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(self)",
    "Cross-Origin-Resource-Policy": "cross-origin",
}

CORS = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": (
        "Content-Crs, Content-Range, Link, ETag, Location, Retry-After, X-Request-ID"
    ),
}
"""What a page of another host may read: everything public."""


class Envelope:
    """ASGI middleware, outermost. A header that a route sets itself is left as it is."""

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self.app = app
        self.metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        request_id = secrets.token_hex(8)
        started = time.perf_counter()
        status = 0

        async def dressed(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                headers = MutableHeaders(scope=message)
                for name, value in SECURITY.items():
                    headers.setdefault(name, value)
                headers["X-Request-ID"] = request_id
                guard_caches(scope, headers)
            await send(message)

        try:
            await self.app(scope, receive, dressed)
        except Exception:
            log.exception("request %s failed: %s %s", request_id, scope["method"], scope["path"])
            if status:
                raise
            request = Request(scope)
            await unexpected(request, request_id)(scope, receive, dressed)
        finally:
            self.metrics.observe(scope, status or 500, time.perf_counter() - started)
