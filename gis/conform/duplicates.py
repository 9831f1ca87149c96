"""Features that stand twice: the same row, the same key, the same place."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import shapely

from gis.conform.repairs import said

if TYPE_CHECKING:
    from gis.conform.collector import Collector
    from gis.contract import Layer


def exact(
    layer: Layer, rows: pd.DataFrame, shapes: Any | None, repair: bool, found: Collector
) -> pd.Series[bool]:
    """Which rows repeat an earlier one in every field and in geometry.

    They are refused (nothing is lost: the first one stays); with ``repair`` they are dropped.
    """
    same = _suspects(layer, rows, shapes)
    later = same.duplicated() & (same >= 0)
    if repair:
        said(found, "drop_duplicates", int(later.sum()), "fila")
    elif later.any():
        first = pd.Series(rows.index, index=same.to_numpy()).groupby(level=0).first()
        originals = [int(first[number]) for number in same[later]]
        found.rows(
            "duplicate-row",
            rows.index[later.to_numpy()],
            [f"Es idéntica a la fila {row}" for row in originals],
            "Bórrela, o use --repair drop_duplicates",
            values=[str(row) for row in originals],
        )
    return later


def keys(layer: Layer, rows: pd.DataFrame, found: Collector) -> None:
    """Refuse every row of a key that stands more than once: which one is right is not known."""
    if not layer.key:
        return
    key = list(layer.key)
    present = rows[rows[key].notna().all(axis=1).to_numpy()]
    repeated = present[present.duplicated(key, keep=False).to_numpy()]
    if repeated.empty:
        return
    groups: dict[Any, list[int]] = {}
    texts = key_text(layer, repeated)
    for row, text in texts.items():
        groups.setdefault(text, []).append(int(str(row)))
    found.rows(
        "duplicate-key",
        repeated.index,
        [
            f"La llave {' + '.join(key)} = «{text}» está en las filas {_numbers(groups[text])}"
            for text in texts
        ],
        "Deje una fila por llave; si son partes de un mismo elemento, use --repair dissolve",
        field=key[0],
        values=texts.tolist(),
    )


def places(shapes: Any, rows: pd.Index[int], found: Collector) -> None:
    """Say which rows share one geometry, a finding per group; one for all when it is the rule."""
    hashes = _shape_keys(shapes)
    present = ~shapely.is_missing(shapes)
    groups: dict[Any, list[int]] = {}
    repeated = pd.Series(hashes[present]).duplicated(keep=False).to_numpy()
    for row, key in zip(rows[present][repeated], hashes[present][repeated], strict=True):
        groups.setdefault(key, []).append(int(row))
    if not groups:
        return
    if repeated.mean() > 0.5:
        found.whole(
            "repeated-geometry",
            f"{int(repeated.sum())} de {int(present.sum())} filas comparten su lugar con otra",
            "Ninguno si en un mismo sitio hay varias; si no, revise cómo se tomaron",
        )
        return
    members = list(groups.values())
    found.rows(
        "repeated-geometry",
        [group[1] for group in members],
        [f"Las filas {_numbers(group)} tienen exactamente la misma geometría" for group in members],
        "Revise si una coordenada se copió de la otra fila",
        values=[_numbers(group) for group in members],
    )


def key_text(layer: Layer, rows: pd.DataFrame) -> pd.Series[Any]:
    """The feature id of each row: its key's fields as text, joined with ``~``."""
    parts = [rows[name].astype(object).map(str) for name in layer.key]
    text = parts[0]
    for part in parts[1:]:
        text = text + "~" + part
    return text


def _suspects(layer: Layer, rows: pd.DataFrame, shapes: Any | None) -> pd.Series[Any]:
    """A number per different row, -1 where the key alone shows that a row stands once."""
    result = pd.Series(-1, index=rows.index, dtype=np.int64)
    chosen = rows.duplicated(list(layer.key) or None, keep=False).to_numpy()
    if chosen.any():
        result[chosen] = _numbered(rows[chosen], None if shapes is None else shapes[chosen])
    return result


def _numbered(rows: pd.DataFrame, shapes: Any | None) -> pd.Series[Any]:
    """A number per different row, geometry included."""
    columns = {f"f{i}": pd.factorize(rows[c], use_na_sentinel=True)[0]
               for i, c in enumerate(rows.columns)}  # fmt: skip
    if shapes is not None:
        columns["geometry"] = pd.factorize(_shape_keys(shapes))[0]
    frame = pd.DataFrame(columns, index=rows.index)
    combined = np.zeros(len(frame), dtype=np.int64)
    for name in frame.columns:
        combined, _ = pd.factorize(combined * (int(frame[name].max()) + 2) + frame[name] + 1)
    return pd.Series(combined, index=rows.index)


def _shape_keys(shapes: Any) -> Any:
    """Something equal for equal geometries: numbers for points, WKB for the rest."""
    kinds = shapely.get_type_id(shapes)
    if (kinds <= 0).all():
        x, y = pd.factorize(shapely.get_x(shapes))[0], pd.factorize(shapely.get_y(shapes))[0]
        return x.astype(np.int64) * (int(y.max(initial=0)) + 2) + y
    bounds = pd.DataFrame(shapely.bounds(shapes))
    bounds["n"] = shapely.get_num_coordinates(shapes)
    alike = bounds.duplicated(keep=False).to_numpy() & (kinds >= 0)
    keys = np.arange(len(shapes)).astype(object)
    keys[alike] = shapely.to_wkb(shapely.normalize(shapes[alike]))
    return keys


def _numbers(rows: list[int]) -> str:
    shown = ", ".join(str(row) for row in rows[:8])
    return shown + (f" y {len(rows) - 8} más" if len(rows) > 8 else "")
