"""Whatever is sent, the answer is a refusal that says why, in Spanish, and never a 500."""

from __future__ import annotations

import json
import socket
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from api import wire

if TYPE_CHECKING:
    from collections.abc import Iterator

    import httpx

ITEMS = "/api/collections/sitios/items"
ONE = f"{ITEMS}/s001"
TILE = "/api/collections/sitios/tiles/WebMercatorQuad"


def raw(address: str, *pieces: bytes) -> tuple[int, dict[str, str], bytes]:
    """Status, headers and body of what comes back for these bytes."""
    host, port = urlsplit(address).hostname, urlsplit(address).port
    with socket.create_connection((host, port), timeout=20) as connection:
        try:
            for piece in pieces:
                connection.sendall(piece)
        except OSError:  # Refused before its end.
            pass
        answer = b"".join(_received(connection))
    head, _, body = answer.partition(b"\r\n\r\n")
    first, *lines = head.decode("latin-1").split("\r\n")
    headers = {name.lower(): value for name, _, value in (x.partition(": ") for x in lines)}
    return int(first.split()[1]), headers, body


def _received(connection: socket.socket) -> Iterator[bytes]:
    try:
        while piece := connection.recv(65536):
            yield piece
    except OSError:
        return


def asked(path: str, *headers: str) -> bytes:
    lines = (f"GET {path} HTTP/1.1", "Host: x", "Connection: close", *headers)
    return "\r\n".join(lines).encode("latin-1") + b"\r\n\r\n"


@pytest.mark.parametrize("length", [wire.LONGEST_TARGET, 300_000, 3_000_000])
def test_address_too_long_is_414(address: str, length: int) -> None:
    status, headers, body = raw(address, asked(f"{ITEMS}?nombre=" + "a" * length))
    assert status == 414
    assert headers["content-type"] == "application/problem+json"
    assert json.loads(body)["code"] == "uri-too-long"
    assert "bytes" in json.loads(body)["detail"]


def test_long_address_within_the_limit_is_answered(address: str) -> None:
    path = f"{ITEMS}?nombre="
    assert raw(address, asked(path + "a" * (wire.LONGEST_TARGET - len(path))))[0] == 200


@pytest.mark.parametrize(
    "headers",
    [("X: " + "a" * 70_000,), tuple(f"X-{n}: {'a' * 1000}" for n in range(80))],
)
def test_headers_too_long_are_431(address: str, headers: tuple[str, ...]) -> None:
    status, _, body = raw(address, asked(ITEMS, *headers))
    assert status == 431
    assert json.loads(body)["code"] == "headers-too-large"


def test_header_without_end_is_431(address: str) -> None:
    start = asked(ITEMS)[:-2] + b"X: "
    status, _, body = raw(address, start, *[b"a" * 50_000] * 10)
    assert status == 431
    assert json.loads(body)["title"] == "Encabezados demasiado largos"


@pytest.mark.parametrize(
    "request_", [b"HOLA\r\n\r\n", b"GET / HTTP/9.9\r\n\r\n", b"GET /\x00 HTTP/1.1\r\n\r\n"]
)
def test_what_is_no_http_is_told_in_words(address: str, request_: bytes) -> None:
    status, _, body = raw(address, request_)
    assert status == 400
    assert json.loads(body)["detail"] == "Esto no es HTTP"


def test_connection_serves_one_request_after_another(address: str) -> None:
    """Their bytes are counted for each, not for the connection."""
    one = f"GET {ONE} HTTP/1.1\r\nHost: x\r\nX: {'a' * 50_000}\r\n\r\n".encode()
    host, port = urlsplit(address).hostname, urlsplit(address).port
    with socket.create_connection((host, port), timeout=20) as connection:
        for _ in range(12):
            connection.sendall(one[:30_000])
            connection.sendall(one[30_000:])
            read = b""
            while not read.endswith(b"}"):
                read += connection.recv(65536)
            assert read.startswith(b"HTTP/1.1 200 OK")


LISTED = [
    (f"{TILE}/14/0/0", 404),
    (f"{TILE}/99/0/0", 404),
    (f"{TILE}/14/-1/0", 400),
    (f"{TILE}/14/99999999999/0", 400),
    (f"{TILE}/a/b/c", 400),
    (f"{ITEMS}?limit=0", 400),
    (f"{ITEMS}?limit=-1", 400),
    (f"{ITEMS}?limit=1e9", 400),
    (f"{ITEMS}?limit=abc", 400),
    (f"{ITEMS}?limit=1000000000", 200),
    (f"{ITEMS}?bbox=1,2,3", 400),
    (f"{ITEMS}?bbox=1,2,3,4,5", 400),
    (f"{ITEMS}?bbox=1,2,3,4,5,6,7", 400),
    (f"{ITEMS}?bbox=NaN,2,3,4", 400),
    (f"{ITEMS}?bbox=-75,4,0,-74,5,100", 200),
    (f"{ITEMS}?bbox=170,4,-74,5", 200),
    (f"{ITEMS}?crs=EPSG:1", 400),
    (f"{ITEMS}?bbox-crs=EPSG:1&bbox=1,2,3,4", 400),
    (f"{ITEMS}?filter=" + "(" * 10_000 + "TRUE" + ")" * 10_000, 400),
    (f"{ITEMS}?filter=" + "NOT%20" * 2_000 + "TRUE", 400),
    (f"{ITEMS}?filter-lang=cql2-json&filter=" + "%5B" * 5_000, 400),
    (f"{ITEMS}?f=exe", 400),
    (f"{ITEMS}?token=AAAA", 400),
    (f"{ITEMS}?datetime=2024-02-31", 400),
    (f"{ITEMS}?datetime=2024-02-01T25:00:00Z", 400),
    (f"{ITEMS}?nombre=%00", 400),
    (f"{ITEMS}?%FF=%FF", 400),
    (f"{ITEMS}?sortby=estado,puntaje", 400),
    (f"{ITEMS}?profile=a%20b", 400),
    (f"{ITEMS}?q=%2C", 400),
    (f"{ITEMS}/a%2Fb'%22", 404),
    (f"{ITEMS}/%00", 404),
    (f"{ITEMS}/%ED%A0%80", 404),
    (f"{ITEMS}/..%2F..%2Fetc%2Fpasswd", 404),
    ("/api/collections/'%20OR%201=1/items", 404),
    ("/api/collections/%00/items", 404),
    ("/api/nada", 404),
]


@pytest.mark.parametrize(("path", "status"), LISTED, ids=lambda value: str(value)[:70])
def test_hostile_request_is_answered_as_it_should(address: str, path: str, status: int) -> None:
    found, headers, body = raw(address, asked(path))
    assert found == status, body[:300]
    if status >= 400:
        assert headers["content-type"] == "application/problem+json"
        problem = json.loads(body)
        assert problem["status"] == status
        assert problem["detail"]
        assert len(body) < 3_000


def test_accept_of_nothing_here_is_406(client: httpx.Client) -> None:
    for path in (ITEMS, ONE, "/api", "/api/collections", "/api/collections/sitios/schema"):
        answer = client.get(path, headers={"Accept": "image/png"})
        assert answer.status_code == 406
        assert "application/" in answer.json()["detail"]


HEADERS = ("Accept", "If-None-Match", "Range", "If-Range", "Accept-Encoding", "Host", "Origin",
           "Content-Crs", "Cookie", "Authorization", "If-Match")  # fmt: skip
BYTES = st.text(st.characters(codec="latin-1", exclude_characters="\r\n\x00"), max_size=60)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    path=st.sampled_from([ITEMS, ONE, f"{ITEMS}?f=csv", f"{TILE}/8/127/74", "/api", "/datos"]),
    name=st.sampled_from(HEADERS),
    value=BYTES,
)
def test_no_header_breaks_an_answer(address: str, path: str, name: str, value: str) -> None:
    status, headers, body = raw(address, asked(path, f"{name}: {value}"))
    assert status < 500, body[:300]
    if status >= 400:
        kind = headers["content-type"]
        assert kind == "application/problem+json" or kind.startswith("text/html"), kind


NAMES = ("limit", "bbox", "bbox-crs", "datetime", "q", "filter", "filter-lang", "filter-crs",
         "sortby", "properties", "token", "crs", "as-of", "profile", "f", "cupos", "puntaje",
         "accesible", "apertura", "visita", "estado", "nombre", "inventado")  # fmt: skip
PIECES = st.sampled_from(
    ["", ",", "/", "..", "-", "+", "1", "0", "9" * 30, "NaN", "1e400", "2024-02-30", "T00:00:00Z",
     "'", '"', "(", ")", " AND ", "cupos", "geometry", "S_INTERSECTS(", "POINT(1 1)", "\x00",
     "\x1f", "%", "ñ", "😀", "\u202e", "{", "[", "]", "}", ":", "=", "<", "null", "true", "json",
     "cql2-json", "EPSG:4326", "http://www.opengis.net/def/crs/EPSG/0/9377", "jsonfg", "estado"]
)  # fmt: skip


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.dictionaries(
        st.sampled_from(NAMES), st.lists(PIECES, max_size=6).map("".join), min_size=1, max_size=3
    )
)
def test_no_parameter_breaks_an_answer(client: httpx.Client, values: dict[str, str]) -> None:
    answer = client.get(ITEMS, params=values)
    assert answer.status_code in (200, 400, 404), answer.text[:300]
    if answer.status_code != 200:
        assert answer.headers["content-type"].startswith(("application/problem+json", "text/html"))
