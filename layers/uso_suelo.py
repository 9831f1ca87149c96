"""Land use of the land-use plan."""

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

LAYER = Layer(
    name="uso_suelo",
    title="Usos del suelo",
    geometry=Geometry("MultiPolygon"),
    key=("codigo",),
    fields=(
        Field(
            "codigo",
            Text(max_length=40),
            label="Código",
            definition="Identificador del polígono normativo.",
            access=PUBLICA,
            required=True,
            source_names=(
                "ID",
                "OBJECTID",
            ),
            sortable=True,
        ),
        Field(
            "uso",
            Coded(codelist="uso_suelo"),
            label="Uso principal",
            definition="Uso principal que permite el plan.",
            access=PUBLICA,
            required=True,
            source_names=(
                "USO",
                "USO_PRINCI",
            ),
        ),
        Field(
            "clase_suelo",
            Coded(codelist="clase_suelo"),
            label="Clase de suelo",
            definition="Clase de suelo del plan.",
            access=PUBLICA,
        ),
        Field(
            "norma",
            Text(),
            label="Norma",
            definition="Acuerdo o decreto que fija el uso.",
            access=PUBLICA,
        ),
    ),
    style=Style(
        symbol=Symbol(color="#f6d55c", outline="#7a7a7a", width=0.6, opacity=0.5),
        order=30,
        by="uso",
    ),
    tiles=Tiles(minzoom=9, maxzoom=16),
    rules=(NoOverlap(),),
    metadata=Metadata(
        abstract=(
            "Usos del suelo que permite el plan de ordenamiento territorial: "
            "residencial, comercial, dotacional, industrial, mixto, de "
            "protección, agropecuario y espacio público, con la norma que los "
            "fija."
        ),
        purpose="Consulta de la norma urbanística.",
        lineage=(
            "Cartografía del plan de ordenamiento territorial de la Secretaría de Planeación."
        ),
        topic=Topic.PLANNING,
        frequency=Frequency.AS_NEEDED,
        contact="planeacion",
        keywords=(
            "uso del suelo",
            "POT",
            "norma urbanística",
        ),
        scale_denominator=5_000,
        notice=(
            "No reemplaza el concepto de uso del suelo (Decreto 1077 de 2015, "
            "2.2.6.1.3.1), que es informativo y no otorga derechos."
        ),
    ),
    datasets=(Dataset("uso_suelo"),),
    label="codigo",
    here=Here(
        section=Section.LAND,
        relation=Relation.COVERS,
        fields=("uso", "clase_suelo", "norma"),
        unknown="Sin dato de uso del suelo en este lugar",
        order=10,
    ),
)
