"""Vulnerability zones: how prone to damage what is exposed is."""

from gis.contract import (
    PUBLICA,
    Coded,
    Dataset,
    Date,
    Field,
    Frequency,
    Geometry,
    Here,
    Integer,
    Layer,
    Metadata,
    NoOverlap,
    NotInFuture,
    Relation,
    Section,
    Style,
    Symbol,
    Text,
    Tiles,
    Topic,
)
from layers._shared import RISK_NOTICE

LAYER = Layer(
    name="zonas_vulnerabilidad",
    title="Zonas de vulnerabilidad",
    geometry=Geometry("MultiPolygon"),
    key=("codigo",),
    fields=(
        Field(
            "codigo",
            Text(max_length=40),
            label="Código",
            definition="Identificador de la zona en el estudio.",
            access=PUBLICA,
            required=True,
            source_names=(
                "ID",
                "OBJECTID",
            ),
            sortable=True,
        ),
        Field(
            "fenomeno",
            Coded(codelist="fenomeno"),
            label="Fenómeno amenazante",
            definition="Fenómeno que puede afectar la zona.",
            access=PUBLICA,
            required=True,
            source_names=("Escenario",),
        ),
        Field(
            "nivel",
            Coded(codelist="nivel_vulnerabilidad"),
            label="Nivel de vulnerabilidad",
            definition="Categoría que el estudio da a la zona.",
            access=PUBLICA,
            required=True,
            source_names=("Vulnerabilidad",),
        ),
        Field(
            "nivel_estudio",
            Coded(codelist="nivel_estudio"),
            label="Nivel del estudio",
            definition="Básico o detallado.",
            access=PUBLICA,
            required=True,
        ),
        Field(
            "escala_denominador",
            Integer(minimum=500, maximum=500_000),
            label="Escala del estudio (1:…)",
            definition="Denominador de la escala del estudio.",
            access=PUBLICA,
            required=True,
        ),
        Field(
            "estudio",
            Text(),
            label="Estudio",
            definition="Título y autor del estudio que delimita la zona.",
            access=PUBLICA,
            required=True,
        ),
        Field(
            "fecha_estudio",
            Date(),
            label="Fecha del estudio",
            definition="Fecha de terminación del estudio.",
            access=PUBLICA,
        ),
        Field(
            "acto_administrativo",
            Text(),
            label="Acto administrativo",
            definition="Acto que adoptó el estudio.",
            access=PUBLICA,
        ),
    ),
    style=Style(
        symbol=Symbol(color="#9e7fbf", outline="#5b5b5b", width=0.8, opacity=0.55, hatch=True),
        order=41,
        by="nivel",
    ),
    tiles=Tiles(minzoom=8, maxzoom=16, overview=("fenomeno",)),
    rules=(
        NoOverlap(by=("fenomeno", "nivel_estudio")),
        NotInFuture("fecha_estudio"),
    ),
    metadata=Metadata(
        abstract=(
            "Zonas según la vulnerabilidad de los elementos expuestos a un "
            "fenómeno, con el nivel, la escala y el estudio que las delimita. "
            "No contiene juicios sobre una edificación ni datos de sus "
            "habitantes."
        ),
        purpose="Consulta del conocimiento del riesgo.",
        lineage=(
            "Estudios de vulnerabilidad entregados por la dependencia de "
            "ambiente y gestión del riesgo."
        ),
        topic=Topic.GEOSCIENTIFIC,
        frequency=Frequency.AS_NEEDED,
        contact="ambiente_riesgo",
        keywords=(
            "vulnerabilidad",
            "gestión del riesgo",
            "ordenamiento territorial",
        ),
        scale_denominator=5_000,
        notice=RISK_NOTICE,
    ),
    datasets=(Dataset("zonas_vulnerabilidad"),),
    label="fenomeno",
    here=Here(
        section=Section.RISK,
        relation=Relation.COVERS,
        fields=(
            "fenomeno",
            "nivel",
            "nivel_estudio",
            "escala_denominador",
            "estudio",
            "fecha_estudio",
            "acto_administrativo",
        ),
        unknown="Sin estudio de vulnerabilidad en este lugar",
        level="nivel",
        advice="fenomeno",
        cases="fenomeno",
        scale_by="escala_denominador",
        order=20,
    ),
)
