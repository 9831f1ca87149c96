"""Pages add up to the layer, each feature once, whatever the size of the page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from hypothesis import given, settings
from hypothesis import strategies as st

from gis.contract import PUBLICA
from gis.features import Query, read_page, reading
from gis.features import read as features_read
from tests.api import world

if TYPE_CHECKING:
    import httpx
    import pytest

    from api.wiring import System

ITEMS = "/api/collections/sitios/items"


def pages(client: httpx.Client, address: str, **parameters: Any) -> list[dict[str, Any]]:
    found = [client.get(address, params=parameters).json()]
    while following := [x["href"] for x in found[-1]["links"] if x["rel"] == "next"]:
        found.append(client.get(following[0]).json())
    return found


@settings(max_examples=12, deadline=None)
@given(limit=st.integers(1, 30), state=st.sampled_from([None, "abierto", "cerrado"]))
def test_pages_add_up_to_the_selection(client: httpx.Client, limit: int, state: str | None) -> None:
    filters = {"estado": state} if state else {}
    found = pages(client, ITEMS, limit=limit, **filters)
    ids = [feature["id"] for page in found for feature in page["features"]]
    wanted = [r["codigo"] for r in world.ROWS["sitios"] if not state or r["estado"] == state]
    assert ids == wanted
    assert all(page["numberReturned"] == len(page["features"]) for page in found)
    assert all(page["numberReturned"] == limit for page in found[:-1])


def test_token_of_another_selection_is_refused(client: httpx.Client) -> None:
    first = client.get(ITEMS, params={"limit": 2, "estado": "abierto"}).json()
    following = next(x["href"] for x in first["links"] if x["rel"] == "next")
    assert client.get(following).status_code == 200
    changed = following.replace("estado=abierto", "estado=cerrado")
    response = client.get(changed)
    assert response.status_code == 400
    assert response.json()["parameter"] == "token"
    other = following.replace("/sitios/", "/zonas/").replace("estado=abierto&", "")
    assert client.get(other).status_code == 400


def test_page_size_may_change_between_pages(client: httpx.Client) -> None:
    first = client.get(ITEMS, params={"limit": 2}).json()
    following = next(x["href"] for x in first["links"] if x["rel"] == "next")
    rest = client.get(following.replace("limit=2", "limit=50")).json()
    assert rest["numberReturned"] == world.SITES - 2


def test_page_ends_early_when_its_geometries_grow_large(
    city: System, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(features_read, "PAGE_BYTES", 300)
    monkeypatch.setattr(features_read, "_statements", {})
    with reading(city.reader) as conn:
        query, seen = Query(limit=10), 0
        while True:
            page = read_page(conn, world.ZONAS, PUBLICA, query)
            assert page.returned < 3
            seen += page.returned
            if not page.next:
                break
            query = Query(limit=10, token=page.next)
    assert seen == 3


def test_features_without_place_are_in_items(client: httpx.Client) -> None:
    last = pages(client, ITEMS, limit=10)[-1]["features"][-1]
    assert last["id"] == f"s{world.SITES - 1:03}"
    assert last["geometry"] is None


def test_id_of_several_fields_may_hold_any_character(client: httpx.Client) -> None:
    first = client.get("/api/collections/vias/items").json()["features"][0]
    assert first["id"] == "0~a%7Eb"
    response = client.get("/api/collections/vias/items/0~a%257Eb")
    assert response.json()["properties"] == {"u": 0, "v": "a~b", "clase": "abierto"}
    page = client.get("/api/collections/vias/items", params={"f": "html"}).text
    assert "/api/collections/vias/items/0~a%257Eb?f=html" in page


def test_any_moment_of_the_layer_can_be_read(own_city: System, own_client: httpx.Client) -> None:
    def names(**parameters: Any) -> dict[str, str]:
        found = pages(own_client, ITEMS, limit=7, **parameters)
        return {f["id"]: f["properties"]["nombre"] for page in found for f in page["features"]}

    before = names()
    changed = sa.table("sitios", sa.column("codigo"), sa.column("nombre"), schema="data")
    with own_city.engine.begin() as connection:
        instant = connection.execute(sa.select(sa.func.clock_timestamp())).scalar_one()
    with own_city.engine.begin() as connection:
        statement = changed.update().where(changed.c.codigo == "s003").values(nombre="Nuevo")
        connection.execute(statement)
    with own_city.engine.begin() as connection:
        connection.execute(changed.delete().where(changed.c.codigo == "s004"))

    now = names()
    assert now["s003"] == "Nuevo"
    assert "s004" not in now
    assert names(**{"as-of": "1"}) == before
    assert names(**{"as-of": instant.isoformat()}) == before
    assert names(**{"as-of": "1999-01-01"}) == {}
    assert names(**{"as-of": "1999-01-01T00:00:00Z"}) == {}
    one = f"{ITEMS}/s004"
    assert own_client.get(one).status_code == 404
    assert own_client.get(one, params={"as-of": "1"}).status_code == 200
    assert own_client.get(ITEMS, params={"as-of": "1", "codigo": "s004"}).json()["features"]
