"""``sortby`` and ``properties``: a declared order, pages by key, only the fields asked for."""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sa
from hypothesis import given, settings
from hypothesis import strategies as st

from gis import store
from gis.contract import PUBLICA
from gis.features import Query, Sort, read_page, reading
from gis.features import read as features_read
from gis.features.sorting import After
from tests.api import world
from tests.api.test_paging import pages

if TYPE_CHECKING:
    import httpx

    from api.wiring import System

ITEMS = "/api/collections/sitios/items"
SORTABLE = ("estado", "puntaje", "apertura", "visita")


def expected(field: str, descending: bool) -> list[str]:
    """Nulls last; equal values one after another as they were put in."""
    rows = [(row[field], place, row["codigo"]) for place, row in enumerate(world.ROWS["sitios"])]
    valued = sorted((row for row in rows if row[0] is not None), reverse=descending)
    none = sorted((row for row in rows if row[0] is None), key=lambda r: r[1], reverse=descending)
    return [code for _, _, code in valued + none]


@settings(max_examples=40, deadline=None)
@given(
    field=st.sampled_from(SORTABLE),
    descending=st.booleans(),
    limit=st.integers(1, 25),
    moment=st.sampled_from([{}, {"as-of": "1"}]),
)
def test_sorted_pages_add_up(
    client: httpx.Client, field: str, descending: bool, limit: int, moment: dict[str, str]
) -> None:
    order = ("-" if descending else "") + field
    walked = pages(client, ITEMS, sortby=order, limit=limit, **moment)
    ids = [feature["id"] for page in walked for feature in page["features"]]
    assert ids == expected(field, descending)


def test_nulls_fill_pages_of_their_own(own_city: System, own_client: httpx.Client) -> None:
    sites = sa.table("sitios", sa.column("codigo"), sa.column("apertura"), schema="data")
    with own_city.engine.begin() as connection:
        emptied = sites.update().where(sites.c.codigo > "s004").values(apertura=None)
        connection.execute(emptied)
    for order in ("apertura", "-apertura"):
        walked = pages(own_client, ITEMS, sortby=order, limit=4)
        ids = [feature["id"] for page in walked for feature in page["features"]]
        assert len(ids) == len(set(ids)) == world.SITES
        dates = [f["properties"]["apertura"] for page in walked for f in page["features"]]
        valued = sorted([d for d in dates if d], reverse=order.startswith("-"))
        assert dates == valued + [None] * (world.SITES - 4)


def test_sort_works_with_every_filter(client: httpx.Client) -> None:
    more = {"filter": "cupos < 10", "estado": "abierto", "bbox": "-76,4,-75,5", "limit": "2"}
    walked = pages(client, ITEMS, sortby="-puntaje", **more)
    ids = [feature["id"] for page in walked for feature in page["features"]]
    assert ids == ["s009", "s007", "s005", "s003", "s001"]
    assert walked[0]["numberMatched"] == 5


def test_plus_in_front_ascends(client: httpx.Client) -> None:
    for order in ("%2Bpuntaje", "+puntaje", "puntaje"):
        first = client.get(f"{ITEMS}?sortby={order}&limit=1").json()["features"][0]
        assert first["id"] == "s000"


@pytest.mark.parametrize(
    "text",
    ["nombre", "-nombre", "clave", "responsable", "_fid", "", "-", "--estado"],
)
def test_other_fields_are_refused_naming_the_sortable(client: httpx.Client, text: str) -> None:
    response = client.get(ITEMS, params={"sortby": text})
    assert response.status_code == 400
    assert response.json()["parameter"] == "sortby"
    assert "estado, puntaje, apertura, visita (" in response.json()["detail"]


@pytest.mark.parametrize("text", ["estado,puntaje", "+estado,-puntaje", "estado,", ",", "nombre,x"])
def test_second_field_is_refused_saying_why(client: httpx.Client, text: str) -> None:
    response = client.get(ITEMS, params={"sortby": text})
    assert response.status_code == 400
    assert "un solo campo" in response.json()["detail"]


def test_layer_without_sortable_fields_says_so(client: httpx.Client) -> None:
    response = client.get("/api/collections/vias/items", params={"sortby": "clase"})
    assert response.status_code == 400
    assert "ninguno" in response.json()["detail"]


def test_token_belongs_to_its_order(client: httpx.Client) -> None:
    first = client.get(ITEMS, params={"sortby": "puntaje", "limit": 2}).json()
    following = next(x["href"] for x in first["links"] if x["rel"] == "next")
    for other in ("sortby=-puntaje", "sortby=estado"):
        refused = client.get(following.replace("sortby=puntaje", other))
        assert refused.json()["parameter"] == "token"
    assert client.get(following.replace("sortby=puntaje&", "")).json()["parameter"] == "token"


@pytest.mark.parametrize(
    "key", ["", "x", '"a"', "[1]", "{}", "true", "NaN", "1e999", "[" * 5000, "null", "1" * 400]
)
@pytest.mark.parametrize("field", ["puntaje", "apertura", "estado", "visita"])
def test_tampered_token_is_refused_or_finds_its_place(
    client: httpx.Client, field: str, key: str
) -> None:
    first = client.get(ITEMS, params={"sortby": field, "limit": 2}).json()
    following = next(x["href"] for x in first["links"] if x["rel"] == "next")
    token = dict(p.split("=") for p in following.partition("?")[2].split("&"))["token"]
    raw = urlsafe_b64decode(token + "=" * (-len(token) % 4))
    forged = urlsafe_b64encode(raw[:16] + key.encode()).decode().rstrip("=")
    answer = client.get(ITEMS, params={"sortby": field, "limit": 2, "token": forged})
    assert answer.status_code in (200, 400), answer.text
    assert answer.status_code == 200 or answer.json()["parameter"] == "token"


def test_page_of_a_sort_ends_early_when_its_geometries_grow_large(
    city: System, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(features_read, "PAGE_BYTES", 300)
    with reading(city.reader) as conn:
        page = read_page(conn, world.ZONAS, PUBLICA, Query(limit=3, sort=Sort("hasta", True)))
    assert 0 < page.returned < 3
    assert page.next


@pytest.mark.parametrize("descending", [False, True])
def test_deep_page_costs_what_the_first_costs(own_city: System, descending: bool) -> None:
    many = sa.text(
        "INSERT INTO data.sitios (codigo, puntaje, estado) SELECT 'n' || n, "
        "CASE WHEN n % 4 > 0 THEN n % 1000 END, 'abierto' FROM generate_series(1, 40000) AS n"
    )
    with own_city.engine.begin() as connection:
        connection.execute(many)
    store.sync_layers(own_city.engine, own_city.catalog)
    with own_city.engine.begin() as connection:
        connection.execute(sa.text("ANALYZE data.sitios"))
    query = Query(limit=100, sort=Sort("puntaje", descending))
    places = [After(), After(20_000, (500.0,)), After(20_000, (None,))]
    costs = [_blocks(own_city, query, after) for after in places]
    assert max(costs) < 2.5 * costs[0]
    assert max(costs) < 1_000


def _blocks(city: System, query: Query, after: After) -> int:
    statement = features_read._page(world.SITIOS, PUBLICA, query, after)
    with city.reader.connect() as conn, conn.connection.cursor() as cursor:
        compiled = statement.compile(conn, compile_kwargs={"render_postcompile": True})
        values = compiled.params | {"limit": query.limit}
        text = cursor.mogrify(str(compiled), values).decode()
        cursor.execute("EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) " + text)
        (plan,) = cursor.fetchone()
    found = plan if isinstance(plan, list) else json.loads(plan)
    return int(found[0]["Plan"]["Shared Hit Blocks"] + found[0]["Plan"]["Shared Read Blocks"])


def test_sort_indexes_follow_the_declarations(own_city: System) -> None:
    names = sa.text(
        "SELECT indexdef FROM pg_indexes WHERE tablename = 'sitios' AND indexname ~ '__s_'"
    )
    store.sync_layers(own_city.engine, own_city.catalog)
    with own_city.engine.connect() as connection:
        made = " ".join(connection.scalars(names))
    for name in (*SORTABLE, "responsable"):
        assert f"({name}, _fid)" in made
    assert "nombre" not in made


def test_only_the_properties_asked_for_come(client: httpx.Client) -> None:
    document = client.get(ITEMS, params={"properties": "cupos,nombre", "limit": 2}).json()
    assert [list(f["properties"]) for f in document["features"]] == [["nombre", "cupos"]] * 2
    assert document["features"][0]["geometry"]
    page = client.get(ITEMS, params={"properties": "cupos", "f": "html", "limit": "2"}).text
    assert "Nombre</th>" not in page
    assert "Cupos</th>" in page
    whole = client.get(ITEMS, params={"limit": 2}).json()
    assert "estado" in whole["features"][0]["properties"]


@pytest.mark.parametrize(
    "text", ["", "clave", "cupos,clave", "geom", "_fid", "cupos,", "inventado"]
)
def test_properties_that_are_not_there_are_refused(client: httpx.Client, text: str) -> None:
    response = client.get(ITEMS, params={"properties": text})
    assert response.status_code == 400
    assert response.json()["parameter"] == "properties"


def test_description_names_what_can_be_sorted_and_chosen(client: httpx.Client) -> None:
    paths = client.get("/api/openapi.json").json()["paths"]
    described = {p.get("name"): p for p in paths[ITEMS.removeprefix("/api")]["get"]["parameters"]}
    orders = described["sortby"]["schema"]["items"]["enum"]
    assert {"estado", "-estado", "+estado"} <= set(orders)
    assert not {"nombre", "responsable", "clave"} & set(orders)
    assert "clave" not in described["properties"]["schema"]["items"]["enum"]
    roads = paths["/collections/vias/items"]["get"]["parameters"]
    assert "sortby" not in {p.get("name") for p in roads}
