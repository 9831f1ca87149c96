"""``nearest`` along the streets: of the features near in a straight line, those nearest by time."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from gis import network, store
from gis.contract.access import PUBLICA
from gis.errors import InvalidRequest
from gis.network import LONGEST_S, Mode, Streets, Target
from gis.processes.geometry import as_geojson, in_degrees, in_metres
from gis.processes.travelling import FAR_M, FARTHEST_M, gap, is_network, within_reach
from gis.store.tables import SRID

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from gis.contract.catalog import Catalog
    from gis.contract.layer import Layer
    from gis.network import Spot, Walk
    from gis.processes.ground import Ground

STRAIGHT = "recta"
COMPARED = 200
"""Features, the nearest in a straight line, whose ways are compared."""


def check(inputs: Mapping[str, Any], catalog: Catalog) -> None:
    """Refuse to measure by streets where no layer has them."""
    if inputs["medida"] != STRAIGHT and not any(map(is_network, catalog)):
        raise InvalidRequest(
            f"«medida» solo puede ser {STRAIGHT}: no hay una capa de vías pública",
            parameter="medida",
        )


def run(ground: Ground, inputs: Mapping[str, Any]) -> dict[str, Any]:
    """The features by the time to them, each with its way; what was not compared is said."""
    by = Streets(next(filter(is_network, ground.catalog)), Mode(inputs["medida"]), PUBLICA)
    ground.rest_on((inputs["capa"], by.layer))
    start = in_metres(inputs["lugar"])
    spot = network.settled(ground.connection, by, start)
    if spot is None:
        return _told([], [f"La capa «{by.layer.title}» no tiene calles por donde se pueda ir"])
    within_reach(spot, by, "lugar")
    rows = {row["_id"]: row for row in _near(ground, inputs, start)}
    targets = _on_streets(ground, by, rows)
    shown = network.walk_to(ground.connection, by, start, targets, most=inputs["cuantos"])
    features = [_feature(rows[walk.target.id], walk) for walk in shown]
    far = [row["metres"] for row in rows.values()] if len(rows) == COMPARED else []
    said = gap(spot, "a ese lugar") + _unsure(by, spot, shown, far)
    if len(shown) < min(inputs["cuantos"], len(rows)):
        said.append(f"A los demás no se llega por las calles en {LONGEST_S / 60:.0f} minutos")
    return _told(features, said)


def _on_streets(ground: Ground, by: Streets, rows: Mapping[str, sa.RowMapping]) -> list[Target]:
    """Those that the streets come near to: to others no way leads, however long."""
    places = [(row["x"], row["y"]) for row in rows.values()]
    spots = network.spots(ground.connection, by, places)
    return [
        Target(name, *place)
        for name, place, spot in zip(rows, places, spots, strict=True)
        if spot is not None and spot.gap_m <= FARTHEST_M
    ]


def _told(features: list[dict[str, Any]], warnings: list[str]) -> dict[str, Any]:
    return {"type": "FeatureCollection", "features": features, "advertencias": warnings}


def _near(
    ground: Ground, inputs: Mapping[str, Any], start: tuple[float, float]
) -> Sequence[sa.RowMapping]:
    """The features nearest in a straight line: fields, GeoJSON, and their point nearest to here."""
    layer: Layer = inputs["capa"]
    view = store.view(layer, PUBLICA)
    here = sa.func.ST_SetSRID(sa.func.ST_MakePoint(*start), SRID)
    point = sa.func.ST_ClosestPoint(view.c.geom, here)
    names = [field.name for field in layer.fields_for(PUBLICA)]
    named = [part for name in names for part in (sa.literal(name, sa.Text), view.c[name])]
    met = [inputs["filtro"].over(view)] if inputs["filtro"] is not None else []
    select = (
        sa.select(
            view.c["_id"],
            sa.func.json_build_object(*named).label("fields"),
            as_geojson(point).label("shape"),
            sa.func.ST_X(point).label("x"),
            sa.func.ST_Y(point).label("y"),
            sa.func.ST_Distance(view.c.geom, here).label("metres"),
        )
        .where(view.c.geom.is_not(None), ~sa.func.ST_IsEmpty(view.c.geom), *met)
        .order_by(view.c.geom.op("<->")(here), view.c["_id"])
        .limit(COMPARED)
    )
    return ground.connection.execute(select).mappings().all()


def _feature(row: sa.RowMapping, walk: Walk) -> dict[str, Any]:
    return {
        "type": "Feature",
        "id": row["_id"],
        "geometry": in_degrees(walk.way),
        "properties": {
            **row["fields"],
            "distancia_m": round(walk.metres, 1),
            "minutos": round(walk.seconds / 60, 1),
            "recta_desde_m": round(walk.gaps_m[0], 1),
            "recta_hasta_m": round(walk.gaps_m[1], 1),
            "lugar": row["shape"],
        },
    }


def _unsure(by: Streets, start: Spot, shown: list[Walk], far: list[float]) -> list[str]:
    """A warning where a feature that was not compared may be nearer: no way is shorter than the
    straight line, less what lies beside the streets."""
    if not far:
        return []
    least = (max(far) - start.gap_m - FAR_M) / by.fastest
    if max((walk.seconds for walk in shown), default=math.inf) <= least:
        return []
    return [
        f"Se compararon los {COMPARED} más cercanos en línea recta: por las calles puede haber "
        "otro más cerca"
    ]
