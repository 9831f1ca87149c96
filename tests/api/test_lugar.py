"""``/lugar`` and ``/verificar``: every form, every bad input, and nothing asked ever stored."""

from __future__ import annotations

import html
import json
import re
import zlib
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import httpx
import pytest
import sqlalchemy as sa
from pydantic import SecretStr

from api.places import Places, meant
from api.settings import Settings
from api.wiring import System
from gis import store
from gis.here import Asking, Spot
from gis.here.code import LENGTH, tidy
from gis.here.finder import Candidate, Finding, OnlyCoordinates
from gis.here.signing import MOST_GUESSES
from tests import here_city
from tests.api.conftest import serving
from tests.api.world import CANARY

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.databases import Database

LON, LAT = here_city.HERE
HERE = f"/lugar?lat={LAT}&lon={LON}"
MEDIA = {
    "html": "text/html; charset=utf-8",
    "json": "application/json",
    "txt": "text/plain; charset=utf-8",
    "pdf": "application/pdf",
}


@pytest.fixture(scope="module")
def here_system(
    new_database: Callable[..., Database], tmp_path_factory: pytest.TempPathFactory
) -> System:
    database = new_database("template0")
    catalog = here_city.catalog()
    store.migrate(database.engine)
    store.sync_layers(database.engine, catalog)
    here_city.fill(database.engine)
    settings = Settings(home=tmp_path_factory.mktemp("sig"), database_url=SecretStr(database.url))
    return System(settings, catalog, database.engine, database.reader)


@pytest.fixture(scope="module")
def client(here_system: System) -> Iterator[httpx.Client]:
    with serving(here_system) as address, httpx.Client(base_url=address, timeout=60) as made:
        yield made


@pytest.mark.parametrize("form", MEDIA)
def test_the_answer_comes_in_each_form(client: httpx.Client, form: str) -> None:
    answer = client.get(f"{HERE}&f={form}")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == MEDIA[form]
    assert answer.headers["cache-control"] == "private, no-cache"
    assert CANARY.encode() not in answer.content


def test_the_page_says_all_of_it_without_a_script(client: httpx.Client) -> None:
    page = client.get(HERE, headers={"accept": "text/html"}).text
    text = html.unescape(re.sub(r"<[^>]+>", "", page))
    for said in (
        "Inundación: nivel alta",
        "Quiere decir: puede causar daños graves",
        "Vaya a un lugar alto.",
        "Fuente: Guía de prueba",
        "usted está dentro de su alcance de 300 m",
        "Tienda 1",
        "Y 1 más.",
        "Todavía no hay datos de esta capa",
        "No reemplaza un concepto oficial.",
        "Código de verificación",
    ):
        assert said in text, said
    assert 'href="tel:123"' in page


def test_hostile_text_is_shown_as_text(client: httpx.Client) -> None:
    page = client.get(HERE, headers={"accept": "text/html"}).text
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert" in page
    assert "49" not in re.findall(r"\{\{ (\S+) \}\}", page)
    found = client.get("/lugar", params={"q": here_city.HOSTILE}, headers={"accept": "text/html"})
    assert found.status_code in (200, 404)
    assert "<script>alert" not in found.text
    told = client.get(f"{HERE}&f=json").json()
    assert here_city.HOSTILE in json.dumps(told, ensure_ascii=False).replace('\\"', '"')


def test_the_picture_is_a_picture(client: httpx.Client) -> None:
    answer = client.get(f"/lugar/mapa.png?lat={LAT}&lon={LON}")
    assert answer.status_code == 200
    assert answer.content.startswith(b"\x89PNG")


def test_the_paper_is_one_page_with_a_seal(client: httpx.Client) -> None:
    pdf = client.get(f"{HERE}&f=pdf").content
    assert pdf.startswith(b"%PDF")
    inside = b"".join(
        zlib.decompress(found)
        for found in re.findall(rb"/ObjStm.*?stream\r?\n(.*?)endstream", pdf, re.DOTALL)
    )
    assert len(re.findall(rb"/Type ?/Page\b", inside)) == 1


WRONG = {
    "a latitude alone": ({"lat": "4.4"}, 400),
    "a latitude of 91": ({"lat": "91", "lon": "-75"}, 400),
    "words for a number": ({"lat": "cuatro", "lon": "-75"}, 400),
    "no number at all": ({"lat": "nan", "lon": "-75"}, 400),
    "underscores": ({"lat": "4_4", "lon": "-75"}, 400),
    "something that does not exist": ({"lat": "4.4", "lon": "-75", "z": "3"}, 400),
    "a text too long": ({"q": "a" * 201}, 400),
    "a null": ({"q": "a\x00b"}, 400),
    "another form": ({"lat": "4.4", "lon": "-75", "f": "docx"}, 400),
    "nothing": ({"f": "json"}, 400),
    "no such place": ({"q": "Calle que no existe 4321", "f": "json"}, 404),
}


@pytest.mark.parametrize("what", WRONG)
def test_bad_input_says_what_is_wrong(client: httpx.Client, what: str) -> None:
    values, status = WRONG[what]
    answer = client.get("/lugar", params=values)
    assert answer.status_code == status
    assert len(answer.json()["detail"]) > 20


def test_nothing_found_says_what_to_try(client: httpx.Client) -> None:
    page = client.get("/lugar", params={"q": "zzz"}, headers={"accept": "text/html"})
    assert page.status_code == 404
    assert "Cra 5 # 37-20" in page.text
    text = client.get("/lugar", params={"q": "zzz", "f": "txt"})
    assert text.text.startswith("No se encontró «zzz»")


def asked(client: httpx.Client, text: str, form: str = "json") -> httpx.Response:
    return client.get("/lugar", params={"q": text, "f": form})


def test_what_is_registered_without_location_is_told_as_such(client: httpx.Client) -> None:
    answer = asked(client, "antena perdida")
    assert answer.status_code == 200
    (found,) = answer.json()["sin_ubicacion"]
    assert (found["titulo"], found["capa"]) == ("Antena perdida", "antenas")
    assert {"campo": "alcance", "valor": 40.0}.items() <= found["campos"][1].items()
    assert client.get(found["url"]).json()["properties"]["nombre"] == "Antena perdida"
    text = asked(client, "antena perdida", "txt").text
    assert "su ubicación no se ha establecido" in text
    assert "40 m" in text
    assert "Cra 5" not in text
    page = asked(client, "antena perdida", "html")
    assert page.status_code == 200
    assert "40 m" in page.text
    assert "No se encontró" not in page.text


@pytest.mark.parametrize("text", ["antenas", "¿dónde quedan las antenas más cercanas?"])
def test_a_kind_of_place_offers_those_of_its_list(client: httpx.Client, text: str) -> None:
    answer = asked(client, text)
    assert answer.status_code == 300
    told = answer.json()
    assert [each["titulo"] for each in told["candidatos"]] == [
        "Cercana de poco alcance",
        "Lejana de mucho alcance",
    ]
    assert [each["capa"] for each in told["listas"]] == ["antenas"]
    page = asked(client, text, "html").text
    assert "/api/collections/antenas/items?f=html" in page


def test_a_name_read_as_another_is_offered_and_not_supposed(client: httpx.Client) -> None:
    assert asked(client, "lejana de mucho alcance").status_code == 200
    answer = asked(client, "lejana de mucho alcanze")
    assert answer.status_code == 300
    assert answer.json()["candidatos"][0]["titulo"].startswith("Lejana de mucho alcance")


def test_what_is_against_a_place_goes_with_every_link_to_it(here_system: System) -> None:
    class Doubtful(OnlyCoordinates):
        def find(self, conn: sa.Connection, text: str) -> Finding:
            warned = ("No queda en Comuna 7, que la dirección nombra",)
            return Finding((Candidate("Calle 1", "Placa", LON, LAT, 17.2, warnings=warned),))

    places = Places(here_system.reader, here_system.engine, Asking(here_system.catalog), Doubtful())
    first = meant(places.find("calle 1").candidates[0], "calle 1")
    linked = Spot(LON, LAT, is_inside=False, asked="calle 1", doubt_m=18.0)
    assert places.again(linked) == replace(first, doubt_m=18.0)
    assert "No queda en Comuna 7" in places.again(linked).caution
    elsewhere = replace(linked, lat=LAT + 0.1)
    assert places.again(elsewhere) == elsewhere
    code = places.code(places.answer(places.again(linked)))
    issued = places.read_code(code)
    assert issued is not None
    assert (issued.doubt_m, issued.was_warned) == (18, True)


def test_a_refusal_is_text_for_who_reads_text(client: httpx.Client) -> None:
    answer = asked(client, "a" * 201, "txt")
    assert answer.status_code == 400
    assert answer.headers["content-type"] == MEDIA["txt"]
    assert answer.text == "«q» admite hasta 200 caracteres, sin nulos.\n"


def test_coordinates_are_an_address(client: httpx.Client) -> None:
    told = client.get("/lugar", params={"q": f"{LAT}, {LON}", "f": "json"}).json()
    assert (told["lugar"]["lon"], told["lugar"]["lat"]) == (LON, LAT)


def test_outside_is_said_and_is_no_error(client: httpx.Client) -> None:
    told = client.get("/lugar?lat=48.85&lon=2.35&f=json").json()
    assert told["lugar"]["dentro"] is False
    assert told["partes"] == []
    assert told["verificacion"]["codigo"] == ""


def issued(client: httpx.Client) -> dict[str, Any]:
    found: dict[str, Any] = client.get(f"{HERE}&f=json").json()
    return found


def test_a_code_confirms_place_moment_and_chain(client: httpx.Client) -> None:
    answer = issued(client)
    code = answer["verificacion"]["codigo"]
    told = client.get(f"/verificar/{code.lower().replace('-', '')}?f=json").json()
    assert told["verificado"] is True
    assert told["codigo"] == code
    assert (told["lugar"]["lon"], told["lugar"]["lat"]) == (LON, LAT)
    assert told["cadena"] == answer["cadena"]
    assert told["momento"][:16] == answer["momento"][:16]
    assert told["resumen"] == answer["resumen"]
    page = client.get(f"/verificar/{code}", headers={"accept": "text/html"}).text
    assert "Este sistema emitió el código" in page
    assert answer["cadena"]["hash"] in page


def test_the_box_leads_to_the_code(client: httpx.Client) -> None:
    code = issued(client)["verificacion"]["codigo"]
    answer = client.get("/verificar", params={"codigo": f" {code.lower()} "})
    assert answer.status_code == 303
    assert answer.headers["location"] == f"/verificar/{code}"


def test_a_code_tells_the_past_after_the_data_changed(
    own_here: httpx.Client, empty_database: Database
) -> None:
    before = issued(own_here)
    with empty_database.engine.begin() as conn:
        conn.execute(sa.text("UPDATE data.peligros SET nivel = 'baja' WHERE codigo = 1"))
    assert issued(own_here)["resumen"] != before["resumen"]
    told = own_here.get(f"/verificar/{before['verificacion']['codigo']}?f=json").json()
    assert told["resumen"] == before["resumen"]
    assert told["cadena"] == before["cadena"]


@pytest.mark.parametrize("code", ["x", "-".join(["AAAA"] * 8), "%00", "ñ" * LENGTH])
def test_a_wrong_code_verifies_nothing(client: httpx.Client, code: str) -> None:
    answer = client.get(f"/verificar/{code}", headers={"accept": "text/html"})
    assert answer.status_code == 404
    assert "no verifica nada" in answer.text
    told = client.get(f"/verificar/{code}?f=json")
    assert (told.status_code, told.json()["verificado"]) == (404, False)


def test_guesses_run_out_and_right_codes_go_on(own_here: httpx.Client) -> None:
    code = issued(own_here)["verificacion"]["codigo"]
    for _ in range(MOST_GUESSES + 5):
        assert own_here.get(f"/verificar/{code}?f=json").status_code == 200
    letters = tidy(code)
    for number in range(MOST_GUESSES):
        wrong = letters[:-2] + "0123456789ABCDEFGHJKMNPQRSTVWXYZ"[number] + "0"
        if wrong != letters:
            own_here.get(f"/verificar/{wrong}?f=json")
    last = own_here.get("/verificar/" + "Z" * LENGTH + "?f=json")
    while last.status_code == 404:
        last = own_here.get("/verificar/" + "Z" * LENGTH + "?f=json")
    assert last.status_code == 429
    assert int(last.headers["retry-after"]) > 0
    assert own_here.get(f"/verificar/{code}?f=json").status_code == 200


def test_a_paper_keeps_what_it_said_of_its_own_error(client: httpx.Client) -> None:
    asked = {"lat": LAT, "lon": LON, "error_m": 263, "q": "calle 5", "f": "json"}
    told = client.get("/lugar", params=asked).json()
    assert "puede estar a 263 m" in told["lugar"]["cautela"]
    code = told["verificacion"]["codigo"]
    verified = client.get(f"/verificar/{code}?f=json").json()
    assert verified["lugar"]["incertidumbre_m"] == 263
    assert "puede estar a 263 m" in verified["lugar"]["cautela"]
    assert "263" in client.get(f"/verificar/{code}", headers={"accept": "text/html"}).text


def test_the_address_given_asks_for_the_same_again(client: httpx.Client) -> None:
    asked = {"lat": LAT, "lon": LON, "error_m": 90, "q": "calle 5", "f": "txt"}
    text = client.get("/lugar", params=asked).text
    address = httpx.URL(text.strip().splitlines()[-1])
    assert dict(address.params) == {
        "lat": f"{LAT:.5f}", "lon": f"{LON:.5f}", "error_m": "90", "q": "calle 5",
    }  # fmt: skip


def test_every_address_on_the_page_answers(client: httpx.Client) -> None:
    asked = {"lat": LAT, "lon": LON, "error_m": 90, "q": "calle 5"}
    page = client.get("/lugar", params=asked, headers={"accept": "text/html"}).text
    found = {
        html.unescape(each) for each in re.findall(r'(?:src|href)="([^"#]*/lugar[^"]*)"', page)
    }
    assert len(found) > 3
    assert re.search(r'href="/\?lugar=-?[\d.]+,[\d.]+,90"', page)
    for address in found:
        assert client.get(address).status_code == 200, address


@pytest.mark.parametrize("error", ["-1", "x", "nan", "1e9", ""])
def test_an_error_that_is_none_is_refused(client: httpx.Client, error: str) -> None:
    answer = client.get("/lugar", params={"lat": LAT, "lon": LON, "error_m": error, "f": "json"})
    assert answer.status_code == 400
    assert "error_m" in answer.json()["detail"]


def test_nothing_asked_is_stored(client: httpx.Client, here_system: System) -> None:
    issued(client)
    client.get("/lugar", params={"q": "secreto-de-alguien", "f": "json"})
    tables = sa.text(
        "SELECT quote_ident(schemaname) || '.' || quote_ident(tablename) FROM pg_tables "
        "WHERE schemaname LIKE 'sig%'"
    )
    with here_system.engine.connect() as conn:
        for name in conn.scalars(tables).all():
            rows = conn.exec_driver_sql(f"SELECT t::text FROM {name} AS t").scalars()  # noqa: S608
            assert not any("secreto-de-alguien" in row or f"{LON}" in row for row in rows), name


def test_the_process_answers_the_same(client: httpx.Client) -> None:
    path = "/api/processes/que-hay-aqui/execution"
    told = client.post(path, json={"inputs": {"lugar": [LON, LAT]}}).json()
    assert told["resumen"] == issued(client)["resumen"]
    assert told["fuentes"]


@pytest.fixture
def own_here(empty_database: Database, tmp_path: Any) -> Iterator[httpx.Client]:
    """A city of this test alone, to change."""
    catalog = here_city.catalog()
    store.migrate(empty_database.engine)
    store.sync_layers(empty_database.engine, catalog)
    here_city.fill(empty_database.engine)
    settings = Settings(home=tmp_path, database_url=SecretStr(empty_database.url))
    system = System(settings, catalog, empty_database.engine, empty_database.reader)
    with serving(system) as address, httpx.Client(base_url=address, timeout=60) as made:
        yield made
