"""HTTP/1.1 as it arrives: what is too long or no HTTP is refused in words, before the application.

uvicorn's own answer is a line in English; and it takes any number of headers.
"""

from __future__ import annotations

from http import HTTPStatus

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from api.responses import to_json

LONGEST_TARGET = 65_535
"""Bytes of an address, query included: what the parser takes."""
LONGEST_HEADERS = 65_536
"""Bytes of all headers together."""
REFUSALS = {
    HTTPStatus.BAD_REQUEST: ("Solicitud no válida", "invalid-http", "Esto no es HTTP"),
    HTTPStatus.REQUEST_URI_TOO_LONG: (
        "Dirección demasiado larga",
        "uri-too-long",
        f"La dirección, con sus parámetros, pasa de {LONGEST_TARGET} bytes",
    ),
    HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE: (
        "Encabezados demasiado largos",
        "headers-too-large",
        f"Los encabezados pasan de {LONGEST_HEADERS} bytes",
    ),
}


class Http(HttpToolsProtocol):
    """What the server speaks. Exceptions of these callbacks end the request as no HTTP."""

    refusal = HTTPStatus.BAD_REQUEST
    header_bytes = head_bytes = 0
    in_head = False

    def data_received(self, data: bytes) -> None:
        """Bytes of a request. A header is seen when it ends: one that does not is counted here."""
        super().data_received(data)
        self.head_bytes = self.head_bytes + len(data) if self.in_head else 0
        if self.head_bytes > 2 * (LONGEST_TARGET + LONGEST_HEADERS):
            self.refusal = HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE
            self.send_400_response("")

    def on_message_begin(self) -> None:
        """A new request."""
        self.refusal, self.header_bytes, self.in_head = HTTPStatus.BAD_REQUEST, 0, True
        super().on_message_begin()

    def on_headers_complete(self) -> None:
        """Nothing but the body follows."""
        self.in_head = False
        super().on_headers_complete()

    def on_url(self, url: bytes) -> None:
        """A piece of the address."""
        super().on_url(url)
        if len(self.url) > LONGEST_TARGET:
            self.refusal = HTTPStatus.REQUEST_URI_TOO_LONG
            raise ValueError("address")

    def on_header(self, name: bytes, value: bytes) -> None:
        """One header, whole."""
        self.header_bytes += len(name) + len(value)
        if self.header_bytes > LONGEST_HEADERS:
            self.refusal = HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE
            raise ValueError("headers")
        super().on_header(name, value)

    def send_400_response(self, msg: str) -> None:
        """Say what is wrong and hang up."""
        if self.transport.is_closing():
            return
        title, code, detail = REFUSALS[self.refusal]
        problem = {
            "type": "about:blank",
            "title": title,
            "status": self.refusal.value,
            "detail": detail,
            "code": code,
            "description": detail,
        }
        body = to_json(problem).encode()
        head = (
            f"HTTP/1.1 {self.refusal.value} {self.refusal.phrase}",
            "content-type: application/problem+json",
            f"content-length: {len(body)}",
            "cache-control: no-store",
            "connection: close",
        )
        self.transport.write("\r\n".join(head).encode() + b"\r\n\r\n" + body)
        self.transport.close()
