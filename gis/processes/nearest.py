"""``nearest``: the features of a layer nearest to a place, in a straight line or by streets."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from gis import store
from gis.contract.access import PUBLICA
from gis.network import Mode
from gis.processes import nearest_by_streets
from gis.processes.examples import services
from gis.processes.geometry import as_geojson, stored_point
from gis.processes.inputs import Choice, Cql2, Number, Place
from gis.processes.nearest_by_streets import COMPARED, STRAIGHT
from gis.processes.process import Input, Process, somewhere
from gis.processes.selecting import PLACED
from gis.processes.travelling import WITHOUT

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gis.contract.catalog import Catalog
    from gis.contract.layer import Layer
    from gis.processes.ground import Ground
    from gis.processes.inputs import Condition

MOST = 50


def run(ground: Ground, inputs: Mapping[str, Any]) -> dict[str, Any]:
    """The features, the nearest first; one that holds the place is at 0 m."""
    if inputs["medida"] != STRAIGHT:
        return nearest_by_streets.run(ground, inputs)
    layer: Layer = inputs["capa"]
    ground.state(layer)
    wanted: Condition | None = inputs["filtro"]
    statement = _any(layer) if wanted is None else _nearest(layer, wanted)
    lon, lat = inputs["lugar"]
    rows = ground.connection.execute(statement, {"lon": lon, "lat": lat, "most": inputs["cuantos"]})
    features = [
        {
            "type": "Feature",
            "id": feature,
            "geometry": shape,
            "properties": {**fields, "distancia_m": round(metres, 1)},
        }
        for feature, fields, shape, metres in rows
    ]
    return {"type": "FeatureCollection", "features": features}


@lru_cache(maxsize=256)
def _any(layer: Layer) -> sa.Select[Any]:
    """The statement without a condition, made once: it is asked by the thousand."""
    return _nearest(layer, None)


def _nearest(layer: Layer, wanted: Condition | None) -> sa.Select[Any]:
    """Id, fields, GeoJSON and metres of the ``most`` features nearest to ``lon``, ``lat``."""
    view = store.view(layer, PUBLICA)
    point = stored_point((sa.bindparam("lon", type_=sa.Float), sa.bindparam("lat", type_=sa.Float)))
    # As an expression the place would be made again for each row, and the index not be used.
    here = sa.select(sa.select(point.label("geom")).cte("place").c.geom).scalar_subquery()
    names = [field.name for field in layer.fields_for(PUBLICA)]
    found = (
        sa.select(
            view.c["_id"],
            *(view.c[name] for name in names),
            view.c.geom,
            sa.func.ST_Distance(view.c.geom, here).label("_metres"),
        )
        .where(view.c.geom.is_not(None), *([wanted.over(view)] if wanted else []))
        .order_by(view.c.geom.op("<->")(here))
        .limit(sa.bindparam("most", type_=sa.Integer))
        .subquery()
    )
    properties = sa.func.json_build_object(
        *(part for name in names for part in (sa.literal(name, sa.Text), found.c[name]))
    )
    return sa.select(
        found.c["_id"], properties, as_geojson(found.c.geom), found.c["_metres"]
    ).order_by(found.c["_metres"], found.c["_id"])


def example(catalog: Catalog) -> dict[str, Any]:
    """The three features of some service nearest to the middle of the municipality."""
    return {"lugar": somewhere(catalog), "capa": services(catalog)[0], "cuantos": 3}


PROCESS = Process(
    id="nearest",
    title="Lo más cercano",
    description=(
        "Los elementos de una capa más cercanos a un lugar, con su distancia en línea recta en "
        "metros (MAGNA-SIRGAS Origen Nacional); o, con «medida», los más cercanos en tiempo por "
        f"las calles, cada uno con sus minutos y su camino. {WITHOUT}."
    ),
    inputs=(
        Input("lugar", Place(), "Lugar desde donde se mide", required=True),
        Input("capa", PLACED, "Capa", required=True),
        Input("cuantos", Number(1, MOST, whole=True), "Cuántos elementos", default=5),
        Input("filtro", Cql2(), "Filtro CQL2 sobre los campos de la capa"),
        Input(
            "medida",
            Choice((STRAIGHT, *Mode)),
            "Cómo se mide: en línea recta, o por las calles a pie o en carro",
            "Por las calles, la geometría de cada elemento es el camino; él va en «lugar». Se "
            f"comparan los {COMPARED} más cercanos en línea recta.",
            default=STRAIGHT,
        ),
    ),
    run=run,
    check=nearest_by_streets.check,
    output={
        "type": "object",
        "required": ["type", "features"],
        "properties": {
            "type": {"type": "string", "enum": ["FeatureCollection"]},
            "features": {"type": "array", "items": {"type": "object"}},
            "advertencias": {"type": "array", "items": {"type": "string"}},
        },
    },
    example=example,
    keywords=("cercanía", "distancia"),
)
