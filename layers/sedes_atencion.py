"""Offices of the municipality."""

from gis.contract import (
    PUBLICA,
    Coded,
    Dataset,
    Field,
    Frequency,
    Geometry,
    Here,
    Inside,
    Layer,
    Metadata,
    Place,
    PlaceKind,
    Relation,
    Section,
    Style,
    Symbol,
    Text,
    Tiles,
    Topic,
    UrbanAddress,
)
from layers._shared import BARRIO, COMUNA, CORREGIMIENTO, DIRECCION, HORARIO, NOMBRE, PRECISION

LAYER = Layer(
    name="sedes_atencion",
    title="Sedes de atención",
    geometry=Geometry("Point", required=False),
    key=("codigo",),
    fields=(
        Field(
            "codigo",
            Text(max_length=40),
            label="Código",
            definition="Identificador de la sede.",
            access=PUBLICA,
            required=True,
            source_names=(
                "ID",
                "COD_SEDE",
            ),
            sortable=True,
        ),
        NOMBRE,
        Field(
            "tipo",
            Coded(codelist="tipo_sede"),
            label="Tipo",
            definition="Tipo de sede.",
            access=PUBLICA,
            required=True,
        ),
        Field(
            "dependencia",
            Text(max_length=200),
            label="Dependencia",
            definition="Dependencia que atiende.",
            access=PUBLICA,
        ),
        Field(
            "telefono",
            Text(max_length=40),
            label="Teléfono institucional",
            definition="Línea institucional; no es de una persona.",
            access=PUBLICA,
        ),
        Field(
            "accesible",
            Coded(codelist="sino"),
            label="Accesible",
            definition="Si una persona con movilidad reducida puede entrar sin ayuda.",
            access=PUBLICA,
        ),
        DIRECCION,
        BARRIO,
        COMUNA,
        CORREGIMIENTO,
        HORARIO,
        PRECISION,
    ),
    style=Style(
        symbol=Symbol(color="#1b6ca8", outline="#ffffff", radius=6, opacity=0.9),
        order=64,
        by="tipo",
    ),
    tiles=Tiles(minzoom=9, maxzoom=16),
    rules=(
        Inside("municipio"),
        UrbanAddress("direccion", "comunas"),
    ),
    metadata=Metadata(
        abstract=(
            "Sedes donde la administración municipal atiende al público: "
            "secretarías, ventanillas, comisarías de familia, inspecciones de "
            "policía y corregidurías, con su horario y teléfono institucional."
        ),
        purpose="Que cualquier persona sepa a dónde ir.",
        lineage="Directorio institucional de la entidad.",
        topic=Topic.STRUCTURE,
        frequency=Frequency.QUARTERLY,
        contact="gobierno",
        keywords=(
            "atención al ciudadano",
            "sedes",
            "trámites",
        ),
        scale_denominator=5_000,
    ),
    datasets=(Dataset("sedes_atencion"),),
    label="nombre",
    here=Here(
        section=Section.SERVICES,
        relation=Relation.NEAREST,
        fields=("nombre", "tipo", "telefono", "direccion", "horario"),
        order=60,
    ),
    place=Place(PlaceKind.SITE),
)
