"""What the description of the API says of writing features (OGC API Features Part 4)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from api.routes.edits import FEATURE_TYPES, LONGEST_NOTE, NOTE, PATCH_TYPES
from api.schemas import property_schema
from gis.crs import CRS84, OUTPUT

if TYPE_CHECKING:
    from gis.contract import Access, Layer

Json = dict[str, Any]
SECURITY: Json = {
    "ficha": {
        "type": "http",
        "scheme": "bearer",
        "description": "Ficha de una cuenta con permiso de «editar» en la capa",
    }
}
REFUSALS = {
    "401": "Nadie se identificó, o la ficha no vale",
    "403": "La cuenta no tiene permiso de «editar» en la capa",
    "404": "No existe",
    "408": "El cuerpo tardó demasiado en llegar",
    "409": "La llave ya existe, cambiaría, o hay elementos que la usan",
    "412": "El elemento cambió desde que se leyó (If-Match)",
    "413": "El cuerpo es demasiado grande",
    "415": "El cuerpo viene en un formato que no se recibe",
    "422": "No cumple el contrato: «findings» trae una entrada por razón",
    "428": "Falta If-Match",
}
NEW = ("401", "403", "404", "408", "409", "413", "415", "422")
KNOWN = (*NEW, "412", "428")
GONE = ("401", "403", "404", "409", "412", "428")


def edit_paths(layer: Layer, access: Access) -> dict[str, Json]:
    """The writing operations of a layer, by path."""
    items = f"/api/collections/{layer.name}/items"
    one = items + "/{featureId}"
    whole = {kind: {"schema": _feature(layer, access)} for kind in FEATURE_TYPES}
    change = {kind: {"schema": _patch(layer, access)} for kind in PATCH_TYPES}
    return {
        items: {
            "post": _operation(layer, "create", "Crear un elemento", "201", NEW, whole),
            "options": _options(layer, "itemsOptions"),
        },
        one: {
            "put": _operation(layer, "replace", "Reemplazar un elemento", "200", KNOWN, whole),
            "patch": _operation(layer, "update", "Cambiar un elemento", "200", KNOWN, change),
            "delete": _operation(layer, "delete", "Borrar un elemento", "200", GONE, None),
            "options": _options(layer, "itemOptions"),
        },
    }


def edit_parameters() -> Json:
    """Parameters that only writing has."""
    uris = [crs.uri for crs in OUTPUT]
    return {
        NOTE: {
            "name": NOTE,
            "in": "query",
            "required": False,
            "description": "Por qué se hace el cambio: queda en la historia",
            "schema": {"type": "string", "maxLength": LONGEST_NOTE},
        },
        "if-match": {
            "name": "If-Match",
            "in": "header",
            "required": True,
            "description": "ETag del elemento que se leyó; «*» cambia lo que haya",
            "schema": {"type": "string"},
        },
        "content-crs": {
            "name": "Content-Crs",
            "in": "header",
            "required": False,
            "description": "Sistema de coordenadas del cuerpo, en el orden de sus ejes",
            "schema": {"type": "string", "enum": uris, "default": CRS84.uri},
        },
    }


def edit_responses() -> Json:
    """Refusals of writing, by status."""
    content = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/problem"}}}
    return {f"Edit{code}": {"description": t, "content": content} for code, t in REFUSALS.items()}


def edit_schemas() -> Json:
    """What comes back when something was written."""
    text, nothing = {"type": "string"}, {"type": "string", "nullable": True}
    finding = {
        "type": "object",
        "required": ["rule", "severity", "field", "value", "message", "remedy"],
        "properties": {"rule": text, "severity": text, "field": nothing, "value": nothing,
                       "message": text, "remedy": text},
    }  # fmt: skip
    return {
        "finding": finding,
        "edited": {
            "type": "object",
            "required": ["id", "changeset", "findings"],
            "properties": {
                "id": text,
                "changeset": {"type": "integer", "nullable": True},
                "findings": {"type": "array", "items": {"$ref": "#/components/schemas/finding"}},
            },
        },
    }


def _operation(
    layer: Layer, kind: str, summary: str, status: str, refusals: tuple[str, ...], body: Json | None
) -> Json:
    names = [NOTE] if body is None else [NOTE, "content-crs"]
    names += [] if kind == "create" else ["if-match", "featureId"]
    done: Json = {
        "description": "Hecho: el cambio que quedó en la historia, y advertencias",
        "content": {"application/json": {"schema": {"$ref": "#/components/schemas/edited"}}},
    }
    if kind == "create":
        address = {"description": "Dirección del elemento", "schema": {"type": "string"}}
        done["headers"] = {"Location": address}
    operation: Json = {
        "operationId": f"{layer.name}.{kind}",
        "summary": f"{summary} de {layer.title}",
        "tags": [layer.name],
        "security": [{"ficha": []}],
        "parameters": [{"$ref": f"#/components/parameters/{name}"} for name in names],
        "responses": {
            status: done,
            "400": {"$ref": "#/components/responses/BadRequest"},
            **{code: {"$ref": f"#/components/responses/Edit{code}"} for code in refusals},
            "500": {"$ref": "#/components/responses/ServerError"},
            "503": {"$ref": "#/components/responses/Unavailable"},
        },
    }
    return (
        operation
        if body is None
        else operation | {"requestBody": {"required": True, "content": body}}
    )


def _options(layer: Layer, kind: str) -> Json:
    one = [] if kind == "itemsOptions" else [{"$ref": "#/components/parameters/featureId"}]
    said = {"description": "Métodos que quien pide puede usar", "schema": {"type": "string"}}
    return {
        "operationId": f"{layer.name}.{kind}",
        "summary": f"Qué se puede hacer en {layer.title}",
        "tags": [layer.name],
        "parameters": one,
        "responses": {
            "200": {"description": "Lo que se puede", "headers": {"Allow": said}},
            "400": {"$ref": "#/components/responses/BadRequest"},
            "401": {"$ref": "#/components/responses/Edit401"},
            "404": {"$ref": "#/components/responses/NotFound"},
        },
    }


def _feature(layer: Layer, access: Access) -> Json:
    required = [f.name for f in layer.fields_for(access) if f.required]
    properties: Json = _properties(layer, access)
    return {
        "type": "object",
        "required": ["type", "geometry", "properties"],
        "properties": {
            "type": {"type": "string", "enum": ["Feature"]},
            "id": {"oneOf": [{"type": "string"}, {"type": "integer"}]},
            "geometry": _geometry(layer, access),
            "properties": properties | ({"required": required} if required else {}),
        },
    }


def _patch(layer: Layer, access: Access) -> Json:
    """A part of the geometry is merged with the one there is (RFC 7396)."""
    shape = {k: v for k, v in _geometry(layer, access).items() if k != "required"}
    return {
        "type": "object",
        "properties": {
            "geometry": shape,
            "properties": _properties(layer, access),
        },
        "additionalProperties": False,
    }


def _properties(layer: Layer, access: Access) -> Json:
    fields = {field.name: _nullable(property_schema(field)) for field in layer.fields_for(access)}
    return {"type": "object", "properties": fields, "additionalProperties": False}


def _nullable(schema: Json) -> Json:
    """As OpenAPI 3.0 says it: no ``const``, no ``x-ogc`` words."""
    kept = {name: value for name, value in schema.items() if not name.startswith("x-ogc")}
    if "oneOf" in kept:
        kept["enum"] = [*(each["const"] for each in kept.pop("oneOf")), None]
    return kept | {"nullable": True}


def _geometry(layer: Layer, access: Access) -> Json:
    if layer.geometry is None or not access.covers(layer.geometry.access):
        return {"type": "object", "nullable": True, "enum": [None]}
    kinds = {layer.geometry.type, layer.geometry.type.removeprefix("Multi")}
    return {
        "type": "object",
        "nullable": True,
        "required": ["type", "coordinates"],
        "properties": {
            "type": {"type": "string", "enum": sorted(kinds)},
            "coordinates": {"type": "array", "items": {}},
        },
    }
