"""How answers travel: validators, compression, headers, methods, failures."""

from __future__ import annotations

import gzip
import json
import re
from typing import TYPE_CHECKING

import psycopg2
import pytest
import sqlalchemy as sa

from api import schemas
from api.theme import readable
from gis.errors import StoreUnavailable
from gis.features import reading
from tests.api.tiles import control_tile, empty_tile

if TYPE_CHECKING:
    import httpx

    from api.wiring import System
    from tests.databases import Database, Server

ITEMS = "/api/collections/sitios/items"
TILES = "/api/collections/sitios/tiles/WebMercatorQuad/"
TILE = TILES + control_tile(14)
VALIDATED = [
    ITEMS,
    f"{ITEMS}?f=html",
    f"{ITEMS}/s001",
    TILE,
    "/api/styles",
    "/api/map",
    "/api/collections",
    "/api/collections/sitios/tiles/WebMercatorQuad/tilejson",
]


@pytest.mark.parametrize("path", VALIDATED)
def test_answer_that_the_caller_has_is_not_sent_again(client: httpx.Client, path: str) -> None:
    first = client.get(path)
    etag = first.headers["etag"]
    assert etag.startswith('"')
    assert first.headers["cache-control"] == "no-cache"
    again = client.get(path, headers={"If-None-Match": f'"otro", {etag}'})
    assert again.status_code == 304
    assert again.content == b""
    assert again.headers["etag"] == etag
    assert client.get(path, headers={"If-None-Match": '"otro"'}).status_code == 200


def test_each_representation_has_its_own_validator(client: httpx.Client) -> None:
    wanted = [
        {"Accept": "text/html"},
        {"Accept": "application/geo+json"},
        {"Accept": "application/geo+json", "Accept-Encoding": "identity"},
    ]
    answers = [client.get(ITEMS, headers=headers) for headers in wanted]
    assert len({answer.headers["etag"] for answer in answers}) == len(answers)
    assert all("Accept, Accept-Encoding" in answer.headers["vary"] for answer in answers)


def test_json_and_tiles_are_compressed_when_it_pays(client: httpx.Client) -> None:
    for path in (ITEMS, TILE):
        response = client.get(path, headers={"Accept-Encoding": "gzip"})
        assert response.headers["content-encoding"] == "gzip"
        plain = client.get(path, headers={"Accept-Encoding": "gzip;q=0, identity"})
        assert "content-encoding" not in plain.headers
        assert response.content == plain.content
    assert "content-encoding" not in client.get("/healthz").headers


def test_change_changes_the_validator(own_city: System, own_client: httpx.Client) -> None:
    paths = (ITEMS, "/api/map")  # tiles: test_tile_cache.py
    before = [own_client.get(path).headers["etag"] for path in paths]
    sites = sa.table("sitios", sa.column("codigo"), schema="data")
    with own_city.engine.begin() as connection:
        connection.execute(sites.delete().where(sites.c.codigo == "s001"))
    after = [own_client.get(path).headers["etag"] for path in paths]
    assert not set(before) & set(after)


def test_empty_tile_is_200_without_bytes(client: httpx.Client) -> None:
    response = client.get(TILES + empty_tile(14))
    assert response.status_code == 200
    assert response.content == b""
    assert response.headers["etag"]


@pytest.mark.parametrize("place", ["14/0/0", "3/0/0"])
@pytest.mark.parametrize("headers", [{}, {"Cookie": "sig_sesion=ajena"}])
def test_beyond_its_limits_a_tile_does_not_exist(
    client: httpx.Client, place: str, headers: dict[str, str]
) -> None:
    response = client.get(TILES + place, headers=headers)
    assert response.status_code == 404
    assert "límites" in response.json()["detail"]


def test_head_answers_like_get_without_a_body(client: httpx.Client) -> None:
    for path in ("/api", ITEMS, TILE, "/healthz", "/"):
        got, head = client.get(path), client.head(path)
        assert head.status_code == got.status_code == 200
        assert head.content == b""
        assert head.headers.get("etag") == got.headers.get("etag")


def test_another_site_may_read_and_sees_the_headers_it_needs(client: httpx.Client) -> None:
    response = client.get(ITEMS, headers={"Origin": "https://otro.example"})
    assert response.headers["access-control-allow-origin"] == "*"
    exposed = response.headers["access-control-expose-headers"]
    assert {"Content-Crs", "Link", "ETag"} <= set(exposed.split(", "))
    asked = {"Origin": "https://otro.example", "Access-Control-Request-Method": "GET"}
    assert client.options(ITEMS, headers=asked).status_code == 200


@pytest.mark.parametrize("path", ["/", "/api?f=html", ITEMS, TILE, "/nada", "/api/static/sig.css"])
def test_every_answer_carries_the_security_headers(client: httpx.Client, path: str) -> None:
    headers = client.get(path).headers
    policy = headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "http" not in policy
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"]
    assert headers["x-request-id"]


def test_pages_hold_no_script_and_no_foreign_address(client: httpx.Client) -> None:
    for path in ("/api", "/api/docs", "/api/collections", ITEMS, f"{ITEMS}/s001"):
        page = client.get(path, headers={"Accept": "text/html"}).text
        assert "<script" not in page
        assert "style=" not in page
        assert 'src="http' not in page
        assert 'rel="stylesheet" href="/api/static/sig.css"' in page


def test_pages_wear_the_entitys_colour_and_the_typeface_of_the_map(
    client: httpx.Client, city: System
) -> None:
    page = client.get("/api", params={"f": "html"}).text
    assert 'rel="stylesheet" href="/api/static/theme.css"' in page
    sheet = client.get("/api/static/theme.css")
    assert sheet.headers["content-type"] == "text/css; charset=utf-8"
    assert f"--primary: {city.catalog.entity.primary_color}" in sheet.text
    for font in re.findall(r'url\("([^"]+)"\)', sheet.text):
        assert client.get(font).headers["content-type"] == "font/woff2"


@pytest.mark.parametrize(
    ("declared", "shown"), [("#00653b", "#00653b"), ("#f3d03e", "#847122"), ("#ffffff", "#767676")]
)
def test_colour_too_pale_for_text_is_darkened_on_the_pages(declared: str, shown: str) -> None:
    assert readable(declared) == shown


def test_types_are_in_spanish_for_people(client: httpx.Client) -> None:
    cells = set()
    for path in ("/api/docs", "/api/collections/sitios/schema?f=html"):
        cells |= set(re.findall(r"<td>([^<]+)</td>", client.get(path).text))
    assert {"texto", "número entero", "fecha"} <= cells
    assert not cells & {"string", "integer", "number", "boolean", "array", "date", "date-time"}
    assert not any(cell.startswith("geometry-") for cell in cells)


def test_links_travel_as_headers_too(client: httpx.Client) -> None:
    response = client.get(ITEMS, params={"limit": 2})
    body = {link["rel"]: link["href"] for link in response.json()["links"]}
    assert response.links["next"]["url"] == body["next"]


def test_error_nobody_foresaw_keeps_its_detail_to_the_log(
    client: httpx.Client, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*arguments: object) -> None:
        raise RuntimeError("contraseña=secreta")

    monkeypatch.setattr(schemas, "queryables", broken)
    response = client.get("/api/collections/sitios/queryables")
    assert response.status_code == 500
    problem = response.json()
    assert problem["code"] == "internal-error"
    assert problem["request_id"] == response.headers["x-request-id"]
    assert "secreta" not in response.text
    assert problem["request_id"] in caplog.text
    assert "secreta" in caplog.text


def test_store_that_is_away_is_503_and_comes_back_by_itself(
    server: Server, own_database: Database, own_client: httpx.Client
) -> None:
    name = own_database.name
    assert own_client.get(ITEMS).status_code == 200
    server.run(f"ALTER DATABASE {name} WITH ALLOW_CONNECTIONS false")
    server.run(
        f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'"  # noqa: S608
    )
    for path in (ITEMS, TILE, "/api/collections", "/readyz"):
        response = own_client.get(path)
        assert response.status_code == 503, path
        assert int(response.headers["retry-after"]) > 0
        assert response.json()["code"] == "store-unavailable"
    assert own_client.get("/healthz").status_code == 200
    server.run(f"ALTER DATABASE {name} WITH ALLOW_CONNECTIONS true")
    for path in (ITEMS, TILE, "/readyz"):
        assert own_client.get(path).status_code == 200


def test_readiness_and_figures_are_real(client: httpx.Client) -> None:
    assert client.get("/healthz").json() == {"status": "ok"}
    assert client.get("/readyz").json() == {"status": "ok", "missing": []}
    client.get(f"{ITEMS}/s001")
    text = client.get("/metrics").text
    route = 'route="/api/collections/{name}/items/{feature_id:path}"'
    assert f'sig_http_requests_total{{method="GET",{route},status="200"}}' in text
    assert "sig_reader_connections_in_use" in text
    assert "s001" not in text


def test_body_is_what_the_length_says(client: httpx.Client) -> None:
    with client.stream("GET", ITEMS) as response:
        raw = b"".join(response.iter_raw())
    assert len(raw) == int(response.headers["content-length"])
    assert json.loads(gzip.decompress(raw))["type"] == "FeatureCollection"


def test_query_that_takes_too_long_is_cut_and_says_what_to_do(city: System) -> None:
    def slow() -> None:
        with reading(city.reader) as connection:
            connection.execute(sa.select(sa.func.set_config("statement_timeout", "20", True)))
            connection.execute(sa.select(sa.func.pg_sleep(2)))

    with pytest.raises(StoreUnavailable, match="acótela"):
        slow()


def test_server_that_dies_in_the_middle_of_an_answer_is_away(city: System) -> None:
    """psycopg2 says so with a bare ``DatabaseError``; SQLAlchemy marks the connection as lost."""
    lost = psycopg2.DatabaseError("server closed the connection unexpectedly")

    def dies(*, lost_connection: bool) -> None:
        with reading(city.reader):
            raise sa.exc.DatabaseError("SELECT", {}, lost, connection_invalidated=lost_connection)

    with pytest.raises(StoreUnavailable, match="no responde"):
        dies(lost_connection=True)
    with pytest.raises(sa.exc.DatabaseError):
        dies(lost_connection=False)
