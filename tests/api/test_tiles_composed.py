"""Several layers in one tile: put together from the tiles of each, kept while none changes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import mapbox_vector_tile
import pytest

from tests.api.test_tile_cache import (
    BY_ROUTE,
    PROMISE_SECONDS,
    counted,
    fresh,
    warm,
    within,
    write,
)
from tests.api.tiles import control_tile, empty_tile

if TYPE_CHECKING:
    import httpx

    from api.wiring import System

PLACE = control_tile(14)
BOTH = f"/api/tiles/WebMercatorQuad/{PLACE}?collections=sitios,vias"


def single(layer: str, place: str = PLACE) -> str:
    return f"/api/collections/{layer}/tiles/WebMercatorQuad/{place}"


@pytest.mark.parametrize("encoding", ["br", "gzip", "identity"])
def test_it_is_the_tiles_of_its_layers_end_to_end(
    own_city: System, own_client: httpx.Client, encoding: str
) -> None:
    parts = [fresh(own_city, single(name), name) for name in ("sitios", "vias")]
    answer = own_client.get(BOTH, headers={"Accept-Encoding": encoding})
    assert answer.content == b"".join(parts)
    assert answer.headers.get("content-encoding", "identity") == encoding
    turned = own_client.get(BOTH.replace("sitios,vias", "vias,sitios,vias"))
    assert turned.content == b"".join(reversed(parts))
    assert list(mapbox_vector_tile.decode(turned.content)) == ["vias", "sitios"]


def test_parts_in_memory_are_enough(own_city: System, own_client: httpx.Client) -> None:
    warm(own_client, own_city, single("sitios"), single("vias"))
    with counted(own_city) as given:
        answer = own_client.get(BOTH)
        again = own_client.get(BOTH, headers={"If-None-Match": answer.headers["etag"]})
    assert given == []
    assert answer.content
    assert (again.status_code, again.content) == (304, b"")


def test_its_missing_parts_cost_one_connection(own_city: System, own_client: httpx.Client) -> None:
    warm(own_client, own_city, single("zonas"))
    with counted(own_city) as given:
        assert own_client.get(f"/api/tiles/WebMercatorQuad/{PLACE}").content
    assert len(given) == 1


def test_it_changes_with_any_of_its_layers_and_with_no_other(
    own_city: System, own_client: httpx.Client
) -> None:
    other = BOTH.replace("vias", "zonas")
    before = warm(own_client, own_city, BOTH, other)
    write(own_city, "UPDATE data.vias SET clase = 'cerrado'")
    within(PROMISE_SECONDS, lambda: own_client.get(BOTH).headers["etag"] != before[BOTH])
    with counted(own_city) as given:
        assert own_client.get(other).headers["etag"] == before[other]
    assert given == []
    parts = [fresh(own_city, single(name), name) for name in ("sitios", "vias")]
    assert own_client.get(BOTH).content == b"".join(parts)


def test_each_encoding_has_its_own_validator(client: httpx.Client) -> None:
    etags = [
        client.get(BOTH, headers={"Accept-Encoding": encoding}).headers["etag"]
        for encoding in ("br", "gzip", "identity")
    ]
    assert len(set(etags)) == 3


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("collections=sitios", 200),
        ("collections=nada", 400),
        ("collections=sitios,talleres", 400),
        ("collections=sitios,secretos", 400),
        ("collections=", 400),
        ("collections=sitios&collections=vias", 400),
        ("collections=sitios&filter=cupos>1", 400),
        ("collections=sitios&f=json", 400),
        ("collections=sitios&as-of=nunca", 400),
        ("x=1", 400),
    ],
)
def test_door_and_route_agree(client: httpx.Client, query: str, status: int) -> None:
    path = f"/api/tiles/WebMercatorQuad/{PLACE}?{query}"
    door, route = client.get(path), client.get(path, headers=BY_ROUTE)
    assert door.status_code == route.status_code == status
    assert door.content == route.content


def test_where_nothing_lies_it_is_empty_and_kept(
    own_city: System, own_client: httpx.Client
) -> None:
    path = f"/api/tiles/WebMercatorQuad/{empty_tile(14)}"
    warm(own_client, own_city, path)
    answer = own_client.get(path)
    assert (answer.status_code, answer.content) == (200, b"")
    assert "content-encoding" not in answer.headers


def test_the_past_of_several_layers(own_city: System, own_client: httpx.Client) -> None:
    before = own_client.get(BOTH + "&as-of=2099-01-01").content
    write(own_city, "UPDATE data.sitios SET nombre = 'nuevo', estado = 'cerrado'")
    within(PROMISE_SECONDS, lambda: own_client.get(BOTH + "&as-of=2099-01-01").content != before)
    assert b"nuevo" not in own_client.get(BOTH + "&as-of=2000-01-01").content
