"""A record in Socrata's words: columns with the expression that makes each, and metadata. Pure."""

from __future__ import annotations

import copy
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from gis.contract.metadata import CC_BY_4, CC_BY_SA_4
from publishers.metadata import iso_day

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gis.contract.entity import Entity
    from publishers.metadata import Record, Variable

Json = dict[str, Any]

EXPRESSIONS = {
    "text": ("text", "to_text(`{0}`)"),
    "integer": ("number", "to_number(`{0}`)"),
    "number": ("number", "to_number(`{0}`)"),
    "boolean": ("checkbox", "to_checkbox(`{0}`)"),
    "date": ("calendar_date", "to_floating_timestamp(`{0}`)"),
    "timestamp": ("text", "to_text(`{0}`)"),
}
"""Type of the portal and transform, by kind of variable. An instant is text: the portal's own
types either lose the zone or show it in the reader's."""
SHAPES = {
    "MultiPoint": "multipoint",
    "LineString": "line",
    "MultiLineString": "multiline",
    "Polygon": "polygon",
    "MultiPolygon": "multipolygon",
}
LICENCES = {CC_BY_4: "CC_40_BY", CC_BY_SA_4: "CC_40_BY_SA"}
LONGITUDE, LATITUDE, WKT, POINT = "longitud", "latitud", "geometria", "ubicacion"


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the portal and how it is made of those of the file."""

    name: str
    title: str
    description: str
    type: str
    expression: str
    is_key: bool = False

    def output(self, position: int) -> Json:
        """As an output column of DSMAPI."""
        return {
            "field_name": self.name,
            "display_name": self.title,
            "description": self.description,
            "position": position,
            "is_primary_key": self.is_key,
            "transform": {"transform_expr": self.expression},
        }


def columns(record: Record, key: str, header: Sequence[str]) -> tuple[Column, ...]:
    """The columns of a dataset, in the order of the file, whose ``header`` is given. ``key`` is
    the field that tells one row from another; empty when none does by itself."""
    known = {variable.name: variable for variable in record.variables}
    made = [_column(known.get(name), name, key, record) for name in header]
    if LATITUDE in header and record.geometry_type:
        point = f"make_point(to_number(`{LATITUDE}`), to_number(`{LONGITUDE}`))"
        made.append(Column(POINT, "Ubicación", "Punto en WGS 84", "point", point))
    return tuple(made)


def _column(variable: Variable | None, name: str, key: str, record: Record) -> Column:
    if variable is not None:
        type_, expression = EXPRESSIONS[variable.kind]
        title, about = variable.label, variable.definition
        return Column(name, title, about, type_, expression.format(name), name == key)
    if name in (LONGITUDE, LATITUDE):
        return Column(name, name.title(), "Grados, WGS 84", "number", f"to_number(`{name}`)")
    if name == WKT:
        shape = SHAPES[record.geometry_type]
        return Column(name, "Geometría", "En WGS 84", shape, f"to_{shape}(`{name}`)")
    return Column(name, name.replace("_", " ").capitalize(), "", "text", f"to_text(`{name}`)")


def metadata(record: Record, view: Json, entity: Entity) -> Json:
    """What the view must say, with what ``view`` already says of other things left as it is.

    The portal wipes every custom field that it is not given back: hence read, merge, write.
    """
    fields = copy.deepcopy((view.get("metadata") or {}).get("custom_fields") or {})
    for fieldset, values in _custom(record, entity).items():
        fields.setdefault(fieldset, {}).update({k: v for k, v in values.items() if v})
    return {
        "name": record.shown_title,
        "description": record.statement,
        "category": record.category,
        "tags": sorted(record.keywords),
        "licenseId": LICENCES.get(record.license, ""),
        "attribution": record.publisher.name,
        "attributionLink": _page(record, entity),
        "metadata": {"custom_fields": fields},
    }


def _custom(record: Record, entity: Entity) -> dict[str, dict[str, str]]:
    """The fieldsets of datos.gov.co, with its spelling."""
    return {
        "Información de la Entidad": {
            "Nombre de la Entidad": record.publisher.name,
            "Departamento": entity.department,
            "Municipio": entity.municipality,
            "Orden": "Territorial",
            "Sector": entity.sector,
            "Área o dependencia": record.contact.name,
        },
        "Información de Datos": {
            "Cobertura Geográfica": "Municipal",
            "Idioma": "Español",
            "Frecuencia de Actualización": record.frequency_label,
            "Fecha Emisión (aaaa-mm-dd)": iso_day(record.issued),
            "URL Documentación": _page(record, entity),
        },
    }


def _page(record: Record, entity: Entity) -> str:
    """Our own page of the dataset: the portal's is not known before it is there."""
    return f"{entity.base_url}/datos/{record.dataset}"


def differing(view: Json, wanted: Json) -> list[str]:
    """Keys of ``wanted`` that the view holds otherwise."""
    return [key for key, value in wanted.items() if _held(view, key) != value]


def _held(view: Json, key: str) -> Any:
    held = view.get(key)
    if key == "tags":
        return sorted(held or [])
    if key == "metadata":
        return {"custom_fields": (held or {}).get("custom_fields") or {}}
    return held
