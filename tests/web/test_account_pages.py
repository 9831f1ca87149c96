"""Logging in and the page of one's account, in a browser: with a keyboard, without scripts."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from gis.accounts import Action
from tests.api import people
from tests.api.conftest import new_city
from tests.web.conftest import serving
from tests.web.test_access import violations

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from api.wiring import System
    from tests.web.conftest import Visitor

__all__ = ["new_city"]
GRANTS = (
    people.allow(Action.VER_CLASIFICADA, "sitios"),
    people.allow(Action.EDITAR, secretaria="pruebas"),
    people.allow(Action.PUBLICAR),
)


@pytest.fixture(scope="module")
def site(new_city: Callable[[], System]) -> Iterator[str]:
    """The invented city of the API's tests, with somebody in it."""
    system = new_city()
    people.add(system, "ana.ruiz", *GRANTS)
    people.token(system, "ana.ruiz", GRANTS[0], days=90)
    people.add(system, "nueva", temporary=True)
    with serving(system) as address:
        yield address


@pytest.mark.parametrize("phone", [True, pytest.param(False, marks=pytest.mark.heavy)])
def test_somebody_logs_in_without_scripts(visit: Callable[..., Visitor], phone: bool) -> None:
    where = "celular" if phone else "escritorio"
    visitor = visit(phone=phone, java_script_enabled=False, faulty=True)  # a 401 is logged
    page = visitor.page
    page.goto(f"{visitor.site}/cuenta")
    expect(page.get_by_role("heading", name="Ingreso de funcionarios")).to_be_visible()
    visitor.picture(f"entrar-{where}")
    page.get_by_label("Cuenta").fill("ana.ruiz")
    page.get_by_label("Clave").fill("no es esta clave")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("La cuenta o la clave no son correctas")
    expect(page.get_by_label("Cuenta")).to_have_value("ana.ruiz")
    visitor.picture(f"entrar-mal-{where}")
    page.get_by_label("Clave").fill(people.PASSWORD)
    page.get_by_role("button", name="Ingresar").click()
    expect(page.get_by_role("heading", name="Mi cuenta")).to_be_visible()
    expect(page.get_by_role("cell", name="Sitios", exact=True)).to_be_visible()
    visitor.picture(f"cuenta-{where}")
    page.get_by_role("link", name="Salir de esta").click()
    visitor.picture(f"salir-{where}")
    page.get_by_role("button", name="Salir").click()
    page.goto(f"{visitor.site}/api?f=html")
    expect(page.get_by_role("link", name="Ingreso de funcionarios")).to_be_visible()


@pytest.mark.parametrize("phone", [True, pytest.param(False, marks=pytest.mark.heavy)])
def test_axe_finds_nothing_on_these_pages(visit: Callable[..., Visitor], phone: bool) -> None:
    visitor = visit(phone=phone, bypass_csp=True, faulty=True)
    page = visitor.page
    page.goto(f"{visitor.site}/entrar")
    assert violations(page) == []
    page.get_by_label("Cuenta").fill("ana.ruiz")
    page.get_by_label("Clave").fill("no es esta clave")
    page.get_by_role("button", name="Ingresar").click()
    expect(page.get_by_role("alert")).to_be_visible()
    assert violations(page) == []
    page.get_by_label("Clave").fill(people.PASSWORD)
    page.get_by_role("button", name="Ingresar").click()
    expect(page.get_by_role("heading", name="Mi cuenta")).to_be_visible()
    assert violations(page) == []
    page.goto(f"{visitor.site}/salir")
    assert violations(page) == []


@pytest.mark.parametrize("phone", [True, pytest.param(False, marks=pytest.mark.heavy)])
@pytest.mark.heavy
def test_the_map_says_who_is_in(visit: Callable[..., Visitor], phone: bool) -> None:
    visitor = visit(phone=phone)
    page = visitor.open("?z=12")
    page.get_by_role("link", name="Entrar", exact=True).click()
    page.get_by_label("Cuenta").fill("ana.ruiz")
    page.get_by_label("Clave").fill(people.PASSWORD)
    page.get_by_role("button", name="Ingresar").click()
    visitor.wait_drawn()
    assert "z=12" in page.url, "back where one was"
    expect(page.get_by_role("link", name="Entrar", exact=True)).to_have_count(0)
    visitor.picture(f"mapa-con-cuenta-{'celular' if phone else 'escritorio'}")
    if not phone:
        expect(page.get_by_role("link", name="Salir", exact=True)).to_have_attribute(
            "href", "/salir"
        )
    page.get_by_role("link", name="Ana.Ruiz").click()
    expect(page.get_by_role("heading", name="Mi cuenta")).to_be_visible()


@pytest.mark.heavy
def test_the_pages_fit_a_narrow_screen(visit: Callable[..., Visitor]) -> None:
    visitor = visit(viewport={"width": 320, "height": 640})
    page = visitor.page
    page.goto(f"{visitor.site}/entrar")
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    page.get_by_label("Cuenta").fill("nueva")
    page.get_by_label("Clave").fill(people.PASSWORD)
    page.get_by_role("button", name="Ingresar").click()
    expect(page.get_by_text("Cambie su clave.")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    visitor.picture("cuenta-320")


def test_a_table_wider_than_the_screen_is_reached_by_keyboard(
    visit: Callable[..., Visitor],
) -> None:
    visitor = visit(viewport={"width": 320, "height": 640}, bypass_csp=True)
    page = visitor.page
    page.goto(f"{visitor.site}/entrar?siguiente=/cuenta")
    page.get_by_label("Cuenta").fill("ana.ruiz")
    page.get_by_label("Clave").fill(people.PASSWORD)
    page.get_by_role("button", name="Ingresar").click()
    expect(page.get_by_role("region", name="Permisos de la cuenta")).to_have_attribute(
        "tabindex", "0"
    )
    page.add_style_tag(content="html { font-size: 200% }")
    assert violations(page) == []
