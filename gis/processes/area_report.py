"""``area-report``: what there is of some layers in an area, also where another layer covers it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from gis import store
from gis.contract.access import PUBLICA
from gis.errors import InvalidRequest, NotFound
from gis.processes.examples import crossed, square, zones
from gis.processes.geometry import stored_area
from gis.processes.inputs import Area, Cql2, Several, Words
from gis.processes.process import Input, Process
from gis.processes.selecting import (
    NOTHING,
    ONCE,
    PLACED,
    SURFACES,
    features,
    is_within,
    measured_together,
    name_of,
    told,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gis.contract.catalog import Catalog
    from gis.contract.layer import Layer
    from gis.processes.ground import Ground

MOST_LAYERS = 12


def check(inputs: Mapping[str, Any], catalog: Catalog) -> None:
    """Refuse an area that is told twice or not at all, and filters of nothing or of several."""
    drawn, layer, feature = inputs["area"], inputs["capa_area"], inputs["elemento"]
    if (drawn is None) == (layer is None) or (layer is None) != (feature is None):
        raise InvalidRequest(
            "Diga el área con «area», o con «capa_area» y «elemento» (su identificador)",
            parameter="area",
        )
    if inputs["filtro"] is not None and len(inputs["capas"]) > 1:
        raise InvalidRequest("«filtro» vale para una sola capa en «capas»", parameter="filtro")
    if inputs["filtro_cruce"] is not None and inputs["cruce"] is None:
        raise InvalidRequest("«filtro_cruce» necesita «cruce»", parameter="filtro_cruce")


def run(ground: Ground, inputs: Mapping[str, Any]) -> dict[str, Any]:
    """The figures of each layer within the area, whole and by category."""
    named, area = _area(ground, inputs)
    pieces = _crossed(ground, inputs, area)
    found = []
    for done, layer in enumerate(inputs["capas"]):
        ground.progress(done / len(inputs["capas"]), f"Midiendo {layer.title}")
        found.append(_figures(ground, layer, inputs["filtro"], pieces))
    size = sa.select(sa.func.coalesce(sa.func.sum(sa.func.ST_Area(pieces.c.geom)), 0.0))
    metres = ground.connection.execute(size).scalar_one()
    return {"area": {"nombre": named, "area_m2": round(metres, 1)}, "capas": found}


def _area(ground: Ground, inputs: Mapping[str, Any]) -> tuple[str | None, sa.CTE]:
    """The area's name, if it has one, and its ``geom``: as drawn, or a feature of a layer."""
    drawn, layer, feature = inputs["area"], inputs["capa_area"], inputs["elemento"]
    if layer is None:
        return None, sa.select(stored_area(drawn).label("geom")).cte("area")
    ground.state(layer)
    view = store.view(layer, PUBLICA)
    wanted = view.c["_id"] == feature
    name = ground.connection.execute(sa.select(name_of(layer, view.c)).where(wanted)).scalar()
    if name is None:
        raise NotFound(f"La capa «{layer.name}» no tiene el elemento «{feature}»", layer=layer.name)
    return f"{layer.title}: {name}", sa.select(view.c.geom).where(wanted).cte("area")


def _crossed(ground: Ground, inputs: Mapping[str, Any], area: sa.CTE) -> sa.CTE:
    """The area in pieces; only those that ``cruce`` covers, where there is one."""
    layer: Layer | None = inputs["cruce"]
    whole: Any = area.c.geom
    source: Any = area
    if layer is not None:
        other = features(ground, layer, inputs["filtro_cruce"]).subquery("other")
        met = sa.func.ST_Intersects(area.c.geom, other.c.geom)
        source = area.join(other, met)
        whole = sa.func.ST_UnaryUnion(
            sa.func.ST_Collect(sa.func.ST_Intersection(area.c.geom, other.c.geom))
        )
    surfaces = sa.func.ST_CollectionExtract(whole, 3)
    return (
        sa.select(sa.func.ST_Subdivide(surfaces, 256).label("geom"))
        .select_from(source)
        .cte("pieces")
        .prefix_with(ONCE)
    )


def _figures(ground: Ground, layer: Layer, wanted: Any, pieces: sa.CTE) -> dict[str, Any]:
    each = features(ground, layer, wanted).subquery("each")
    part = sa.func.ST_Intersection(each.c.geom, pieces.c.geom)
    measure = measured_together(layer, part)
    cut = (
        sa.select(each.c["_id"], each.c.category, measure.label("measure"))
        .select_from(each.join(pieces, sa.func.ST_Intersects(each.c.geom, pieces.c.geom)))
        .group_by(each.c["_id"], each.c.category)
        .having(is_within(layer, measure))
        .subquery("cut")
    )
    rows = ground.connection.execute(
        sa.select(cut.c.category, sa.func.count(), sa.func.sum(cut.c.measure))
        .group_by(cut.c.category)
        .order_by(cut.c.category)
    ).all()
    whole = told(layer, sum(row[1] for row in rows), sum(row[2] or 0.0 for row in rows))
    found = {"capa": layer.name, "titulo": layer.title, **whole}
    if layer.style.by:
        found["por"] = layer.field(layer.style.by).label
        found["categorias"] = [
            {"categoria": category or NOTHING, **told(layer, count, measure)}
            for category, count, measure in rows
        ]
    return found


def example(catalog: Catalog) -> dict[str, Any]:
    """Streets, and surfaces by categories, within a square in the middle of the municipality."""
    layers = dict.fromkeys(filter(None, (crossed(catalog), zones(catalog))))
    return {"capas": list(layers), "area": square(catalog)}


PROCESS = Process(
    id="area-report",
    title="Qué hay en un área",
    description=(
        "Cuántos elementos de unas capas hay en un área, con la longitud o el área que cae dentro, "
        "por categorías; el área se dibuja o es un elemento de otra capa (una comuna), y puede "
        "cruzarse con una tercera (donde la amenaza es alta). Lo que solo toca el borde no cuenta."
    ),
    inputs=(
        Input("capas", Several(PLACED, MOST_LAYERS), "Capas que se miden", required=True),
        Input("area", Area(), "El área, dibujada"),
        Input("capa_area", SURFACES, "Capa de la que un elemento es el área"),
        Input("elemento", Words(), "Identificador de ese elemento"),
        Input("filtro", Cql2("capas"), "Filtro CQL2 de la capa que se mide, si es una sola"),
        Input("cruce", SURFACES, "Capa de superficies: solo cuenta lo que cubren"),
        Input("filtro_cruce", Cql2("cruce"), "Filtro CQL2 de «cruce»"),
    ),
    run=run,
    output={
        "type": "object",
        "required": ["area", "capas"],
        "properties": {
            "area": {"type": "object"},
            "capas": {"type": "array", "items": {"type": "object"}},
        },
    },
    check=check,
    example=example,
    keywords=("área", "cruce", "estadísticas"),
)
