"""What a catalogue says of some features, counted by the store: how many, where, when."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from gis.features.rows import rows
from gis.filters import condition

if TYPE_CHECKING:
    from gis.contract import Access, Layer


@dataclass(frozen=True, slots=True)
class Summary:
    """What a catalogue says of some features: how many, where, when."""

    feature_count: int
    without_geometry: int
    bbox: tuple[float, float, float, float] | None
    """West, south, east, north in CRS84 degrees; None when no feature has a geometry."""
    period: tuple[str, str] | None
    """First and last of the features' own time, ISO 8601; None when the layer declares none."""


def summarise(
    conn: sa.Connection,
    layer: Layer,
    access: Access,
    *,
    where: str = "",
    as_of: int | None = None,
) -> Summary:
    """Count, box and period of the features that meet ``where`` (CQL2 text over the fields that
    ``access`` sees; empty for all), now or as of a changeset."""
    found = rows(layer, access, as_of)
    columns: dict[str, sa.ColumnElement[Any]] = {"total": sa.func.count()}
    if "geom" in found.c:
        placed = sa.func.ST_Extent(sa.func.ST_Transform(found.c["geom"], 4326))
        columns["without"] = sa.func.count().filter(found.c["geom"].is_(None))
        for side in ("XMin", "YMin", "XMax", "YMax"):
            columns[side] = getattr(sa.func, "ST_" + side)(placed)
    times = [found.c[name] for name in layer.time if name in found.c]
    if times:
        columns["first"] = sa.func.min(sa.func.least(*times))
        columns["last"] = sa.func.max(sa.func.greatest(*times))
    query = sa.select(*[column.label(name) for name, column in columns.items()])
    if where:
        query = query.where(condition(where, found))
    values = conn.execute(query.select_from(found)).mappings().one()
    return Summary(
        feature_count=values["total"],
        without_geometry=values.get("without", 0),
        bbox=_box(values),
        period=_period(values),
    )


def _box(values: sa.RowMapping) -> tuple[float, float, float, float] | None:
    if values.get("XMin") is None:
        return None
    west, south, east, north = (round(values[s], 7) for s in ("XMin", "YMin", "XMax", "YMax"))
    return west, south, east, north


def _period(values: sa.RowMapping) -> tuple[str, str] | None:
    if values.get("first") is None:
        return None
    return values["first"].isoformat(), values["last"].isoformat()
