"""A picture of the place, drawn on the server: for pages without a script, and for paper.

It shows the layers that speak of risk and of where a place lies, the streets, and the ways to what
is near; read as the public, cut to the frame in the database.
"""

from __future__ import annotations

import io
import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import shapely
import sqlalchemy as sa
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.collections import LineCollection, PatchCollection
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch, PathPatch
from matplotlib.path import Path

from gis import store
from gis.contract.access import PUBLICA
from gis.contract.questions import Relation, Section
from gis.store.tables import SRID
from gis.styles.legend import legend, painted_by

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from gis.contract.catalog import Catalog
    from gis.contract.layer import Layer
    from gis.here.answer import Answer

MOST = 4000
"""Features of one layer in a picture: beyond it they would only be a stain."""
HALF_M = 450.0
"""Metres from the place to the side of the frame."""
DETAIL = 900
"""Pixels across the frame: what is smaller than one is left out of shapes."""
INK, PAPER, STREET, BORDER = "#16243a", "#f5f3ee", "#ffffff", "#7c8798"
DPI = 150
_ONE_AT_A_TIME = threading.Lock()
"""matplotlib's fonts are shared by all figures, and not safe among threads."""


@dataclass(frozen=True, slots=True)
class Drawn:
    """One layer's shapes in metres around the place, with the colour of each."""

    layer: Layer
    shapes: Sequence[Any]
    codes: Sequence[Any]


def picture(
    conn: sa.Connection,
    catalog: Catalog,
    answer: Answer,
    *,
    width: float = 6.4,
    height: float = 4.2,
    color: str = "#c4122f",
) -> bytes:
    """PNG of ``width`` × ``height`` inches around the place that ``answer`` is about."""
    spot = answer.spot
    half_m = HALF_M if width < 2 * height else HALF_M * 0.6
    half = (half_m * width / height, half_m)
    drawn = [_read(conn, layer, spot.lon, spot.lat, half) for layer in _layers(catalog)]
    ways = [_line(conn, walk, spot.lon, spot.lat) for walk in _walks(answer)]
    with _ONE_AT_A_TIME:
        figure = Figure(figsize=(width, height), dpi=DPI, facecolor=PAPER)
        FigureCanvasAgg(figure)
        axes = figure.add_axes((0, 0, 1, 1))
        axes.set_xlim(-half[0], half[0])
        axes.set_ylim(-half[1], half[1])
        axes.set_aspect("equal")
        axes.set_axis_off()
        for each in drawn:
            _draw(axes, each)
        for way in ways:
            axes.plot(*way.T, color="#1d4ed8", linewidth=2.2, zorder=40, solid_capstyle="round")
        _mark(axes, color)
        _scale(axes, half)
        _legend(axes, drawn)
        out = io.BytesIO()
        figure.savefig(out, format="png", dpi=DPI)
    return out.getvalue()


def _layers(catalog: Catalog) -> list[Layer]:
    """What the picture shows, the lowest first."""
    shown = [
        layer
        for layer in catalog
        if layer.geometry_for(PUBLICA)
        and (
            layer.network is not None
            or (
                layer.here is not None
                and layer.here.relation is Relation.COVERS
                and layer.here.section in (Section.RISK, Section.PLACE)
            )
        )
    ]
    return sorted(shown, key=_height)


def _height(layer: Layer) -> tuple[int, int]:
    if layer.network is not None:
        return 1, layer.style.order
    assert layer.here is not None
    return (2 if layer.here.section is Section.RISK else 0), -layer.here.order


def _read(
    conn: sa.Connection, layer: Layer, lon: float, lat: float, half: tuple[float, float]
) -> Drawn:
    view = store.view(layer, PUBLICA)
    degrees = sa.func.ST_SetSRID(sa.func.ST_MakePoint(lon, lat), 4326)
    middle = sa.select(sa.func.ST_Transform(degrees, SRID).label("geom")).cte("middle")
    x, y = sa.func.ST_X(middle.c.geom), sa.func.ST_Y(middle.c.geom)
    sides = (x - half[0], y - half[1], x + half[0], y + half[1])
    frame = sa.select(sa.func.ST_MakeEnvelope(*sides, SRID)).scalar_subquery()
    fine = 2 * half[0] / DETAIL
    cut = sa.func.ST_ClipByBox2D(sa.func.ST_Simplify(view.c.geom, fine, True), frame)
    placed = sa.func.ST_Translate(
        cut, sa.select(-x).scalar_subquery(), sa.select(-y).scalar_subquery()
    )
    by = painted_by(layer, PUBLICA)
    code = sa.cast(sa.null(), sa.Text) if by is None else sa.cast(view.c[by.name], sa.Text)
    rows = conn.execute(
        sa.select(sa.func.ST_AsBinary(placed, type_=sa.LargeBinary), code)
        .where(sa.func.ST_Intersects(view.c.geom, frame))
        .limit(MOST)
    ).all()
    shapes = [shapely.from_wkb(bytes(row[0])) if row[0] else None for row in rows]
    kept = [(shape, row[1]) for shape, row in zip(shapes, rows, strict=True) if shape]
    return Drawn(layer, [shape for shape, _ in kept], [code for _, code in kept])


def _walks(answer: Answer) -> Iterator[Any]:
    for part in answer.parts:
        for said in part.said:
            yield from (f.walk.line for f in said.found if f.walk and f.walk.line)


def _line(conn: sa.Connection, line: Sequence[tuple[float, float]], lon: float, lat: float) -> Any:
    """A way in metres around the place."""
    both = shapely.LineString([(lon, lat), *line])
    moved = sa.func.ST_Transform(sa.func.ST_GeomFromText(both.wkt, 4326), SRID)
    found = conn.execute(sa.select(sa.func.ST_AsBinary(moved, type_=sa.LargeBinary))).scalar_one()
    points = shapely.get_coordinates(shapely.from_wkb(bytes(found)))
    return points[1:] - points[0]


def _draw(axes: Any, drawn: Drawn) -> None:
    layer = drawn.layer
    colors = {entry.code: entry.color for entry in legend(layer, PUBLICA)}
    symbol = layer.style.symbol
    if layer.network is not None:
        lines = [
            shapely.get_coordinates(part)
            for shape in drawn.shapes
            for part in shapely.get_parts(shape)
            if part.geom_type == "LineString"
        ]
        axes.add_collection(LineCollection(lines, colors="#cfd3da", linewidths=3.4, zorder=10))
        axes.add_collection(LineCollection(lines, colors=STREET, linewidths=2.4, zorder=11))
        return
    risk = layer.here is not None and layer.here.section is Section.RISK
    for code in dict.fromkeys(drawn.codes):
        patches = [
            PathPatch(_path(part))
            for shape, own in zip(drawn.shapes, drawn.codes, strict=True)
            if own == code
            for part in shapely.get_parts(shape)
            if part.geom_type == "Polygon" and not part.is_empty
        ]
        color = colors.get(code or "", symbol.color)
        axes.add_collection(
            PatchCollection(
                patches,
                facecolor=(*_rgb(color), 0.4) if risk else "none",
                edgecolor=color if risk else BORDER,
                linewidth=1.0 if risk else 0.9,
                linestyle="-" if risk else (0, (4, 2)),
                hatch="///" if risk and symbol.hatch else None,
                zorder=20 if risk else 15,
            )
        )


def _path(polygon: Any) -> Path:
    rings = [polygon.exterior, *polygon.interiors]
    return Path.make_compound_path(
        *(Path(shapely.get_coordinates(ring), closed=True) for ring in rings)
    )


def _rgb(color: str) -> tuple[float, float, float]:
    red, green, blue = (int(color[at : at + 2], 16) / 255 for at in (1, 3, 5))
    return red, green, blue


def _mark(axes: Any, color: str) -> None:
    axes.plot(0, 0, "o", markersize=15, color="white", zorder=60)
    axes.plot(0, 0, "o", markersize=11, color=color, zorder=61)
    axes.plot(0, 0, "o", markersize=3.5, color="white", zorder=62)


def _scale(axes: Any, half: tuple[float, float]) -> None:
    """A bar of 200 m, and where north is."""
    x, y = -half[0] * 0.96, -half[1] * 0.93
    axes.plot([x, x + 200], [y, y], color=INK, linewidth=3, zorder=70, solid_capstyle="butt")
    axes.text(x, y + half[1] * 0.03, "200 m", fontsize=8, color=INK, zorder=70)
    axes.annotate(
        "N",
        xy=(half[0] * 0.95, half[1] * 0.95),
        xytext=(half[0] * 0.95, half[1] * 0.78),
        arrowprops={"arrowstyle": "-|>", "color": INK, "lw": 1.4},
        ha="center",
        fontsize=9,
        color=INK,
        zorder=70,
    )


def _legend(axes: Any, drawn: Sequence[Drawn]) -> None:
    """What the colours of risk mean, of those that are in the picture."""
    handles: list[Any] = []
    for each in drawn:
        if each.layer.here is None or each.layer.here.section is not Section.RISK:
            continue
        by = painted_by(each.layer, PUBLICA)
        named = by.label if by else each.layer.title
        handles += [
            Patch(
                facecolor=(*_rgb(entry.color), 0.4),
                edgecolor=entry.color,
                label=f"{named}: {entry.label.lower()}" if by else named,
            )
            for entry in legend(each.layer, PUBLICA)
            if entry.code in {code or "" for code in each.codes}
        ]
    handles.append(
        Line2D([], [], marker="o", linestyle="", color="#c4122f", label="Lugar consultado")
    )
    axes.legend(
        handles=handles, loc="lower right", fontsize=7.5, framealpha=0.92, edgecolor="#dfe4ec"
    ).set_zorder(80)
