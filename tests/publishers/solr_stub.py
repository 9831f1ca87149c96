"""The little of Solr that CKAN asks for when a package is written; searching finds nothing."""

from __future__ import annotations

import json
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

SCHEMA = b'<schema name="ckan-2.12" version="1.6"/>'
NOTHING = {
    "responseHeader": {"status": 0},
    "response": {"numFound": 0, "start": 0, "docs": []},
    "facet_counts": {"facet_fields": {}},
}


class SolrStub(ThreadingHTTPServer):
    """``broken`` True answers 500 to everything, as a Solr that fell does."""

    broken = False


class _Handler(BaseHTTPRequestHandler):
    server: SolrStub
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        self.rfile.read(length)
        if self.server.broken:
            self._answer(500, b"{}")
        elif "/schema" in self.path:
            self._answer(200, SCHEMA)
        elif "/select" in self.path:
            self._answer(200, json.dumps(NOTHING).encode())
        else:
            self._answer(200, b'{"responseHeader":{"status":0}}')

    do_POST = do_GET

    def _answer(self, status: int, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""


@contextmanager
def running() -> Iterator[SolrStub]:
    """A stub on a free port of the loopback, while the block lasts."""
    server = SolrStub(("127.0.0.1", 0), _Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
