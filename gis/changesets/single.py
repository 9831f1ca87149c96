"""Reading and writing one current feature: the whole row, by the store's owner."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pandas as pd
import shapely
import sqlalchemy as sa

from gis.errors import NotFound
from gis.features import read_one
from gis.features.version import read_version
from gis.store.tables import SRID, table

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from gis.contract import Access, Layer
    from gis.crs import Crs
    from gis.store.tables import Expression


@dataclass(frozen=True, slots=True)
class Current:
    """A feature as it is. ``values`` and ``shape`` (EPSG:9377, None without) are the whole row,
    ``version`` a digest of what the editor's class sees of it (:mod:`gis.features.version`)."""

    fid: int
    changeset: int
    version: str
    values: Mapping[str, Any]
    shape: Any


def read_current(conn: sa.Connection, layer: Layer, access: Access, feature_id: str) -> Current:
    """The feature with that id; :class:`NotFound` when there is none."""
    version = read_version(conn, layer, access, feature_id)
    if version is None:
        raise NotFound(
            f"La capa «{layer.name}» no tiene el elemento «{feature_id}»",
            layer=layer.name,
            feature=feature_id,
        )
    columns = table(layer).c
    chosen: list[Any] = [columns[n] for n in ("_fid", "_changeset", *layer.field_names)]
    if layer.geometry:
        chosen.append(sa.func.ST_AsBinary(columns.geom, type_=sa.LargeBinary).label("geom"))
    found = conn.execute(sa.select(*chosen).where(columns["_id"] == feature_id)).mappings().one()
    shape = found.get("geom")
    return Current(
        fid=found["_fid"],
        changeset=found["_changeset"],
        version=version,
        values={name: found[name] for name in layer.field_names},
        shape=None if shape is None else shapely.from_wkb(bytes(shape)),
    )


def as_seen(
    conn: sa.Connection, layer: Layer, access: Access, feature_id: str, crs: Crs
) -> dict[str, Any]:
    """The feature as GeoJSON, as the class sees it: what a merge patch is applied to."""
    document: dict[str, Any] = json.loads(read_one(conn, layer, access, feature_id, crs) + "}")
    return document


def typed(row: pd.DataFrame, names: Iterable[str]) -> dict[str, Any]:
    """Values of the one conformed row as the driver takes them."""
    return {name: _typed(row[name].iloc[0]) for name in names}


def _typed(value: Any) -> Any:
    if value is None or value is pd.NA or value is pd.NaT or value != value:
        return None
    if isinstance(value, pd.Timestamp):
        return value.to_pydatetime()
    return value.item() if hasattr(value, "item") else value


def insert(
    conn: sa.Connection, layer: Layer, values: Mapping[str, Any], shape: Any, changeset: int
) -> str:
    """Add a feature; its id."""
    current = table(layer)
    whole: dict[str, Any] = {**values, "_changeset": changeset, "_reviewed": True}
    if layer.geometry:
        whole["geom"] = _stored(shape)
    statement = sa.insert(current).values(whole).returning(current.c["_id"])
    return str(conn.execute(statement).scalar_one())


def update(
    conn: sa.Connection,
    layer: Layer,
    fid: int,
    values: Mapping[str, Any],
    shape: Any,
    changeset: int,
    *,
    moved: bool,
) -> bool:
    """Set ``values``, and the shape when it was sent (``moved``); whether anything differed.

    A shape within the layer's tolerance of the stored one is that one: what went out rounded and
    came back is no change.
    """
    current = table(layer)
    found: dict[str, Any] = dict(values)
    differs: list[Expression] = [current.c[n].is_distinct_from(v) for n, v in values.items()]
    if moved and layer.geometry:
        new: Expression = _stored(shape)
        same = sa.func.sig.same_geometry(new, current.c.geom, layer.geometry.tolerance_m)
        differs.append(sa.not_(same))
        found["geom"] = sa.case((same, current.c.geom), else_=new)
    if not differs:
        return False
    statement = (
        sa.update(current)
        .values({**found, "_changeset": changeset, "_reviewed": True})
        .where(current.c["_fid"] == fid, sa.or_(*differs))
    )
    return conn.execute(statement).rowcount > 0


def remove(conn: sa.Connection, layer: Layer, fid: int) -> None:
    """Take a feature away."""
    current = table(layer)
    conn.execute(sa.delete(current).where(current.c["_fid"] == fid))


def is_still(conn: sa.Connection, layer: Layer, known: Current) -> bool:
    """Whether the feature is as it was read. Asked under the layer's lock."""
    columns = table(layer).c
    same = sa.exists().where(columns["_fid"] == known.fid, columns["_changeset"] == known.changeset)
    return bool(conn.scalar(sa.select(same)))


def is_bare(conn: sa.Connection, layer: Layer) -> bool:
    """Whether the layer still lacks the indexes that are made after its first rows."""
    name = "data." + conn.dialect.identifier_preparer.quote(layer.name + "__cs")
    return conn.scalar(sa.select(sa.func.to_regclass(name))) is None


def _stored(shape: Any) -> Expression:
    if shape is None:
        return sa.null()
    return sa.func.ST_GeomFromWKB(sa.bindparam(None, shapely.to_wkb(shape), sa.LargeBinary), SRID)
