"""The map opens, answers and says what it shows: what every change must leave standing."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import expect

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Page

    from tests.web.conftest import Visitor

WIFI_ID = "W002"
WIFI = "lat=4.44377&lon=-75.24079&z=17"
"""A view with zone W002 of the samples in the middle of the map."""


def query(page: Page) -> dict[str, str]:
    """What the address bar holds."""
    return {key: values[0] for key, values in parse_qs(urlsplit(page.url).query).items()}


def switch(page: Page, title: str) -> Any:
    """The switch of the layer so titled."""
    return page.get_by_role("checkbox", name=title, exact=True)


def details(page: Page) -> Any:
    """What is told about a place."""
    return page.get_by_role("region", name="Consulta", exact=True)


def test_opens_on_the_city_and_asks_nobody_else(visit: Callable[..., Visitor]) -> None:
    visitor = visit()
    answers: list[dict[str, str]] = []
    visitor.page.on("response", lambda answer: answers.append(answer.headers))
    page = visitor.open()
    expect(page).to_have_title("Mapa de Ibagué · Alcaldía Municipal de Ibagué")
    assert page.locator("html").get_attribute("lang") == "es-CO"
    assert answers[0]["content-security-policy"].startswith(
        "default-src 'none'; script-src 'self';"
    )
    assert not re.search("unsafe|blob:|http", answers[0]["content-security-policy"])
    assert answers[0]["cache-control"] == "no-cache"
    scripts = [a for a in answers if a.get("content-type", "").startswith("text/javascript")]
    assert {a["content-encoding"] for a in scripts} <= {"br", "gzip"}
    assert {a["cache-control"] for a in scripts} == {"public, max-age=31536000, immutable"}
    for sector in ("Gestión del riesgo", "Salud", "Conectividad", "Mapa base"):
        expect(page.get_by_role("heading", name=sector, exact=True)).to_be_visible()
    expect(switch(page, "Zonas de amenaza")).to_be_checked()
    expect(switch(page, "Establecimientos de interés sanitario")).not_to_be_checked()
    expect(page.get_by_text("24 elementos · datos al")).to_be_visible()
    legend = page.get_by_role("list", name="Convenciones de Zonas de amenaza")
    expect(legend.get_by_role("listitem")).to_have_text(["Alta", "Media", "Baja"])
    assert legend.locator("pattern").count() == 3, "the colour of a level also has a pattern"
    expect(page.locator("#banner")).to_contain_text("Datos de demostración")
    visitor.picture("mapa-escritorio")


def test_click_tells_labels_and_never_codes(visit: Callable[..., Visitor]) -> None:
    visitor = visit()
    page = visitor.open(f"?{WIFI}&capas=zonas_wifi")
    page.locator("#map canvas").click()
    told = details(page)
    expect(told.get_by_role("heading", level=2)).to_have_text("Zona WiFi Calle 13 con Carrera 3")
    expect(told.locator("dt", has_text="Estado")).to_be_visible()
    expect(told).to_contain_text("Operando")
    expect(told).not_to_contain_text("operando")
    expect(told).to_contain_text("15/03/2024")
    expect(told).to_contain_text("100 m")
    expect(told).to_contain_text("Datos de demostración: no son oficiales")
    expect(told.get_by_role("button", name="Comuna 1 Comunas")).to_be_visible()
    expect(page.get_by_role("status")).to_have_text(re.compile(r"^Seleccionado: Zona WiFi"))
    assert query(page)["sel"] == f"zonas_wifi/{WIFI_ID}"
    visitor.picture("consulta-escritorio")
    told.get_by_role("button", name="Cerrar la consulta").click()
    expect(told).to_be_hidden()
    assert "sel" not in query(page)


def test_keyboard_alone_reaches_moves_asks_and_closes(visit: Callable[..., Visitor]) -> None:
    visitor = visit()
    page = visitor.open(f"?{WIFI}&capas=zonas_wifi")
    page.keyboard.press("Tab")
    skip = page.get_by_role("link", name="Saltar al mapa")
    expect(skip).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    canvas = page.locator("#map canvas")
    expect(canvas).to_be_focused()
    expect(page.locator("#cross")).to_be_visible()
    page.keyboard.press("Enter")
    told = details(page)
    expect(told.get_by_role("heading", level=2)).to_contain_text("Zona WiFi")
    expect(told).to_be_focused()
    page.keyboard.press("Escape")
    expect(told).to_be_hidden()
    expect(canvas).to_be_focused()
    before = query(page)
    page.keyboard.press("ArrowRight")
    expect(page).not_to_have_url(page.url)
    assert float(query(page)["lon"]) > float(before["lon"])
    page.keyboard.press("+")
    expect(page).to_have_url(re.compile(r"z=18\b"))


@pytest.mark.heavy
def test_phone_has_a_sheet_that_opens_and_tells(visit: Callable[..., Visitor]) -> None:
    visitor = visit(phone=True)
    page = visitor.open(f"?{WIFI}&capas=zonas_wifi")
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    sheet = page.locator("#panel")
    assert (sheet.bounding_box() or {"height": 0})["height"] in range(50, 100)
    page.get_by_role("tab", name="Capas").tap()
    expect(sheet).to_have_attribute("data-height", "half")
    expect(switch(page, "Zonas WiFi públicas")).to_be_visible()
    page.wait_for_timeout(400)
    visitor.picture("capas-celular")
    page.get_by_role("button", name="Ampliar el panel").tap()
    page.get_by_role("button", name="Reducir el panel").tap()
    expect(sheet).to_have_attribute("data-height", "peek")
    page.locator("#map canvas").tap()
    expect(details(page).get_by_role("heading", level=2)).to_contain_text("Zona WiFi")
    visitor.picture("consulta-celular")


def test_without_webgl_the_lists_and_the_details_still_work(visit: Callable[..., Visitor]) -> None:
    visitor = visit(faulty=True)
    visitor.page.add_init_script(
        "const get = HTMLCanvasElement.prototype.getContext;"
        "HTMLCanvasElement.prototype.getContext = function (kind, ...rest) {"
        "  return kind.startsWith('webgl') ? null : get.call(this, kind, ...rest); };"
    )
    page = visitor.open("?capas=puntos_vive_digital", drawn=False)
    expect(
        page.get_by_role("heading", name="Este navegador no puede dibujar el mapa")
    ).to_be_visible()
    table = page.get_by_role("table", name="Puntos Vive Digital")
    expect(table.get_by_role("row")).to_have_count(10)
    table.get_by_role("button").first.click()
    expect(details(page).locator("dt").first).to_be_visible()
    assert query(page)["sel"].startswith("puntos_vive_digital/")
