"""Whole MapLibre styles: the city's own base map below, the thematic layers above it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gis.contract import Role
from gis.styles.paint import Brush, labels, lines, points, polygons

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from gis.contract import Access, Layer

BACKGROUND = "#e9edf0"
"""What lies outside the municipality: a quiet grey, so that the base layers stand on it."""
_PARTS = {0: points, 1: lines, 2: polygons}


def style(
    layers: Iterable[Layer],
    access: Callable[[Layer], Access],
    tilejson_url: Callable[[Layer], str],
    *,
    name: str,
    center: tuple[float, float],
    zoom: float,
) -> dict[str, Any]:
    """A MapLibre style (version 8) of all ``layers`` that have a geometry to see with ``access``.

    ``tilejson_url`` gives the absolute address of a layer's TileJSON, ``center`` is longitude and
    latitude. Base layers come first and are shown; a thematic layer is hidden unless declared
    visible. Every style layer names its declared layer in ``metadata["sig:layer"]`` and its part
    (fill, hatch, outline, casing, line, reach, point, label) in ``metadata["sig:part"]``.
    """
    drawn = sorted((layer for layer in layers if layer.geometry_for(access(layer))), key=_order)
    brushes = [Brush(layer, access(layer), layer.name, center[1]) for layer in drawn]
    shapes = [part for brush in brushes for part in _shown(brush, _shapes(brush))]
    texts = [part for brush in brushes for part in _shown(brush, labels(brush))]
    return {
        "version": 8,
        "name": name,
        "center": list(center),
        "zoom": zoom,
        "sources": {
            layer.name: {"type": "vector", "url": tilejson_url(layer), "promoteId": "_id"}
            for layer in drawn
        },
        "layers": [_background(), *shapes, *texts],
    }


def layer_style(
    layer: Layer,
    access: Access,
    tilejson_url: Callable[[Layer], str],
    *,
    center: tuple[float, float],
    zoom: float,
) -> dict[str, Any]:
    """The style of one layer alone, shown."""
    document = style(
        [layer], lambda _: access, tilejson_url, name=layer.title, center=center, zoom=zoom
    )
    for part in document["layers"]:
        part.get("layout", {}).pop("visibility", None)
    return document


def _background() -> dict[str, Any]:
    return {"id": "background", "type": "background", "paint": {"background-color": BACKGROUND}}


def _shapes(brush: Brush) -> list[Any]:
    assert brush.layer.geometry is not None
    return _PARTS[brush.layer.geometry.dimension](brush)


def _order(layer: Layer) -> tuple[bool, int, int]:
    """Base before thematic; surfaces below lines below points; then as declared."""
    assert layer.geometry is not None
    return (layer.style.role is Role.THEMATIC, -layer.geometry.dimension, layer.style.order)


def _shown(brush: Brush, parts: list[Any]) -> list[Any]:
    style = brush.layer.style
    if style.role is Role.BASE or style.visible:
        return parts
    return [part | {"layout": part.get("layout", {}) | {"visibility": "none"}} for part in parts]
