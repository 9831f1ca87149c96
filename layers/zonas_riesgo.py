"""Risk zones from detailed studies."""

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
    name="zonas_riesgo",
    title="Zonas de riesgo",
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
            Coded(codelist="nivel_riesgo"),
            label="Nivel de riesgo",
            definition="Categoría que el estudio da a la zona.",
            access=PUBLICA,
            required=True,
            source_names=("Riesgo",),
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
        Field(
            "mitigable",
            Coded(codelist="sino"),
            label="Mitigable",
            definition="Si el estudio detallado concluye que el riesgo se puede mitigar.",
            access=PUBLICA,
        ),
    ),
    style=Style(
        symbol=Symbol(color="#d94fa8", outline="#5b5b5b", width=0.8, opacity=0.55, hatch=True),
        order=42,
        by="nivel",
    ),
    tiles=Tiles(minzoom=8, maxzoom=16, overview=("fenomeno",)),
    rules=(
        NoOverlap(by=("fenomeno", "nivel_estudio")),
        NotInFuture("fecha_estudio"),
    ),
    metadata=Metadata(
        abstract=(
            "Zonas de riesgo por movimientos en masa, avenidas torrenciales, "
            "inundación y otros fenómenos según estudios detallados, con su "
            "nivel y si se puede mitigar. No contiene datos de los hogares."
        ),
        purpose="Consulta del conocimiento del riesgo.",
        lineage=(
            "Estudios detallados de riesgo entregados por la dependencia de "
            "ambiente y gestión del riesgo."
        ),
        topic=Topic.GEOSCIENTIFIC,
        frequency=Frequency.AS_NEEDED,
        contact="ambiente_riesgo",
        keywords=(
            "riesgo",
            "gestión del riesgo",
            "ordenamiento territorial",
        ),
        scale_denominator=2_000,
        notice=RISK_NOTICE,
    ),
    datasets=(Dataset("zonas_riesgo"),),
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
            "mitigable",
        ),
        unknown="Sin estudio de riesgo en este lugar: no se sabe si lo hay",
        level="nivel",
        advice="fenomeno",
        cases="fenomeno",
        scale_by="escala_denominador",
        order=30,
    ),
)
