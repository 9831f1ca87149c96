"""What the parts of one declaration must say together; each contradiction is named."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gis.contract.access import Access
from gis.contract.checks import check_kind, check_tuple, meant
from gis.contract.fields import Extent, Field, Geometry
from gis.contract.metadata import Announcement, Metadata
from gis.contract.rules import Rule
from gis.contract.style import Style
from gis.contract.types import Coded
from gis.errors import ContractError

if TYPE_CHECKING:
    from gis.contract.layer import Layer

RULE_FIELDS = ("field", "fields", "earlier", "later", "by", "holder", "kind")
"""Attributes of a rule that name fields of its layer."""


def check_kinds(layer: Layer) -> None:
    """Raise unless every part of the declaration is of its kind."""
    if not layer.title:
        raise ContractError("Falta el título de la capa", field="title")
    if layer.geometry is not None:
        check_kind(layer.geometry, Geometry, "geometry")
    check_tuple(layer.key, str, "key")
    check_tuple(layer.fields, Field, "fields")
    check_kind(layer.metadata, Metadata, "metadata")
    check_kind(layer.style, Style, "style")
    check_tuple(layer.rules, Rule, "rules")
    check_tuple(layer.time, str, "time")
    check_tuple(layer.tiles.overview, str, "tiles.overview")
    check_kind(layer.access, Access, "access")
    check_tuple(layer.announcements, Announcement, "announcements")
    if layer.extent is not None:
        check_kind(layer.extent, Extent, "extent")


def check_fields(layer: Layer) -> None:
    """Raise for no fields, and for two of one name."""
    names = layer.field_names
    repeated = {name for name in names if names.count(name) > 1}
    if repeated:
        raise ContractError(f"Campos repetidos: {', '.join(sorted(repeated))}", field=min(repeated))
    if not names:
        raise ContractError("La capa no declara campos", field="fields")


def check_mentions(layer: Layer) -> None:
    """Raise when title, time, style or tiles name what is not declared, or is not public."""
    mentioned = {
        "label": (layer.label,) if layer.label else (),
        "time": layer.time,
        "style.by": (layer.style.by,) if layer.style.by else (),
        "style.label": (layer.style.label,) if layer.style.label else (),
        "tiles.overview": layer.tiles.overview,
    }
    for where, names in mentioned.items():
        for name in names:
            if declared(layer, name, f"«{where}» nombra el campo").access is not Access.PUBLICA:
                raise ContractError(
                    f"«{where}» se ve en el mapa de todos: «{name}» debe ser PUBLICA", field=name
                )
    _check_style(layer)
    if len(layer.time) > 2 or any(
        layer.field(name).type.kind not in ("date", "timestamp") for name in layer.time
    ):
        raise ContractError("«time» debe nombrar uno o dos campos de fecha", field="time")
    if len({layer.field(name).type.kind for name in layer.time}) > 1:
        raise ContractError(
            "«time» debe ir de fecha a fecha, o de instante a instante", field="time"
        )


def _check_style(layer: Layer) -> None:
    style = layer.style
    if style.by and not isinstance(layer.field(style.by).type, Coded):
        raise ContractError(
            "«style.by» debe nombrar un campo con lista de códigos (Coded)", field=style.by
        )
    if style.symbol.radius_m and (layer.geometry is None or layer.geometry.dimension != 0):
        raise ContractError("«radius_m» solo vale para capas de puntos", field="symbol.radius_m")


def check_key(layer: Layer) -> None:
    """Raise unless the key's fields are declared, required, public and of stable text."""
    for name in layer.key:
        field = declared(layer, name, "La llave nombra el campo")
        if not field.required:
            raise ContractError("Un campo de la llave debe ser required=True", field=name)
        if field.access is not Access.PUBLICA and layer.access is Access.PUBLICA:
            raise ContractError(
                "Un campo de la llave se ve en toda dirección: debe ser PUBLICA", field=name
            )
        if not field.type.keyable:
            raise ContractError(
                "La llave admite textos, enteros, códigos y referencias", field=name
            )


def check_rules(layer: Layer) -> None:
    """Raise when a rule names a field that is not declared, one it cannot read, or shapes."""
    for rule in layer.rules:
        named = type(rule).__name__
        if layer.geometry is None and getattr(rule, "spatial", False):
            raise ContractError(
                f"La regla {named} mira geometrías y la capa es una tabla", field="rules"
            )
        for attribute in RULE_FIELDS:
            for name in _texts(getattr(rule, attribute, ())):
                field = declared(layer, name, f"La regla {named} nombra el campo")
                if field.type.kind not in getattr(rule, "kinds", (field.type.kind,)):
                    raise ContractError(
                        f"La regla {named} no vale para «{name}», que es "
                        f"{type(field.type).__name__}",
                        field=name,
                    )


def check_datasets(layer: Layer) -> None:
    """Raise when a dataset would publish what is not declared, or not public."""
    for dataset in layer.datasets:
        for name in dataset.fields:
            field = declared(layer, name, f"El conjunto «{dataset.name}» nombra el campo")
            if field.access is not Access.PUBLICA:
                raise ContractError(
                    f"El conjunto «{dataset.name}» publicaría «{name}», que no es PUBLICA",
                    field=name,
                )


def check_codes(layer: Layer) -> None:
    """Raise unless the codes that paint the layer have colours and widths are of their codes."""
    if not layer.style.by:
        return
    codes = layer.field(layer.style.by).type.codes
    for code in codes:
        if not code.color:
            raise ContractError(
                f"«style.by» pinta con «{layer.style.by}», pero su lista no da color a "
                f"«{code.code}»: complete la columna color",
                layer=layer.name,
                field=layer.style.by,
            )
    known = {code.code for code in codes}
    for name, _ in layer.style.width_by:
        if name not in known:
            raise ContractError(
                f"«style.width_by» nombra el código «{name}», que no está en la lista"
                f"{meant(name, known)}",
                layer=layer.name,
                field="style.width_by",
            )


def declared(layer: Layer, name: str, what: str) -> Field:
    """The field so named, or an error that begins with ``what`` named it."""
    if name not in layer.field_names:
        raise ContractError(
            f"{what} «{name}», que la capa no declara{meant(name, layer.field_names)}", field=name
        )
    return layer.field(name)


def _texts(value: Any) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) and value else tuple(value or ())
