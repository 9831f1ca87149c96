"""The tables and views of a layer, as SQLAlchemy Core knows them."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from geoalchemy2 import Geometry as GeometryColumn

from gis.contract.types import Reference

if TYPE_CHECKING:
    from gis.contract.access import Access
    from gis.contract.fields import Field
    from gis.contract.layer import Layer

SRID = 9377
"""Storage CRS: MAGNA-SIRGAS 2018 / Origen Nacional, x = easting, metres."""

EDGE_COLUMNS = ("id", "fid", "source", "target", "metres", "walk", "car", "car_back", "geom")
"""Of ``<class>.<layer>__edge``: seconds on foot (both ways), by car as drawn, and by car back."""

Expression = sa.ColumnElement[Any]


@lru_cache(maxsize=512)
def table(layer: Layer) -> sa.Table:
    """``data.<layer>``: the current features, with keys, checks and references."""
    metadata = sa.MetaData()
    fields = [_column(field, nullable=not field.required) for field in layer.fields]
    built = sa.Table(
        layer.name,
        metadata,
        sa.Column("_fid", sa.BigInteger, sa.Identity(always=False), primary_key=True),
        _id_column(layer),
        sa.Column("_changeset", sa.BigInteger, nullable=False),
        sa.Column("_reviewed", sa.Boolean, nullable=False, server_default=sa.false()),
        *fields,
        *_geometry(layer, nullable=layer.geometry is None or not layer.geometry.required),
        *_references(layer, metadata),
        schema="data",
    )
    for field in layer.fields:
        condition = field.type.check(built.c[field.name])
        if condition is not None:
            built.append_constraint(sa.CheckConstraint(condition, name=f"{field.name}__valid"))
    return built


@lru_cache(maxsize=512)
def history_table(layer: Layer) -> sa.Table:
    """``history.<layer>``: rows that were current from ``_opened`` until ``_closed``."""
    return sa.Table(
        layer.name,
        sa.MetaData(),
        sa.Column("_fid", sa.BigInteger, nullable=False),
        sa.Column("_id", sa.Text, nullable=False),
        sa.Column("_opened", sa.BigInteger, nullable=False),
        sa.Column("_closed", sa.BigInteger, nullable=False),
        *[_column(field, nullable=True) for field in layer.fields],
        *_geometry(layer, nullable=True),
        sa.Index(f"{layer.name}__h_fid", "_fid"),
        sa.Index(f"{layer.name}__h_opened", "_opened"),
        sa.Index(f"{layer.name}__h_closed", "_closed"),
        schema="history",
    )


@lru_cache(maxsize=1024)
def view(layer: Layer, access: Access) -> sa.TableClause:
    """``<class>.<layer>``: what a reader of that class may see of the current features.

    Columns ``_fid, _id, _changeset, _reviewed``, the visible fields, and ``geom`` when the class
    sees one (EPSG:9377).
    """
    return _view(layer, access, "", ("_fid", "_id", "_changeset", "_reviewed"))


@lru_cache(maxsize=1024)
def history_view(layer: Layer, access: Access) -> sa.TableClause:
    """``<class>.<layer>__history``: the same of superseded rows, with ``_opened, _closed``."""
    return _view(layer, access, "__history", ("_fid", "_id", "_opened", "_closed"))


@lru_cache(maxsize=64)
def edge_view(layer: Layer, access: Access) -> sa.TableClause:
    """``<class>.<layer>__edge``: the layer's graph (migration 0007)."""
    return sa.table(layer.name + "__edge", *map(sa.column, EDGE_COLUMNS), schema=str(access))


def _view(layer: Layer, access: Access, suffix: str, system: tuple[str, ...]) -> sa.TableClause:
    types: dict[str, sa.types.TypeEngine[Any]] = {"_id": sa.Text(), "_reviewed": sa.Boolean()}
    columns: list[sa.ColumnClause[Any]] = [
        sa.column(name, types.get(name, sa.BigInteger())) for name in system
    ]
    columns += [sa.column(field.name, field.type.sql()) for field in layer.fields_for(access)]
    if layer.geometry_for(access):
        columns.append(sa.column("geom", _geometry_type(layer)))
    return sa.table(layer.name + suffix, *columns, schema=str(access))


def feature_id(layer: Layer, columns: sa.ColumnCollection[str, Any]) -> Expression | None:
    """The feature id from the key: its text, or its parts joined with ``~``; None without key."""
    parts = [_key_text(columns[name]) for name in layer.key]
    if not parts:
        return None
    if len(parts) == 1:
        return sa.cast(columns[layer.key[0]], sa.Text)
    joined: Expression = parts[0]
    for part in parts[1:]:
        joined = joined.op("||")(sa.literal("~").op("||")(part))
    return joined


def column_list(layer: Layer) -> tuple[str, ...]:
    """Names of the declared columns in the store, geometry last."""
    return layer.field_names + (("geom",) if layer.geometry else ())


def _key_text(column: Expression) -> Expression:
    escaped = sa.func.replace(sa.cast(column, sa.Text), "%", "%25")
    return sa.func.replace(escaped, "~", "%7E")


def _id_column(layer: Layer) -> sa.Column[str]:
    if not layer.key:
        default = sa.text("gen_random_uuid()::text")
        return sa.Column("_id", sa.Text, nullable=False, unique=True, server_default=default)
    fields = sa.table(
        layer.name, *[sa.column(name, layer.field(name).type.sql()) for name in layer.key]
    )
    expression = feature_id(layer, fields.c)
    assert expression is not None
    return sa.Column(
        "_id", sa.Text, sa.Computed(expression, persisted=True), nullable=False, unique=True
    )


def _column(field: Field, *, nullable: bool) -> sa.Column[Any]:
    return sa.Column(field.name, field.type.sql(), nullable=nullable, comment=field.definition)


def _geometry_type(layer: Layer) -> GeometryColumn:
    assert layer.geometry is not None
    return GeometryColumn(layer.geometry.type, srid=SRID, spatial_index=False)


def _geometry(layer: Layer, *, nullable: bool) -> list[sa.Column[Any]]:
    if layer.geometry is None:
        return []
    return [sa.Column("geom", _geometry_type(layer), nullable=nullable)]


def _references(layer: Layer, metadata: sa.MetaData) -> list[sa.ForeignKeyConstraint]:
    constraints = []
    for field in layer.fields:
        if not isinstance(field.type, Reference):
            continue
        other = field.type.layer
        if other != layer.name and f"data.{other}" not in metadata.tables:
            sa.Table(other, metadata, sa.Column("_id", sa.Text), schema="data")
        constraints.append(
            sa.ForeignKeyConstraint(
                [field.name], [f"data.{other}._id"], deferrable=True, initially="DEFERRED"
            )
        )
    return constraints
