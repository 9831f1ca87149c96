"""Logging in, staying in, and being kept out."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import TYPE_CHECKING

import httpx
import pytest
import sqlalchemy as sa
from starlette.requests import Request

from api.access import require
from gis.accounts import Action, attempts, directory, passwords, tokens
from gis.accounts.audit import events
from gis.accounts.tables import account_event, login_attempt, session, token
from gis.contract import Access
from gis.errors import InvalidRequest, NotAllowed, NotAuthenticated
from tests.api import people, world
from tests.api.conftest import serving
from tests.api.people import OPERATOR, PASSWORD, add, allow, browser, form_key, log_in

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from api.wiring import System

ITEMS = "/api/collections/sitios/items"
SEES = allow(Action.VER_CLASIFICADA, "sitios")


@pytest.fixture(scope="module")
def town(new_city: Callable[[], System]) -> System:
    system = new_city()
    add(system, "ana", SEES)
    return system


@pytest.fixture(scope="module")
def served(town: System) -> Iterator[str]:
    with serving(town) as found:
        yield found


@pytest.fixture(autouse=True)
def _forgiven(town: System) -> Iterator[None]:
    """Failed log-ins of one test are not held against the next."""
    yield
    with town.engine.begin() as conn:
        conn.execute(sa.delete(login_attempt))


@pytest.fixture
def person(town: System, request: pytest.FixtureRequest) -> str:
    """An account of this test alone."""
    name = "p" + str(abs(hash(request.node.nodeid)))[:12]
    add(town, name, SEES)
    return name


def sees_more(client: httpx.Client, **headers: str) -> bool:
    response = client.get(ITEMS, headers=headers)
    assert response.status_code == 200
    return world.CANARY in response.text


def test_somebody_logs_in_sees_what_they_may_and_leaves(served: str) -> None:
    with browser(served, "ana") as client:
        assert sees_more(client)
        page = client.get("/cuenta")
        assert "Ver lo clasificado" in page.text
        assert "Sitios" in page.text
        left = client.post("/salir", data={"llave": form_key(client.get("/salir"))})
        assert (left.status_code, left.headers["location"]) == (303, "/")
        assert not client.cookies.get("sig_sesion")
        assert not sees_more(client)


def test_the_page_that_is_the_same_for_all_asks_apart_who_is_in(served: str) -> None:
    with browser(served) as nobody, browser(served, "ana") as ana:
        asked = nobody.get("/cuenta/sesion")
        assert asked.json() == {"name": None, "title": None}
        assert asked.headers["cache-control"] == "private, no-store"
        assert ana.get("/cuenta/sesion").json() == {"name": "ana", "title": "Ana"}
        roots = [client.get("/") for client in (nobody, ana)]
        assert roots[0].content == roots[1].content
        assert roots[0].headers["etag"] == roots[1].headers["etag"]
        assert "cookie" not in roots[1].headers["vary"].lower()


def test_a_session_that_was_left_opens_nothing(served: str) -> None:
    with browser(served, "ana") as client:
        kept = client.cookies["sig_sesion"]
        client.post("/salir", data={"llave": form_key(client.get("/salir"))})
        client.cookies.set("sig_sesion", kept)
        assert not sees_more(client)


def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(served: str) -> None:
    with browser(served) as client:
        cookie = log_in(client, "ana").headers["set-cookie"].lower()
        for word in ("httponly", "samesite=lax", "path=/", "max-age=43200"):
            assert word in cookie
        assert "domain" not in cookie
        assert "secure" not in cookie


def test_over_tls_the_cookies_are_secure_and_of_this_host_alone(served: str) -> None:
    """As a proxy on this machine says it."""
    forwarded = {"X-Forwarded-Proto": "https"}
    with httpx.Client(base_url=served, headers=forwarded) as client:
        page = client.get("/entrar")
        entered = page.headers["set-cookie"].split(";")[0]
        fields = {"cuenta": "ana", "clave": PASSWORD, "llave": form_key(page)}
        response = client.post("/entrar", data=fields, headers={"Cookie": entered})
        session, left = response.headers.get_list("set-cookie")
        assert session.startswith("__Host-sig_sesion=")
        assert left.startswith("__Host-sig_entrada=")
        assert "Max-Age=0" in left
        for cookie in (page.headers["set-cookie"], session, left):  # what the prefix demands
            assert cookie.startswith("__Host-")
            assert "Secure" in cookie
            assert "Path=/;" in cookie
            assert "Domain" not in cookie


def test_a_session_planted_before_the_log_in_is_not_gone_on_with(town: System, served: str) -> None:
    with browser(served, "ana") as attacker, browser(served) as victim:
        planted = attacker.cookies["sig_sesion"]
        victim.cookies.set("sig_sesion", "0" * 43)
        page = victim.get("/entrar")
        fields = {"cuenta": "ana", "clave": PASSWORD, "llave": form_key(page)}
        victim.cookies.set("sig_sesion", planted)
        answer = victim.post("/entrar", data=fields)
        assert answer.status_code == 303
        fresh = answer.headers["set-cookie"].split(";")[0].split("=")[1]
        assert fresh not in (planted, "0" * 43)
        assert not sees_more(attacker)


@pytest.mark.parametrize(
    "passed", [{"seen_at": timedelta(minutes=61)}, {"expires_at": timedelta(hours=13)}]
)
def test_a_session_ends_without_use_and_after_its_time(
    town: System, served: str, person: str, passed: dict[str, timedelta]
) -> None:
    with browser(served, person) as client:
        assert sees_more(client)
        past = {name: session.c[name] - much for name, much in passed.items()}
        with town.engine.begin() as conn:
            conn.execute(sa.update(session).values(past))
        assert not sees_more(client)
        assert client.get("/cuenta").headers["location"] == "/entrar?siguiente=/cuenta"


def test_use_keeps_a_session_alive(town: System, served: str, person: str) -> None:
    with browser(served, person) as client:
        with town.engine.begin() as conn:
            used = session.c.seen_at - timedelta(minutes=50)
            conn.execute(sa.update(session).values(seen_at=used))
        assert sees_more(client)
        with town.engine.begin() as conn:
            used = session.c.seen_at - timedelta(minutes=50)
            conn.execute(sa.update(session).values(seen_at=used))
        assert sees_more(client)


def test_a_disabled_account_is_out_at_once_and_for_good(
    town: System, served: str, person: str
) -> None:
    key = people.token(town, person, SEES)
    bearer = {"Authorization": f"Bearer {key}"}
    with browser(served, person) as client, browser(served) as machine:
        assert sees_more(client)
        assert sees_more(machine, **bearer)
        with town.engine.begin() as conn:
            directory.set_disabled(conn, person, OPERATOR, disabled=True)
        assert not sees_more(client)
        assert machine.get(ITEMS, headers=bearer).status_code == 401
        assert log_in(client, person).status_code == 401
        with town.engine.begin() as conn:
            directory.set_disabled(conn, person, OPERATOR, disabled=False)
        assert machine.get(ITEMS, headers=bearer).status_code == 401
        assert log_in(client, person).status_code == 303


def test_a_grant_taken_away_is_felt_by_the_next_request(
    town: System, served: str, person: str
) -> None:
    with browser(served, person) as client:
        assert sees_more(client)
        with town.engine.begin() as conn:
            directory.revoke(conn, person, [SEES], OPERATOR)
        assert not sees_more(client)


def answer_to(served: str, name: str, password: str) -> tuple[int, str, set[str]]:
    with browser(served) as client:
        response = log_in(client, name, password)
        text = response.text.replace(name, "").replace(form_key(response), "")
        return response.status_code, text, set(response.headers) - {"content-length"}


def test_who_does_not_exist_and_who_errs_get_the_same_answer(
    town: System, served: str, person: str
) -> None:
    with town.engine.begin() as conn:
        directory.set_disabled(conn, person, OPERATOR, disabled=True)
    wrong = answer_to(served, "ana", "otra clave cualquiera")
    assert wrong[0] == 401
    assert answer_to(served, "nadie", "otra clave cualquiera") == wrong
    assert answer_to(served, person, PASSWORD) == wrong


def test_somebody_unknown_costs_the_same_work(monkeypatch: pytest.MonkeyPatch, served: str) -> None:
    verified = []
    real = passwords.verify

    def counted(hashed: str | None, text: str) -> bool:
        verified.append(hashed)
        return real(hashed, text)

    monkeypatch.setattr(passwords, "verify", counted)
    answer_to(served, "ana", "otra clave cualquiera")
    answer_to(served, "nadie", "otra clave cualquiera")
    assert len(verified) == 2
    assert verified[1] is None
    assert not real(None, "de nadie")


def test_guessing_is_stopped_though_the_last_guess_is_right(served: str, person: str) -> None:
    with browser(served) as client:
        for _ in range(attempts.FROM_ONE_PLACE):
            assert log_in(client, person, "no es esta clave").status_code == 401
        stopped = log_in(client, person)
        assert stopped.status_code == 429
        assert 0 < int(stopped.headers["retry-after"]) <= attempts.WINDOW_S
        assert "sig_sesion" not in client.cookies
        assert log_in(client, "ana").status_code == 303


def test_going_on_guessing_fills_no_audit(town: System, served: str, person: str) -> None:
    with browser(served) as client:
        answers = [log_in(client, person, "no es esta clave").status_code for _ in range(12)]
    assert answers.count(429) == 12 - attempts.FROM_ONE_PLACE
    with town.engine.connect() as conn:
        told = [each.event for each in events(conn, person)]
    assert told.count("login-refused") == attempts.FROM_ONE_PLACE
    assert told.count("login-throttled") == 1


def test_guessing_many_at_once_gains_nothing(town: System, served: str, person: str) -> None:
    def guess(number: int) -> int:
        with browser(served) as client:
            return log_in(client, person, f"clave número {number}").status_code

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(guess, range(16)))
    assert answers.count(401) <= attempts.FROM_ONE_PLACE
    assert set(answers) <= {401, 429}


def test_one_address_may_not_try_every_account(
    monkeypatch: pytest.MonkeyPatch, served: str
) -> None:
    monkeypatch.setattr(attempts, "OF_ONE_ADDRESS", 6)
    with browser(served) as client:
        answers = [log_in(client, f"nadie{n}", "una clave").status_code for n in range(8)]
    assert answers == [401] * 6 + [429] * 2


def test_the_wait_ends(town: System, served: str, person: str) -> None:
    with browser(served) as client:
        for _ in range(attempts.FROM_ONE_PLACE + 1):
            log_in(client, person, "no es esta clave")
        with town.engine.begin() as conn:
            past = login_attempt.c.at - timedelta(seconds=attempts.WINDOW_S)
            conn.execute(sa.update(login_attempt).values(at=past))
        assert log_in(client, person).status_code == 303


def test_a_right_password_forgives_the_failures_before_it(served: str, person: str) -> None:
    with browser(served) as client:
        for _ in range(2):
            for _ in range(attempts.FROM_ONE_PLACE - 1):
                assert log_in(client, person, "no es esta clave").status_code == 401
            assert log_in(client, person).status_code == 303
            client.cookies.clear()


@pytest.mark.parametrize("path", ["/salir", "/cuenta/clave", "/cuenta/sesiones"])
@pytest.mark.parametrize("key", ["", "0" * 64])
def test_a_form_without_the_session_s_key_does_nothing(served: str, path: str, key: str) -> None:
    with browser(served, "ana") as client:
        fields = {"llave": key, "actual": PASSWORD, "nueva": "x" * 20, "repetida": "x" * 20}
        assert client.post(path, data=fields).status_code == 403
        assert sees_more(client)


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://malo.example"},
        {"Origin": "null"},
        {"Origin": "http://[malo"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
)
def test_a_form_of_another_site_is_refused_even_with_the_key(
    served: str, headers: dict[str, str]
) -> None:
    with browser(served, "ana") as client:
        fields = {"llave": form_key(client.get("/salir"))}
        assert client.post("/salir", data=fields, headers=headers).status_code == 403
        assert sees_more(client)
        page = client.get("/entrar")
        assert page.status_code == 303
    with browser(served) as client:
        fields = {"cuenta": "ana", "clave": PASSWORD, "llave": form_key(client.get("/entrar"))}
        assert client.post("/entrar", data=fields, headers=headers).status_code == 403


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": world.ENTITY.base_url},
        {"Origin": "https://datos.prueba.gov.co", "Sec-Fetch-Site": "same-origin"},
    ],
)
def test_a_proxy_that_changes_the_host_keeps_nobody_out(
    served: str, headers: dict[str, str]
) -> None:
    with browser(served) as client:
        fields = {"cuenta": "ana", "clave": PASSWORD, "llave": form_key(client.get("/entrar"))}
        assert client.post("/entrar", data=fields, headers=headers).status_code == 303


def test_nobody_is_logged_in_by_a_form_of_another_browser(served: str) -> None:
    with browser(served) as attacker, browser(served) as victim:
        key = form_key(attacker.get("/entrar"))
        victim.get("/entrar")
        fields = {"cuenta": "ana", "clave": PASSWORD, "llave": key}
        assert victim.post("/entrar", data=fields).status_code == 403
        assert "sig_sesion" not in victim.cookies


@pytest.mark.parametrize(
    "onward",
    [
        "https://malo.example/",
        "//malo.example/",
        "/\\malo.example",
        "\\\\malo.example",
        "/\t/malo.example",
        "javascript:alert(1)",
        "/%0d%0aSet-Cookie:a=b\r\nX: y",
        "/\u2028/malo",
        "",
    ],
)
def test_the_way_on_leads_nowhere_else(served: str, onward: str) -> None:
    with browser(served) as client:
        response = log_in(client, "ana", onward=onward)
        assert response.status_code == 303
        assert response.headers["location"] == "/cuenta"
        assert client.get("/entrar", params={"siguiente": onward}).headers["location"] == "/cuenta"


def test_the_way_on_is_kept_when_it_is_ours(served: str) -> None:
    with browser(served) as client:
        page = log_in(client, "ana", "no es esta clave", onward="/datos?q=agua")
        assert 'value="/datos?q=agua"' in page.text
        assert log_in(client, "ana", onward="/datos?q=agua").headers["location"] == "/datos?q=agua"


@pytest.mark.parametrize("name", ["ana\r\nSet-Cookie: a=b", "<script>alert(1)</script>", "á" * 999])
def test_what_is_typed_stays_text(served: str, name: str) -> None:
    with browser(served) as client:
        response = log_in(client, name, "una clave cualquiera")
        assert response.status_code == 401
        assert "a" not in response.cookies
        assert "<script>alert" not in response.text


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"cuenta=%00&clave=a", "application/x-www-form-urlencoded"),
        (b"cuenta=a&cuenta=b", "application/x-www-form-urlencoded"),
        (b"a=" + b"x" * 20_000, "application/x-www-form-urlencoded"),
        (b"{}", "application/json"),
        (b"\xff\xfe=%ff", "application/x-www-form-urlencoded"),
        (b"", ""),
    ],
)
def test_a_hostile_form_is_refused(served: str, content: bytes, kind: str) -> None:
    with browser(served) as client:
        response = client.post("/entrar", content=content, headers={"Content-Type": kind})
        assert response.status_code in (400, 403)


def test_who_got_a_password_from_somebody_else_must_change_it_first(
    town: System, served: str
) -> None:
    add(town, "nueva", SEES, temporary=True)
    with browser(served) as client:
        assert log_in(client, "nueva", onward="/datos").headers["location"] == "/cuenta"
        assert not sees_more(client)
        page = client.get("/cuenta")
        assert "Cambie su clave" in page.text
        better = "cuatro caballos con calma"
        fields = {"actual": PASSWORD, "nueva": better, "repetida": better}
        changed = client.post("/cuenta/clave", data=fields | {"llave": form_key(page)})
        assert changed.headers["location"] == "/cuenta?hecho=clave"
        assert sees_more(client)
        client.cookies.clear()
        assert log_in(client, "nueva").status_code == 401
        assert log_in(client, "nueva", better).status_code == 303


def test_a_changed_password_ends_the_other_sessions(served: str, person: str) -> None:
    with browser(served, person) as here, browser(served, person) as elsewhere:
        better = "cuatro caballos con calma"
        fields = {"actual": PASSWORD, "nueva": better, "repetida": better}
        here.post("/cuenta/clave", data=fields | {"llave": form_key(here.get("/cuenta"))})
        assert sees_more(here)
        assert not sees_more(elsewhere)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"actual": "otra cosa del todo"}, "La clave actual no es esa"),
        ({"repetida": "otra cosa del todo"}, "no son iguales"),
        ({"nueva": "corta", "repetida": "corta"}, "al menos 12"),
        ({"nueva": "a" * 30, "repetida": "a" * 30}, "fácil de adivinar"),
        ({"nueva": PASSWORD, "repetida": PASSWORD}, "la misma de antes"),
    ],
)
def test_an_unfit_change_of_password_says_why(
    served: str, person: str, change: dict[str, str], words: str
) -> None:
    better = "cuatro caballos con calma"
    with browser(served, person) as client:
        fields = {"actual": PASSWORD, "nueva": better, "repetida": better} | change
        key = form_key(client.get("/cuenta"))
        answer = client.post("/cuenta/clave", data=fields | {"llave": key})
        assert answer.status_code == 400
        assert words in answer.text
        client.cookies.clear()
        assert log_in(client, person).status_code == 303


def test_a_stolen_session_cannot_guess_the_password(served: str, person: str) -> None:
    with browser(served, person) as client:
        key = form_key(client.get("/cuenta"))
        fields = {"nueva": "a b c d e f g h", "repetida": "a b c d e f g h", "llave": key}
        answers = [
            client.post("/cuenta/clave", data=fields | {"actual": f"prueba {n}"}).status_code
            for n in range(attempts.FROM_ONE_PLACE + 1)
        ]
        assert answers == [400] * attempts.FROM_ONE_PLACE + [429]


def test_a_token_sees_what_its_scope_and_its_account_allow(
    town: System, served: str, person: str
) -> None:
    key = people.token(town, person, SEES)
    bearer = {"Authorization": f"Bearer {key}"}
    with browser(served) as client:
        assert sees_more(client, **bearer)
        with town.engine.begin() as conn:
            directory.revoke(conn, person, [SEES], OPERATOR)
        assert not sees_more(client, **bearer)


def test_a_token_of_another_scope_does_not_see(town: System, served: str, person: str) -> None:
    edits = allow(Action.EDITAR, "sitios")
    with town.engine.begin() as conn:
        directory.grant(conn, person, [edits], OPERATOR)
    with browser(served) as client:
        key = people.token(town, person, edits)
        assert not sees_more(client, Authorization=f"Bearer {key}")


def test_a_token_may_not_be_given_more_than_its_account_has(town: System, person: str) -> None:
    with pytest.raises(InvalidRequest, match="no puede más que su cuenta"):
        people.token(town, person, allow(Action.VER_RESERVADA, "sitios"))


@pytest.mark.parametrize("how", ["revoked", "expired"])
def test_a_token_that_is_over_is_401(town: System, served: str, person: str, how: str) -> None:
    key = people.token(town, person, SEES)
    bearer = {"Authorization": f"Bearer {key}"}
    with browser(served) as client:
        assert sees_more(client, **bearer)
        with town.engine.begin() as conn:
            (found,) = tokens.tokens(conn, person)
            assert found.used_at is not None
            if how == "revoked":
                tokens.revoke_token(conn, found.id, OPERATOR)
            else:
                mine = token.c.id == found.id
                conn.execute(sa.update(token).where(mine).values(expires_at=sa.func.now()))
        response = client.get(ITEMS, headers=bearer)
        assert response.status_code == 401
        assert response.json()["code"] == "not-authenticated"
        assert response.headers["www-authenticate"].startswith("Bearer")


@pytest.mark.parametrize("words", ["Bearer", "Bearer sig_no-es", "Basic YTph", "Bearer \xe1", "x"])
def test_a_token_that_never_was_is_401(served: str, words: str) -> None:
    with browser(served) as client:
        for path in (ITEMS, "/api/collections/sitios/tiles/WebMercatorQuad/9/249/149", "/api/map"):
            response = client.get(path, headers=[(b"Authorization", words.encode("latin-1"))])
            assert response.status_code == 401


def test_a_token_opens_no_page_of_the_account(town: System, served: str, person: str) -> None:
    bearer = {"Authorization": f"Bearer {people.token(town, person, SEES)}"}
    form = {"llave": "", "actual": PASSWORD, "nueva": "n" * 20, "repetida": "n" * 20}
    with browser(served) as client:
        assert client.post("/cuenta/clave", data=form, headers=bearer).status_code == 403


def test_a_token_is_revoked_on_the_page_by_its_holder_alone(
    town: System, served: str, person: str
) -> None:
    people.token(town, person, SEES)
    with town.engine.begin() as conn:
        (found,) = tokens.tokens(conn, person)
    path = f"/cuenta/fichas/{found.id}/revocar"
    with browser(served, "ana") as other, browser(served, person) as holder:
        key = form_key(other.get("/cuenta"))
        assert other.post(path, data={"llave": key}).status_code == 404
        assert "Revocar" in holder.get("/cuenta").text
        key = form_key(holder.get("/cuenta"))
        assert holder.post(path, data={"llave": key}).status_code == 303
        assert "Revocada" in holder.get("/cuenta").text


def asking(system: System, method: str = "GET", **headers: str) -> Request:
    class App:
        class state:
            pass

    App.state.system = system  # type: ignore[attr-defined]
    raw = [(name.lower().encode(), value.encode()) for name, value in headers.items()]
    scope = {"type": "http", "method": method, "headers": raw, "app": App, "path": "/"}
    return Request(scope | {"scheme": "http", "server": ("h", 80), "query_string": b""})


def test_writing_needs_the_role_for_that_layer(town: System, person: str) -> None:
    edits = allow(Action.EDITAR, "sitios")
    with town.engine.begin() as conn:
        directory.grant(conn, person, [edits], OPERATOR)
    key = people.token(town, person, edits)
    with pytest.raises(NotAuthenticated):
        require(asking(town, "POST"), Action.EDITAR, world.SITIOS)
    request = asking(town, "POST", Authorization=f"Bearer {key}")
    assert require(request, Action.EDITAR, world.SITIOS).name == person
    for action, layer in 2 * ((Action.EDITAR, world.ZONAS), (Action.ACEPTAR, world.SITIOS)):
        with pytest.raises(NotAllowed):
            require(request, action, layer)
    with town.engine.connect() as conn:
        refused = [each for each in events(conn, person) if each.event == "action-refused"]
    # Insisting fills no audit.
    assert [each.detail["layer"] for each in refused] == ["sitios", "zonas"]


def test_writing_with_a_cookie_needs_the_key_of_the_pages(
    town: System, served: str, person: str
) -> None:
    with town.engine.begin() as conn:
        directory.grant(conn, person, [allow(Action.EDITAR)], OPERATOR)
    with browser(served, person) as client:
        cookie = f"sig_sesion={client.cookies['sig_sesion']}"
        key = form_key(client.get("/cuenta"))
    bare = asking(town, "PUT", Cookie=cookie)
    with pytest.raises(NotAllowed, match="X-CSRF-Token"):
        require(bare, Action.EDITAR, world.SITIOS)
    right = asking(town, "PUT", Cookie=cookie, **{"X-CSRF-Token": key})
    assert require(right, Action.EDITAR, world.SITIOS).name == person


def test_a_grant_of_a_secretaria_reaches_its_layers_alone(town: System, person: str) -> None:
    with town.engine.begin() as conn:
        directory.grant(conn, person, [allow(Action.EDITAR, secretaria="otra")], OPERATOR)
        directory.grant(conn, person, [allow(Action.ACEPTAR, secretaria="pruebas")], OPERATOR)
    key = people.token(town, person, allow(Action.EDITAR), allow(Action.ACEPTAR))
    request = asking(town, "POST", Authorization=f"Bearer {key}")
    assert require(request, Action.ACEPTAR, world.SITIOS).name == person
    with pytest.raises(NotAllowed):
        require(request, Action.EDITAR, world.SITIOS)


def test_everything_is_written_down_and_no_secret_with_it(
    town: System, served: str, person: str
) -> None:
    key = people.token(town, person, SEES)
    with browser(served, person) as client:
        client.post("/salir", data={"llave": form_key(client.get("/salir"))})
        log_in(client, person, "no es esta clave")
    with town.engine.connect() as conn:
        written = events(conn, person)
        found = [each.event for each in reversed(written)]
        every = str(list(conn.execute(sa.select(account_event))))
        stored = str(list(conn.execute(sa.select(token.c.hash, token.c.scope))))
    assert found[:4] == ["created", "granted", "token-created", "logged-in"]
    assert found[-2:] == ["logged-out", "login-refused"]
    assert written[0].address == "127.0.0.1"
    for secret in (PASSWORD, "no es esta clave", key):
        assert secret not in every + stored


def test_the_audit_is_not_changed(town: System) -> None:
    for statement in (sa.delete(account_event), sa.update(account_event).values(actor="x")):
        with pytest.raises(sa.exc.DBAPIError, match="no se cambia"), town.engine.begin() as conn:
            conn.execute(statement)


def test_no_reader_reads_accounts(town: System) -> None:
    for access in Access:
        for name in ("account", "password", "session", "token", "account_event", "identity"):
            hidden = sa.table(name, schema="sig")
            with town.readers[access].connect() as conn:
                assert conn.scalar(sa.text("SELECT current_user")) == f"sig_{access}"
                with pytest.raises(sa.exc.ProgrammingError, match="permission denied"):
                    conn.execute(sa.select(sa.func.count()).select_from(hidden))


def test_without_the_database_a_cookie_is_503_and_nobody_else_is(town: System) -> None:
    """Who shows nothing needs no account; who shows something is not taken for the public."""
    from dataclasses import replace

    away = sa.create_engine("postgresql+psycopg2://nadie@127.0.0.1:9/nada")
    broken = replace(town, engine=away)
    with serving(broken) as address, browser(address) as client:
        assert client.get(ITEMS).status_code == 200
        assert client.get(ITEMS, headers={"Cookie": "sig_sesion=algo"}).status_code == 503
        assert client.get(ITEMS, headers={"Authorization": "Bearer x"}).status_code == 503


def test_pages_say_who_is_in_and_let_no_cache_keep_it(served: str) -> None:
    html = {"Accept": "text/html"}
    with browser(served, "ana") as client, browser(served) as public:
        for path in ("/cuenta", "/salir", "/api?f=html", "/api/collections/sitios?f=html"):
            page = client.get(path, headers=html)
            assert ">Ana</a>" in page.text
            assert page.headers["cache-control"] == "private, no-store"
        assert "Ingreso de funcionarios" in public.get("/api?f=html", headers=html).text
        assert public.get("/entrar").headers["cache-control"] == "private, no-store"


def test_pages_of_the_account_have_nothing_but_our_own(served: str) -> None:
    with browser(served, "ana") as client:
        for path in ("/cuenta", "/salir"):
            page = client.get(path)
            assert "<script" not in page.text
            assert "style=" not in page.text
            policy = page.headers["content-security-policy"]
            assert "default-src 'none'" in policy
            assert "form-action 'self'" in policy
