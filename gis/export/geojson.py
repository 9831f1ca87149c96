"""GeoJSON (RFC 7946: CRS84, 7 decimals), made by PostgreSQL, a feature a line."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import sqlalchemy as sa

from gis.crs import CRS84
from gis.errors import InvalidRequest
from gis.export.copying import AS_LINES, copy
from gis.export.selection import NOTICE
from gis.features.geojson import feature_text, properties_text

if TYPE_CHECKING:
    from pathlib import Path

    from gis.export.selection import Selection


def write(conn: sa.Connection, selection: Selection, path: Path) -> int:
    """Write the file; the number of features. The notice is a member of the collection."""
    if selection.crs is not CRS84:
        raise InvalidRequest(
            "GeoJSON solo lleva longitud y latitud WGS 84 (RFC 7946): para otro sistema de "
            "coordenadas elija gpkg, parquet o shp",
            parameter="crs",
            value=selection.crs.srid,
        )
    properties, source = properties_text(selection.source, selection.fields, paged=False)
    text = feature_text(selection.source, properties, selection.crs)
    statement = sa.select(sa.literal(",", sa.Text).concat(text)).select_from(source)
    with path.open("wb") as file:
        start = file.write(_head(selection).encode())
        count = copy(conn, statement.order_by(*selection.order), AS_LINES, file)
        file.write(b"]}\n")
        if count:  # Every feature came with a comma in front; the first loses it.
            file.seek(start)
            file.write(b" ")
    return count


def _head(selection: Selection) -> str:
    members = {"type": "FeatureCollection", "name": selection.layer.name}
    if selection.notice:
        members[NOTICE] = selection.notice
    return json.dumps(members, ensure_ascii=False)[:-1] + ', "features": [\n'
