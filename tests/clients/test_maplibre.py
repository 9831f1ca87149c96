"""MapLibre GL draws every layer from its TileJSON and style, and what it holds adds up."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from gis.contract import PUBLICA

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from playwright.sync_api import Browser, Page

    from gis.contract import Layer
    from tests.clients.truth import Site

pytestmark = [pytest.mark.heavy, pytest.mark.timeout(900)]

MAPLIBRE = Path(__file__).parents[2] / "web" / "node_modules" / "maplibre-gl" / "dist"
SCRIPT = """
import * as gl from '/maplibre/maplibre-gl.mjs';
gl.setWorkerUrl('/maplibre/maplibre-gl-worker.mjs');
window.gl = gl;
"""
HTML = f"""<!doctype html><meta charset="utf-8"><link rel="icon" href="data:,">
<style>html, body, #map {{ margin: 0; height: 100%; width: 100% }}</style><div id="map"></div>
<script type="module">{SCRIPT}</script>"""
SHOW = """
async ({style, bounds, zoom, center, source}) => {
  window.shown?.remove();
  const view = bounds ? {bounds, fitBoundsOptions: {padding: 20}} : {center, zoom};
  const map = window.shown = new gl.Map(
    {container: 'map', style, fadeDuration: 0, attributionControl: false, maxTileCacheSize: 0,
     ...view});
  const errors = [];
  map.on('error', (event) => errors.push(String(event.error?.message ?? event.error)));
  await new Promise((done) => map.once('idle', done));
  const [west, south] = map.getBounds().getSouthWest().toArray();
  const [east, north] = map.getBounds().getNorthEast().toArray();
  const described = map.getStyle().layers;
  const sourceLayer = described.find((layer) => layer.source === source)['source-layer'];
  const held = map.querySourceFeatures(source, {sourceLayer}).map((f) => f.properties);
  const seen = map.queryRenderedFeatures().filter((f) => f.source === source);
  return {errors, held, seen: seen.map((f) => ({...f.properties, layer: f.layer.id})),
          zoom: map.getZoom(), box: [west, south, east, north]};
}
"""


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 900, "height": 900})
    made = context.new_page()
    made.set_default_timeout(60_000)
    yield made
    context.close()


@pytest.fixture
def show(page: Page, site: Site) -> Callable[..., dict[str, Any]]:
    """Shows a layer in a map of its own, from the address of its style."""
    page.route("**/cliente", lambda route: route.fulfill(body=HTML, content_type="text/html"))
    page.route(
        "**/maplibre/*",
        lambda route: route.fulfill(path=MAPLIBRE / route.request.url.rsplit("/", 1)[1]),
    )
    page.goto(f"{site.address}/cliente")
    page.wait_for_function("window.gl")

    def drawn(layer: Layer, **view: Any) -> dict[str, Any]:
        style = f"{site.api}/styles/{layer.name}"
        found: dict[str, Any] = page.evaluate(SHOW, {"style": style, "source": layer.name, **view})
        assert found["errors"] == []
        return found

    return drawn


def test_every_layer_is_drawn_and_adds_up(site: Site, show: Callable[..., dict[str, Any]]) -> None:
    """From far away merged features carry how many they are; points, each in one tile, add up to
    what SQL counts. From near each is drawn as itself."""
    for layer in site.catalog:
        if not layer.geometry_for(PUBLICA):
            continue
        assert layer.geometry is not None
        rows = [row for row in site.rows(layer.name) if row.box]
        west, south, east, north = site.extent(layer.name)
        whole = {"center": [(west + east) / 2, (south + north) / 2], "zoom": layer.tiles.minzoom}
        far = show(layer, **whole)
        assert far["seen"], layer.name
        total = sum(one.get("cantidad", 1) for one in far["held"])
        ids = {one["_id"] for one in far["held"] if "_id" in one}
        if layer.geometry.dimension == 0:
            assert total == len(rows), layer.name
        else:
            merged = sum(one["cantidad"] for one in far["held"] if "_id" not in one)
            assert len(ids) <= len(rows) <= len(ids) + merged, layer.name
        box = rows[len(rows) // 2].box
        assert box is not None
        near = show(layer, bounds=[[box[0], box[1]], [box[2], box[3]]]) if box[0] < box[2] else (
            show(layer, center=[box[0], box[1]], zoom=17)
        )  # fmt: skip
        assert near["seen"], layer.name
        if near["zoom"] >= 15:
            assert all("_id" in one and "cantidad" not in one for one in near["held"])
