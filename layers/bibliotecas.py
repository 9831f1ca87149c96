"""Public libraries."""

from gis.contract import (
    PUBLICA,
    Coded,
    Dataset,
    Field,
    Frequency,
    Geometry,
    Here,
    Inside,
    Integer,
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
    name="bibliotecas",
    title="Bibliotecas públicas",
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
            "naturaleza",
            Coded(codelist="naturaleza"),
            label="Naturaleza",
            definition="Si es oficial, privada, mixta o comunitaria.",
            access=PUBLICA,
            source_names=("SECTOR",),
        ),
        Field(
            "computadores",
            Integer(minimum=0, maximum=500),
            label="Computadores",
            definition="Computadores para el público.",
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
        symbol=Symbol(color="#7b3294", outline="#ffffff", radius=6, opacity=0.9),
        order=61,
        by="naturaleza",
    ),
    tiles=Tiles(minzoom=9, maxzoom=16),
    rules=(
        Inside("municipio"),
        UrbanAddress("direccion", "comunas"),
    ),
    metadata=Metadata(
        abstract=(
            "Bibliotecas públicas, comunitarias y privadas abiertas al público, "
            "con su dirección, horario y servicios de acceso a internet. Es un "
            "listado completo: puede tener menos de cincuenta filas."
        ),
        purpose="Que cualquier persona encuentre una biblioteca cercana.",
        lineage="Red de bibliotecas de la Secretaría de Cultura.",
        topic=Topic.SOCIETY,
        frequency=Frequency.BIANNUALLY,
        contact="cultura",
        keywords=(
            "bibliotecas",
            "lectura",
            "cultura",
        ),
        scale_denominator=5_000,
    ),
    datasets=(Dataset("bibliotecas"),),
    label="nombre",
    here=Here(
        section=Section.SERVICES,
        relation=Relation.NEAREST,
        fields=("nombre", "direccion", "horario"),
        order=40,
    ),
    place=Place(PlaceKind.SITE),
)
