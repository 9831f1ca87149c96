"""What a person does with the map beyond opening it: share, go back, read lists, filter."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.web.test_map import WIFI, details, query, switch

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.web.conftest import Visitor

pytestmark = pytest.mark.heavy


def test_an_address_shows_somebody_else_the_same_view(visit: Callable[..., Visitor]) -> None:
    first = visit()
    page = first.open()
    switch(page, "Establecimientos de interés sanitario").check()
    switch(page, "Zonas de amenaza").uncheck()
    page.get_by_role("button", name="Acercar", exact=True).click()
    expect(page).to_have_url(re.compile(r"z=13\.3\b"))
    address = page.url
    held = query(page)
    assert "establecimientos" in held["capas"].split(",")
    assert "zonas_amenaza" not in held["capas"].split(",")
    second = visit()
    other = second.open(address.removeprefix(second.site + "/"))
    expect(switch(other, "Establecimientos de interés sanitario")).to_be_checked()
    expect(switch(other, "Zonas de amenaza")).not_to_be_checked()
    other.get_by_role("button", name="Acercar", exact=True).click()
    expect(other).to_have_url(re.compile(r"z=14\.3\b"))
    assert query(other)["lat"] == held["lat"]
    assert query(other)["lon"] == held["lon"]


def test_back_and_forward_undo_and_redo_what_was_chosen(visit: Callable[..., Visitor]) -> None:
    page = visit().open(f"?{WIFI}&capas=zonas_wifi")
    switch(page, "Inspecciones sanitarias").check()
    expect(page).to_have_url(re.compile("inspecciones_sanitarias"))
    page.locator("#map canvas").click()
    expect(details(page)).to_be_visible()
    page.go_back()
    expect(details(page)).to_be_hidden()
    page.go_back()
    expect(switch(page, "Inspecciones sanitarias")).not_to_be_checked()
    page.go_forward()
    expect(switch(page, "Inspecciones sanitarias")).to_be_checked()


def test_a_selection_in_the_address_is_shown_and_framed(visit: Callable[..., Visitor]) -> None:
    page = visit().open("?sel=zonas_wifi/W002")
    expect(details(page).get_by_role("heading", level=2)).to_contain_text("Zona WiFi")
    expect(page).to_have_url(re.compile(r"z=16\.5"))


def test_several_things_under_one_click_are_listed(visit: Callable[..., Visitor]) -> None:
    visitor = visit()
    page = visitor.open(
        "?lat=4.445166&lon=-75.152714&z=18&capas=establecimientos,inspecciones_sanitarias"
    )
    page.locator("#map canvas").click()
    told = details(page)
    expect(told.get_by_role("heading", level=2)).to_have_text(
        re.compile(r"^\d+ elementos en este lugar$")
    )
    assert told.get_by_role("listitem").count() >= 3
    visitor.picture("varios-en-un-lugar")
    told.get_by_role("button", name="Restaurante Demostración 001").click()
    expect(told.get_by_role("heading", level=2)).to_have_text("Restaurante Demostración 001")
    expect(told).to_contain_text("Restaurante")
    told.get_by_role("button", name="Volver").click()
    expect(told.get_by_role("heading", level=2)).to_contain_text("en este lugar")


def test_of_many_things_the_first_few_are_listed(visit: Callable[..., Visitor]) -> None:
    visitor = visit()
    page = visitor.open(
        "?lat=4.4323&lon=-75.2068&z=15.5&capas=establecimientos,inspecciones_sanitarias"
    )
    page.locator("#map canvas").click()
    told = details(page)
    more = told.get_by_role("button", name=re.compile(r"^Ver más \(\d+\)$"))
    expect(more).to_be_visible()
    assert told.get_by_role("listitem").count() == 8, "the first few"
    visitor.picture("muchos-en-un-lugar")
    rest = int(re.sub(r"\D", "", more.inner_text()))
    more.click()
    assert told.get_by_role("listitem").count() == 8 + rest
    expect(told.locator("li:nth-child(9) button")).to_be_focused()
    expect(more).to_have_count(0)


def test_what_is_drawn_merged_is_said_and_no_longer_when_it_is_not(
    visit: Callable[..., Visitor],
) -> None:
    visitor = visit()
    page = visitor.open("?lat=4.4389&lon=-75.2322&z=10&capas=establecimientos")
    said = page.get_by_text("Los elementos muy cercanos se ven unidos")
    expect(said.locator("visible=true").first).to_be_visible()
    visitor.picture("unidos")
    page = visitor.open("?lat=4.4389&lon=-75.2322&z=18&capas=establecimientos")
    expect(said.locator("visible=true")).to_have_count(0)


def test_a_reference_is_told_by_name_and_leads_on(visit: Callable[..., Visitor]) -> None:
    page = visit().open("?sel=inspecciones_sanitarias/V00001")
    link = details(page).get_by_role("button", name="Restaurante Demostración 001")
    link.click()
    expect(page).to_have_url(re.compile("sel=establecimientos/E0001"))


def test_the_list_keeps_step_with_the_map_and_says_so(visit: Callable[..., Visitor]) -> None:
    visitor = visit()
    page = visitor.open(f"?{WIFI}&capas=zonas_wifi")
    page.get_by_role("tab", name="Elementos en vista").click()
    table = page.get_by_role("table", name="Zonas WiFi públicas")
    expect(table.get_by_role("button", name="Zona WiFi Calle 13 con Carrera 3")).to_be_visible()
    few = table.get_by_role("row").count()
    page.get_by_role("button", name="Ver todo el municipio").click()
    expect(page.get_by_role("status")).to_have_text(re.compile(r"^\d+ elementos en la vista"))
    expect(table.get_by_role("row").nth(few)).to_be_visible()
    visitor.picture("lista-escritorio")
    table.get_by_role("button").first.click()
    expect(details(page).locator("dt").first).to_be_visible()


def test_what_has_no_place_is_listed_as_such(visit: Callable[..., Visitor]) -> None:
    page = visit().open("?capas=kioscos_vive_digital")
    page.get_by_role("button", name="1 sin ubicación: Kioscos Vive Digital").click()
    table = page.get_by_role("table", name="sin ubicación conocida")
    expect(table.get_by_role("row")).to_have_count(2)
    table.get_by_role("button", name=re.compile("Santuario")).click()
    expect(details(page)).to_contain_text("no tiene una ubicación conocida")
    page.get_by_role("button", name="Volver a los elementos en vista").click()
    expect(page.get_by_role("table", name="Kioscos Vive Digital")).to_be_visible()


def test_a_table_without_map_can_be_read(visit: Callable[..., Visitor]) -> None:
    page = visit().open()
    page.get_by_role("button", name=re.compile("^Ver los registros: Capacitaciones")).click()
    table = page.get_by_role("table", name=re.compile("^Capacitaciones"))
    table.get_by_role("button").first.click()
    expect(details(page)).to_contain_text("PVD")


def test_layers_are_found_by_name_without_accents(visit: Callable[..., Visitor]) -> None:
    page = visit().open(drawn=False)
    box = page.get_by_role("searchbox", name="Buscar una capa")
    box.fill("interes sanitario")
    expect(switch(page, "Establecimientos de interés sanitario")).to_be_visible()
    expect(switch(page, "Zonas WiFi públicas")).to_be_hidden()
    box.fill("zzz")
    expect(page.get_by_text("Ninguna capa coincide con «zzz».")).to_be_visible()


def test_opacity_is_drawn_and_shared(visit: Callable[..., Visitor]) -> None:
    page = visit().open("?capas=zonas_amenaza")
    page.get_by_text("Opacidad e información").locator("visible=true").first.click()
    slider = page.get_by_role("slider", name="Opacidad de Zonas de amenaza")
    slider.press("Home")
    expect(page).to_have_url(re.compile("capas=zonas_amenaza:10"))
    expect(slider).to_have_attribute("aria-valuetext", "10 %")


def test_nobody_is_located_who_did_not_ask(visit: Callable[..., Visitor]) -> None:
    visitor = visit(geolocation={"latitude": 4.4389, "longitude": -75.2322, "accuracy": 30})
    visitor.context.grant_permissions(["geolocation"])
    visitor.page.add_init_script(
        "window.asked = 0; const ask = navigator.geolocation.getCurrentPosition;"
        "navigator.geolocation.getCurrentPosition = function (...a) {"
        " window.asked++; return ask.apply(this, a); };"
    )
    page = visitor.open()
    assert page.evaluate("window.asked") == 0
    page.get_by_role("button", name="Mostrar mi ubicación").click()
    expect(page.get_by_role("img", name="Usted está aquí")).to_be_visible()
    expect(page).to_have_url(re.compile(r"lat=4\.4389"))
    assert page.evaluate("window.asked") == 1


def test_contrast_and_letter_size_are_kept(visit: Callable[..., Visitor]) -> None:
    visitor = visit()
    page = visitor.open(drawn=False)
    page.get_by_role("button", name="Contraste").click()
    page.get_by_role("button", name="Aumentar letra").click()
    page.reload()
    expect(page.get_by_role("button", name="Contraste")).to_have_attribute("aria-pressed", "true")
    assert page.evaluate("getComputedStyle(document.documentElement).fontSize") == "18px"
