"""Crops by plot, without their owners."""

from gis.contract import (
    PUBLICA,
    Coded,
    Dataset,
    Decimal,
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
from layers._shared import BARRIO

LAYER = Layer(
    name="cultivos",
    title="Cultivos",
    geometry=Geometry("MultiPolygon"),
    key=("codigo",),
    fields=(
        Field(
            "codigo",
            Text(max_length=40),
            label="Código",
            definition="Identificador del lote.",
            access=PUBLICA,
            required=True,
            source_names=("ID",),
            sortable=True,
        ),
        Field(
            "cultivo",
            Coded(codelist="cultivo"),
            label="Cultivo",
            definition="Cultivo principal.",
            access=PUBLICA,
            required=True,
        ),
        Field(
            "area_sembrada_ha",
            Decimal(minimum=0, measure="har"),
            label="Área sembrada",
            definition="Área sembrada según la visita.",
            access=PUBLICA,
        ),
        Field(
            "periodo",
            Text(pattern=r"\d{4}-[12]"),
            label="Periodo",
            definition="Año y semestre de la observación.",
            access=PUBLICA,
            sortable=True,
        ),
        BARRIO,
    ),
    style=Style(
        symbol=Symbol(color="#a7c957", outline="#5a6b3a", width=0.6, opacity=0.55),
        order=32,
        by="cultivo",
    ),
    tiles=Tiles(minzoom=9, maxzoom=16),
    rules=(NoOverlap(),),
    metadata=Metadata(
        abstract=(
            "Lotes cultivados de la zona rural con su cultivo principal, el "
            "área sembrada y el periodo en que se observaron. No contiene "
            "nombres de propietarios ni de productores, ni cifras de una finca."
        ),
        purpose="Planear la asistencia técnica y el abastecimiento.",
        lineage=(
            "Evaluaciones agropecuarias municipales y visitas de la Secretaría de Desarrollo Rural."
        ),
        topic=Topic.FARMING,
        frequency=Frequency.BIANNUALLY,
        contact="desarrollo_rural",
        keywords=(
            "cultivos",
            "agricultura",
            "evaluaciones agropecuarias",
        ),
        scale_denominator=25_000,
    ),
    datasets=(Dataset("cultivos"),),
    label="cultivo",
)
