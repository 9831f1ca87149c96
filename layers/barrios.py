"""Barrios: neighbourhoods of the urban area."""

from gis.contract import (
    PUBLICA,
    Dataset,
    Distinct,
    Field,
    Frequency,
    Geometry,
    Here,
    Layer,
    Metadata,
    NoOverlap,
    Place,
    PlaceKind,
    Relation,
    Section,
    Style,
    Symbol,
    Text,
    Tiles,
    Topic,
    Zone,
)
from layers._shared import COMUNA, NOMBRE

LAYER = Layer(
    name="barrios",
    title="Barrios",
    geometry=Geometry("MultiPolygon"),
    key=("codigo",),
    fields=(
        Field(
            "codigo",
            Text(max_length=40),
            label="Código",
            definition="Código del barrio en el plan de ordenamiento.",
            access=PUBLICA,
            required=True,
            source_names=(
                "ID",
                "COD_BARRIO",
            ),
            sortable=True,
        ),
        NOMBRE,
        COMUNA,
        Field(
            "acto_administrativo",
            Text(),
            label="Acto administrativo",
            definition="Acto que lo reconoce o legaliza.",
            access=PUBLICA,
        ),
    ),
    style=Style(
        symbol=Symbol(color="#efe9dc", outline="#b9ae97", width=0.8, opacity=0.5),
        order=12,
        label="nombre",
        label_minzoom=14,
    ),
    tiles=Tiles(minzoom=11, maxzoom=16),
    rules=(
        NoOverlap(),
        Distinct(("nombre", "comuna")),
    ),
    metadata=Metadata(
        abstract=(
            "Barrios del suelo urbano con la comuna a la que pertenecen y el "
            "acto que los reconoce o legaliza. El límite es el del plan de "
            "ordenamiento y puede diferir del que usan sus habitantes."
        ),
        purpose="Ubicar direcciones, obras y cifras por barrio.",
        lineage=(
            "Cartografía de la Secretaría de Planeación según el plan de ordenamiento territorial."
        ),
        topic=Topic.BOUNDARIES,
        frequency=Frequency.ANNUALLY,
        contact="planeacion",
        keywords=(
            "barrios",
            "suelo urbano",
            "división territorial",
        ),
        scale_denominator=5_000,
    ),
    datasets=(Dataset("barrios"),),
    label="nombre",
    here=Here(
        section=Section.PLACE,
        relation=Relation.COVERS,
        fields=("nombre",),
        order=40,
        means=Zone.URBAN,
    ),
    place=Place(PlaceKind.NEIGHBOURHOOD),
)
