"""What the search box finds is told with what is not known of it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.web.test_map import details

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Page

    from tests.web.conftest import Visitor


def choose(page: Page, text: str, option: str) -> None:
    page.get_by_role("combobox").fill(text)
    page.get_by_role("option", name=re.compile(option)).first.click()


def test_one_point_of_a_street_or_of_a_comuna_says_so(visit: Callable[..., Visitor]) -> None:
    page = visit().open()
    choose(page, "calle 5", "^Calle 5")
    caution = details(page).locator(".notice").first
    expect(caution).to_contain_text("un solo punto de «Calle 5» (Vía, sin saber en qué parte)")
    expect(caution).to_contain_text(re.compile(r"puede estar a \d+ m"))
    expect(page).to_have_url(re.compile(r"lugar=-75\.\d{5},4\.\d{5},\d{3}"))
    shared = details(page).get_by_role("link", name="Ver como página").get_attribute("href")
    assert "error_m=" in str(shared)
    page.reload()
    expect(caution).to_contain_text(re.compile(r"un solo punto, y el suyo puede estar a \d+ m"))
    choose(page, "comuna 4", "^Comuna 4")
    expect(caution).to_contain_text("un solo punto de «Comuna 4» (Comuna o corregimiento)")


@pytest.mark.heavy
def test_an_address_is_shown_as_people_say_it_and_with_what_contradicts_it(
    visit: Callable[..., Visitor],
) -> None:
    page = visit().open()
    choose(page, "cll 37 kr 5 barrio inventado", "^Calle 37 con Carrera 5")
    caution = details(page).locator(".notice").first
    expect(caution).to_contain_text("Ninguna capa tiene «Barrio Inventado»")


@pytest.mark.heavy
def test_a_place_without_location_opens_as_what_it_is(visit: Callable[..., Visitor]) -> None:
    page = visit().open()
    choose(page, "santuario", "Santuario.*Ubicación sin establecer")
    expect(details(page)).to_contain_text("Kiosco Vive Digital Santuario")
    expect(page).to_have_url(re.compile("sel=kioscos_vive_digital/"))
