"""Bringing a derived layer to what it should hold: one changeset, as if it had been delivered."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import pandas as pd
import shapely
import sqlalchemy as sa

from gis import changesets
from gis.changesets.apply import DERIVED
from gis.conform import Conformed
from gis.contract.access import Access
from gis.contract.derived import PERIOD, Counted, Register
from gis.derived.counting import SQUARE, edition
from gis.derived.registers import Known, rows_of
from gis.publications import PUBLISHED, UNCHANGED, publications_of
from gis.sources import Source
from gis.store.state import layer_states
from gis.store.tables import SRID, table, view

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from gis.changesets import LoadReport
    from gis.contract.catalog import Catalog
    from gis.contract.layer import Layer

Row = dict[str, Any]
ACTOR = "sistema"
_KINDS: dict[str, Any] = {"integer": "Int64", "number": "Float64", "boolean": "boolean"}


def derived_layers(catalog: Catalog) -> Iterator[Layer]:
    """The layers that nobody delivers."""
    return (layer for layer in catalog if layer.derived is not None)


def refresh(
    engine: sa.Engine, catalog: Catalog, layer: Layer, today: date, *, dry_run: bool = False
) -> LoadReport:
    """Make the rows of a derived layer anew; nothing is written when they are what they were.

    ``engine`` is the owner's. An aggregate only ever gains closed periods: those told already stay
    as they were told. What was counted of a demonstration is told as one, and goes when that ends.
    """
    with engine.connect() as conn:
        if isinstance(layer.derived, Counted):
            rows, mode, demonstration = _counts(conn, catalog, layer, layer.derived, today)
        else:
            assert isinstance(layer.derived, Register)
            rows, mode, demonstration = (
                rows_of(layer.derived, catalog, _known(conn)),
                "replace",
                False,
            )
    return changesets.load(
        engine,
        layer,
        _conformed(layer, rows),
        mode="upsert" if mode == "upsert" else "replace",
        demonstration=demonstration,
        dry_run=dry_run,
        actor=ACTOR,
        note=f"Hecha por el sistema al {today.isoformat()}",
    )


def _counts(
    conn: sa.Connection, catalog: Catalog, layer: Layer, counted: Counted, today: date
) -> tuple[list[Row], str, bool]:
    states = layer_states(conn, Access.RESERVADA)
    source = states[counted.layer]
    told: frozenset[str] = frozenset()
    starts_anew = states[layer.name].demonstration and not source.demonstration
    if not starts_anew:
        own = table(layer)
        told = frozenset(conn.scalars(sa.select(own.c[PERIOD]).distinct()))
    rows = edition(conn, catalog.layer(counted.layer), counted, told, today)
    shapes = _areas(conn, catalog, counted) if counted.aggregate.area else {}
    for row in rows:
        square = row.pop(SQUARE)
        if counted.aggregate.grid_m:
            row["geom"] = _square(square, counted.aggregate.grid_m)
        elif counted.aggregate.area:
            row["geom"] = shapes.get(str(row[counted.aggregate.by[0]]))
    return rows, "replace" if starts_anew else "upsert", source.demonstration


def _areas(conn: sa.Connection, catalog: Catalog, counted: Counted) -> dict[str, Any]:
    area = view(catalog.layer(counted.aggregate.area), Access.PUBLICA)
    shape = sa.func.ST_AsBinary(sa.literal_column("geom"), type_=sa.LargeBinary)
    found = conn.execute(sa.select(area.c["_id"], shape))
    return {name: _multi(shapely.from_wkb(bytes(wkb))) for name, wkb in found if wkb is not None}


def _square(at: tuple[int, ...], side: float) -> Any:
    column, row = at
    return _multi(shapely.box(column * side, row * side, (column + 1) * side, (row + 1) * side))


def _multi(shape: Any) -> Any:
    return shape if shape.geom_type == "MultiPolygon" else shapely.MultiPolygon([shape])


def _known(conn: sa.Connection) -> Known:
    change = sa.table(
        "sig_changeset",
        sa.column("layer", sa.Text),
        sa.column("sealed_at", sa.DateTime(timezone=True)),
        schema=str(Access.RESERVADA),
    )
    first = sa.select(change.c.layer, sa.func.min(change.c.sealed_at)).group_by(change.c.layer)
    return Known(
        issued={name: sealed.date() for name, sealed in conn.execute(first)},
        published=frozenset(publications_of(conn, (PUBLISHED, UNCHANGED))),
    )


def _conformed(layer: Layer, rows: list[Row]) -> Conformed:
    """The rows as a delivery that conforms: every field in its kind, the geometry last."""
    values = {
        field.name: pd.Series([row.get(field.name) for row in rows], dtype="object")
        for field in layer.fields
    }
    frame = pd.DataFrame(values, columns=list(layer.field_names))
    for field in layer.fields:
        if field.type.kind in _KINDS:
            frame[field.name] = frame[field.name].astype(_KINDS[field.type.kind])
    if layer.geometry is not None:
        shapes = gpd.GeoSeries([row.get("geom") for row in rows], crs=SRID, index=frame.index)
        frame = gpd.GeoDataFrame(frame, geometry=shapes.rename("geom")).rename_geometry("geom")
    digest = hashlib.sha256(frame.to_csv(index=False).encode()).hexdigest()
    return Conformed(
        rows=frame,
        findings=(),
        refused=frozenset(),
        delivered=pd.DataFrame(),
        source=Source(ACTOR, digest, 0, DERIVED, len(rows)),
    )
