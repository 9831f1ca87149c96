"""Corregimientos: the administrative division of the rural area."""

from gis.contract import (
    PUBLICA,
    Dataset,
    Distinct,
    Field,
    Frequency,
    Geometry,
    Here,
    Inside,
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
from layers._shared import NOMBRE

LAYER = Layer(
    name="corregimientos",
    title="Corregimientos",
    geometry=Geometry("MultiPolygon"),
    key=("codigo",),
    fields=(
        Field(
            "codigo",
            Text(max_length=10),
            label="Número",
            definition="Número del corregimiento en el acuerdo que divide el suelo rural.",
            access=PUBLICA,
            required=True,
            source_names=(
                "ID",
                "NUM_CORREG",
            ),
            sortable=True,
        ),
        NOMBRE,
        Field(
            "acto_administrativo",
            Text(),
            label="Acto administrativo",
            definition="Acuerdo que fija sus límites.",
            access=PUBLICA,
        ),
    ),
    style=Style(
        symbol=Symbol(color="#eef0e2", outline="#9aa583", width=1.0, opacity=0.5, dashed=True),
        order=11,
        label="nombre",
        label_minzoom=10,
    ),
    tiles=Tiles(minzoom=7, maxzoom=16),
    rules=(
        NoOverlap(),
        Inside("municipio", tolerance_m=100),
        Distinct(("nombre",)),
    ),
    metadata=Metadata(
        abstract=(
            "División del suelo rural en corregimientos, con su número, su "
            "nombre y el acto que fija sus límites. Es un listado completo: "
            "tiene una fila por corregimiento. Los corregimientos agrupan "
            "veredas."
        ),
        purpose="Ubicar personas, servicios y cifras en la zona rural.",
        lineage=(
            "Cartografía de la Secretaría de Planeación según el plan de ordenamiento territorial."
        ),
        topic=Topic.BOUNDARIES,
        frequency=Frequency.AS_NEEDED,
        contact="planeacion",
        keywords=(
            "corregimientos",
            "zona rural",
            "división territorial",
        ),
        scale_denominator=25_000,
    ),
    datasets=(Dataset("corregimientos"),),
    label="nombre",
    here=Here(
        section=Section.PLACE,
        relation=Relation.COVERS,
        fields=("nombre",),
        order=30,
        means=Zone.RURAL,
    ),
    place=Place(PlaceKind.DISTRICT),
)
