"""What each layer is like now, as a reader of an access class may know it."""

from __future__ import annotations

from dataclasses import dataclass, fields
from functools import cache
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY

from gis.contract.access import Access
from gis.errors import NotFound

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import date, datetime


@dataclass(frozen=True, slots=True)
class LayerState:
    """One layer's register. ``extent`` is west, south, east, north in CRS84, None when empty;
    it only grows between whole loads. ``changeset`` None means nothing was ever written."""

    name: str
    generation: int
    changeset: int | None
    demonstration: bool
    feature_count: int
    without_geometry: int
    unreviewed: int
    extent: tuple[float, float, float, float] | None
    updated_at: datetime | None


@dataclass(frozen=True, slots=True)
class Standing:
    """What an answer says of a layer it rests on: the last changeset and when it was applied, and
    the date that the last delivery said it describes (None: none ever said)."""

    name: str
    changeset: int | None
    updated_at: datetime | None
    demonstration: bool
    reference_date: date | None


_COLUMNS = (
    "name", "generation", "changeset", "demonstration", "feature_count", "without_geometry",
    "unreviewed", "updated_at",
)  # fmt: skip


def layer_states(conn: sa.Connection, access: Access = Access.PUBLICA) -> dict[str, LayerState]:
    """The state of every layer in the store, by name."""
    return {row.name: read_state(row) for row in conn.execute(_select(access))}


def layer_state(conn: sa.Connection, name: str, access: Access = Access.PUBLICA) -> LayerState:
    """The state of one layer; :class:`NotFound` when the store has no such layer."""
    row = conn.execute(_named(access), {"name": name}).first()
    if row is None:
        raise NotFound(f"No existe la capa «{name}»", layer=name)
    return read_state(row)


def changeset_at(
    conn: sa.Connection, name: str, instant: datetime, access: Access = Access.PUBLICA
) -> int | None:
    """The last changeset of a layer sealed at or before ``instant``; None when there was none."""
    ledger = sa.table(
        "sig_changeset", *map(sa.column, ("id", "layer", "sealed_at")), schema=str(access)
    )
    found = sa.select(sa.func.max(ledger.c.id)).where(
        ledger.c.layer == name, ledger.c.sealed_at <= instant
    )
    number: int | None = conn.scalar(found)
    return number


@cache
def _named(access: Access) -> sa.Select[Any]:
    """Made once: every request reads it, and making it costs as much as reading it."""
    return _select(access).where(sa.column("name") == sa.bindparam("name", type_=sa.Text))


def standings(
    conn: sa.Connection, names: Collection[str], access: Access = Access.PUBLICA
) -> dict[str, Standing]:
    """What an answer says of the layers it rests on, by name; without those that the store does
    not have."""
    rows = conn.execute(_standing(access), {"names": list(names)})
    return {row.name: Standing(*row) for row in rows}


@cache
def _standing(access: Access) -> sa.Select[Any]:
    """Leaves alone the extent, which the view has to transform."""
    names = [field.name for field in fields(Standing) if field.name != "reference_date"]
    register = sa.table("sig_layer", *map(sa.column, names), schema=str(access))
    ledger = sa.table(
        "sig_changeset", *map(sa.column, ("id", "layer", "reference_date")), schema=str(access)
    )
    last = (
        sa.select(ledger.c.reference_date)
        .where(ledger.c.layer == register.c.name, ledger.c.reference_date.is_not(None))
        .order_by(ledger.c.id.desc())
        .limit(1)
        .scalar_subquery()
    )
    named = register.c.name == sa.func.any(sa.bindparam("names", type_=ARRAY(sa.Text)))
    return sa.select(*register.c, last).where(named)


def _select(access: Access) -> sa.Select[Any]:
    return sa.select(*state_columns(register(access)))


def register(access: Access) -> sa.TableClause:
    """Every layer's register; :func:`state_columns` of it are what :func:`read_state` reads."""
    return sa.table("sig_layer", *map(sa.column, _COLUMNS), sa.column("extent"), schema=str(access))


def state_columns(register: sa.TableClause) -> list[sa.ColumnElement[Any]]:
    """What a statement selects to bring a layer's state beside what else it reads."""
    box = register.c.extent
    sides = [
        getattr(sa.func, name)(box).label(name)
        for name in ("ST_XMin", "ST_YMin", "ST_XMax", "ST_YMax")
    ]
    return [*(register.c[name] for name in _COLUMNS), *sides]


def read_state(row: Any) -> LayerState:
    """The state in a row that has :func:`state_columns`."""
    box = (row.ST_XMin, row.ST_YMin, row.ST_XMax, row.ST_YMax)
    return LayerState(
        **{name: getattr(row, name) for name in _COLUMNS},
        extent=None if box[0] is None else box,
    )
