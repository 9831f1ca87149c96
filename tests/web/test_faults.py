"""The map when something is away: it says so, keeps what it has and offers to try again."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect

from tests.web.test_map import WIFI, details, switch

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.web.conftest import Visitor

pytestmark = pytest.mark.heavy


def away(route: Any) -> None:
    """The answer of a server whose database is down."""
    route.fulfill(status=503, headers={"Retry-After": "5"}, body="{}")


def test_one_layer_fails_while_the_others_work(visit: Callable[..., Visitor]) -> None:
    visitor = visit(faulty=True)
    pattern = re.compile(r"/collections/zonas_wifi/tiles/WebMercatorQuad/\d+/")
    visitor.context.route(pattern, away)
    page = visitor.open(f"?{WIFI}&capas=zonas_wifi,zonas_amenaza")
    retry = page.get_by_role("button", name="Reintentar: Zonas WiFi públicas")
    expect(retry).to_be_visible()
    expect(page.get_by_role("button", name="Reintentar: Zonas de amenaza")).to_be_hidden()
    visitor.picture("capa-con-falla")
    visitor.context.unroute(pattern)
    with page.expect_event("requestfinished", lambda request: bool(pattern.search(request.url))):
        retry.click()
    visitor.wait_drawn()
    expect(retry).to_be_hidden()
    page.locator("#map canvas").click()
    expect(details(page)).to_contain_text("Zona WiFi")


def test_a_service_that_is_away_is_said_and_tried_again(visit: Callable[..., Visitor]) -> None:
    visitor = visit(faulty=True)
    visitor.context.route("**/api/map", away)
    page = visitor.open(drawn=False)
    expect(page.get_by_role("heading", name="El servicio de mapas no responde")).to_be_visible()
    visitor.picture("servicio-caido")
    visitor.context.unroute("**/api/map")
    page.get_by_role("button", name="Reintentar").click()
    expect(switch(page, "Zonas de amenaza")).to_be_visible()
    visitor.wait_drawn()


def test_without_the_style_the_lists_stay_and_the_map_can_be_tried_again(
    visit: Callable[..., Visitor],
) -> None:
    visitor = visit(faulty=True)
    visitor.context.route("**/api/styles", away)
    page = visitor.open(drawn=False)
    expect(page.get_by_role("main").get_by_text("No se pudo cargar el dibujo")).to_be_visible()
    page.get_by_role("tab", name="Elementos en vista").click()
    expect(page.get_by_role("table").first).to_be_visible()
    visitor.context.unroute("**/api/styles")
    page.get_by_role("button", name="Reintentar").click()
    visitor.wait_drawn()


def test_a_feature_that_is_gone_is_said(visit: Callable[..., Visitor]) -> None:
    visitor = visit(faulty=True)
    page = visitor.open("?sel=zonas_wifi/W999")
    expect(details(page)).to_contain_text("Este elemento ya no existe.")


def test_the_banner_goes_when_no_visible_layer_is_a_demonstration(
    visit: Callable[..., Visitor],
) -> None:
    visitor = visit()

    def official(route: Any) -> None:
        document = route.fetch().json()
        for sector in document["sectors"]:
            for layer in sector["layers"]:
                layer["demonstration"] = layer["name"] == "zonas_wifi"
        route.fulfill(json=document)

    visitor.context.route("**/api/map", official)
    page = visitor.open(f"?{WIFI}&capas=zonas_wifi")
    expect(page.locator("#banner")).to_contain_text("«Zonas WiFi públicas»")
    switch(page, "Zonas WiFi públicas").uncheck()
    expect(page.locator("#banner")).to_be_hidden()
