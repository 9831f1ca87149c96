"""Reviewing rows that were not delivered: those written in SQL, marked «sin revisar».

The store refuses what SQL can say (types, checks, references). The rest of the contract is judged
here as if the layer were delivered again from itself, by the same code that judges a file.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import shapely
import sqlalchemy as sa

from gis.conform import conform
from gis.findings import Finding, Severity
from gis.sources import Delivered, Source
from gis.store.tables import SRID, table

if TYPE_CHECKING:
    from gis.contract import Extent, Layer
    from gis.contract.rules import Surroundings


@dataclass(frozen=True, slots=True)
class Review:
    """What came of it: rows that awaited review, how many keep the contract, what the others
    break. ``findings`` carry the feature id and no row: nothing was delivered."""

    awaiting: int
    passed: int
    findings: tuple[Finding, ...]


def review(
    engine: sa.Engine, layer: Layer, *, extent: Extent, surroundings: Surroundings
) -> Review:
    """Judge every row that awaits review and mark those without a blocking finding.

    ``extent`` is where features must lie when the layer declares none (CRS84). Marking changes no
    value and writes no history.
    """
    with engine.begin() as connection:
        rows = _current(connection, layer)
        awaiting = set(rows.index[~rows["_reviewed"]])
        if not awaiting:
            return Review(0, 0, ())
        ids = rows["_id"]
        judged = conform(
            _as_delivered(layer, rows), _SOURCE, layer, extent=extent, surroundings=surroundings
        )
        passed = sorted(awaiting - judged.refused)
        _mark(connection, layer, passed)
    findings = tuple(
        replace(finding, row=None, feature=str(ids[row]))
        for finding in judged.findings
        if (row := finding.row) is not None
        and row in awaiting
        and finding.severity is not Severity.INFO
    )
    return Review(len(awaiting), len(passed), findings)


_SOURCE = Source(name="", sha256="", size=0, format="store", rows=0)


def _current(connection: sa.Connection, layer: Layer) -> pd.DataFrame:
    """Every current row, by ``_fid``; geometry as EWKB."""
    columns = table(layer).c
    chosen: list[Any] = [columns[n] for n in ("_fid", "_id", "_reviewed", *layer.field_names)]
    if layer.geometry:
        chosen.append(sa.func.ST_AsBinary(columns.geom, type_=sa.LargeBinary).label("geom"))
    found = connection.execute(sa.select(*chosen)).mappings().all()
    return pd.DataFrame(found, dtype=object).set_index("_fid").astype({"_reviewed": bool})


def _as_delivered(layer: Layer, rows: pd.DataFrame) -> Delivered:
    shapes = None
    if layer.geometry:
        raw = [None if value is None else bytes(value) for value in rows["geom"]]
        shapes = np.asarray(shapely.from_wkb(np.asarray(raw, dtype=object)), dtype=object)
    named = rows[list(layer.field_names)].rename_axis("row")
    return Delivered(table=named, shapes=shapes, format="store", crs=f"EPSG:{SRID}")


def _mark(connection: sa.Connection, layer: Layer, fids: list[int]) -> None:
    current = table(layer)
    chosen = current.c["_fid"] == sa.func.any(sa.cast(fids, sa.ARRAY(sa.BigInteger)))
    connection.execute(sa.update(current).where(chosen).values({"_reviewed": sa.true()}))
