"""The description of ``/api/records`` (OpenAPI 3.0), and the conformance classes claimed there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from api.negotiation import GEOJSON, JSON, OPENAPI, SCHEMA
from api.record_search import SORTABLES
from gis.features import DEFAULT_LIMIT, MAX_LIMIT

if TYPE_CHECKING:
    from gis.contract.entity import Entity

Json = dict[str, Any]

_SPEC = "http://www.opengis.net/spec/"
CONFORMANCE = tuple(
    _SPEC + name
    for name in (
        "ogcapi-common-1/1.0/conf/core",
        "ogcapi-common-1/1.0/conf/landing-page",
        "ogcapi-common-1/1.0/conf/json",
        "ogcapi-common-1/1.0/conf/oas30",
        "ogcapi-common-2/1.0/conf/collections",
        "ogcapi-features-1/1.0/conf/core",
        "ogcapi-features-1/1.0/conf/geojson",
        "ogcapi-features-1/1.0/conf/oas30",
        "ogcapi-records-1/1.0/conf/record-core",
        "ogcapi-records-1/1.0/conf/record-collection",
        "ogcapi-records-1/1.0/conf/record-core-query-parameters",
        "ogcapi-records-1/1.0/conf/records-api",
        "ogcapi-records-1/1.0/conf/searchable-catalog",
        "ogcapi-records-1/1.0/conf/sorting",
        "ogcapi-records-1/1.0/conf/json",
        "ogcapi-records-1/1.0/conf/oas30",
    )
)
"""Each has its proof in ``tests/publishers/test_records.py``."""


def describe(entity: Entity, root: str) -> Json:
    """The whole document; ``root`` is the address of ``/api/records``."""
    name = {"name": "name", "in": "path", "required": True, "schema": {"type": "string"}}
    record = {"name": "identifier", "in": "path", "required": True, "schema": {"type": "string"}}
    catalogue = "/collections/{name}"
    return {
        "openapi": "3.0.3",
        "info": {"title": f"Catálogo de datos abiertos — {entity.name}", "version": "1.0.0"},
        "servers": [{"url": root}],
        "paths": {
            "/": _get("landing", "Inicio", JSON.media_type),
            "/conformance": _get("conformance", "Clases de conformidad", JSON.media_type),
            "/openapi.json": _get("openapi", "Esta descripción", OPENAPI.media_type),
            "/collections": _get("catalogues", "El catálogo que hay", JSON.media_type),
            catalogue: _get("catalogue", "El catálogo", JSON.media_type, name),
            f"{catalogue}/sortables": _get(
                "sortables", "Por qué se ordenan", SCHEMA.media_type, name
            ),
            f"{catalogue}/items": _get(
                "records", "Los registros", GEOJSON.media_type, name, *_parameters()
            ),
            f"{catalogue}/items/{{identifier}}": _get(
                "record", "Un registro", GEOJSON.media_type, name, record
            ),
        },
    }


def _get(operation: str, summary: str, kind: str, *parameters: Json) -> Json:
    schema = {"schema": {"type": "object"}}
    problem = {"application/problem+json": schema}
    responses: Json = {
        "200": {"description": summary, "content": {kind.partition(";")[0]: schema}},
        "400": {"description": "Un parámetro que no existe o no vale", "content": problem},
        "406": {"description": "Ninguna de las formas pedidas", "content": problem},
    }
    if any(parameter["in"] == "path" for parameter in parameters):
        responses["404"] = {"description": "No existe", "content": problem}
    form = _parameter("f", "La forma de la respuesta", {"type": "string", "enum": ["json"]})
    return {
        "get": {
            "operationId": operation,
            "summary": summary,
            "parameters": [*parameters, form],
            "responses": responses,
        }
    }


def _parameters() -> list[Json]:
    words = {"type": "array", "items": {"type": "string", "minLength": 1}}
    number = {"type": "integer", "minimum": 1, "maximum": MAX_LIMIT, "default": DEFAULT_LIMIT}
    box = {"type": "array", "items": {"type": "number"}, "minItems": 4, "maxItems": 6}
    orders = [sign + name for name in SORTABLES for sign in ("", "+", "-")]
    order = {"type": "array", "items": {"type": "string", "enum": orders}}
    return [
        _parameter("q", "Textos; con coma, cualquiera de ellos", words),
        _parameter("bbox", "Oeste, sur, este, norte en grados (CRS84)", box),
        _parameter("datetime", "Instante o intervalo que describen los datos", {"type": "string"}),
        _parameter("type", "Clases de recurso: dataset", words),
        _parameter("ids", "UUID de registros", words),
        _parameter("externalIds", "Nombre del conjunto o su dirección", words),
        _parameter("sortby", "Orden; con «-» delante, de mayor a menor", order),
        _parameter("limit", "Registros por página", number),
        _parameter("offset", "Cuántos se saltan", {"type": "integer", "minimum": 0, "default": 0}),
    ]


def _parameter(name: str, description: str, schema: Json) -> Json:
    return {
        "name": name,
        "in": "query",
        "required": False,
        "description": description,
        "schema": schema,
        "style": "form",
        "explode": False,
    }
