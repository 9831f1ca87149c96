"""WCAG 2.1 AA (Resolución MinTIC 1519 de 2020): what a program can find out of it."""

from __future__ import annotations

import gzip
import re
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect

from api.app import WEB
from tests.web.test_map import WIFI, details

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Page

    from gis.contract.catalog import Catalog
    from tests.web.conftest import Visitor

AXE = WEB.parent / "node_modules" / "axe-core" / "axe.min.js"
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
BUDGET = 120 * 1024
"""Gzip bytes of our own JavaScript (design.md §6)."""


def violations(page: Page) -> list[tuple[str, list[Any]]]:
    """What axe finds against WCAG A and AA on the page as it stands."""
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate("tags => axe.run({ runOnly: tags })", TAGS)
    return [
        (
            rule["id"],
            [node["html"][:200] + " · " + node["failureSummary"] for node in rule["nodes"]],
        )
        for rule in found["violations"]
    ]


@pytest.mark.heavy
@pytest.mark.parametrize("phone", [False, True])
def test_axe_finds_nothing_in_any_state(visit: Callable[..., Visitor], phone: bool) -> None:
    visitor = visit(phone=phone, bypass_csp=True)
    page = visitor.open(f"?{WIFI}&capas=zonas_wifi,zonas_amenaza")
    assert violations(page) == []
    page.get_by_role("tab", name="Elementos en vista").click()
    expect(page.get_by_role("table").first).to_be_visible()
    page.wait_for_timeout(400)
    assert violations(page) == []
    page.get_by_role("tab", name="Capas").click()
    page.locator("details.about").first.evaluate("element => { element.open = true; }")
    assert violations(page) == []
    page.get_by_role("button", name="Contraste").click()
    assert violations(page) == []
    visitor.page.goto(f"{visitor.site}/?{WIFI}&sel=zonas_wifi/W002")
    visitor.wait_drawn()
    expect(details(page).locator("dt").first).to_be_visible()
    assert violations(page) == []


@pytest.mark.heavy
def test_at_400_per_cent_everything_fits_the_width(visit: Callable[..., Visitor]) -> None:
    """1.4.10: 1280 × 1024 at 400 % is 320 × 256."""
    visitor = visit(viewport={"width": 320, "height": 256}, bypass_csp=True)
    page = visitor.open(f"?{WIFI}&sel=zonas_wifi/W002")
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    details(page).scroll_into_view_if_needed()
    page.get_by_role("tab", name="Capas").scroll_into_view_if_needed()
    expect(page.get_by_role("tab", name="Capas")).to_be_visible()
    page.get_by_role("contentinfo").scroll_into_view_if_needed()
    expect(page.get_by_role("link", name="Datos abiertos de Colombia")).to_be_in_viewport()
    visitor.picture("reflujo-320")
    assert violations(page) == []


@pytest.mark.heavy
def test_letters_twice_as_large_lose_nothing(visit: Callable[..., Visitor]) -> None:
    """1.4.4: text resized to 200 %."""
    visitor = visit()
    page = visitor.open()
    for _ in range(4):
        page.get_by_role("button", name="Aumentar letra").click()
    assert page.evaluate("document.documentElement.scrollWidth") <= 1440
    expect(page.get_by_role("tab", name="Elementos en vista")).to_be_in_viewport()
    expect(page.get_by_role("button", name="Acercar", exact=True)).to_be_in_viewport()
    visitor.picture("letra-200")


@pytest.mark.heavy
def test_no_keyboard_trap_and_every_stop_is_seen(visit: Callable[..., Visitor]) -> None:
    page = visit().open()
    stops: list[str] = []
    for _ in range(200):
        page.keyboard.press("Tab")
        stop = page.evaluate(
            "() => { const e = document.activeElement; const s = getComputedStyle(e);"
            " return [e.tagName, e.id, e.ariaLabel ?? e.textContent.trim().slice(0, 40),"
            " s.outlineStyle !== 'none' || e.type === 'range' ? 'seen' : 'unseen'].join('|'); }"
        )
        if stop.startswith("BODY") and stops:
            break
        stops.append(stop)
    else:
        pytest.fail("Tab never came round")
    assert [stop for stop in stops if stop.endswith("unseen")] == []
    assert any("CANVAS" in stop for stop in stops)


def test_first_view_is_light_and_the_map_engine_comes_after() -> None:
    page = (WEB / "index.html").read_text(encoding="utf-8")
    first = re.findall(r'(?:src|href)="/(assets/[^"]+\.js)"', page)
    assert first, "the page names its script"
    size = sum(len(gzip.compress((WEB / name).read_bytes())) for name in first)
    assert size < BUDGET
    assert all(b"maplibre" not in (WEB / name).read_bytes().lower()[:2000] for name in first)
    assert size < 40 * 1024, "far below the budget, as it should stay"


def test_no_city_and_no_layer_in_the_code(catalog: Catalog) -> None:
    names = {layer.name for layer in catalog} | {catalog.entity.municipality}
    sources = [*(WEB.parent / "src").rglob("*.ts"), WEB.parent / "index.html"]
    for source in sources:
        words = set(re.findall(r"\w+", source.read_text(encoding="utf-8")))
        # A layer may be called as a plain Spanish word is: the quoted name is what would bind.
        quoted = set(re.findall(r"['\"](\w+)['\"]", source.read_text(encoding="utf-8")))
        assert catalog.entity.municipality not in words, source.name
        assert not names & quoted, source.name
