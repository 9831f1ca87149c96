"""Rules that compare features of one layer with each other, for a single one that is edited.

A file is compared with itself; one feature is compared with those already there, found by the
layer's indexes so that it costs the same in a layer of any size.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
import sqlalchemy as sa

from gis.contract import Distinct, NoOverlap
from gis.store.tables import SRID, table

if TYPE_CHECKING:
    from gis.contract import Layer
    from gis.contract.rules import Surroundings
    from gis.findings import Finding

NEAR = 500
"""Features around the edited one that it is compared with."""
SMALL = 10_000
"""Features up to which a layer is read whole to look for a value that repeats."""


def compare(
    conn: sa.Connection,
    layer: Layer,
    row: gpd.GeoDataFrame,
    fid: int | None,
    surroundings: Surroundings,
) -> list[Finding]:
    """Findings of the one conformed ``row`` against the features that are there.

    ``fid`` is its own, None when it is new. Messages name features by id. A value that repeats is
    not looked for in a layer of more than :data:`SMALL` features.
    """
    found: list[Finding] = []
    for rule in layer.rules:
        if isinstance(rule, NoOverlap):
            found += _overlaps(conn, layer, rule, row, fid, surroundings)
        elif isinstance(rule, Distinct):
            found += _repeats(conn, layer, rule, row, fid, surroundings)
    return found


def _overlaps(
    conn: sa.Connection, layer: Layer, rule: NoOverlap, row: Any, fid: int | None, around: Any
) -> list[Finding]:
    shape = row["geom"].iloc[0]
    if shape is None or shape.is_empty:
        return []
    columns = table(layer).c
    box = sa.func.ST_GeomFromWKB(shapely.to_wkb(shapely.box(*shape.bounds)), SRID)
    geom = sa.func.ST_AsBinary(columns.geom, type_=sa.LargeBinary)
    near = sa.select(columns["_id"], *[columns[n] for n in rule.by], geom.label("geom"))
    near = near.where(columns.geom.op("&&")(box), _others(columns, fid)).limit(NEAR)
    others = pd.DataFrame(conn.execute(near).mappings().all(), dtype=object)
    if others.empty:
        return []
    shapes = shapely.from_wkb(np.array([bytes(value) for value in others["geom"]], dtype=object))
    values = {name: [*others[name], row[name].iloc[0]] for name in rule.by}
    # The edited one comes last: a pair is told of its later member.
    frame = gpd.GeoDataFrame(values, geometry=[*shapes, shape], crs=SRID)
    last = len(frame) - 1
    return [
        replace(
            finding,
            row=None,
            message=finding.message.replace(
                f"la fila {finding.value}", f"«{others['_id'][int(finding.value or 0)]}»"
            ),
            value=str(others["_id"][int(finding.value or 0)]),
        )
        for finding in rule.check(frame, around)
        if finding.row == last
    ]


def _repeats(
    conn: sa.Connection, layer: Layer, rule: Distinct, row: Any, fid: int | None, around: Any
) -> list[Finding]:
    columns = table(layer).c
    names = list(rule.fields)
    wanted = sa.select(*[columns[name] for name in names]).where(_others(columns, fid))
    others = pd.DataFrame(
        conn.execute(wanted.limit(SMALL + 1)).mappings().all(), columns=names, dtype=object
    )
    if len(others) > SMALL:
        return []
    mine = pd.DataFrame({name: [row[name].iloc[0]] for name in names}, dtype=object)
    frame = pd.concat([others, mine], ignore_index=True)
    last = len(frame) - 1
    return [
        replace(
            finding,
            row=None,
            message=f"«{finding.value}» ya está en otro elemento de la capa",
        )
        for finding in rule.check(frame, around)
        if finding.row == last
    ]


def _others(columns: Any, fid: int | None) -> sa.ColumnElement[bool]:
    return sa.true() if fid is None else columns["_fid"] != fid
