"""What several questions select: a layer's features as the public sees them, and their measure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from gis import store
from gis.contract.access import PUBLICA
from gis.processes.inputs import LayerOf

if TYPE_CHECKING:
    from gis.contract.layer import Layer
    from gis.processes.ground import Ground
    from gis.processes.inputs import Condition

NOTHING = "sin dato"
"""What a category without value is told as."""
LEAST = 0.01
"""Metres, or square metres, of a line or a surface from which it is in another."""
ONCE = "MATERIALIZED"
"""Said of what is dear to make: pieces of surfaces, which then find features by their index."""
EACH_TIME = "NOT MATERIALIZED"
"""Said of a layer's features, so that their index is used however often they are named."""


def is_placed(layer: Layer) -> bool:
    """Whether the public sees where the layer's features are."""
    return layer.geometry_for(PUBLICA)


def is_surface(layer: Layer) -> bool:
    """Whether the layer is of surfaces that the public sees."""
    return is_placed(layer) and layer.geometry is not None and layer.geometry.dimension == 2


def counts_people(layer: Layer) -> bool:
    """Whether the layer says how many people live where."""
    return bool(layer.people) and is_placed(layer)


PLACED = LayerOf(is_placed, "una capa con ubicación pública")
SURFACES = LayerOf(is_surface, "una capa de superficies")
PEOPLE = LayerOf(counts_people, "una capa que cuente habitantes («people»)", first=True)


def features(ground: Ground, layer: Layer, wanted: Condition | None = None) -> sa.Select[Any]:
    """``_id``, ``geom`` (EPSG:9377, never null) and ``category`` of the features that meet
    ``wanted``: the label of the code that paints them, null for a layer that has none."""
    ground.state(layer)
    view = store.view(layer, PUBLICA)
    met = [wanted.over(view)] if wanted is not None else []
    category = _category(layer, view) if layer.style.by else sa.null()
    return sa.select(
        view.c["_id"], view.c.geom, sa.cast(category, sa.Text).label("category")
    ).where(view.c.geom.is_not(None), *met)


def name_of(layer: Layer, columns: Any) -> sa.ColumnElement[Any]:
    """What people call a feature: the label's field, or its id."""
    if not layer.label:
        return sa.cast(columns["_id"], sa.Text)
    column = columns[layer.label]
    return sa.func.coalesce(_worded(layer, layer.label, column), columns["_id"])


def measured(layer: Layer, geometry: sa.ColumnElement[Any]) -> sa.ColumnElement[Any]:
    """The measure of a piece of the layer's features: m² of surfaces, m of lines, 0 of points."""
    assert layer.geometry is not None
    if layer.geometry.dimension == 2:
        return sa.func.ST_Area(sa.func.ST_CollectionExtract(geometry, 3))
    if layer.geometry.dimension == 1:
        return sa.func.ST_Length(sa.func.ST_CollectionExtract(geometry, 2))
    return sa.cast(sa.literal(0), sa.Float)


def measured_together(layer: Layer, parts: sa.ColumnElement[Any]) -> sa.ColumnElement[Any]:
    """The measure of all the pieces (rows) of one feature. A line that runs along the border of
    two pieces of a surface is in both, and counts once."""
    assert layer.geometry is not None
    if layer.geometry.dimension == 1:
        return measured(layer, sa.func.ST_UnaryUnion(sa.func.ST_Collect(parts)))
    return sa.func.sum(measured(layer, parts))


def is_within(layer: Layer, measure: sa.ColumnElement[Any]) -> sa.ColumnElement[bool]:
    """Whether so much of a feature is more than its border: neighbours touch and do not count."""
    assert layer.geometry is not None
    return measure > LEAST if layer.geometry.dimension else sa.true()


def unit(layer: Layer) -> str:
    """Name of what :func:`measured` counts: empty for points."""
    assert layer.geometry is not None
    return ("", "longitud_m", "area_m2")[layer.geometry.dimension]


def told(layer: Layer, count: int, measure: float | None) -> dict[str, Any]:
    """A count and a measure as answers write them."""
    name = unit(layer)
    return {"elementos": count} | ({name: round(measure or 0.0, 1)} if name else {})


def _category(layer: Layer, view: sa.TableClause) -> sa.ColumnElement[Any]:
    return _worded(layer, layer.style.by, view.c[layer.style.by])


def _worded(layer: Layer, name: str, column: sa.ColumnElement[Any]) -> sa.ColumnElement[Any]:
    codes = layer.field(name).type.codes
    if not codes:
        return sa.cast(column, sa.Text)
    labels = {code.code: sa.literal(code.label, sa.Text) for code in codes}
    return sa.case(labels, value=column, else_=sa.cast(column, sa.Text))
