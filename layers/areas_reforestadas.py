"""Reforested areas."""

from gis.contract import (
    PUBLICA,
    Coded,
    Dataset,
    Date,
    Field,
    Frequency,
    Geometry,
    Integer,
    Layer,
    Metadata,
    NoOverlap,
    NotInFuture,
    Style,
    Symbol,
    Text,
    Tiles,
    Topic,
)

LAYER = Layer(
    name="areas_reforestadas",
    title="Áreas reforestadas",
    geometry=Geometry("MultiPolygon"),
    key=("codigo",),
    fields=(
        Field(
            "codigo",
            Text(max_length=40),
            label="Código",
            definition="Identificador del área.",
            access=PUBLICA,
            required=True,
            source_names=("ID",),
            sortable=True,
        ),
        Field(
            "microcuenca",
            Text(max_length=120),
            label="Microcuenca",
            definition="Microcuenca donde está.",
            access=PUBLICA,
        ),
        Field(
            "estado",
            Coded(codelist="estado_reforestacion"),
            label="Estado",
            definition="Estado de la plantación.",
            access=PUBLICA,
            required=True,
        ),
        Field(
            "fecha_siembra",
            Date(),
            label="Fecha de siembra",
            definition="Fecha en que terminó la siembra.",
            access=PUBLICA,
            sortable=True,
        ),
        Field(
            "arboles",
            Integer(minimum=0),
            label="Árboles",
            definition="Árboles sembrados.",
            access=PUBLICA,
        ),
        Field(
            "especies",
            Text(),
            label="Especies",
            definition="Especies sembradas.",
            access=PUBLICA,
        ),
    ),
    style=Style(
        symbol=Symbol(color="#238b45", outline="#00441b", width=0.8, opacity=0.55),
        order=33,
        by="estado",
    ),
    tiles=Tiles(minzoom=9, maxzoom=16),
    rules=(
        NoOverlap(),
        NotInFuture("fecha_siembra"),
    ),
    metadata=Metadata(
        abstract=(
            "Áreas donde la administración o sus aliados han sembrado árboles, "
            "con la microcuenca, la fecha, las especies, la cantidad y el "
            "estado de la plantación en la última visita de seguimiento."
        ),
        purpose="Seguimiento a la recuperación de las cuencas.",
        lineage="Actas de siembra y de seguimiento de la dependencia de ambiente.",
        topic=Topic.ENVIRONMENT,
        frequency=Frequency.BIANNUALLY,
        contact="ambiente_riesgo",
        keywords=(
            "reforestación",
            "cuencas",
            "ambiente",
        ),
        scale_denominator=10_000,
    ),
    datasets=(Dataset("areas_reforestadas"),),
    time=("fecha_siembra",),
    label="microcuenca",
)
