"""Community halls."""

from gis.contract import (
    PUBLICA,
    Coded,
    Dataset,
    Field,
    Frequency,
    Geometry,
    Inside,
    Integer,
    Layer,
    Metadata,
    Place,
    PlaceKind,
    Style,
    Symbol,
    Text,
    Tiles,
    Topic,
    UrbanAddress,
)
from layers._shared import BARRIO, COMUNA, CORREGIMIENTO, DIRECCION, HORARIO, NOMBRE, PRECISION

LAYER = Layer(
    name="salones_comunales",
    title="Salones comunales",
    geometry=Geometry("Point", required=False),
    key=("codigo",),
    fields=(
        Field(
            "codigo",
            Text(max_length=40),
            label="Código",
            definition="Identificador de la sede.",
            access=PUBLICA,
            required=True,
            source_names=(
                "ID",
                "COD_SEDE",
            ),
            sortable=True,
        ),
        NOMBRE,
        Field(
            "estado",
            Coded(codelist="estado_punto"),
            label="Estado",
            definition="Si está en servicio.",
            access=PUBLICA,
        ),
        Field(
            "capacidad_personas",
            Integer(minimum=0),
            label="Capacidad",
            definition="Personas que caben.",
            access=PUBLICA,
        ),
        DIRECCION,
        BARRIO,
        COMUNA,
        CORREGIMIENTO,
        HORARIO,
        PRECISION,
    ),
    style=Style(
        symbol=Symbol(color="#b15928", outline="#ffffff", radius=6, opacity=0.9),
        order=58,
    ),
    tiles=Tiles(minzoom=9, maxzoom=16),
    rules=(
        Inside("municipio"),
        UrbanAddress("direccion", "comunas"),
    ),
    metadata=Metadata(
        abstract=(
            "Salones comunales de las juntas de acción comunal, con su "
            "dirección, capacidad y estado. Sirven para reuniones, "
            "capacitaciones y, en una emergencia, como alojamiento temporal de "
            "la comunidad."
        ),
        purpose="Ubicar espacios de reunión y albergue.",
        lineage=("Inventario de la Secretaría de Gobierno con las juntas de acción comunal."),
        topic=Topic.STRUCTURE,
        frequency=Frequency.ANNUALLY,
        contact="gobierno",
        keywords=(
            "salones comunales",
            "acción comunal",
            "equipamientos",
        ),
        scale_denominator=5_000,
    ),
    datasets=(Dataset("salones_comunales"),),
    label="nombre",
    place=Place(PlaceKind.SITE),
)
