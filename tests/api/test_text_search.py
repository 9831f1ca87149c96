"""``q``: words in the text of features, as each class may read it."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Any

import pytest
import sqlalchemy as sa
from hypothesis import example, given, settings
from hypothesis import strategies as st

from gis import store
from gis.contract import CLASIFICADA, PUBLICA, RESERVADA
from gis.features import Query, parse_words, read_page, reading
from tests.api import world
from tests.api.test_paging import pages

if TYPE_CHECKING:
    import httpx

    from api.wiring import System

ITEMS = "/api/collections/sitios/items"
SHOPS = "/api/collections/talleres/items"
OPEN = [f"s{number:03}" for number in range(1, world.SITES, 2)]


def ids(client: httpx.Client, path: str = ITEMS, **asked: Any) -> list[str]:
    answer = client.get(path, params=asked)
    assert answer.status_code == 200, answer.text
    return [feature["id"] for feature in answer.json()["features"]]


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("s003", ["s003"]),
        ("S003", ["s003"]),
        ("s003,s001", ["s001", "s003"]),
        ("sitio 3 ñandu", ["s003"]),
        ("SITIO \t 3  ÑANDÚ", ["s003"]),
        ("nandu", [row["codigo"] for row in world.ROWS["sitios"]]),
        ("ñandúes", [row["codigo"] for row in world.ROWS["sitios"]]),
        ("3 sitio", []),
        ("sitio ñandú", []),
        ("san", []),
        ("abierto", OPEN),
        ("ñandú abierto", []),
        ("ñandú zzfin abierto", OPEN),
        ("inventado", []),
        (world.CANARY, []),
        ("7f3a", []),
        ("canario", []),
    ],
)
def test_words_find_features(client: httpx.Client, words: str, found: list[str]) -> None:
    assert ids(client, q=words) == found


@pytest.mark.parametrize("words", ["608", "57 608 261", "+57 608-261"])
def test_signs_are_no_words(client: httpx.Client, words: str) -> None:
    assert ids(client, SHOPS, q=words) == ["t2"]


def test_layer_without_public_text_has_no_words(client: httpx.Client) -> None:
    assert ids(client, "/api/collections/zonas/items", q="abierto") == ["0", "1", "2"]
    assert ids(client, "/api/collections/secretos/items", q=world.CANARY) == []


def test_words_go_with_every_other_parameter(client: httpx.Client) -> None:
    more = {"filter": "cupos < 10", "bbox": "-76,4,-75,5", "as-of": "1", "limit": 2}
    walked = pages(client, ITEMS, q="abierto", sortby="-puntaje", **more)
    found = [feature["id"] for page in walked for feature in page["features"]]
    assert found == ["s009", "s007", "s005", "s003", "s001"]
    assert client.get(ITEMS, params={"q": "s003,s005"}).json()["numberMatched"] == 2
    text = client.get(ITEMS, params={"q": "s003,s005", "f": "csv"}).text
    assert [row["codigo"] for row in csv.DictReader(io.StringIO(text))] == ["s003", "s005"]


def test_token_belongs_to_its_words(client: httpx.Client) -> None:
    first = client.get(ITEMS, params={"q": "abierto", "limit": 2}).json()
    following = next(x["href"] for x in first["links"] if x["rel"] == "next")
    assert "q=abierto" in following
    refused = client.get(following.replace("q=abierto", "q=cerrado"))
    assert refused.json()["parameter"] == "token"


@pytest.mark.parametrize(
    "text", ["", ",", "a,", " ", "!!!", "a,¿?", "\x00", "a\x01", "a" * 501, ",".join("a" * 21)]
)
def test_what_holds_no_words_is_refused(client: httpx.Client, text: str) -> None:
    answer = client.get(ITEMS, params={"q": text})
    assert answer.status_code == 400
    assert answer.json()["parameter"] == "q"


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=40))
@example("a & b | !c:* <-> (d)")
@example("'; DROP TABLE x; --")
@example("\\")
@example("%s %(a)s %")
@example("\ud800")
@example("ﬁ Ⅷ ①")
def test_any_text_is_answered(client: httpx.Client, text: str) -> None:
    asked = {"q": text.encode("utf-8", "surrogatepass")}
    assert client.get(ITEMS, params=asked).status_code in (200, 400)


def test_each_class_searches_what_it_sees(city: System) -> None:
    found = {}
    for access in (PUBLICA, CLASIFICADA, RESERVADA):
        with reading(city.readers[access]) as conn:
            query = Query(words=parse_words(world.CANARY))
            found[access] = read_page(conn, world.SITIOS, access, query).returned
    assert found == {PUBLICA: 0, CLASIFICADA: world.SITES, RESERVADA: world.SITES}


def indexes(city: System) -> dict[str, str]:
    made = sa.text("SELECT indexname, indexdef FROM pg_indexes WHERE indexname ~ '__q_'")
    with city.engine.connect() as connection:
        return dict(connection.execute(made).tuples().all())


def test_the_text_of_each_class_has_its_index_and_no_other(own_city: System) -> None:
    store.sync_layers(own_city.engine, own_city.catalog)
    made = indexes(own_city)
    of_sites = [text for name, text in made.items() if name.startswith("sitios__q_")]
    assert len(of_sites) == 3
    for name in ("nombre", "responsable", "clave"):
        assert sum(name in text for text in of_sites) == 1
    assert sum(name.startswith("zonas__q_") for name in made) == 1
    store.sync_layers(own_city.engine, own_city.catalog)
    assert indexes(own_city) == made


def test_rare_word_is_found_by_its_index(own_city: System) -> None:
    many = sa.text(
        "INSERT INTO data.sitios (codigo, nombre, estado) SELECT 'n' || n, "
        "'Parque de la Calle ' || n, 'abierto' FROM generate_series(1, 20000) AS n"
    )
    with own_city.engine.begin() as connection:
        connection.execute(many)
    store.sync_layers(own_city.engine, own_city.catalog)
    for access in (PUBLICA, RESERVADA):
        with own_city.readers[access].connect() as conn:
            words = parse_words("calle 777")
            rows = store.view(world.SITIOS, access)
            asked = sa.select(rows.c["_id"]).where(words.condition(rows, world.SITIOS, access))
            assert conn.scalars(asked).all() == ["n777"]
            text = str(asked.compile(conn, compile_kwargs={"literal_binds": True}))
            plan = "\n".join(conn.exec_driver_sql("EXPLAIN " + text).scalars())
    assert "Bitmap Index Scan on sitios__q_" in plan
