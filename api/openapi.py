"""The description of the API (OpenAPI 3.0), made from the declarations: nothing in it is general
where a layer can be said, so that every filter of every layer is a parameter with its type."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from api.downloads import file_forms
from api.negotiation import GEOJSON, HTML, JSON, JSONFG, MVT, SCHEMA, Form
from api.openapi_edits import (
    SECURITY,
    edit_parameters,
    edit_paths,
    edit_responses,
    edit_schemas,
)
from api.openapi_processes import TAG, process_paths, process_schemas
from api.params import FILTER, filterable
from api.schemas import property_schema
from gis.crs import CRS84, OUTPUT
from gis.features import DEFAULT_LIMIT, MAX_LIMIT
from gis.filters import LANGUAGES
from gis.filters.reading import LONGEST
from gis.geocode.search import LONGEST as LONGEST_SEARCH
from gis.geocode.search import MOST
from gis.tiles import GRIDS, MAX_ZOOM, TILE_MATRIX_SET

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from gis.contract import Access, Field, Layer
    from gis.contract.catalog import Catalog

Json = dict[str, Any]

SEARCH = "Busca direcciones, barrios, veredas, sitios, vías, capas y conjuntos de datos"
BASE = "/api"
"""Where the landing page is. Paths are said from there, as clients look them up: GDAL for
``/collections/{layer}/items``."""
AS_OF = (
    r"^([0-9]+|[0-9]{4}-[0-9]{2}-[0-9]{2}"
    r"([Tt ][0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]+)?([Zz]|[+-][0-9]{2}:[0-9]{2}))?)$"
)
"""What ``as-of`` may look like: a changeset, a day or an instant."""


def describe(catalog: Catalog, access: Callable[[Layer], Access], root: str) -> Json:
    """The whole document for who has ``access`` to layers; ``root`` is this server's address."""
    entity = catalog.entity
    paths = _common_paths() | process_paths(catalog)
    layers = [layer for layer in catalog if layer.is_for(access(layer))]
    for layer in layers:
        paths |= _layer_paths(layer, access(layer))
        for path, operations in edit_paths(layer, access(layer)).items():
            paths[path] |= operations
    contact = next(iter(entity.contacts.values()), None)
    return {
        "openapi": "3.0.3",
        "info": {
            "title": f"Datos geográficos — {entity.name}",
            "version": "1.0.0",
            "description": (
                f"Capas geográficas de {entity.municipality}: OGC API Features (partes 1 a 5) "
                "y OGC API Tiles."
            ),
            "contact": {"name": contact.name, "email": contact.email} if contact else {},
        },
        "servers": [{"url": root + BASE}],
        "tags": [
            {"name": "servicio", "description": "El servicio y sus capas"},
            {"name": TAG, "description": "Preguntas sobre un lugar o una capa"},
        ]
        + [{"name": layer.name, "description": layer.title} for layer in layers],
        "paths": {path.removeprefix(BASE) or "/": found for path, found in paths.items()},
        "components": {
            "parameters": _parameters() | edit_parameters(),
            "responses": _problems() | edit_responses(),
            "schemas": {"problem": _problem_schema()} | edit_schemas() | process_schemas(),
            "securitySchemes": SECURITY,
        },
    }


def _common_paths() -> Json:
    both = (JSON, HTML)
    return {
        "/api": _operation("landing", "Página de inicio", both),
        "/api/conformance": _operation("conformance", "Clases de conformidad", both),
        "/api/collections": _operation("collections", "Colecciones", both),
        "/api/tileMatrixSets": _operation(
            "getTileMatrixSetsList", "Cuadrículas de teselas", (JSON,)
        ),
        "/api/tiles": _operation(
            ".dataset.vector.getTileSetsList", "Teselas de todas las capas", (JSON,)
        ),
        **_grid_paths(),
        "/api/styles": _operation("styles", "Estilo MapLibre de todas las capas", (JSON,)),
        "/api/processes": _operation("processes", "Preguntas que se pueden hacer", both),
        "/api/jobs": _operation("jobs", "Trabajos de la propia cuenta", (JSON,)),
        "/api/search": _operation("search", SEARCH, (JSON,), parameters=_search_parameters()),
        "/api/map": _operation("map", "Capas por sector, con leyenda y campos", (JSON,)),
    }


def _search_parameters() -> list[Json]:
    text: Json = {"type": "string", "minLength": 1, "maxLength": LONGEST_SEARCH}
    asked = _query("q", "Lo que se busca, como se escribe; admite errores", text)
    limit = {"type": "integer", "minimum": 1, "maximum": MOST, "default": 10}
    return [asked | {"required": True}, _query("limit", "Cuántos resultados", limit)]


def _grid_paths() -> Json:
    paths: Json = {}
    several = (*TILE, _ref("collections"), _ref("as-of"))
    for name in GRIDS:
        base = f"/api/tiles/{name}"
        paths |= {
            f"/api/tileMatrixSets/{name}": _operation(
                f"{name}.getTileMatrixSet", f"Cuadrícula {name}", (JSON,)
            ),
            base: _operation(
                f"{name}.dataset.vector.getTileSet",
                "Descripción de las teselas de todas las capas",
                (JSON,),
            ),
            base + PLACE: _operation(
                f"{name}.dataset.vector.getTile",
                "Una tesela de varias capas",
                (MVT,),
                parameters=several,
            ),
        }
    return paths


def _layer_paths(layer: Layer, access: Access) -> Json:
    base, name = f"/api/collections/{layer.name}", layer.name

    def operation(
        kind: str, summary: str, forms: Iterable[Form], parameters: Iterable[Json] = ()
    ) -> Json:
        title = f"{summary} de {layer.title}"
        return _operation(f"{name}.{kind}", title, forms, parameters=parameters, tag=name)

    def schema(kind: str, summary: str) -> Json:
        return operation(kind, summary, (SCHEMA, HTML), [_ref("profile")])

    paths = {
        base: operation("describe", "Descripción", (JSON, HTML)),
        f"{base}/items": operation(
            "items",
            "Elementos",
            (GEOJSON, HTML, JSONFG, *file_forms(layer, access)),
            _items_parameters(layer, access),
        ),
        f"{base}/items/{{featureId}}": operation(
            "item",
            "Un elemento",
            (GEOJSON, HTML, JSONFG),
            (_ref("featureId"), _ref("crs"), _ref("as-of"), _ref("profile")),
        ),
        f"{base}/queryables": schema("queryables", "Campos de consulta"),
        f"{base}/sortables": schema("sortables", "Campos de orden"),
        f"{base}/schema": schema("schema", "Esquema"),
        f"{base}/schema/feature": operation("featureSchema", "Esquema GeoJSON", (SCHEMA,)),
    }
    answers = paths[f"{base}/items"]["get"]["responses"]
    answers["206"] = {"description": "La parte de un archivo que pide Range"}
    answers["416"] = {"$ref": "#/components/responses/NoSuchPart"}
    if layer.geometry_for(access):
        one = (*TILE, _ref("as-of"), *map(_ref, FILTER))
        for grid in GRIDS:
            kind = f"{grid}.collection.vector"
            paths |= {
                f"{base}/tiles/{grid}": operation(
                    f"{kind}.getTileSet", "Descripción de las teselas", (JSON,)
                ),
                f"{base}/tiles/{grid}{PLACE}": operation(
                    f"{kind}.getTile", "Una tesela", (MVT,), one
                ),
            }
        paths |= {
            f"{base}/tiles": operation(
                "collection.vector.getTileSetsList", "Juegos de teselas", (JSON,)
            ),
            f"{base}/tiles/{TILE_MATRIX_SET}/tilejson": operation("tilejson", "TileJSON", (JSON,)),
            f"/api/styles/{name}": operation("style", "Estilo MapLibre", (JSON,)),
        }
    return paths


def _items_parameters(layer: Layer, access: Access) -> list[Json]:
    shared = (
        "limit",
        "bbox",
        "bbox-crs",
        "datetime",
        "q",
        *FILTER,
        "crs",
        "as-of",
        "profile",
        "token",
    )
    return [
        *(_ref(name) for name in shared),
        *_shape_parameters(layer, access),
        *(_property_parameter(field) for field in filterable(layer, access)),
    ]


def _shape_parameters(layer: Layer, access: Access) -> list[Json]:
    fields = layer.fields_for(access)
    names: Json = {"type": "string", "enum": [field.name for field in fields]}
    chosen = {"type": "array", "items": names, "minItems": 1}
    found = [_query("properties", "Campos con que viene cada elemento", chosen)]
    orders = [sign + f.name for f in fields if f.sortable for sign in ("", "+", "-")]
    if orders:
        text = "Campo por el que se ordena; con - delante, de mayor a menor"
        one = {"type": "array", "items": {"type": "string", "enum": orders}}
        found.append(_query("sortby", text, one | {"minItems": 1, "maxItems": 1}))
    return found


def _property_parameter(field: Field) -> Json:
    """What may be asked for: also a value that the contract lets no feature have."""
    schema = property_schema(field)
    shape = {"type": schema["type"]}
    if field.type.codes:
        shape["enum"] = [code.code for code in field.type.codes]
    elif field.type.kind != "text" and "format" in schema:
        shape["format"] = schema["format"]
    return _query(field.name, f"{field.label}: {field.definition}", shape)


def _operation(
    operation_id: str,
    summary: str,
    forms: Iterable[Form],
    *,
    parameters: Iterable[Json] = (),
    tag: str = "servicio",
) -> Json:
    forms = tuple(forms)
    words = [form.word for form in forms]
    chosen = _query("f", "Formato de la respuesta", {"type": "string", "enum": words})
    content: Json = {kind: {} for form in forms for kind in form.media_types[:1]}
    return {
        "get": {
            "operationId": operation_id,
            "summary": summary,
            "tags": [tag],
            "parameters": [*parameters, chosen],
            "responses": {
                "200": {"description": "Lo pedido", "content": content},
                "304": {"description": "Sin cambios desde la versión que nombra If-None-Match"},
                "400": {"$ref": "#/components/responses/BadRequest"},
                "401": {"$ref": "#/components/responses/Unauthenticated"},
                "404": {"$ref": "#/components/responses/NotFound"},
                "406": {"$ref": "#/components/responses/NotAcceptable"},
                "414": {"$ref": "#/components/responses/TooLong"},
                "431": {"$ref": "#/components/responses/TooLong"},
                "500": {"$ref": "#/components/responses/ServerError"},
                "503": {"$ref": "#/components/responses/Unavailable"},
            },
        }
    }


def _ref(name: str) -> Json:
    return {"$ref": f"#/components/parameters/{name}"}


TILE = (_ref("tileMatrix"), _ref("tileRow"), _ref("tileCol"))
PLACE = "/{tileMatrix}/{tileRow}/{tileCol}"


def _query(name: str, description: str, schema: Json) -> Json:
    return {
        "name": name,
        "in": "query",
        "required": False,
        "description": description,
        "schema": schema,
        "style": "form",
        "explode": False,
    }


def _path(name: str, description: str, schema: Json) -> Json:
    return {
        "name": name,
        "in": "path",
        "required": True,
        "description": description,
        "schema": schema,
    }


def _parameters() -> Json:
    crs: Json = {"type": "string", "format": "uri", "default": CRS84.uri}
    crs["enum"] = [offered.uri for offered in OUTPUT]
    number = {"type": "integer", "minimum": 0}
    limit = {"type": "integer", "minimum": 1, "maximum": MAX_LIMIT, "default": DEFAULT_LIMIT}
    numbers = {"type": "number"}
    box = {"type": "array", "items": numbers, "minItems": 4, "maxItems": 6}
    box["oneOf"] = [{"minItems": count, "maxItems": count} for count in (4, 6)]
    names = {"type": "array", "items": {"type": "string", "minLength": 1}, "minItems": 1}
    text = {"type": "string"}
    span = {"type": "string", "minLength": 1}
    moment = {"type": "string", "pattern": AS_OF}
    condition = {"type": "string", "minLength": 1, "maxLength": LONGEST}
    language = {"type": "string", "enum": list(LANGUAGES), "default": LANGUAGES[0]}
    return {
        "limit": _query("limit", "Cuántos elementos trae la página", limit),
        "bbox": _query("bbox", "Caja: mínimos y máximos en el orden de ejes de bbox-crs", box),
        "bbox-crs": _query("bbox-crs", "Sistema de coordenadas de bbox", crs),
        "datetime": _query("datetime", "Tiempo propio del elemento: instante o intervalo", span),
        "q": _query("q", "Palabras en el texto del elemento: con comas, cualquiera", names),
        "filter": _query("filter", "Condición CQL2 sobre los campos de consulta", condition),
        "filter-lang": _query("filter-lang", "Lenguaje de filter", language),
        "filter-crs": _query("filter-crs", "Sistema de coordenadas de filter", crs),
        "crs": _query("crs", "Sistema de coordenadas de la respuesta", crs),
        "as-of": _query("as-of", "Estado en un instante o tras un cambio (su número)", moment),
        "profile": _query("profile", "Variantes de la respuesta: rfc7946, jsonfg…", names),
        "token": _query("token", "Página: solo el que traen los enlaces «next»", text),
        "collections": _query("collections", "Capas de la tesela", names),
        "featureId": _path("featureId", "Identificador del elemento", text),
        "tileMatrix": _path("tileMatrix", "Zoom", number | {"maximum": MAX_ZOOM}),
        "tileRow": _path("tileRow", "Fila de la tesela", number),
        "tileCol": _path("tileCol", "Columna de la tesela", number),
    }


def _problems() -> Json:
    described = {
        "BadRequest": "Un parámetro que no existe o no es válido",
        "Unauthenticated": "La credencial no vale; sin ninguna se lee lo público",
        "NotFound": "No existe",
        "NotAcceptable": "No se ofrece en el formato pedido",
        "TooLong": "La dirección o los encabezados pasan de 64 kB",
        "NoSuchPart": "Range pide una parte que el archivo no tiene",
        "ServerError": "Error interno",
        "Unavailable": "La base de datos no responde; Retry-After dice cuándo volver",
    }
    content: Json = {
        "application/problem+json": {"schema": {"$ref": "#/components/schemas/problem"}},
        HTML.media_type: {},
    }
    return {name: {"description": text, "content": content} for name, text in described.items()}


def _problem_schema() -> Json:
    words = ("type", "title", "detail", "code", "description", "instance")
    return {
        "type": "object",
        "required": ["type", "title", "status", "code"],
        "properties": {word: {"type": "string"} for word in words}
        | {"status": {"type": "integer"}},
    }
