"""JSON Schemas of a collection (OGC API Features Part 5, OGC 23-058r2), made from its declaration:
what it returns and receives, what may be asked of it, what it may be sorted by."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from api import links
from gis.contract.types import Reference

if TYPE_CHECKING:
    from collections.abc import Iterable

    from starlette.requests import Request

    from gis.contract import Access, Field, Layer

Json = dict[str, Any]

PROFILES = ("codelist-inline", "valid-domain")
"""How every schema here says its code lists and the values that a field may have (clauses 15, 16):
codes with their labels, and what is declared rather than what happens to be there."""
_FORMATS = {"integer": "int64", "number": "double"}


def schema(request: Request, layer: Layer, access: Access) -> Json:
    """Returnables and receivables (clause 10): what a feature looks like, read or written.

    What cannot be written is ``readOnly``: an id that is made from several fields or by the store,
    and a geometry of which the class sees only a stand-in.
    """
    properties = _properties(layer, layer.fields_for(access))
    if len(layer.key) != 1:
        properties = {"id": _made_id()} | properties
    properties |= _geometry(layer, access)
    required = [field.name for field in layer.fields_for(access) if field.required]
    if "geometry" in properties and layer.geometry is not None and layer.geometry.required:
        required.append("geometry")
    return _document(request, layer, "schema", properties) | {"required": required}


def feature_schema(request: Request, layer: Layer, access: Access) -> Json:
    """A feature as GeoJSON says it: what ``describedby`` leads to, and GDAL takes the types from
    (without it, from the features of the first page, where a field may be empty or all whole)."""
    properties = _properties(layer, layer.fields_for(access))
    one = "Geometry" if layer.geometry is None else layer.geometry.type
    shape: Json = {"type": "null"}
    if layer.geometry_for(access):
        shape = {"oneOf": [shape, {"$ref": f"https://geojson.org/schema/{one}.json"}]}
    document = _document(request, layer, "schema/feature", {})
    document["properties"] = {
        "type": {"type": "string", "const": "Feature"},
        "id": {"type": "string"},
        "geometry": shape,
        "properties": {"type": "object", "properties": properties},
    }
    return document | {"required": list(document["properties"]), "additionalProperties": True}


def queryables(request: Request, layer: Layer, access: Access) -> Json:
    """The fields that a filter may name (clause 11, and Part 3)."""
    properties = _properties(layer, layer.fields_for(access)) | _geometry(layer, access)
    return _document(request, layer, "queryables", properties)


def sortables(request: Request, layer: Layer, access: Access) -> Json:
    """The fields that ``sortby`` may name (clause 12)."""
    sortable = [field for field in layer.fields_for(access) if field.sortable]
    return _document(request, layer, "sortables", _properties(layer, sortable))


def property_schema(field: Field) -> Json:
    """JSON Schema of one field, with its label, definition and unit."""
    document = {"title": field.label, "description": field.definition, **field.type.json_schema()}
    if field.type.kind in _FORMATS:
        document["format"] = _FORMATS[field.type.kind]
    if field.type.unit:
        document["x-ogc-unit"] = field.type.unit
    return document


def _document(request: Request, layer: Layer, tail: str, properties: Json) -> Json:
    for position, property_ in enumerate(properties.values(), start=1):
        property_["x-ogc-propertySeq"] = position
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": links.address(request, f"{links.collection_path(layer.name)}/{tail}"),
        "type": "object",
        "title": layer.title,
        "description": layer.metadata.abstract,
        "properties": properties,
        "additionalProperties": False,
    }


def _properties(layer: Layer, fields: Iterable[Field]) -> Json:
    roles = _roles(layer)
    return {
        field.name: property_schema(field)
        | ({"x-ogc-role": roles[field.name]} if field.name in roles else {})
        for field in fields
    }


def _roles(layer: Layer) -> dict[str, str]:
    """What some fields are to a feature (clauses 7.2, 8 and 9); the later entry wins."""
    roles = {f.name: "reference" for f in layer.fields if isinstance(f.type, Reference)}
    if layer.label:
        roles[layer.label] = "title"
    ends = ("primary-interval-start", "primary-interval-end")
    roles |= zip(layer.time, ends if len(layer.time) == 2 else ("primary-instant",), strict=False)
    if len(layer.key) == 1:
        roles[layer.key[0]] = "id"
    return roles


def _made_id() -> Json:
    return {
        "title": "Identificador",
        "description": "Identificador del elemento, que pone el sistema",
        "type": "string",
        "readOnly": True,
        "x-ogc-role": "id",
    }


def _geometry(layer: Layer, access: Access) -> Json:
    if layer.geometry is None or not layer.geometry_for(access):
        return {}
    shape: Json = {
        "title": "Geometría",
        "x-ogc-role": "primary-geometry",
        "format": f"geometry-{layer.geometry.type.lower()}",
    }
    if not access.covers(layer.geometry.access):
        shape |= {"readOnly": True, "description": "Ubicación aproximada: la exacta no es pública"}
    return {"geometry": shape}
