"""The difference between a staged delivery and what is current: a join by id, no stored hashes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import array

from gis.changesets.report import Change
from gis.store.tables import table

if TYPE_CHECKING:
    from collections.abc import Collection

    from gis.contract.layer import Layer
    from gis.store.tables import Expression

SAMPLE = 20
"""Changes shown in a report."""

DIFF = sa.Table(
    "diff",
    sa.MetaData(),
    sa.Column("op", sa.Text),
    sa.Column("_fid", sa.BigInteger),
    sa.Column("_id", sa.Text),
    sa.Column("_row", sa.BigInteger),
    schema="pg_temp",
    postgresql_on_commit="DROP",
)


def compute(
    connection: sa.Connection,
    layer: Layer,
    staged: sa.Table,
    *,
    remove_absent: bool,
    keep: Collection[str] = (),
) -> dict[str, int]:
    """Fill ``pg_temp.diff`` and count it by ``op``.

    ``keep`` are ids of current features that stay although the delivery does not bring them well:
    those whose rows went to quarantine.
    """
    DIFF.create(connection)
    current = table(layer)
    if not layer.key and layer.geometry:
        connection.execute(_settle_moved(layer, staged, current))
    connection.execute(_insert(_arrivals(layer, staged, current)))
    if remove_absent:
        connection.execute(_insert(_absences(staged, current, keep)))
    connection.execute(sa.text("ANALYZE pg_temp.diff"))
    counted = sa.select(DIFF.c.op, sa.func.count()).group_by(DIFF.c.op)
    return dict(connection.execute(counted).tuples().all())


def sample(connection: sa.Connection, layer: Layer, staged: sa.Table) -> tuple[Change, ...]:
    """Some of the changes, with the fields that differ, in the order of the source."""
    current = table(layer)
    differing: list[Expression] = [
        sa.case((condition, sa.literal(name)))
        for name, condition in _differences(layer, staged, current)
    ]
    listed: Expression = array(differing, type_=sa.Text())
    names = sa.func.array_remove(listed, sa.cast(sa.null(), sa.Text))
    both = DIFF.outerjoin(staged, staged.c["_row"] == DIFF.c["_row"]).outerjoin(
        current, current.c["_fid"] == DIFF.c["_fid"]
    )
    select = (
        sa.select(DIFF.c.op, DIFF.c["_id"], DIFF.c["_row"], names)
        .select_from(both)
        .order_by(DIFF.c["_row"].nulls_last(), DIFF.c["_id"])
        .limit(SAMPLE)
    )
    return tuple(
        Change(op, feature, row, tuple(fields) if op == "changed" else ())
        for op, feature, row, fields in connection.execute(select)
    )


def _insert(select: sa.Select[Any]) -> sa.Insert:
    return sa.insert(DIFF).from_select(["op", "_fid", "_id", "_row"], select)


def _arrivals(layer: Layer, staged: sa.Table, current: sa.Table) -> sa.Select[Any]:
    absent = current.c["_fid"].is_(None)
    differs = [condition for _, condition in _differences(layer, staged, current)]
    return (
        sa.select(
            sa.case((absent, sa.literal("added")), else_=sa.literal("changed")),
            current.c["_fid"],
            staged.c["_id"],
            staged.c["_row"],
        )
        .select_from(staged.outerjoin(current, current.c["_id"] == staged.c["_id"]))
        .where(sa.or_(absent, *differs))
    )


def _absences(staged: sa.Table, current: sa.Table, keep: Collection[str]) -> sa.Select[Any]:
    brought = sa.select(sa.literal(1)).where(staged.c["_id"] == current.c["_id"]).exists()
    nowhere = sa.cast(sa.null(), sa.BigInteger)
    select = sa.select(sa.literal("removed"), current.c["_fid"], current.c["_id"], nowhere)
    select = select.where(~brought)
    return select.where(current.c["_id"].not_in(list(keep))) if keep else select


def _differences(layer: Layer, staged: sa.Table, current: sa.Table) -> list[tuple[str, Expression]]:
    """Each column with the condition under which its value differs. Keys cannot."""
    found: list[tuple[str, Expression]] = [
        (name, staged.c[name].is_distinct_from(current.c[name]))
        for name in layer.field_names
        if name not in layer.key
    ]
    if layer.geometry:
        new, old = staged.c.geom, current.c.geom
        same = sa.func.sig.same_geometry(new, old, layer.geometry.tolerance_m)
        found.append(("geom", sa.and_(new.is_distinct_from(old), sa.not_(same))))
    return found


def _settle_moved(layer: Layer, staged: sa.Table, current: sa.Table) -> sa.Update:
    """Without a key, a feature whose digest is new may be a current one within the tolerance.

    It then takes that one's id: a round trip through text must come back as unchanged.
    """
    assert layer.geometry is not None
    brought, known = staged.alias("brought"), current.alias("known")
    no_one_has_it = ~sa.exists().where(known.c["_id"] == staged.c["_id"])
    not_brought = ~sa.exists().where(brought.c["_id"] == current.c["_id"])
    alike = [current.c[name].is_not_distinct_from(staged.c[name]) for name in layer.field_names]
    tolerance = layer.geometry.tolerance_m
    near = current.c.geom.op("&&")(sa.func.ST_Expand(staged.c.geom, tolerance))
    same = sa.func.sig.same_geometry(staged.c.geom, current.c.geom, tolerance)
    return (
        sa.update(staged)
        .values(_id=current.c["_id"])
        .where(no_one_has_it, not_brought, *alike, near, same)
    )
