"""Ciénagas of the Magdalena Medio: a layer that only this city has."""

from gis.contract import (
    PUBLICA,
    RESERVADA,
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
    Topic,
)

LAYER = Layer(
    name="cienagas",
    title="Ciénagas",
    geometry=Geometry("MultiPolygon"),
    key=("nombre",),
    fields=(
        Field(
            "nombre",
            Text(max_length=80),
            label="Nombre",
            definition="Nombre con que se conoce la ciénaga.",
            access=PUBLICA,
            required=True,
            source_names=("NOM_CIENAGA",),
        ),
        Field(
            "estado",
            Coded("estado_cienaga"),
            label="Estado de conservación",
            definition="Estado observado en la última visita.",
            access=PUBLICA,
            required=True,
        ),
        Field(
            "espejo_ha",
            Decimal(minimum=0, measure="har"),
            label="Espejo de agua",
            definition="Área del espejo de agua en temporada de lluvias.",
            access=PUBLICA,
        ),
        Field(
            "denunciante",
            Text(),
            label="Denunciante",
            definition="Quien informó de una afectación.",
            access=RESERVADA,
        ),
    ),
    style=Style(symbol=Symbol(color="#3690c0"), by="estado", label="nombre", visible=True),
    rules=(NoOverlap(),),
    metadata=Metadata(
        abstract=(
            "Ciénagas del distrito con su nombre, su estado de conservación y el área de su espejo "
            "de agua en temporada de lluvias, según las visitas de la autoridad ambiental."
        ),
        lineage="Datos ficticios de una prueba del sistema.",
        topic=Topic.ENVIRONMENT,
        frequency=Frequency.ANNUALLY,
        contact="ambiente",
        keywords=("ciénagas", "humedales", "ambiente"),
    ),
    datasets=(Dataset("cienagas"),),
    label="nombre",
)
