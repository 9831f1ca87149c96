"""Police quadrants."""

from gis.contract import (
    PUBLICA,
    Dataset,
    Field,
    Frequency,
    Geometry,
    Layer,
    Metadata,
    NoOverlap,
    Style,
    Symbol,
    Text,
    Tiles,
    Topic,
)
from layers._shared import COMUNA

LAYER = Layer(
    name="cuadrantes_seguridad",
    title="Cuadrantes de vigilancia",
    geometry=Geometry("MultiPolygon"),
    key=("codigo",),
    fields=(
        Field(
            "codigo",
            Text(max_length=40),
            label="Código",
            definition="Código del cuadrante.",
            access=PUBLICA,
            required=True,
            source_names=(
                "ID",
                "CUADRANTE",
            ),
            sortable=True,
        ),
        Field(
            "estacion",
            Text(max_length=120),
            label="Estación o CAI",
            definition="Unidad policial a la que pertenece.",
            access=PUBLICA,
        ),
        Field(
            "telefono",
            Text(max_length=40),
            label="Teléfono institucional",
            definition="Línea institucional del cuadrante; no es de una persona.",
            access=PUBLICA,
        ),
        COMUNA,
    ),
    style=Style(
        symbol=Symbol(color="#5c6f9e", outline="#33415c", width=1.0, opacity=0.35),
        order=34,
    ),
    tiles=Tiles(minzoom=10, maxzoom=16),
    rules=(NoOverlap(),),
    metadata=Metadata(
        abstract=(
            "Cuadrantes del modelo de vigilancia comunitaria de la Policía "
            "Nacional, con la unidad a la que pertenecen y su línea "
            "institucional de atención. No contiene datos de uniformados ni de "
            "delitos."
        ),
        purpose="Que cada persona sepa a qué cuadrante llamar.",
        lineage=("Cartografía de la Policía Nacional entregada a la Secretaría de Gobierno."),
        topic=Topic.SOCIETY,
        frequency=Frequency.ANNUALLY,
        contact="gobierno",
        keywords=(
            "seguridad",
            "cuadrantes",
            "policía",
        ),
        scale_denominator=5_000,
    ),
    datasets=(Dataset("cuadrantes_seguridad"),),
    label="codigo",
)
