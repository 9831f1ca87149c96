"""Nothing that is not public comes out of any door to whom may not see it.

Everything is crawled from the API's description and from every link, as each role, the most
trusted first: whatever a cache kept for them must not come out for the others.
"""

from __future__ import annotations

import html
import re
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlsplit

import httpx
import pytest
from pydantic import SecretStr

from api import portals
from api.settings import Settings
from api.wiring import System
from gis.contract import CLASIFICADA, PUBLICA, RESERVADA, Access
from publishers.publish import publish
from tests.api import leaks, people
from tests.api.conftest import serving
from tests.api.leaks import HIDDEN, NUMBERS, PLACES, ROLES, SECRETS, text_of
from tests.api.tiles import control_tile

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from gis.contract import Layer
    from tests.databases import Database, TemplateOf

ANONYMOUS = "anónimo"
ASKING = [*reversed(ROLES), ANONYMOUS]
CRAWLING = ("reservada", "clasificada", ANONYMOUS)
"""Who asks for everything in each run; the others do in the heavy one."""
SAMPLED = {"abierta", "tabla", "area_1", "gruesa_2"}
"""Layers they ask for."""
MOST = 4000
"""Addresses that a crawl may ask for: it ends by itself well before."""
VALUES = {
    "featureId": ["n0", "n2", "n3", "p1", "p2"],
    "collections": ["abierta,zona", ",".join(layer.name for layer in leaks.LAYERS)],
    "limit": ["2"],
    "bbox": ["-75.6,4.1,-74.9,4.8"],
    "as-of": ["5", "2999-01-01"],
    "filter": ["nombre LIKE 'E%'"],
    "datetime": ["1900-01-01/.."],
    "q": ["elemento", "secreto"],
    "crs": ["http://www.opengis.net/def/crs/EPSG/0/9377"],
}


@pytest.fixture(scope="module")
def city(
    template_of: TemplateOf,
    new_database: Callable[[str], Database],
    tmp_path_factory: pytest.TempPathFactory,
) -> System:
    home = tmp_path_factory.mktemp("sig")
    database = new_database(template_of("leaks", leaks.catalog(), leaks.fill))
    settings = Settings(home=home, database_url=SecretStr(database.url))
    system = System(settings, leaks.catalog(), database.engine, database.reader)
    for name, grants in ROLES.items():
        people.add(system, name, *grants)
    for order in portals.orders(system, [], "estatico", actor="pruebas"):
        assert publish(order).result == "publicada"
    return system


@pytest.fixture(scope="module")
def clients(city: System) -> Iterator[dict[str, httpx.Client]]:
    """One for each role, by session or by token, in turns."""
    with ExitStack() as stack:
        address = stack.enter_context(serving(city))
        found = {ANONYMOUS: stack.enter_context(people.browser(address))}
        for number, (name, grants) in enumerate(ROLES.items()):
            if number % 2 and grants:
                key = people.token(city, name, *grants)
                client = stack.enter_context(people.browser(address))
                client.headers["Authorization"] = f"Bearer {key}"
            else:
                client = stack.enter_context(people.browser(address, name))
            found[name] = client
        yield found


def cleared(name: str, layer: Layer | None) -> Access:
    """The most that somebody may see of a layer, or of what is about several."""
    if name in ("reservada", "clasificada"):
        return Access(name)
    if name == "ve-otra" and (layer is None or layer.name == "tabla"):
        return RESERVADA
    return PUBLICA


def layer_of(address: str) -> Layer | None:
    path = urlsplit(address).path
    for layer in leaks.LAYERS:
        if f"/{layer.name}" in path:
            return layer
    return None


def check(name: str, response: httpx.Response) -> None:
    """No secret above the class, and none below it where a cache could keep it."""
    address, text = str(response.request.url), text_of(response)
    most = cleared(name, layer_of(address))
    # What one asks for comes back in links and messages: that is no secret.
    asked = response.request.url.query.decode() + response.request.url.path
    for secret in SECRETS:
        if secret.pattern.search(asked):
            continue
        found = secret.pattern.search(text)
        if found is None:
            continue
        around = text[max(0, found.start() - 80) : found.end() + 80]
        where = f"{name} {response.status_code} {address}: …{around}…"
        assert most.covers(secret.access), where
        assert response.headers["cache-control"] == "private, no-store", where
        assert "cookie" in response.headers["vary"].lower(), where
        assert "authorization" in response.headers["vary"].lower(), where
    assert response.status_code < 500, f"{name} {address}: {text[-500:]}"


def described(document: dict[str, Any]) -> Iterator[str]:
    """Addresses of the API's description: each format, each parameter with values of its own."""
    shared = document["components"]["parameters"]
    for tail, operations in document["paths"].items():
        template = f"/api{tail}"
        if "get" not in operations:
            continue
        parameters = [
            shared[one["$ref"].rsplit("/", 1)[1]] if "$ref" in one else one
            for one in operations["get"].get("parameters", [])
        ]
        for path in filled(template):
            yield path
            for one in parameters:
                if one["in"] == "query":
                    for value in values_of(one):
                        yield f"{path}?{quote(one['name'])}={quote(value, safe='')}"


def filled(template: str) -> Iterator[str]:
    if "{tileMatrix}" in template:
        for zoom in (6, 13):
            z, row, column = control_tile(zoom).split("/")
            path = template.replace("{tileMatrix}", z).replace("{tileRow}", row)
            yield path.replace("{tileCol}", column)
    elif "{featureId}" in template:
        for value in VALUES["featureId"]:
            yield template.replace("{featureId}", value)
    elif "{" not in template:
        yield template


def values_of(parameter: dict[str, Any]) -> list[str]:
    schema = parameter.get("schema", {})
    listed = schema.get("enum") or schema.get("items", {}).get("enum")
    if parameter["name"] == "f":
        return list(listed)
    return VALUES.get(parameter["name"]) or [str(value) for value in (listed or ["1"])[-2:]]


def links_in(response: httpx.Response) -> Iterator[str]:
    kind = response.headers.get("content-type", "")
    if "json" in kind:
        text = response.text
        found = re.findall(r'"(?:href|url|tilejson|style|items|next|\$id)":"([^"]+)"', text)
        found += re.findall(r'"tiles":\["([^"]+)"', text)
    elif "html" in kind or "css" in kind:
        found = [
            html.unescape(a) for a in re.findall(r'(?:href|src|action)="([^"]+)"', response.text)
        ]
    else:
        found = []
    for zoom in (6, 13):
        z, row, column = control_tile(zoom).split("/")
        tile = (("{z}", z), ("{y}", row), ("{x}", column), ("{tileMatrix}", z),
                ("{tileRow}", row), ("{tileCol}", column))  # fmt: skip
        for address in found:
            for word, value in tile:
                address = address.replace(word, value)
            yield address


def crawl(name: str, client: httpx.Client, *, whole: bool) -> dict[str, int]:
    """Every address that is described or linked, and the status it got. Of links to one path that
    differ in their query, one for each format is followed."""
    host = urlsplit(str(client.base_url)).netloc
    document = client.get("/api/openapi.json").json()
    waiting = ["/api", "/datos", "/", "/entrar", "/cuenta", "/metrics", "/readyz", "/healthz"]
    waiting += ["/data.json", "/catalog.jsonld", "/catalog.ttl", *described(document)]
    seen: dict[str, int] = {}
    shapes: set[tuple[str, str]] = set()
    while waiting:
        local = waiting.pop(0)
        layer = layer_of(local)
        if local in seen or not (whole or layer is None or layer.name in SAMPLED):
            continue
        response = client.get(local)
        seen[local] = response.status_code
        check(name, response)
        assert len(seen) < MOST
        for link in links_in(response) if response.status_code == 200 else ():
            parts = urlsplit(link)
            shape = (parts.path, str(httpx.QueryParams(parts.query).get("f")))
            ours = parts.netloc in ("", host, "127.0.0.1:8000") and parts.path.startswith("/")
            if ours and "{" not in link and shape not in shapes:
                shapes.add(shape)
                waiting.append(parts.path + (f"?{parts.query}" if parts.query else ""))
    return seen


def check_crawl(name: str, client: httpx.Client, *, whole: bool = False) -> None:
    seen = crawl(name, client, whole=whole)
    assert len(seen) > 300
    for part in ("/items?f=", "tilejson", "/queryables", "/schema", "/api/styles", "/datos/"):
        assert any(part in address for address in seen), part
    answered = [status for status in seen.values() if status == 200]
    assert len(answered) > len(seen) * 0.6


@pytest.mark.timeout(900)
def test_no_address_says_more_than_the_class(clients: dict[str, httpx.Client]) -> None:
    for name in CRAWLING:
        check_crawl(name, clients[name])


@pytest.mark.heavy
@pytest.mark.timeout(1800)
def test_no_address_says_more_than_the_class_to_anybody(clients: dict[str, httpx.Client]) -> None:
    for name in ASKING:
        check_crawl(name, clients[name], whole=True)


FORMS = ("json", "html", "csv", "gpkg", "fgb", "parquet", "xlsx", "shp")


@pytest.mark.parametrize("form", FORMS)
def test_who_may_see_finds_the_secrets_in_every_format(
    clients: dict[str, httpx.Client], form: str
) -> None:
    """Or the crawl would prove nothing."""
    forms = clients[ANONYMOUS].get("/api/openapi.json").json()
    path = "/api/collections/abierta/items"
    offered = next(
        one["schema"]["enum"]
        for one in forms["paths"][path.removeprefix("/api")]["get"]["parameters"]
        if one.get("name") == "f"
    )
    assert form in offered or form == "shp"
    word = form if form in offered else next(one for one in offered if one.startswith("sh"))
    for name, access in (("clasificada", CLASIFICADA), ("reservada", RESERVADA)):
        response = clients[name].get(path, params={"f": word})
        assert response.status_code == 200
        found = {secret.access for secret in SECRETS if secret.pattern.search(text_of(response))}
        assert found == {one for one in (CLASIFICADA, RESERVADA) if access.covers(one)}
        assert response.headers["cache-control"] == "private, no-store"


@pytest.mark.parametrize("kind", ["point", "line", "area"])
@pytest.mark.parametrize("access", [CLASIFICADA, RESERVADA])
def test_a_hidden_place_is_for_who_may_see_it(
    clients: dict[str, httpx.Client], kind: str, access: Access
) -> None:
    layer = leaks.OCULTAS[access][kind]
    for name in ASKING:
        sees = cleared(name, layer).covers(access)
        items = clients[name].get(f"/api/collections/{layer.name}/items").json()["features"]
        assert [one["geometry"] is not None for one in items] == [sees]
        tile = f"/api/collections/{layer.name}/tiles/WebMercatorQuad/{control_tile(6)}"
        answer = clients[name].get(tile)
        assert answer.status_code == (200 if sees else 404)
        assert bool(answer.content) or not sees
        style = clients[name].get("/api/styles").text
        assert (f'"{layer.name}"' in style) is sees


@pytest.mark.parametrize("access", [CLASIFICADA, RESERVADA])
def test_a_coarse_place_stays_coarse(clients: dict[str, httpx.Client], access: Access) -> None:
    layer = leaks.OCULTAS[access]["coarse"]
    lon, lat = PLACES[access]
    near = f"{lon - 1e-5},{lat - 1e-5},{lon + 1e-5},{lat + 1e-5}"
    for name in ASKING:
        sees = cleared(name, layer).covers(access)
        found = clients[name].get(f"/api/collections/{layer.name}/items?bbox={near}").json()
        assert bool(found["features"]) is sees


def hidden_names(access: Access) -> list[str]:
    word = HIDDEN[access]
    kinds = ("texto", "entero", "decimal", "dia", "hora", "codigo", "si")
    return [f"{word}_{kind}" for kind in kinds]


def tries(name: str) -> list[dict[str, str]]:
    """Ways to learn of a field: by its value, its order, its absence."""
    return [
        {name: "1"},
        {name: ""},
        {"filter": f"{name} = '1'"},
        {"filter": f"{name} IS NULL"},
        {"filter": f"{name} > 1 AND codigo = 'n0'"},
        {"filter": f"NOT ({name} = codigo)"},
        {"filter": f"CASEI({name}) LIKE 'a%'"},
        {"filter": f"{name} IN ('1','2')"},
        {"filter": f"codigo = 'n0' OR {name} BETWEEN 1 AND 2"},
        {"filter": f"T_AFTER({name}, DATE('2000-01-01'))"},
        {"filter": f'"{name}" = 1'},
        {
            "filter": '{"op":"=","args":[{"property":"' + name + '"},1]}',
            "filter-lang": "cql2-json",
        },
        {"sortby": name},
        {"sortby": f"-{name}"},
        {"sortby": f"codigo,{name}"},
        {"properties": name},
        {"properties": f"codigo,{name}"},
        {"f": "csv", "properties": name},
        {"f": "csv", "filter": f"{name} = 1"},
        {"f": "gpkg", "sortby": name},
        {"as-of": "3", "filter": f"{name} = 1"},
        {"filter": f"{name} = 1", "f": "html"},
    ]


@pytest.mark.parametrize("access", [CLASIFICADA, RESERVADA])
def test_a_hidden_field_is_as_one_that_does_not_exist(
    clients: dict[str, httpx.Client], access: Access
) -> None:
    """The same answer to the byte, but for the name that was asked for."""
    for who in ASKING:
        for layer in (leaks.ABIERTA, leaks.TABLA):
            if cleared(who, layer).covers(access):
                continue
            every = who == ANONYMOUS and layer is leaks.ABIERTA
            for name in hidden_names(access)[: None if every else 1]:
                # As long as the other: suggestions may depend on the letters.
                absent = "zz" + name[2:]
                path = f"/api/collections/{layer.name}/items"
                for real, invented in zip(tries(name), tries(absent), strict=True):
                    one = clients[who].get(path, params=real)
                    other = clients[who].get(path, params=invented)
                    assert one.status_code == other.status_code == 400, (who, one.url, one.text)
                    assert plain(one, name) == plain(other, absent), (who, one.url)


def plain(response: httpx.Response, name: str) -> str:
    return response.text.replace(name, "CAMPO")


@pytest.mark.parametrize("access", [CLASIFICADA, RESERVADA])
def test_who_may_see_a_field_may_ask_by_it(
    clients: dict[str, httpx.Client], access: Access
) -> None:
    """Or refusing it to the others would prove nothing."""
    word, client = HIDDEN[access], clients[str(access)]
    path = "/api/collections/abierta/items"
    for asked, count in (
        ({f"{word}_entero": NUMBERS[access]}, 2),
        ({"filter": f"{word}_texto = 'secreto {word} 1'"}, 1),
        ({"filter": f"{word}_dia < DATE('1950-01-01')"}, 2),
        ({"sortby": f"-{word}_texto"}, 3),
        ({"properties": f"{word}_texto"}, 3),
    ):
        response = client.get(path, params=asked)
        assert response.status_code == 200, response.text
        assert response.json()["numberMatched"] == count


@pytest.mark.parametrize("access", [CLASIFICADA, RESERVADA])
def test_a_hidden_place_is_not_found_by_searching(
    clients: dict[str, httpx.Client], access: Access
) -> None:
    """Where it stands and where it does not give the same answer."""
    lon, lat = PLACES[access]
    here = f"{lon - 0.01},{lat - 0.01},{lon + 0.01},{lat + 0.01}"
    there = "10,10,11,11"
    polygon = "POLYGON(({0} {1},{2} {1},{2} {3},{0} {3},{0} {1}))"
    for who in ASKING:
        for kind in ("point", "line", "area"):
            layer = leaks.OCULTAS[access][kind]
            if cleared(who, layer).covers(access):
                continue
            path = f"/api/collections/{layer.name}/items"
            for template in (
                {"bbox": "{box}"},
                {"bbox": "{box}", "as-of": "2999-01-01"},
                {"filter": "S_INTERSECTS(geometry,{shape})"},
                {"filter": "S_INTERSECTS(geom,{shape})"},
                {"filter": "S_WITHIN(geometry,{shape})"},
                {"f": "csv", "bbox": "{box}"},
            ):
                answers = []
                for box in (here, there):
                    shape = polygon.format(*box.split(","))
                    asked = {k: v.format(box=box, shape=shape) for k, v in template.items()}
                    got = clients[who].get(path, params=asked)
                    answers.append((got.status_code, re.sub(r'"links":\[.*?\],?', "", got.text)
                                    .replace(box, "").replace(shape, "")))  # fmt: skip
                assert answers[0] == answers[1], (who, path, template)


def test_words_of_hidden_text_are_not_found(clients: dict[str, httpx.Client]) -> None:
    document = clients[ANONYMOUS].get("/api/openapi.json").json()
    parameters = document["paths"]["/collections/abierta/items"]["get"]["parameters"]
    searched = any(
        one.get("$ref", "").endswith("/q") or one.get("name") == "q" for one in parameters
    )
    for who in ASKING:
        for layer in (leaks.ABIERTA, leaks.TABLA):
            for access, word in HIDDEN.items():
                asked = {"q": word} if searched else {"filter": f"nombre LIKE '%{word}%'"}
                found = clients[who].get(f"/api/collections/{layer.name}/items", params=asked)
                assert found.status_code == 200
                sees = searched and cleared(who, layer).covers(access)
                assert bool(found.json()["features"]) is sees, (who, layer.name, word)


def test_a_page_s_token_of_one_class_opens_none_of_another(
    clients: dict[str, httpx.Client],
) -> None:
    path = "/api/collections/abierta/items"
    asked = {"limit": "1", "sortby": "-rezerv_texto"}
    page = clients["reservada"].get(path, params=asked).json()
    (following,) = [one["href"] for one in page["links"] if one["rel"] == "next"]
    token = httpx.URL(following).params["token"]
    for who in (ANONYMOUS, "clasificada"):
        for more in ({}, {"sortby": "-codigo"}, {"sortby": "-rezerv_texto"}):
            got = clients[who].get(path, params={"limit": "1", "token": token} | more)
            assert got.status_code == 400
            check(who, got)


@pytest.mark.parametrize(
    "path", ["/items", "/items?f=csv", "", "/schema", "/tiles/WebMercatorQuad/tilejson"]
)
def test_what_the_trusted_had_is_not_confirmed_to_others(
    clients: dict[str, httpx.Client], path: str
) -> None:
    """An ETag of one class is no validator of another's answer."""
    address = f"/api/collections/abierta{path}"
    etag = clients["reservada"].get(address).headers.get("etag")
    if path == "":
        return
    assert etag
    answer = clients[ANONYMOUS].get(address, headers={"If-None-Match": etag})
    assert answer.status_code == 200
    check(ANONYMOUS, answer)


@pytest.mark.parametrize("access", [CLASIFICADA, RESERVADA])
def test_writing_a_hidden_field_is_as_writing_one_that_does_not_exist(
    clients: dict[str, httpx.Client], access: Access
) -> None:
    """Nor does what is wrong with a feature show what it holds: ``edita`` sees the public's."""
    client, path = clients["edita"], "/api/collections/tabla/items"
    kind = {"Content-Type": "application/geo+json"}
    for name in hidden_names(access):
        answers = []
        for given in (name, "zz" + name[2:]):
            feature = {"type": "Feature", "geometry": None}
            feature["properties"] = {"codigo": "n9", "nombre": "x", "estado": "a", given: "1"}
            made = client.post(path, json=feature, headers=kind)
            changed = client.patch(
                f"{path}/n0",
                json={"properties": {given: None}},
                headers={"Content-Type": "application/merge-patch+json", "If-Match": "*"},
            )
            answers += [(made.status_code, plain(made, given))]
            answers += [(changed.status_code, plain(changed, given))]
        assert answers[:2] == answers[2:]
        assert all(400 <= status < 500 for status, _ in answers), answers


def test_an_edit_answers_with_what_its_author_may_see(clients: dict[str, httpx.Client]) -> None:
    client, path = clients["edita"], "/api/collections/zona/items/n1"
    before = clients["reservada"].get(path).json()["properties"]
    answer = client.patch(
        path,
        json={"properties": {"nombre": "Otro"}},
        headers={
            "Content-Type": "application/merge-patch+json",
            "If-Match": client.get(path).headers["etag"],
        },
    )
    assert answer.status_code in (200, 204), answer.text
    check("edita", answer)
    after = clients["reservada"].get(path).json()["properties"]
    assert after == before | {"nombre": "Otro"}, "what the editor does not see stays"


def test_the_description_lists_what_the_caller_may_see(clients: dict[str, httpx.Client]) -> None:
    hidden = "/collections/punto_1/tiles"
    for who in ASKING:
        paths = clients[who].get("/api/openapi.json").json()["paths"]
        assert (hidden in paths) is cleared(who, leaks.OCULTAS[CLASIFICADA]["point"]).covers(
            CLASIFICADA
        )
        queryables = clients[who].get("/api/collections/abierta/queryables").json()["properties"]
        for access in (CLASIFICADA, RESERVADA):
            sees = cleared(who, leaks.ABIERTA).covers(access)
            assert all((name in queryables) is sees for name in hidden_names(access))


def test_the_public_s_answers_stay_cacheable(clients: dict[str, httpx.Client]) -> None:
    for who in (ANONYMOUS, "sin-permisos"):
        for path in (
            "/api/collections/abierta/items",
            f"/api/tiles/WebMercatorQuad/{control_tile(9)}",
        ):
            assert clients[who].get(path).headers["cache-control"] == "no-cache"
