"""KML 2.2 (OGC 07-147r2), made by PostgreSQL: a placemark a line, longitude and latitude WGS 84.

GDAL's drivers hold some kilobytes of every feature until the end (1.5 GB for 300 000 points); this
holds nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import escape, quoteattr

import sqlalchemy as sa

from gis.crs import CRS84
from gis.errors import InvalidRequest
from gis.export.copying import AS_LINES, copy
from gis.features.geojson import joined, text
from gis.features.values import utc_text

if TYPE_CHECKING:
    from pathlib import Path

    from gis.contract import Field
    from gis.export.selection import Selection

SPECIAL = "[&<>\x01-\x1f\ufffe\uffff]"
"""What a text cannot hold as it is. Few do: looking first costs less than replacing."""
FORBIDDEN = "[\x01-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]"
"""What XML 1.0 has no way to write."""
ENTITIES = {"&": "&amp;", "<": "&lt;", ">": "&gt;", "\t": "&#9;", "\n": "&#10;", "\r": "&#13;"}
TYPES = {"number": "double", "boolean": "bool"}
"""Of a SimpleField; whole numbers are text, since ``int`` has 32 bits."""


def write(conn: sa.Connection, selection: Selection, path: Path) -> int:
    """Write the file; the number of placemarks. The notice is in the document's description."""
    if selection.crs is not CRS84:
        raise InvalidRequest(
            "KML solo lleva longitud y latitud WGS 84: para otro sistema de coordenadas elija "
            "gpkg, parquet o shp",
            parameter="crs",
            value=selection.crs.srid,
        )
    if not selection.has_geometry:
        raise InvalidRequest(
            "KML no lleva tablas sin geometría: elija csv, xlsx, gpkg o parquet",
            parameter="format",
            value="kml",
        )
    statement = sa.select(_placemark(selection)).select_from(selection.source)
    with path.open("wb") as file:
        file.write(_head(selection).encode())
        count = copy(conn, statement.order_by(*selection.order), AS_LINES, file)
        file.write(b"</Document></kml>\n")
    return count


def _head(selection: Selection) -> str:
    layer = selection.layer
    described = " ".join(filter(None, (selection.notice, layer.metadata.abstract)))
    fields = "".join(
        f"<SimpleField name={quoteattr(field.name)} type="
        f'"{TYPES.get(field.type.kind, "string")}"><displayName>{escape(field.label)}'
        "</displayName></SimpleField>"
        for field in selection.fields
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<kml xmlns="http://www.opengis.net/kml/2.2">'
        f"<Document><name>{escape(layer.title)}</name><description>{escape(described)}"
        f'</description><Schema name="{layer.name}" id="{layer.name}">{fields}</Schema>\n'
    )


def _placemark(selection: Selection) -> sa.ColumnElement[str]:
    layer, columns = selection.layer, selection.source.c
    name = columns[layer.label] if layer.label in columns else columns["_id"]
    shown = sa.func.coalesce(name, columns["_id"], type_=sa.Text)
    data = [_datum(field, columns[field.name]) for field in selection.fields]
    shape = sa.func.ST_AsKML(columns["geom"], CRS84.decimals, type_=sa.Text)
    return joined(
        text("<Placemark><name>"),
        _escaped(sa.cast(shown, sa.Text)),
        text(f'</name><ExtendedData><SchemaData schemaUrl="#{layer.name}">'),
        *data,
        text("</SchemaData></ExtendedData>"),
        sa.func.coalesce(shape, text(""), type_=sa.Text),
        text("</Placemark>"),
    )


def _datum(field: Field, column: sa.ColumnElement[Any]) -> sa.ColumnElement[str]:
    """One value, nothing for none."""
    value: sa.ColumnElement[str] = sa.cast(column, sa.Text)
    if field.type.kind == "timestamp":
        value = utc_text(column)
    elif field.type.kind == "text":
        value = _escaped(value)
    written = joined(text(f'<SimpleData name="{field.name}">'), value, text("</SimpleData>"))
    return sa.func.coalesce(written, text(""), type_=sa.Text)


def _escaped(value: sa.ColumnElement[str]) -> sa.ColumnElement[str]:
    clean = sa.func.regexp_replace(value, FORBIDDEN, "", "g", type_=sa.Text)
    for character, entity in ENTITIES.items():
        clean = sa.func.replace(clean, character, entity, type_=sa.Text)
    return sa.case((value.regexp_match(SPECIAL), clean), else_=value)
