"""From what somebody types to the answer, the shared link, the paper and its verification."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.web.test_access import violations
from tests.web.test_map import details

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.web.conftest import Visitor

FLOODED = "-75.22570,4.41060"
"""Longitude and latitude of a place within a demonstration zone of hazard."""
EMPTY = "?lat=4.43000&lon=-75.16000&z=17&capas="
SUMMARY = "nivel de amenaza"


@pytest.mark.parametrize(
    "phone",
    [pytest.param(False, id="desktop"), pytest.param(True, id="phone", marks=pytest.mark.heavy)],
)
def test_from_a_typed_address_to_link_and_paper(visit: Callable[..., Visitor], phone: bool) -> None:
    visitor = visit(phone=phone, permissions=["clipboard-read", "clipboard-write"])
    page = visitor.open()
    page.get_by_role("combobox").fill("Cra 5 # 37-20")
    expect(page.get_by_role("option").first).to_be_visible()
    page.keyboard.press("ArrowDown")
    active = page.get_by_role("combobox").get_attribute("aria-activedescendant")
    expect(page.locator(f"#{active}")).to_have_attribute("aria-selected", "true")
    page.keyboard.press("Enter")
    told = details(page)
    expect(told.locator(".place__summary")).to_contain_text("Sin estudio de amenaza")
    expect(told.get_by_role("link", name="123")).to_have_attribute("href", "tel:123")
    expect(told).to_contain_text("No reemplaza")
    expect(page).to_have_url(re.compile(r"lugar=-75\.\d{5},4\.\d{5}"))
    visitor.wait_drawn()
    visitor.picture(f"aqui-{'telefono' if phone else 'escritorio'}")
    shared = told.get_by_role("link", name="Ver como página").get_attribute("href")
    paper = told.get_by_role("link", name="PDF para imprimir").get_attribute("href")
    assert page.request.get(f"{visitor.site}{paper}").body().startswith(b"%PDF")
    page.goto(f"{visitor.site}{shared}")
    expect(page.locator(".summary")).to_contain_text("Sin estudio de amenaza")
    expect(page.get_by_role("img", name=re.compile("Mapa del lugar"))).to_be_visible()
    visitor.picture(f"lugar-{'telefono' if phone else 'escritorio'}")
    page.get_by_role("link", name=re.compile("verificar.")).click()
    expect(page.get_by_text("Este sistema emitió el código")).to_be_visible()


@pytest.mark.heavy
def test_a_shared_place_opens_on_its_answer(visit: Callable[..., Visitor]) -> None:
    visitor = visit()
    page = visitor.open(f"?lugar={FLOODED}")
    told = details(page)
    expect(told.locator(".place__summary")).to_contain_text(SUMMARY)
    expect(told.get_by_role("heading", name="Qué hacer")).to_be_visible()
    told.get_by_role("button", name="Cerrar la consulta").click()
    expect(told).to_be_hidden()
    expect(page).not_to_have_url(re.compile("lugar="))
    page.go_back()
    expect(told.locator(".place__summary")).to_contain_text(SUMMARY)


@pytest.mark.heavy
def test_an_empty_place_is_asked_about(visit: Callable[..., Visitor]) -> None:
    page = visit().open(EMPTY)
    page.locator("#map canvas").click()
    expect(details(page).locator(".place__summary")).to_be_visible()
    page.keyboard.press("Escape")
    expect(details(page)).to_be_hidden()
    page.locator("#map canvas").click(button="right", position={"x": 300, "y": 300})
    expect(details(page).locator(".place__summary")).to_be_visible()
    page.keyboard.press("Escape")
    page.get_by_role("button", name="¿Qué hay en el centro del mapa?").click()
    expect(details(page).locator(".place__summary")).to_be_visible()


@pytest.mark.heavy
def test_recent_searches_stay_in_the_browser_until_cleared(visit: Callable[..., Visitor]) -> None:
    visitor = visit()
    page = visitor.open()
    found = page.get_by_role("combobox")
    found.fill("Comuna 4")
    page.get_by_role("option").first.click()
    expect(details(page).locator(".place__summary")).to_be_visible()
    page.reload()
    visitor.wait_drawn()
    found.click()
    expect(page.get_by_role("option")).to_have_count(1)
    page.get_by_role("button", name="Borrar las búsquedas recientes").click()
    expect(page.get_by_role("option")).to_have_count(0)
    assert page.evaluate("localStorage.getItem('sig-recent-2')") is None


@pytest.mark.heavy
def test_the_box_speaks_when_nothing_is_found_and_escapes(visit: Callable[..., Visitor]) -> None:
    page = visit().open()
    found = page.get_by_role("combobox")
    found.fill("<img src=x onerror=alert(1)> qqqqzzzz")
    expect(page.locator("#status")).to_contain_text("Nada coincide")
    assert page.locator("#finder img").count() == 0
    found.fill("comuna")
    expect(found).to_have_attribute("aria-expanded", "true")
    page.keyboard.press("Escape")
    expect(found).to_have_attribute("aria-expanded", "false")
    expect(found).to_have_value("comuna")
    page.keyboard.press("Escape")
    expect(found).to_have_value("")


@pytest.mark.heavy
def test_a_layer_found_is_switched_on_and_listed(visit: Callable[..., Visitor]) -> None:
    page = visit().open("?capas=")
    page.get_by_role("combobox").fill("zonas wifi")
    page.get_by_role("option", name=re.compile("Capa")).first.click()
    expect(page).to_have_url(re.compile("capas=zonas_wifi"))
    expect(page.get_by_role("tab", name="Elementos en vista")).to_have_attribute(
        "aria-selected", "true"
    )


@pytest.mark.heavy
def test_denied_location_says_what_to_do(visit: Callable[..., Visitor]) -> None:
    page = visit(permissions=[]).open()
    page.get_by_role("button", name="Mostrar mi ubicación").click()
    expect(page.locator("#toast")).to_contain_text("escribir la dirección")
    page.goto(page.url.split("?")[0] + "lugar")
    page.get_by_role("button", name="Mi ubicación").click()
    expect(page.locator("#aviso-ubicacion")).to_contain_text("escribir la dirección")


@pytest.mark.heavy
def test_own_location_is_in_no_address(visit: Callable[..., Visitor]) -> None:
    visitor = visit(
        permissions=["geolocation"], geolocation={"longitude": -75.2257, "latitude": 4.4106}
    )
    page = visitor.open()
    page.get_by_role("button", name="Mostrar mi ubicación").click()
    expect(details(page).locator(".place__summary")).to_contain_text(SUMMARY)
    assert "lugar=" not in page.url


def test_without_script_or_webgl_the_page_answers(visit: Callable[..., Visitor]) -> None:
    visitor = visit(java_script_enabled=False)
    page = visitor.page
    page.goto(f"{visitor.site}/lugar")
    page.get_by_role("searchbox").fill("4.4106, -75.2257")
    page.get_by_role("button", name="Consultar").click()
    expect(page.locator(".summary")).to_contain_text(SUMMARY)


@pytest.mark.parametrize("width", [320, pytest.param(1280, marks=pytest.mark.heavy)])
def test_pages_and_panel_are_accessible(visit: Callable[..., Visitor], width: int) -> None:
    visitor = visit(viewport={"width": width, "height": 800}, bypass_csp=True)
    page = visitor.open(f"?lugar={FLOODED}")
    expect(details(page).locator(".place__summary")).to_be_visible()
    page.get_by_role("combobox").fill("comuna")
    expect(page.get_by_role("option").first).to_be_visible()
    assert violations(page) == []
    lon, lat = FLOODED.split(",")
    for path in ("/lugar", f"/lugar?lat={lat}&lon={lon}", "/verificar"):
        page.goto(f"{visitor.site}{path}")
        assert violations(page) == [], path
        assert page.evaluate("document.documentElement.scrollWidth") <= width
