"""Socio-economic strata by block."""

from gis.contract import (
    PUBLICA,
    Coded,
    Dataset,
    Field,
    Frequency,
    Geometry,
    Here,
    Layer,
    Metadata,
    NoOverlap,
    Relation,
    Section,
    Style,
    Symbol,
    Text,
    Tiles,
    Topic,
)
from layers._shared import BARRIO, COMUNA

LAYER = Layer(
    name="estratificacion",
    title="Estratificación socioeconómica",
    geometry=Geometry("MultiPolygon"),
    key=("codigo",),
    fields=(
        Field(
            "codigo",
            Text(pattern=r"\d{17,22}"),
            label="Código de manzana",
            definition="Código de la manzana en la base catastral o en el DANE.",
            access=PUBLICA,
            required=True,
            source_names=(
                "COD_MANZANA",
                "COD_DANE_A",
            ),
            sortable=True,
        ),
        Field(
            "estrato",
            Coded(codelist="estrato"),
            label="Estrato",
            definition="Estrato predominante en la manzana.",
            access=PUBLICA,
            required=True,
        ),
        BARRIO,
        COMUNA,
    ),
    style=Style(
        symbol=Symbol(color="#2a788e", outline="#ffffff", width=0.4, opacity=0.6),
        order=31,
        by="estrato",
    ),
    tiles=Tiles(minzoom=11, maxzoom=16),
    rules=(NoOverlap(),),
    metadata=Metadata(
        abstract=(
            "Estrato socioeconómico predominante de cada manzana, que sirve "
            "para cobrar los servicios públicos domiciliarios. El estrato de "
            "una vivienda lo certifica la Secretaría de Planeación."
        ),
        purpose="Consulta de la estratificación vigente.",
        lineage=("Estudio de estratificación adoptado por decreto municipal (Ley 142 de 1994)."),
        topic=Topic.SOCIETY,
        frequency=Frequency.ANNUALLY,
        contact="planeacion",
        keywords=(
            "estratificación",
            "estrato",
            "servicios públicos",
        ),
        scale_denominator=2_000,
        notice="No reemplaza el certificado de estratificación.",
    ),
    datasets=(Dataset("estratificacion"),),
    label="codigo",
    here=Here(
        section=Section.LAND,
        relation=Relation.COVERS,
        fields=("estrato",),
        unknown="Sin dato de estrato en este lugar",
        order=20,
    ),
)
