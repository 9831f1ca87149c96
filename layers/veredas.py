"""Veredas: the smallest rural division."""

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
from layers._shared import CORREGIMIENTO

LAYER = Layer(
    name="veredas",
    title="Veredas",
    geometry=Geometry("MultiPolygon"),
    key=("codigo",),
    fields=(
        Field(
            "codigo",
            Text(max_length=20),
            label="Código de la vereda",
            definition="Código de la vereda; no se debe cruzar con el del centro poblado.",
            access=PUBLICA,
            required=True,
            source_names=(
                "CODIGO_VER",
                "COD_VEREDA",
            ),
            sortable=True,
        ),
        Field(
            "nombre",
            Text(max_length=120),
            label="Nombre",
            definition="Nombre de la vereda.",
            access=PUBLICA,
            required=True,
            source_names=(
                "NOMBRE_VER",
                "NOM_VEREDA",
            ),
            sortable=True,
        ),
        CORREGIMIENTO,
    ),
    style=Style(
        symbol=Symbol(color="#f1f2e8", outline="#b7bfa5", width=0.7, opacity=0.45),
        order=10,
        label="nombre",
        label_minzoom=12,
    ),
    tiles=Tiles(minzoom=9, maxzoom=16),
    rules=(
        NoOverlap(),
        Inside("municipio", tolerance_m=100),
        Distinct(("nombre", "corregimiento")),
    ),
    metadata=Metadata(
        abstract=(
            "Veredas del suelo rural con el corregimiento al que pertenecen. El "
            "código de vereda y el de centro poblado comparten forma y no "
            "significan lo mismo: no se deben cruzar entre sí."
        ),
        purpose="Ubicar personas, servicios y cifras en la zona rural.",
        lineage=(
            "Nivel de referencia de veredas del DANE ajustado por la Secretaría de Planeación."
        ),
        topic=Topic.BOUNDARIES,
        frequency=Frequency.ANNUALLY,
        contact="planeacion",
        keywords=(
            "veredas",
            "zona rural",
            "división territorial",
        ),
        scale_denominator=25_000,
    ),
    datasets=(Dataset("veredas"),),
    label="nombre",
    here=Here(
        section=Section.PLACE,
        relation=Relation.COVERS,
        fields=("nombre",),
        order=50,
        means=Zone.RURAL,
    ),
    place=Place(PlaceKind.VEREDA),
)
