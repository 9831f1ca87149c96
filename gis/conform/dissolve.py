"""Repair ``dissolve``: rows that share a key are parts of one feature and become it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import shapely

from gis.conform.duplicates import key_text
from gis.errors import InvalidRequest
from gis.spelling import counted, listed

if TYPE_CHECKING:
    from gis.conform.collector import Collector
    from gis.contract import Layer


def dissolve(
    layer: Layer, rows: pd.DataFrame, shapes: Any, found: Collector
) -> tuple[pd.DataFrame, Any]:
    """One row per key, under the number of its first part, with the union of the geometries.

    Attributes are the first part's; where parts differ a finding names the fields. When a part
    was refused, so is the whole feature: it would be stored with a piece missing.
    """
    if not layer.key or layer.geometry is None:
        raise InvalidRequest(
            "La reparación dissolve necesita una capa con llave y con geometría",
            parameter="repair",
            value="dissolve",
        )
    usable = rows[list(layer.key)].notna().all(axis=1).to_numpy()
    _refuse_incomplete(layer, rows[usable], found)
    kept = usable & ~rows.index.isin(found.refused)
    rows, shapes = rows[kept], shapes[kept]
    if rows.empty:
        return rows, shapes
    texts = key_text(layer, rows)
    number, _ = pd.factorize(texts)
    first = pd.Series(np.arange(len(rows))).groupby(number).first().to_numpy()
    order = np.argsort(number, kind="stable")
    groups = np.split(order, np.cumsum(np.bincount(number))[:-1])
    united = np.array([_union(layer, shapes[group]) for group in groups], dtype=object)
    _say_conflicts(layer, rows, number, found)
    _say_dissolved(rows, groups, united, found)
    return rows.iloc[first], united


def _union(layer: Layer, parts: Any) -> Any:
    parts = parts[~shapely.is_missing(parts)]
    if not len(parts):
        return None
    if len(parts) == 1:
        return parts[0]
    united = shapely.union_all(parts)
    if layer.geometry is not None and layer.geometry.dimension == 1:
        united = shapely.line_merge(united)
    if layer.geometry is not None and layer.geometry.is_multi:
        united = _as_multi(united)
    return shapely.orient_polygons(united, exterior_cw=False)


def _as_multi(shape: Any) -> Any:
    make = {0: shapely.multipoints, 1: shapely.multilinestrings, 3: shapely.multipolygons}
    kind = int(shapely.get_type_id(shape))
    return make[kind]([shape]) if kind in make else shape


def _refuse_incomplete(layer: Layer, rows: pd.DataFrame, found: Collector) -> None:
    refused = rows.index.isin(found.refused)
    if not refused.any():
        return
    texts = key_text(layer, rows)
    torn = texts.isin(set(texts[refused])).to_numpy() & ~refused
    if torn.any():
        found.rows(
            "incomplete-group",
            rows.index[torn],
            [f"Otra parte de «{text}» se rechazó: el elemento quedaría incompleto"
             for text in texts[torn]],
            "Corrija la otra parte y entréguelas juntas",
        )  # fmt: skip


def _say_conflicts(layer: Layer, rows: pd.DataFrame, number: Any, found: Collector) -> None:
    different: dict[int, list[str]] = {}
    for name in rows.columns:
        values = rows[name].astype(object).where(rows[name].notna(), None)
        variety = pd.Series(pd.factorize(values)[0]).groupby(number).nunique()
        for group in np.flatnonzero(variety.to_numpy() > 1):
            different.setdefault(int(group), []).append(name)
    for place, names in different.items():
        members = rows[number == place]
        found.rows(
            "dissolve-conflict",
            [members.index[0]],
            f"Sus {len(members)} partes (filas {_numbers(members.index)}) difieren en "
            f"{listed(names)}: quedó lo de la primera",
            "Ponga el mismo valor en todas las partes",
            field=names[0],
            values=[" · ".join(str(v) for v in members[names[0]].unique()[:5])],
        )


def _say_dissolved(rows: pd.DataFrame, groups: list[Any], united: Any, found: Collector) -> None:
    joined = [place for place, group in enumerate(groups) if len(group) > 1]
    found.whole(
        "repaired",
        f"dissolve: {counted(len(rows), 'fila')} en {counted(len(groups), 'elemento')}, "
        f"{len(joined)} con varias partes",
        "Ninguno: se pidió así",
    )
    if joined:
        pieces = shapely.get_num_geometries(united)
        found.rows(
            "dissolved",
            [rows.index[groups[place][0]] for place in joined],
            [
                f"Se unieron {len(groups[place])} filas ({_numbers(rows.index[groups[place]])}); "
                f"quedó en {counted(int(pieces[place]), 'parte')}"
                for place in joined
            ],
            "Ninguno; si eran elementos distintos, déles llaves distintas",
        )


def _numbers(rows: Any) -> str:
    shown = ", ".join(str(int(row)) for row in rows[:8])
    return shown + (f" y {len(rows) - 8} más" if len(rows) > 8 else "")
