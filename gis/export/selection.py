"""What goes into a file: rows, fields, CRS and notice."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from gis.errors import InvalidRequest
from gis.features.geojson import reprojected
from gis.features.rows import conditions, parameters, rows
from gis.filters import condition

if TYPE_CHECKING:
    from gis.contract import Access, Field, Layer
    from gis.crs import Crs
    from gis.features.query import Query
    from gis.features.sorting import Sort

NOTICE = "aviso"
"""Column that carries a notice in formats without another place for it."""


@dataclass(frozen=True, slots=True)
class Selection:
    """Rows to be written, in order. ``source`` has ``_id``, the fields and perhaps ``geom`` in
    the storage CRS; ``crs`` is what the file is to have."""

    layer: Layer
    fields: tuple[Field, ...]
    source: sa.Subquery
    crs: Crs
    notice: str
    sort: Sort | None = None

    @property
    def has_geometry(self) -> bool:
        """Whether the file has geometries."""
        return "geom" in self.source.c

    @property
    def order(self) -> list[sa.ColumnElement[Any]]:
        """By id, whatever the server's collation; before that by the field asked for."""
        first = [] if self.sort is None else self.sort.order(self.source, "_id")[:-1]
        return [*first, sa.collate(self.source.c["_id"], "C")]

    def notice_name(self) -> str:
        """Name of the notice's column: one that no field has."""
        return free_name(NOTICE, self.fields)


def select(
    layer: Layer,
    access: Access,
    *,
    fields: tuple[str, ...],
    where: str,
    crs: Crs,
    notice: str,
    query: Query,
) -> Selection:
    """Resolve names and filter against what ``access`` may see."""
    chosen = _fields(layer, access, fields) if fields else query.fields(layer, access)
    source = rows(layer, access, query.as_of)
    visible = [source.c[field.name] for field in layer.fields_for(access)]
    system = [source.c[name] for name in ("_id", "geom") if name in source.c]
    statement = sa.select(*system, *visible)
    if where:
        statement = statement.where(condition(where, _only(source, layer, access)))
    statement = statement.where(*conditions(source, layer, access, query))
    found = statement.params(**parameters(layer, query)).subquery("r")
    return Selection(layer, chosen, found, crs, notice, query.sort)


def _only(source: sa.FromClause, layer: Layer, access: Access) -> Any:
    """``source`` as a filter may see it: its visible fields and geometry, nothing else."""
    names = [field.name for field in layer.fields_for(access)]
    names += ["geom"] if "geom" in source.c else []
    return _Visible(sa.ColumnCollection([(name, source.c[name]) for name in names]))


@dataclass(frozen=True, slots=True)
class _Visible:
    c: Any


def _fields(layer: Layer, access: Access, names: tuple[str, ...]) -> tuple[Field, ...]:
    visible = {field.name: field for field in layer.fields_for(access)}
    for name in names:
        if name not in visible:
            raise InvalidRequest(
                f"La capa «{layer.name}» no tiene el campo «{name}»; "
                f"los que hay: {', '.join(visible)}",
                parameter="fields",
                value=name,
            )
    return tuple(visible[name] for name in names) or tuple(visible.values())


def placed(selection: Selection) -> sa.ColumnElement[Any]:
    """The geometry in the file's CRS, x first."""
    return reprojected(selection.source.c["geom"], selection.crs)


def free_name(wished: str, fields: tuple[Field, ...]) -> str:
    """``wished``, with underscores in front while a field has that name."""
    while wished in {field.name for field in fields}:
        wished = f"_{wished}"
    return wished
