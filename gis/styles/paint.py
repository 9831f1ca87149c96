"""MapLibre layers (style specification 8) for one declared layer.

Sizes in declarations hold at the middle zooms (14); lines and circles grow and shrink around it.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from gis.styles.legend import hatch_name, legend, painted_by

if TYPE_CHECKING:
    from gis.contract import Access, Field, Layer

MIDDLE_ZOOM = 14
WORLD_M = 40_075_016.686
"""Length of the equator; at zoom z MapLibre draws it on 512 · 2^z pixels."""
FONT = ["sans-serif"]
"""The browser's own: labels are drawn by the client, no glyph server is asked."""
HALO = "#ffffff"
TEXT = "#2b2f33"
MERGED = ["has", "cantidad"]
ITSELF = ["!", MERGED]
"""A feature that stands for itself: of merged ones nobody has the boundary."""
DENSER = ["+", 1, ["min", 2, ["*", 0.6, ["log10", ["get", "cantidad"]]]]]
"""How many times the radius of a point is that of the halo of one that stands for several: 1.2 for
two, 1.6 for ten, 2.2 for a hundred, 3 at most."""

Json = Any


@dataclass(frozen=True, slots=True)
class Brush:
    """What every paint function needs to know."""

    layer: Layer
    access: Access
    source: str
    latitude: float
    """Where ground metres are turned into pixels, degrees."""

    def make(self, suffix: str, kind: str, paint: Json, layout: Json = None, **more: Json) -> Json:
        """One MapLibre layer of this declared layer."""
        style_layer = {
            "id": f"{self.layer.name}-{suffix}",
            "type": kind,
            "source": self.source,
            "source-layer": self.layer.name,
            "minzoom": self.layer.tiles.minzoom,
            "metadata": {"sig:layer": self.layer.name, "sig:part": suffix},
            "paint": paint,
            **more,
        }
        if layout:
            style_layer["layout"] = layout
        return style_layer


def color(brush: Brush) -> Json:
    """A colour, or the expression that reads it from the painting field's code."""
    return _match(brush, {entry.code: entry.color for entry in legend(brush.layer, brush.access)})


def _match(brush: Brush, values: dict[str, Json], default: Json = None) -> Json:
    by = painted_by(brush.layer, brush.access)
    otherwise = brush.layer.style.symbol.color if default is None else default
    values = {code: value for code, value in values.items() if value != otherwise}
    if by is None or not values:
        return otherwise
    # A list for each code, of one: QGIS up to 3.22 reads nothing else.
    cases = [part for code, value in values.items() for part in ([code], value)]
    return ["match", ["to-string", ["get", by.name]], *cases, otherwise]


def polygons(brush: Brush) -> list[Json]:
    """Fill, hatch when asked for, and outline."""
    symbol = brush.layer.style.symbol
    drawn = [
        brush.make("fill", "fill", {"fill-color": color(brush), "fill-opacity": symbol.opacity})
    ]
    if symbol.hatch:
        images = {e.code: hatch_name(e.color) for e in legend(brush.layer, brush.access)}
        pattern = _match(brush, images, hatch_name(symbol.color))
        drawn.append(brush.make("hatch", "fill", {"fill-pattern": pattern, "fill-opacity": 0.9}))
    outline: dict[str, Json] = {
        "line-color": symbol.outline,
        "line-width": grown(symbol.width, 0.6, 1.8),
    }
    if symbol.dashed:
        outline["line-dasharray"] = [3, 2]
    drawn.append(brush.make("outline", "line", outline, {"line-join": "round"}, filter=ITSELF))
    return drawn


def lines(brush: Brush) -> list[Json]:
    """The line, over a casing in the outline's colour; wider where importance says so."""
    style = brush.layer.style
    widths = _match(brush, dict(style.width_by), style.symbol.width)
    layout = {"line-cap": "butt" if style.symbol.dashed else "round", "line-join": "round"}
    paint: dict[str, Json] = {
        "line-color": color(brush),
        "line-width": road_width(widths),
        "line-opacity": style.symbol.opacity,
    }
    if style.symbol.dashed:
        paint["line-dasharray"] = [2, 1.5]
    order = _sort_key(brush)
    casing = brush.make(
        "casing",
        "line",
        {
            "line-color": style.symbol.outline,
            "line-width": road_width(widths, casing=1.6),
            "line-opacity": style.symbol.opacity,
        },
        layout | order,
    )
    line = brush.make("line", "line", paint, layout | order)
    return [line] if style.symbol.dashed else [casing, line]


def _sort_key(brush: Brush) -> dict[str, Json]:
    """Wider lines are drawn over narrower ones."""
    widths = dict(brush.layer.style.width_by)
    if not widths:
        return {}
    return {"line-sort-key": _match(brush, widths, brush.layer.style.symbol.width)}


def points(brush: Brush) -> list[Json]:
    """A circle, over one of the declared reach on the ground when there is one, and over a halo,
    the wider the more it stands for. (Apart, as QGIS up to 3.22 draws no circle whose radius the
    feature decides.)"""
    symbol = brush.layer.style.symbol
    drawn = []
    if symbol.radius_m:
        reach = {
            "circle-color": color(brush),
            "circle-opacity": 0.14,
            "circle-radius": ground_radius(symbol.radius_m, brush.latitude),
            "circle-stroke-color": color(brush),
            "circle-stroke-opacity": 0.6,
            "circle-stroke-width": 1,
            "circle-pitch-alignment": "map",
        }
        drawn.append(brush.make("reach", "circle", reach))
    halo = {
        "circle-color": color(brush),
        "circle-opacity": 0.4 * symbol.opacity,
        "circle-radius": grown(symbol.radius, 0.5, 1.5, DENSER),
    }
    drawn.append(brush.make("many", "circle", halo, filter=MERGED))
    circle = {
        "circle-color": color(brush),
        "circle-opacity": symbol.opacity,
        "circle-radius": grown(symbol.radius, 0.5, 1.5),
        "circle-stroke-color": symbol.outline,
        "circle-stroke-width": symbol.width,
    }
    drawn.append(brush.make("point", "circle", circle))
    return drawn


def labels(brush: Brush) -> list[Json]:
    """The label field beside, along or inside each feature; none when the class may not see it."""
    style = brush.layer.style
    name = style.label
    if not name or not brush.access.covers(brush.layer.field(name).access):
        return []
    assert brush.layer.geometry is not None
    layout: dict[str, Json] = {
        "text-field": _words(brush.layer.field(name)),
        "text-font": FONT,
        "text-size": ["interpolate", ["linear"], ["zoom"], 10, 11, 16, 14],
        "text-max-width": 9,
        "text-padding": 4,
    } | _PLACEMENT[brush.layer.geometry.dimension]
    paint = {"text-color": TEXT, "text-halo-color": HALO, "text-halo-width": 1.6}
    minzoom = max(brush.layer.tiles.minzoom, style.label_minzoom)
    return [brush.make("label", "symbol", paint, layout, minzoom=minzoom)]


def _words(field: Field) -> Json:
    """The field's value as people read it: the label of a code, else the value."""
    value: Json = ["to-string", ["coalesce", ["get", field.name], ""]]
    labels = {code.code: code.label for code in field.type.codes if code.label != code.code}
    if not labels:
        return value
    return ["match", value, *(part for pair in labels.items() for part in pair), value]


_PLACEMENT: dict[int, dict[str, Json]] = {
    0: {"text-anchor": "top", "text-offset": [0, 0.8], "text-optional": True},
    1: {"symbol-placement": "line", "text-rotation-alignment": "map", "symbol-spacing": 300},
    2: {"symbol-placement": "point", "text-transform": "none"},
}


def grown(size: float, least: float, most: float, times: Json = None) -> Json:
    """``size`` pixels at the middle zooms, ``least`` and ``most`` times it far away and close;
    ``times`` is an expression that multiplies all of them."""
    stops: list[Json] = ["interpolate", ["linear"], ["zoom"]]
    for zoom, factor in ((-4, least), (0, 1), (4, most)):
        pixels = round(size * factor, 2)
        stops += [MIDDLE_ZOOM + zoom, pixels if times is None else ["*", pixels, times]]
    return stops


def road_width(width: Json, casing: float = 0) -> Json:
    """Line width that grows as streets do: thin lines far away, true streets close by."""
    stops: list[Json] = ["interpolate", ["exponential", 1.6], ["zoom"]]
    for zoom, factor in ((8, 0.25), (11, 0.45), (14, 1), (17, 3.5), (20, 14)):
        scaled: Json = ["*", width, factor] if isinstance(width, list) else width * factor
        if casing and zoom > 11:
            scaled = ["+", scaled, casing]
        stops += [zoom, scaled]
    return stops


def ground_radius(metres: float, latitude: float) -> Json:
    """Circle radius in pixels for ``metres`` on the ground: twice as many with each zoom."""
    at_zoom_0 = metres * 512 / (WORLD_M * math.cos(math.radians(latitude)))
    stops = [part for zoom in (0, 24) for part in (zoom, round(at_zoom_0 * 2**zoom, 9))]
    return ["interpolate", ["exponential", 2], ["zoom"], *stops]
