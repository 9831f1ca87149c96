"""An index on (field, ``_fid``) for each field declared ``sortable``: any page costs the same."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import sqlalchemy as sa

from gis.store.searching import make_search_indexes
from gis.store.tables import table

if TYPE_CHECKING:
    from collections.abc import Iterable

    from gis.contract.layer import Layer

MARK = "__s_"
"""In the names of these indexes and of no other."""
INDEXES = sa.table(
    "pg_indexes",
    sa.column("schemaname", sa.Text),
    sa.column("tablename", sa.Text),
    sa.column("indexname", sa.Text),
)


def make_sort_indexes(connection: sa.Connection, layers: Iterable[Layer]) -> None:
    """Make the indexes that the declarations ask for, of words too, and take away those they no
    longer do."""
    layers = list(layers)
    make_search_indexes(connection, layers)
    ours = sa.select(INDEXES.c.tablename, INDEXES.c.indexname).where(
        INDEXES.c.schemaname == "data", INDEXES.c.indexname.contains(MARK, autoescape=True)
    )
    stored: dict[str, set[str]] = {}
    for name, index in connection.execute(ours):
        stored.setdefault(name, set()).add(index)
    for layer in layers:
        _follow(connection, layer, stored.get(layer.name, set()))


def _follow(connection: sa.Connection, layer: Layer, stored: set[str]) -> None:
    wanted = {_name(layer, f.name): f.name for f in layer.fields if f.sortable}
    if wanted.keys() == stored:
        return
    columns = table(layer).to_metadata(sa.MetaData()).c
    for name in stored - wanted.keys():
        sa.Index(name, columns["_fid"]).drop(connection)
    for name in wanted.keys() - stored:
        sa.Index(name, columns[wanted[name]], columns["_fid"]).create(connection)


def _name(layer: Layer, field: str) -> str:
    """One per field, within the 63 bytes of an identifier."""
    digest = hashlib.blake2b(f"{layer.name}.{field}".encode(), digest_size=5).hexdigest()
    return layer.name[:45] + MARK + digest
