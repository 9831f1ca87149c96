"""Which state of a feature somebody has seen: what an edit says that it rests on."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from gis.features.geojson import NULL, properties_text, written
from gis.features.rows import rows

if TYPE_CHECKING:
    from gis.contract import Access, Layer


def read_version(
    conn: sa.Connection, layer: Layer, access: Access, feature_id: str, as_of: int | None = None
) -> str | None:
    """A digest of all that ``access`` sees of a feature, None when there is no such feature.

    It changes exactly when that changes, whatever the CRS or format it is read in; what the class
    does not see leaves no trace in it. Two classes that see different things have different ones,
    so nobody can rest an edit on a reading that lacked fields.
    """
    if "\x00" in feature_id:
        return None
    values = {"id": feature_id} | ({} if as_of is None else {"as_of": as_of})
    found: str | None = conn.scalar(_digest(layer, access, as_of is None), values)
    return found


def version_text(source: sa.FromClause, properties: sa.ColumnElement[str]) -> sa.ColumnElement[str]:
    """The digest of each row of ``source``, whose ``properties`` are as in a page."""
    shape: sa.ColumnElement[str] = NULL
    if "geom" in source.c:
        stored = sa.func.ST_AsBinary(source.c["geom"], type_=sa.LargeBinary)
        shape = sa.func.coalesce(sa.func.md5(stored), NULL, type_=sa.Text)
    text = written(source, properties, {"geometry": shape})
    return sa.func.left(sa.func.md5(text), 24, type_=sa.Text)


@lru_cache(maxsize=1024)
def _digest(layer: Layer, access: Access, current: bool) -> sa.Select[Any]:
    """The statement, with the parameters ``id`` and, unless ``current``, ``as_of``."""
    source = rows(layer, access, None if current else 0)
    properties, selected = properties_text(source, layer.fields_for(access))
    wanted = source.c["_id"] == sa.bindparam("id", type_=sa.Text)
    return sa.select(version_text(source, properties)).select_from(selected).where(wanted)
