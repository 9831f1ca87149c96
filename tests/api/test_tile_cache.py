"""Cached tiles: the same bytes as fresh ones, never older than their data, for nobody else."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import httpx
import pytest
import sqlalchemy as sa

from gis import store
from gis.contract import PUBLICA
from gis.contract.catalog import Catalog
from gis.features import reading
from gis.tiles import read_tile
from gis.tiles.matrix import HALF_WORLD
from tests.api import racing, world
from tests.api.conftest import serving
from tests.api.tiles import control_tile, empty_tile

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from api.wiring import System
    from tests.databases import Database, Server

PROMISE_SECONDS = 2.0
LAYER = "/api/collections/sitios/tiles/WebMercatorQuad/"
TILE = LAYER + control_tile(14)
ZOOMS = (8, 12, 14, 16, 18)
BY_ROUTE = {"Cookie": "sig_sesion=ajena"}
"""The door lets whoever brings a session go on to the routes."""


@contextmanager
def counted(system: System) -> Iterator[list[Any]]:
    """How often the readers' pool gave a connection: nothing was read when it did not."""
    given: list[Any] = []

    def note(*event: Any) -> None:
        given.append(event)

    sa.event.listen(system.reader, "checkout", note)
    try:
        yield given
    finally:
        sa.event.remove(system.reader, "checkout", note)


def fresh(system: System, path: str, layer: str = "sitios") -> bytes:
    zoom, row, column = map(int, path.split("/")[-3:])
    with reading(system.reader) as conn:
        return read_tile(conn, system.catalog.layer(layer), PUBLICA, zoom, row, column)


def write(system: System, statement: str, **values: Any) -> None:
    """As somebody in psql: one committed transaction."""
    with system.engine.begin() as connection:
        connection.execute(sa.text(statement), values)


def tile_at(system: System, east: float, north: float, zoom: int) -> str:
    """``zoom/row/column`` of the tile with a place of EPSG:9377."""
    place = sa.text(
        "SELECT ST_X(p), ST_Y(p) FROM ST_Transform(ST_SetSRID(ST_MakePoint(:e, :n), 9377), 3857) p"
    )
    with system.engine.connect() as conn:
        x, y = conn.execute(place, {"e": east, "n": north}).one()
    side = 2 * HALF_WORLD / 2**zoom
    return f"{zoom}/{int((HALF_WORLD - y) / side)}/{int((x + HALF_WORLD) / side)}"


def within(seconds: float, claim: Callable[[], bool]) -> None:
    deadline = time.monotonic() + seconds
    while not claim():
        assert time.monotonic() < deadline, "not in time"
        time.sleep(0.02)


def warm(client: httpx.Client, system: System, *paths: str) -> dict[str, str]:
    """ETags of tiles once memory answers them."""

    def from_memory() -> bool:
        with counted(system) as given:
            for path in paths:
                assert client.get(path).status_code == 200
            return not given

    within(5, from_memory)
    return {path: client.get(path).headers["etag"] for path in paths}


@pytest.mark.parametrize("encoding", ["gzip", "identity"])
def test_cached_tile_is_the_fresh_one_byte_for_byte(
    own_city: System, own_client: httpx.Client, encoding: str
) -> None:
    headers = {"Accept-Encoding": encoding}
    for zoom in (*ZOOMS, 3):
        path = LAYER + control_tile(zoom)
        warm(own_client, own_city, path)
        first = own_client.get(path, headers=headers)
        with counted(own_city) as given:
            second = own_client.get(path, headers=headers)
        assert given == []
        assert first.content == second.content == fresh(own_city, path)
        assert first.headers["etag"] == second.headers["etag"]


@pytest.mark.parametrize("path", [TILE, LAYER + empty_tile(14), TILE + "?f=mvt"])
@pytest.mark.parametrize("method", ["GET", "HEAD"])
@pytest.mark.parametrize("encoding", ["gzip", "identity"])
@pytest.mark.parametrize("condition", ["", "*", "its own"])
def test_door_answers_as_the_route_does(
    client: httpx.Client, path: str, method: str, encoding: str, condition: str
) -> None:
    asked = {"Accept-Encoding": encoding, "Origin": "https://example.org"}
    if condition:
        etag = client.get(path, headers=asked).headers["etag"]
        asked["If-None-Match"] = etag if condition == "its own" else condition
    door = client.request(method, path, headers=asked)
    route = client.request(method, path, headers={**asked, **BY_ROUTE})
    changing = ("date", "x-request-id")
    for answer in (door, route):
        for name in changing:
            assert answer.headers.pop(name)
    assert door.status_code == route.status_code == (304 if condition else 200)
    assert dict(door.headers) == dict(route.headers)
    assert door.content == route.content


@pytest.mark.parametrize(
    ("method", "path", "headers", "status"),
    [
        ("GET", LAYER + "23/0/0", {}, 404),
        ("GET", LAYER + "2/4/0", {}, 404),
        ("GET", LAYER + "2/-1/0", {}, 400),
        ("GET", LAYER + "2/x/0", {}, 400),
        ("GET", LAYER + "2/٣/0", {}, 400),
        ("GET", LAYER + "2/1", {}, 404),
        ("GET", LAYER.replace("WebMercatorQuad", "Otra") + "2/1/1", {}, 404),
        ("GET", LAYER.replace("sitios", "nada") + "2/1/1", {}, 404),
        ("GET", LAYER.replace("sitios", "talleres") + "2/1/1", {}, 404),
        ("GET", LAYER.replace("sitios", "secretos") + control_tile(14), {}, 404),
        ("GET", TILE + "?f=json", {}, 400),
        ("GET", TILE + "?x=1", {}, 400),
        ("GET", TILE + "?as-of=nunca", {}, 400),
        ("GET", TILE, {"Accept": "text/html"}, 406),
        ("POST", TILE, {}, 405),
    ],
)
def test_refusals_are_those_of_the_routes(
    client: httpx.Client, method: str, path: str, headers: dict[str, str], status: int
) -> None:
    door = client.request(method, path, headers=headers)
    route = client.request(method, path, headers={**headers, **BY_ROUTE})
    assert door.status_code == route.status_code == status
    assert door.content == route.content


def test_past_and_several_layers_are_not_taken_for_the_present(own_city: System) -> None:
    with serving(own_city) as address, httpx.Client(base_url=address) as client:
        warm(client, own_city, TILE)
        before = client.get(TILE).content
        with own_city.reader.connect() as conn:
            head = conn.scalar(sa.text("SELECT max(id) FROM publica.sig_changeset"))
        write(own_city, "UPDATE data.sitios SET nombre = 'otro'")
        within(PROMISE_SECONDS, lambda: client.get(TILE).content != before)
        past = client.get(f"{TILE}?as-of={head}")
        several = client.get(f"/api/tiles/WebMercatorQuad/{control_tile(14)}?collections=sitios")
        assert b"otro" not in past.content
        assert several.content == client.get(TILE).content


def test_an_edit_changes_the_tiles_it_touches_and_no_other(
    own_city: System, own_client: httpx.Client
) -> None:
    here = (world.CONTROL[0] + 15_000, world.CONTROL[1] + 15_000)
    there = (here[0] + 9_000, here[1])
    at_here = [LAYER + tile_at(own_city, *here, zoom) for zoom in ZOOMS[1:]]
    at_there = [LAYER + tile_at(own_city, *there, zoom) for zoom in ZOOMS[1:]]
    others = [LAYER + control_tile(zoom) for zoom in ZOOMS[1:]]
    others += ["/api/collections/zonas/tiles/WebMercatorQuad/" + control_tile(14)]
    wide = LAYER + control_tile(8)
    steps = (
        (
            "INSERT INTO data.sitios (codigo, estado, geom)"
            " VALUES ('n1', 'abierto', ST_SetSRID(ST_MakePoint(:east, :north), 9377))",
            here,
            [wide, *at_here],
            [*at_there, *others],
        ),
        (
            "UPDATE data.sitios SET cupos = 77, estado = 'cerrado' WHERE codigo = 'n1'",
            here,
            [wide, *at_here],
            [*at_there, *others],
        ),
        (
            "UPDATE data.sitios SET geom = ST_SetSRID(ST_MakePoint(:east, :north), 9377)"
            " WHERE codigo = 'n1'",
            there,
            [wide, *at_here, *at_there],
            others,
        ),
        (
            "DELETE FROM data.sitios WHERE codigo = 'n1'",
            there,
            [wide, *at_there],
            [*at_here, *others],
        ),
    )
    for statement, (east, north), touched, spared in steps:
        before = warm(own_client, own_city, *touched, *spared)
        values = {"east": east, "north": north} if ":east" in statement else {}
        write(own_city, statement, **values)
        committed = time.monotonic()

        def changed(path: str, former: dict[str, str] = before) -> bool:
            return bool(own_client.get(path).headers["etag"] != former[path])

        within(PROMISE_SECONDS, lambda paths=touched: all(map(changed, paths)))  # type: ignore[misc]
        assert time.monotonic() - committed < PROMISE_SECONDS
        with counted(own_city) as given:
            assert not any(map(changed, spared))
        assert given == [], "a tile that nothing touched was made again"
        for path in touched:
            assert own_client.get(path).content == fresh(own_city, path)


def test_a_change_begun_first_and_committed_last_is_seen(
    own_city: System, own_client: httpx.Client
) -> None:
    """Its outbox rows have lower ids than those of a change that was seen before."""
    roads = "/api/collections/vias/tiles/WebMercatorQuad/" + control_tile(14)
    before = warm(own_client, own_city, TILE, roads)
    with own_city.engine.connect() as slow:
        slow.execute(sa.text("UPDATE data.sitios SET nombre = 'tarde'"))
        write(own_city, "UPDATE data.vias SET clase = 'cerrado'")
        within(PROMISE_SECONDS, lambda: own_client.get(roads).headers["etag"] != before[roads])
        assert own_client.get(TILE).headers["etag"] == before[TILE]
        slow.commit()
    within(PROMISE_SECONDS, lambda: own_client.get(TILE).headers["etag"] != before[TILE])


def test_a_new_contract_changes_the_tiles(own_city: System, own_client: httpx.Client) -> None:
    warm(own_client, own_city, TILE)
    assert own_client.get(TILE).content
    later = replace(world.SITIOS, tiles=replace(world.SITIOS.tiles, minzoom=15, detail_zoom=15))
    store.sync_layers(own_city.engine, Catalog(world.ENTITY, {"sitios": later}))
    within(PROMISE_SECONDS, lambda: own_client.get(TILE).content == b"")


def test_memory_is_silent_when_the_database_is_away(
    server: Server, own_city: System, own_client: httpx.Client
) -> None:
    warm(own_client, own_city, TILE)
    name = own_city.engine.url.database
    server.run(f"ALTER DATABASE {name} ALLOW_CONNECTIONS false")
    others = sa.column("datname") == name
    ended = sa.select(sa.func.pg_terminate_backend(sa.column("pid")))
    ended = ended.select_from(sa.table("pg_stat_activity")).where(others)
    server.run(str(ended.compile(compile_kwargs={"literal_binds": True})))
    within(PROMISE_SECONDS + 1, lambda: own_client.get(TILE).status_code == 503)
    refused = own_client.get(TILE)
    assert refused.headers["retry-after"]
    assert refused.json()["code"] == "store-unavailable"
    server.run(f"ALTER DATABASE {name} ALLOW_CONNECTIONS true")
    within(10, lambda: own_client.get(TILE).status_code == 200)
    warm(own_client, own_city, TILE)


def test_many_who_ask_at_once_cost_one_reading(own_city: System, own_client: httpx.Client) -> None:
    warm(own_client, own_city, LAYER + empty_tile(14))
    with own_city.engine.connect() as busy:
        busy.execute(sa.text("LOCK TABLE data.sitios IN ACCESS EXCLUSIVE MODE"))
        with counted(own_city) as given, ThreadPoolExecutor(12) as pool:
            answers = [pool.submit(own_client.get, TILE) for _ in range(12)]
            within(5, lambda: len(given) > 0)
            time.sleep(0.5)
            busy.rollback()
            bodies = {answer.result().content for answer in answers}
    assert len(given) == 1
    assert bodies == {fresh(own_city, TILE)}


def test_nothing_of_another_class_is_in_a_cached_tile(
    own_city: System, own_client: httpx.Client
) -> None:
    warm(own_client, own_city, TILE)
    plain = own_client.get(TILE, headers={"Accept-Encoding": "identity"}).content
    assert world.CANARY.encode() not in plain
    assert own_client.get(TILE, headers=BY_ROUTE).content == plain


def test_no_memory_keeps_no_tile(own_city: System) -> None:
    nothing = {"tile_cache_mb": 0, "tile_disk_mb": 0}
    without = replace(own_city, settings=own_city.settings.model_copy(update=nothing))
    with serving(without) as address, httpx.Client(base_url=address) as client:
        within(5, lambda: client.get("/readyz").status_code == 200)
        for _ in range(3):
            with counted(without) as given:
                assert client.get(TILE).content == fresh(without, TILE)
            assert len(given) == 2


@pytest.mark.parametrize(
    ("seconds", "servers"), [(4, 1), pytest.param(60, 2, marks=pytest.mark.heavy)]
)
def test_no_tile_is_older_than_its_data(
    own_database: Database, own_city: System, tmp_path: Path, seconds: int, servers: int
) -> None:
    sites = [f"s{number:03}" for number in range(racing.RACERS)]
    write(
        own_city,
        "UPDATE data.sitios SET cupos = 0,"
        " geom = ST_Translate(geom, 700 * right(codigo, 3)::int, 0)",
    )
    places = {
        site: tile_at(own_city, world.CONTROL[0] + 800 * n, world.CONTROL[1], 14 + n % 3)
        for n, site in enumerate(sites)
    }
    tiles = {
        site: (
            LAYER + place,
            f"/api/tiles/WebMercatorQuad/{place}?collections=vias,sitios",
            f"{LAYER}{place}?filter=cupos%3E-1",
        )
        for site, place in places.items()
    }
    with racing.processes(own_database, tmp_path, servers) as addresses:
        race = racing.Race(own_city.engine, addresses, tiles)
        race.run(seconds)
        assert race.reads > 20 * seconds
        assert sum(map(len, race.commits.values())) > 5 * seconds
        assert max(race.lags, default=0) <= PROMISE_SECONDS
        time.sleep(PROMISE_SECONDS)
        for address in addresses:
            for site, paths in tiles.items():
                contents = [httpx.get(address + path).content for path in paths]
                assert contents[0] == fresh(own_city, paths[0])
                assert {racing.value(content, site) for content in contents} == {
                    len(race.commits[site])
                }


def test_a_cookie_that_is_no_session_does_not_keep_a_tile_from_memory(
    own_city: System, own_client: httpx.Client
) -> None:
    warm(own_client, own_city, TILE)
    with counted(own_city) as given:
        answer = own_client.get(TILE, headers={"Cookie": "_ga=GA1.2; preferencia=es"})
    assert answer.status_code == 200
    assert given == []
