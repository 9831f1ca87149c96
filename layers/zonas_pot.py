"""Urban treatments of the land-use plan (POT)."""

from gis.contract import (
    PUBLICA,
    Coded,
    Dataset,
    Date,
    Field,
    Frequency,
    Geometry,
    Inside,
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
    name="zonas_pot",
    title="Zonas del plan de ordenamiento territorial",
    geometry=Geometry("MultiPolygon"),
    key=("codigo",),
    fields=(
        Field(
            "codigo",
            Text(max_length=40),
            label="Código",
            definition="Identificador de la zona.",
            access=PUBLICA,
            required=True,
            source_names=("ID",),
            sortable=True,
        ),
        Field(
            "clase_suelo",
            Coded(codelist="clase_suelo"),
            label="Clase de suelo",
            definition="Clasificación del suelo.",
            access=PUBLICA,
            required=True,
        ),
        Field(
            "tratamiento",
            Coded(codelist="tratamiento_urbanistico"),
            label="Tratamiento urbanístico",
            definition="Cómo se puede intervenir la zona.",
            access=PUBLICA,
            required=True,
        ),
        Field(
            "acto_administrativo",
            Text(max_length=100),
            label="Acto administrativo",
            definition="Norma que adoptó la zona.",
            access=PUBLICA,
        ),
        Field(
            "fecha_adopcion",
            Date(),
            label="Fecha de adopción",
            definition="Día en que se adoptó.",
            access=PUBLICA,
        ),
        COMUNA,
    ),
    style=Style(
        symbol=Symbol(color="#3d6fb4", outline="#ffffff", width=0.6, opacity=0.5),
        order=16,
        by="tratamiento",
    ),
    tiles=Tiles(minzoom=9, maxzoom=16),
    rules=(NoOverlap(tolerance_m2=1.0), Inside("municipio")),
    metadata=Metadata(
        abstract=(
            "Zonas del plan de ordenamiento territorial con su clase de suelo y su tratamiento "
            "urbanístico (desarrollo, consolidación, mejoramiento integral, renovación o "
            "conservación), y el acto que las adoptó."
        ),
        purpose="Conocer qué se puede hacer en cada zona del municipio.",
        lineage="Cartografía oficial del plan de ordenamiento territorial.",
        topic=Topic.PLANNING,
        frequency=Frequency.AS_NEEDED,
        contact="planeacion",
        keywords=("POT", "ordenamiento territorial", "tratamientos urbanísticos"),
        scale_denominator=5_000,
        notice="No reemplaza el concepto de uso del suelo ni la cartografía que adoptó el plan.",
    ),
    datasets=(Dataset("zonas_pot", targets=("estatico", "ckan", "socrata")),),
    label="codigo",
)
