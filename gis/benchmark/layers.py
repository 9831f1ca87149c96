"""The four layers that are measured, each declared as any other."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from gis.contract import (
    PUBLICA,
    Coded,
    Date,
    Decimal,
    Field,
    Frequency,
    Geometry,
    Integer,
    Layer,
    Metadata,
    Network,
    Style,
    Text,
    Tiles,
    Topic,
)
from gis.contract.codelists import Code

LEVELS = tuple(Code(name, name.capitalize()) for name in ("alta", "media", "baja"))
STRATA = tuple(Code(str(number), f"Estrato {number}") for number in range(1, 7))
FEW = "_pocos"
"""How the name of a layer's small twin ends."""
_METADATA = Metadata(
    abstract="Datos sintéticos de la medición de rendimiento; no describen ningún lugar. " * 2,
    lineage="Generados por una semilla.",
    topic=Topic.LOCATION,
    frequency=Frequency.NOT_PLANNED,
    contact="medicion",
)


def _field(name: str, kind: Any, **more: Any) -> Field:
    return Field(name, kind, label=name, definition=f"Campo {name}.", access=PUBLICA, **more)


def _layer(
    name: str, title: str, shape: Any, key: tuple[str, ...], style: Style, *fields: Field
) -> Layer:
    return Layer(
        name=name,
        title=title,
        geometry=Geometry(shape),
        key=key,
        fields=fields,
        metadata=_METADATA,
        tiles=Tiles(minzoom=0),
        style=style,
    )


POINTS = _layer(
    "medicion_puntos", "Puntos", "Point", ("codigo",), Style(by="nivel"),
    _field("codigo", Integer(), required=True),
    *[_field(f"texto_{n}", Text(), source_names=()) for n in range(4)],
    *[_field(f"entero_{n}", Integer(minimum=0)) for n in range(3)],
    *[_field(f"decimal_{n}", Decimal()) for n in range(2)],
    _field("nivel", Coded("nivel", listed=LEVELS)),
    _field("fecha", Date()),
)  # fmt: skip
ROADS = _layer(
    "medicion_vias", "Vías", "LineString", ("u", "v", "k"),
    Style(by="jerarquia", label="nombre"),
    *[_field(name, Integer(), required=True) for name in ("u", "v", "k")],
    _field("nombre", Text()),
    _field("jerarquia", Coded("nivel", listed=LEVELS)),
    _field("longitud", Decimal(measure="m")),
)  # fmt: skip
RISK = _layer(
    "medicion_riesgo", "Riesgo", "MultiPolygon", ("codigo",), Style(by="nivel"),
    _field("codigo", Integer(), required=True),
    _field("nivel", Coded("nivel", listed=LEVELS)),
    _field("estudio", Text()),
)  # fmt: skip
PARCELS = _layer(
    "medicion_predios", "Predios", "MultiPolygon", ("numero_predial",), Style(by="estrato"),
    _field("numero_predial", Text(pattern=r"\d{30}"), required=True),
    _field("direccion", Text()),
    _field("estrato", Coded("estrato", listed=STRATA)),
    _field("area_terreno", Decimal(measure="m2")),
)  # fmt: skip
NETWORK = replace(
    ROADS,
    name="medicion_red",
    title="Red",
    network=Network(name="nombre", kind="jerarquia", car_kmh=(("alta", 50.0),)),
)
"""The same streets, travelled on."""
LAYERS = (POINTS, ROADS, RISK, PARCELS)


def few(layer: Layer) -> Layer:
    """The same declaration for a small number of features."""
    return replace(layer, name=layer.name + FEW, title=f"{layer.title} (pocos)")
