"""Writing single features over HTTP: what is kept, what is refused, who may, and who wins."""

from __future__ import annotations

import json
import threading
from typing import TYPE_CHECKING, Any

import httpx
import mapbox_vector_tile
import pytest
import sqlalchemy as sa

from api.routes.edits import MAX_BODY
from gis.accounts import Action
from tests.api import people, world
from tests.api.conftest import serving
from tests.api.tiles import control_tile

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from api.wiring import System

ITEMS = "/api/collections/sitios/items"
ONE = f"{ITEMS}/s001"
GEO = {"Content-Type": "application/geo+json"}
PATCH = {"Content-Type": "application/merge-patch+json"}
HERE = {"type": "Point", "coordinates": [-75.2322, 4.4389]}
EDIT = people.allow(Action.EDITAR)
SEE = people.allow(Action.VER_RESERVADA)


@pytest.fixture
def address(own_city: System) -> Iterator[str]:
    """Where a city of this test alone is served."""
    with serving(own_city) as found:
        yield found


@pytest.fixture
def as_token(own_city: System, address: str) -> Iterator[Callable[..., httpx.Client]]:
    """``as_token(name, grant, …)``: a client with a token of a new account."""
    made: list[httpx.Client] = []

    def make(name: str, *grants: Any) -> httpx.Client:
        people.add(own_city, name, *grants)
        bearer = {"Authorization": f"Bearer {people.token(own_city, name, *grants)}"}
        made.append(httpx.Client(base_url=address, timeout=30, headers=bearer))
        return made[-1]

    yield make
    for client in made:
        client.close()


@pytest.fixture
def ana(as_token: Callable[..., httpx.Client]) -> httpx.Client:
    """Somebody who edits everything and sees what is public."""
    return as_token("ana", EDIT)


@pytest.fixture
def eva(as_token: Callable[..., httpx.Client]) -> httpx.Client:
    """Somebody who edits and sees everything."""
    return as_token("eva", EDIT, SEE)


def feature(geometry: Any = None, **properties: Any) -> str:
    return json.dumps({"type": "Feature", "geometry": geometry, "properties": properties})


def tag(client: httpx.Client, path: str = ONE, **parameters: Any) -> str:
    response = client.get(path, params=parameters or None)
    assert response.status_code == 200, response.text
    return response.headers["etag"]


def put(client: httpx.Client, body: str, path: str = ONE, **headers: str) -> httpx.Response:
    headers = {"If-Match": tag(client, path), **GEO, **headers}
    return client.put(path, content=body, headers=headers)


def patch(client: httpx.Client, change: Any, path: str = ONE, **headers: str) -> httpx.Response:
    headers = {"If-Match": tag(client, path), **PATCH, **headers}
    return client.patch(path, content=json.dumps(change), headers=headers)


def stored(system: System, statement: str) -> list[Any]:
    with system.engine.connect() as conn:
        return list(conn.execute(sa.text(statement)).tuples())


def problem(response: httpx.Response, status: int, code: str) -> dict[str, Any]:
    assert response.status_code == status, response.text
    assert response.headers["content-type"] == "application/problem+json"
    document: dict[str, Any] = response.json()
    assert document["code"] == code
    assert document["detail"]
    return document


def test_a_feature_is_created_read_changed_and_removed(ana: httpx.Client, own_city: System) -> None:
    made = ana.post(
        ITEMS, content=feature(HERE, codigo="n/1 ñ", nombre="Nuevo"), headers=GEO,
        params={"nota": "visita de campo"},
    )  # fmt: skip
    assert made.status_code == 201, made.text
    where = made.headers["location"]
    assert where.endswith("/api/collections/sitios/items/n%2F1%20%C3%B1")
    read = ana.get(where)
    assert read.headers["etag"] == made.headers["etag"]
    assert read.json()["properties"]["nombre"] == "Nuevo"
    assert read.json()["geometry"] == HERE
    changed = patch(ana, {"properties": {"nombre": "Otro"}}, where)
    assert changed.status_code == 200
    assert changed.headers["etag"] == tag(ana, where) != read.headers["etag"]
    gone = ana.delete(where, headers={"If-Match": tag(ana, where)})
    assert gone.status_code == 200
    assert ana.get(where).status_code == 404
    ledger = stored(
        own_city,
        "SELECT id, origin, actor, note FROM sig.changeset WHERE origin = 'edit' ORDER BY seq",
    )
    assert [row[1:] for row in ledger] == [
        ("edit", "ana", "visita de campo"), ("edit", "ana", ""), ("edit", "ana", ""),
    ]  # fmt: skip
    assert [r.json()["changeset"] for r in (made, changed, gone)] == [row[0] for row in ledger]


def test_replacing_keeps_what_the_editor_does_not_see(ana: httpx.Client, own_city: System) -> None:
    assert put(ana, feature(HERE, nombre="Otro")).status_code == 200
    kept = "SELECT nombre, cupos, responsable, clave FROM data.sitios WHERE _id = 's001'"
    assert stored(own_city, kept) == [("Otro", None, world.CANARY, world.CANARY)]


def test_a_field_that_is_not_seen_reads_like_one_that_does_not_exist(
    ana: httpx.Client, eva: httpx.Client, own_city: System
) -> None:
    answers = []
    for name in ("responsable", "clave", "inventado"):
        refused = patch(ana, {"properties": {name: "x"}})
        document = problem(refused, 422, "edit-refused")
        assert world.CANARY not in refused.text
        answers.append(json.dumps(document["findings"]).replace(name, "N"))
    assert len(set(answers)) == 1
    assert patch(eva, {"properties": {"clave": "nueva"}}).status_code == 200
    assert stored(own_city, "SELECT clave FROM data.sitios WHERE _id = 's001'") == [("nueva",)]


def test_a_public_reading_is_no_ground_for_writing_with_more_sight(
    ana: httpx.Client, eva: httpx.Client
) -> None:
    stale = {"If-Match": tag(ana), **GEO}
    refused = eva.put(ONE, content=feature(HERE, nombre="x"), headers=stale)
    problem(refused, 412, "edit-stale")


def test_a_coarse_place_does_not_replace_the_true_one(ana: httpx.Client, own_city: System) -> None:
    path = "/api/collections/aproximados/items/a1"
    coarse = ana.get(path).json()
    before = stored(own_city, "SELECT geom FROM data.aproximados")
    answer = put(ana, json.dumps(coarse), path)
    (finding,) = problem(answer, 422, "edit-refused")["findings"]
    assert finding["rule"] == "geometry-not-visible"
    assert put(ana, feature(None), path).status_code == 200
    assert stored(own_city, "SELECT geom FROM data.aproximados") == before
    withheld = "/api/collections/secretos/items/x1"
    assert ana.get(withheld).json()["geometry"] is None
    assert put(ana, json.dumps(ana.get(withheld).json()), withheld).status_code == 200
    assert stored(own_city, "SELECT geom IS NULL, clave FROM data.secretos") == [
        (False, world.CANARY)
    ]


def test_what_was_read_can_be_sent_back(eva: httpx.Client, own_city: System) -> None:
    before = stored(own_city, "SELECT count(*) FROM sig.changeset")
    for layer, name in (
        ("sitios", "s001"),
        ("zonas", "1"),
        ("vias", "1~a%7Eb"),
        ("talleres", "t1"),
    ):
        path = httpx.URL(f"/api/collections/{layer}/items/").join(name.replace("%", "%25"))
        read = eva.get(path)
        for crs in ("OGC/1.3/CRS84", "EPSG/0/9377", "EPSG/0/4326", "EPSG/0/3857"):
            if layer == "talleres" and "CRS84" not in crs:
                continue
            uri = f"http://www.opengis.net/def/crs/{crs}"
            read = eva.get(path, params={"crs": uri})
            assert read.status_code == 200, read.text
            headers = {"If-Match": read.headers["etag"], "Content-Crs": f"<{uri}>", **GEO}
            again = eva.put(path, content=read.content, headers=headers)
            assert again.status_code == 200, again.text
            assert again.json()["changeset"] is None
    assert stored(own_city, "SELECT count(*) FROM sig.changeset") == before


class TestValidators:
    def test_every_representation_has_its_own_and_all_name_one_state(
        self, ana: httpx.Client
    ) -> None:
        tags = [
            tag(ana),
            tag(ana, crs="http://www.opengis.net/def/crs/EPSG/0/9377"),
            tag(ana, f="html"),
        ]
        assert len(set(tags)) == len(tags)
        assert not any(each.startswith("W/") for each in tags)
        assert len({each.strip('"').split(".")[0] for each in tags}) == 1
        for number, each in enumerate(tags):
            change = json.dumps({"properties": {"cupos": number + 50}})
            fresh = tag(ana).split(".")[0] + "." + each.split(".")[1]
            done = ana.patch(ONE, content=change, headers={"If-Match": fresh, **PATCH})
            assert done.status_code == 200

    def test_it_changes_exactly_when_the_feature_does(
        self, ana: httpx.Client, eva: httpx.Client
    ) -> None:
        first, other = tag(ana), tag(ana, f"{ITEMS}/s002")
        assert patch(ana, {"properties": {"cupos": 1}}).json()["changeset"] is None
        assert tag(ana) == first
        assert patch(eva, {"properties": {"clave": "otra"}}).status_code == 200
        assert tag(ana) == first
        assert patch(ana, {"properties": {"cupos": 77}}).status_code == 200
        assert tag(ana) != first
        assert tag(ana, f"{ITEMS}/s002") == other
        assert patch(ana, {"properties": {"cupos": 1}}).status_code == 200
        assert tag(ana) == first

    def test_known_ones_are_not_sent_again(self, ana: httpx.Client) -> None:
        known = tag(ana)
        assert ana.get(ONE, headers={"If-None-Match": known}).status_code == 304
        assert patch(ana, {"properties": {"cupos": 77}}).status_code == 200
        assert ana.get(ONE, headers={"If-None-Match": known}).status_code == 200

    @pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE"])
    def test_without_condition_nothing_is_changed(self, ana: httpx.Client, method: str) -> None:
        headers = PATCH if method == "PATCH" else GEO
        body = '{"properties":{}}' if method == "PATCH" else feature(HERE)
        refused = ana.request(method, ONE, content=body, headers=headers)
        problem(refused, 428, "if-match-required")
        missing = ana.request(method, f"{ITEMS}/nada", content=body, headers=headers)
        problem(missing, 404, "not-found")
        held = {**headers, "If-Match": '"xyz"'}
        problem(ana.request(method, f"{ITEMS}/nada", content=body, headers=held), 404, "not-found")

    @pytest.mark.parametrize("condition", ['"xyz"', "xyz", '""', "", 'W/"TAG"'])
    @pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE"])
    def test_a_stale_condition_is_refused(
        self, ana: httpx.Client, method: str, condition: str
    ) -> None:
        said = condition.replace('"TAG"', tag(ana))
        headers = {**(PATCH if method == "PATCH" else GEO), "If-Match": said}
        body = '{"properties":{}}' if method == "PATCH" else feature(HERE)
        problem(ana.request(method, ONE, content=body, headers=headers), 412, "edit-stale")
        assert ana.get(ONE).status_code == 200

    def test_one_of_several_is_enough_and_a_star_is_any(self, ana: httpx.Client) -> None:
        several = f'"abc", W/"def" , {tag(ana)}'
        assert patch(ana, {"properties": {"cupos": 5}}, **{"If-Match": several}).status_code == 200
        assert patch(ana, {"properties": {"cupos": 6}}, **{"If-Match": "*"}).status_code == 200

    def test_of_simultaneous_edits_exactly_one_wins(
        self, ana: httpx.Client, address: str, own_city: System
    ) -> None:
        bearer = (("Authorization", ana.headers["authorization"]),)
        for _ in range(3):
            known, start, answers = tag(ana), threading.Barrier(6), list[int]()
            bearer = {"Authorization": ana.headers["authorization"]}

            def act(
                number: int, known: str = known, start: Any = start, out: Any = answers,
            ) -> None:  # fmt: skip
                with httpx.Client(base_url=address, timeout=60, headers=dict(bearer)) as client:  # noqa: B023
                    body = json.dumps({"properties": {"nombre": f"{known} {number}"}})
                    start.wait()
                    done = client.patch(ONE, content=body, headers={"If-Match": known, **PATCH})
                    out.append(done.status_code)

            threads = [threading.Thread(target=act, args=(n,)) for n in range(6)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            assert sorted(answers) == [200, *[412] * 5]
        edits = "SELECT count(*) FROM sig.changeset WHERE origin = 'edit'"
        assert stored(own_city, edits) == [(3,)]


class TestPermission:
    METHODS = (("POST", ITEMS), ("PUT", ONE), ("PATCH", ONE), ("DELETE", ONE))

    @pytest.mark.parametrize(("method", "path"), METHODS)
    def test_nobody_writes_without_the_role(
        self, as_token: Callable[..., httpx.Client], address: str, own_city: System,
        method: str, path: str,
    ) -> None:  # fmt: skip
        before = stored(own_city, "SELECT count(*) FROM sig.changeset")
        elsewhere = people.allow(Action.EDITAR, "zonas")
        reader, other = as_token("leo", SEE), as_token("ida", elsewhere)
        body = feature(HERE, codigo="n1")
        headers = {**(PATCH if method == "PATCH" else GEO), "If-Match": "*"}
        anonymous = httpx.request(method, address + path, content=body, headers=headers)
        problem(anonymous, 401, "not-authenticated")
        assert "Bearer" in anonymous.headers["www-authenticate"]
        for client in (reader, other):
            problem(client.request(method, path, content=body, headers=headers), 403, "not-allowed")
        wrong = {**headers, "Authorization": "Bearer nada"}
        bad = httpx.request(method, address + path, content=body, headers=wrong)
        problem(bad, 401, "not-authenticated")
        assert stored(own_city, "SELECT count(*) FROM sig.changeset") == before

    def test_a_browser_writes_with_the_key_of_its_pages_alone(
        self, own_city: System, address: str
    ) -> None:
        people.add(own_city, "ana", EDIT)
        with people.browser(address, "ana") as browser:
            body, known = json.dumps({"properties": {"cupos": 9}}), {"If-Match": "*", **PATCH}
            assert browser.patch(ONE, content=body, headers=known).status_code == 403

    def test_options_say_what_the_caller_may(
        self, ana: httpx.Client, as_token: Callable[..., httpx.Client], address: str
    ) -> None:
        reading = "GET, HEAD, OPTIONS"
        leo = as_token("leo", SEE)
        for options in (leo.options(ONE), httpx.options(address + ONE)):
            assert (options.status_code, options.headers["allow"]) == (200, reading)
            assert "accept-patch" not in options.headers
        items, one = ana.options(ITEMS), ana.options(ONE)
        assert items.headers["allow"] == f"{reading}, POST"
        assert "application/geo+json" in items.headers["accept-post"]
        assert one.headers["allow"] == f"{reading}, PUT, PATCH, DELETE"
        assert one.headers["accept-patch"] == "application/merge-patch+json"
        assert ana.options(f"{ITEMS}/unknown_id").headers["allow"] == one.headers["allow"]
        assert ana.options("/api/collections/nada/items").status_code == 404

    def test_other_hosts_pages_get_no_credentials(self, address: str) -> None:
        asked = {
            "Origin": "https://otro.example", "Access-Control-Request-Method": "PATCH",
            "Access-Control-Request-Headers": "authorization, if-match, content-type",
        }  # fmt: skip
        allowed = httpx.options(address + ONE, headers=asked)
        assert allowed.status_code == 200
        assert "PATCH" in allowed.headers["access-control-allow-methods"]
        assert allowed.headers["access-control-allow-origin"] == "*"
        assert "access-control-allow-credentials" not in allowed.headers


DEEP = "[" * 10_000 + "]" * 10_000
BAD_BODIES: list[tuple[str | bytes, int, str]] = [
    ("", 400, "JSON"),
    ("{", 400, "JSON"),
    ("null", 400, "GeoJSON"),
    ("[]", 400, "GeoJSON"),
    ('"Feature"', 400, "GeoJSON"),
    (b"\xff\xfe", 400, "UTF-8"),
    (DEEP, 400, "niveles"),
    ('{"type":"Feature","geometry":null,"properties":{"nombre":' + DEEP + "}}", 400, "niveles"),
    ('{"a":' * 900 + "1" + "}" * 900, 400, "niveles"),
    ('{"type":"Feature","geometry":null,"properties":{"cupos":NaN}}', 400, "NaN"),
    ('{"type":"Feature","geometry":null,"properties":{"cupos":-Infinity}}', 400, "Infinity"),
    ('{"type":"Feature","geometry":null,"properties":{"cupos":' + "9" * 5000 + "}}", 400, "número"),
    ('{"type":"Feature","geometry":null,"properties":{"nombre":"\\ud800"}}', 400, "carácter"),
    ('{"type":"Feature","geometry":null,"properties":{"nombre":"a","nombre":"b"}}', 400, "repite"),
    ('{"type":"Feature","geometry":null}', 400, "properties"),
    ('{"type":"Feature","geometry":null,"properties":[]}', 400, "properties"),
    ('{"type":"FeatureCollection","features":[]}', 400, "uno por vez"),
    ('{"type":"Feature","geometry":null,"properties":{},"nombre":"x"}', 400, "dentro de"),
    ('{"type":"Feature","geometry":null,"properties":{},"id":[1]}', 400, "«id»"),
    (
        '{"type":"Feature","geometry":null,"properties":{},'
        '"crs":{"type":"name","properties":{"name":"EPSG:9377"}}}',
        400,
        "Content-Crs",
    ),
]
BAD_FEATURES: list[tuple[Any, dict[str, Any], str, str | None]] = [
    (HERE, {"inventado": 1}, "unknown-property", "inventado"),
    (HERE, {"estado": "roto"}, "unknown-code", "estado"),
    (HERE, {"cupos": -1}, "invalid-value", "cupos"),
    (HERE, {"cupos": 1e400}, "invalid-value", "cupos"),
    (HERE, {"puntaje": "mucho"}, "invalid-value", "puntaje"),
    (HERE, {"accesible": "sí"}, "invalid-value", "accesible"),
    (HERE, {"apertura": "ayer"}, "invalid-value", "apertura"),
    (HERE, {"visita": "2024-05-01T99:00:00Z"}, "invalid-value", "visita"),
    (HERE, {"nombre": {"a": [1]}}, "invalid-value", "nombre"),
    ({"type": "Point", "coordinates": [-75.2, 4.4, 30]}, {}, "third-dimension", None),
    ({"type": "Point", "coordinates": [-74.0, 4.6]}, {}, "outside-extent", None),
    ({"type": "Point", "coordinates": [4.4389, -75.2322]}, {}, "swapped-axes", None),
    ({"type": "Point", "coordinates": [1e9, 1e9]}, {}, "outside-extent", None),
    ({"type": "Point", "coordinates": None}, {}, "unreadable-geometry", None),
    ({"type": "Point"}, {}, "unreadable-geometry", None),
    ({}, {}, "unreadable-geometry", None),
    ([], {}, "unreadable-geometry", None),
    (
        {"type": "LineString", "coordinates": [[-75.2, 4.4], [-75.21, 4.4]]},
        {},
        "wrong-geometry-type",
        None,
    ),
]


class TestBadInput:
    """Nothing is written: one city serves them all."""

    @pytest.fixture(scope="class")
    @classmethod
    def own_city(cls, new_city: Callable[[], System]) -> System:
        return new_city()

    @pytest.fixture(scope="class")
    @classmethod
    def address(cls, own_city: System) -> Iterator[str]:
        with serving(own_city) as found:
            yield found

    @pytest.fixture(scope="class")
    @classmethod
    def ana(cls, own_city: System, address: str) -> Iterator[httpx.Client]:
        people.add(own_city, "ana", EDIT)
        bearer = {"Authorization": f"Bearer {people.token(own_city, 'ana', EDIT)}"}
        with httpx.Client(base_url=address, timeout=30, headers=bearer) as found:
            yield found

    @pytest.mark.parametrize(("body", "status", "word"), BAD_BODIES)
    def test_a_body_that_is_no_feature(
        self, ana: httpx.Client, own_city: System, body: str | bytes, status: int, word: str
    ) -> None:
        before = stored(own_city, "SELECT count(*) FROM sig.changeset")
        for answer in (
            ana.post(ITEMS, content=body, headers=GEO),
            ana.put(ONE, content=body, headers={**GEO, "If-Match": "*"}),
        ):
            assert word in problem(answer, status, "invalid-request")["detail"]
        assert stored(own_city, "SELECT count(*) FROM sig.changeset") == before

    def test_features_that_break_the_contract(self, ana: httpx.Client, own_city: System) -> None:
        before = stored(own_city, "SELECT count(*) FROM sig.changeset")
        for geometry, properties, rule, field in BAD_FEATURES:
            body = feature(geometry, **{"codigo": "n1", **properties}).replace("Infinity", "1e400")
            for answer in (
                ana.post(ITEMS, content=body, headers=GEO),
                put(ana, body.replace('"n1"', '"s001"')),
            ):
                (found,) = problem(answer, 422, "edit-refused")["findings"]
                assert (found["rule"], found["field"]) == (rule, field)
                assert found["message"]
                assert found["remedy"]
                assert "--" not in found["remedy"]
        assert stored(own_city, "SELECT count(*) FROM sig.changeset") == before

    def test_every_reason_is_told_at_once(self, ana: httpx.Client) -> None:
        body = feature({"type": "Point", "coordinates": [0, 0]}, codigo="n1", cupos=-1, estado="x")
        document = problem(ana.post(ITEMS, content=body, headers=GEO), 422, "edit-refused")
        rules = {found["rule"] for found in document["findings"]}
        assert rules == {"invalid-value", "unknown-code", "outside-extent"}

    @pytest.mark.parametrize(
        "change",
        ["null", "[]", "1", '{"type":"Point"}', '{"properties":null}', '{"properties":[]}',
         '{"nombre":"x"}', '{"geometry":{"coordinates":"x"}}', DEEP, '{"properties":{"cupos":NaN}}',
         '{"geometry":"POINT(1 2)"}', '{"geometry":{"type":"LineString"}}'],
    )  # fmt: skip
    def test_a_patch_that_makes_no_feature(self, ana: httpx.Client, change: str) -> None:
        before = ana.get(ONE).content
        answer = ana.patch(ONE, content=change, headers={**PATCH, "If-Match": "*"})
        assert answer.status_code in (400, 422), answer.text
        assert answer.headers["content-type"] == "application/problem+json"
        assert ana.get(ONE).content == before

    def test_a_key_is_not_changed(self, ana: httpx.Client) -> None:
        for answer in (
            put(ana, feature(HERE, codigo="otro")),
            put(ana, json.dumps({"type": "Feature", "id": "otro", "geometry": HERE,
                                 "properties": {}})),
            patch(ana, {"properties": {"codigo": "otro"}}),
            patch(ana, {"id": "otro"}),
        ):  # fmt: skip
            assert "POST" in problem(answer, 409, "feature-conflict")["detail"]

    def test_a_key_is_not_taken_twice(self, ana: httpx.Client) -> None:
        answer = ana.post(ITEMS, content=feature(HERE, codigo="s001"), headers=GEO)
        assert "PUT" in problem(answer, 409, "feature-conflict")["detail"]

    @pytest.mark.parametrize(
        "kind", ["text/plain", "application/xml", "x", "application/geo+json; charset=latin1"]
    )
    def test_another_media_type_is_refused(self, ana: httpx.Client, kind: str) -> None:
        told = {"Content-Type": kind, "If-Match": "*"}
        answer = ana.post(ITEMS, content=feature(HERE, codigo="n1"), headers=told)
        problem(answer, 415, "media-type-refused")
        assert "application/geo+json" in answer.headers["accept-post"]
        answer = ana.patch(ONE, content="{}", headers=told)
        problem(answer, 415, "media-type-refused")
        assert answer.headers["accept-patch"] == "application/merge-patch+json"

    def test_a_compressed_body_is_refused(self, ana: httpx.Client) -> None:
        told = {**GEO, "Content-Encoding": "gzip"}
        problem(ana.post(ITEMS, content=b"x", headers=told), 415, "media-type-refused")

    def test_too_large_a_body_is_not_read(self, ana: httpx.Client) -> None:
        piece = b" " * 2**20

        def pieces() -> Iterator[bytes]:
            for _ in range(MAX_BODY // len(piece) + 1):
                yield piece

        problem(ana.post(ITEMS, content=pieces(), headers=GEO), 413, "body-too-large")
        whole = piece * (MAX_BODY // len(piece) + 1)
        problem(ana.post(ITEMS, content=whole, headers=GEO), 413, "body-too-large")

    @pytest.mark.parametrize("said", ["EPSG:21897", "<http://example.org/crs>", "", "9377"])
    def test_an_unknown_crs_is_refused(self, ana: httpx.Client, said: str) -> None:
        told = {**GEO, "Content-Crs": said}
        answer = ana.post(ITEMS, content=feature(HERE, codigo="n1"), headers=told)
        problem(answer, 400, "invalid-request")

    def test_parameters_are_read_strictly(self, ana: httpx.Client) -> None:
        body = feature(HERE, codigo="n1")
        for parameters in ({"crs": "x"}, {"nota": "x" * 1001}, {"nota": "a\x00"}, {"notas": "x"}):
            answer = ana.post(ITEMS, content=body, headers=GEO, params=parameters)
            problem(answer, 400, "invalid-request")


def test_an_edit_is_seen_in_its_tile_and_no_other(ana: httpx.Client) -> None:
    tile = f"/api/collections/sitios/tiles/WebMercatorQuad/{control_tile(14)}"

    def names() -> set[str]:
        layers = mapbox_vector_tile.decode(ana.get(tile).content)
        return {f["properties"].get("nombre", "") for f in layers["sitios"]["features"]}

    assert "Visto" not in names()
    assert patch(ana, {"properties": {"nombre": "Visto"}}, f"{ITEMS}/s000").status_code == 200
    wait = threading.Event()
    for _ in range(40):
        if "Visto" in names():
            break
        wait.wait(0.05)
    assert "Visto" in names()


def test_json_fg_is_received(ana: httpx.Client) -> None:
    place = {"type": "Point", "coordinates": [2048868.316, 4752388.904]}
    body = json.dumps({
        "type": "Feature", "conformsTo": ["http://www.opengis.net/spec/json-fg-1/0.3/conf/core"],
        "coordRefSys": "http://www.opengis.net/def/crs/EPSG/0/9377", "time": None, "place": place,
        "geometry": None, "properties": {"codigo": "n1"},
    })  # fmt: skip
    made = ana.post(ITEMS, content=body, headers={"Content-Type": "application/vnd.ogc.fg+json"})
    assert made.status_code == 201, made.text
    assert ana.get(made.headers["location"]).json()["geometry"]["coordinates"] == pytest.approx(
        HERE["coordinates"], abs=2e-7
    )


def test_json_fg_that_was_read_can_be_sent_back(eva: httpx.Client) -> None:
    crs = "http://www.opengis.net/def/crs/EPSG/0/9377"
    for path in (ONE, "/api/collections/zonas/items/1"):
        read = eva.get(path, params={"f": "jsonfg", "crs": crs})
        assert read.json()["place"]
        again = eva.put(
            path, content=read.content, headers={"If-Match": read.headers["etag"], **GEO}
        )
        assert again.status_code == 200, again.text
        assert again.json()["changeset"] is None


def test_the_past_has_validators_too(ana: httpx.Client, own_city: System) -> None:
    (before,) = stored(own_city, "SELECT max(id) FROM sig.changeset")[0]
    first = tag(ana)
    assert patch(ana, {"properties": {"cupos": 77}}).status_code == 200
    past = tag(ana, **{"as-of": str(before)})
    assert past.split(".")[0] == first.split(".")[0]
    assert past != tag(ana)
