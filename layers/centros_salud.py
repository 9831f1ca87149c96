"""Health centres by site."""

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
    name="centros_salud",
    title="Centros de salud",
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
            "codigo_habilitacion",
            Text(max_length=20),
            label="Código de habilitación",
            definition="Código de la sede en el registro especial de prestadores.",
            access=PUBLICA,
            source_names=("COD_HABILITACION",),
        ),
        Field(
            "naturaleza",
            Coded(codelist="naturaleza"),
            label="Naturaleza",
            definition="Si es oficial, privada, mixta o comunitaria.",
            access=PUBLICA,
            source_names=("SECTOR",),
        ),
        Field(
            "complejidad",
            Coded(codelist="nivel_complejidad"),
            label="Complejidad",
            definition="Nivel de complejidad de la sede.",
            access=PUBLICA,
        ),
        Field(
            "urgencias",
            Coded(codelist="sino"),
            label="Urgencias",
            definition="Si atiende urgencias.",
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
        symbol=Symbol(color="#08306b", outline="#ffffff", radius=6, opacity=0.9),
        order=63,
        by="complejidad",
    ),
    tiles=Tiles(minzoom=9, maxzoom=16),
    rules=(
        Inside("municipio"),
        UrbanAddress("direccion", "comunas"),
    ),
    metadata=Metadata(
        abstract=(
            "Sedes de hospitales, clínicas y centros de salud, con su "
            "naturaleza, su nivel de complejidad y si atienden urgencias. No "
            "contiene datos de profesionales independientes ni de pacientes."
        ),
        purpose="Encontrar dónde recibir atención.",
        lineage=(
            "Registro especial de prestadores de servicios de salud, verificado "
            "por la Secretaría de Salud."
        ),
        topic=Topic.HEALTH,
        frequency=Frequency.QUARTERLY,
        contact="salud",
        keywords=(
            "salud",
            "hospitales",
            "urgencias",
            "clínicas",
            "puestos de salud",
            "médicos",
        ),
        scale_denominator=5_000,
    ),
    datasets=(Dataset("centros_salud"),),
    label="nombre",
    here=Here(
        section=Section.SERVICES,
        relation=Relation.NEAREST,
        fields=("nombre", "urgencias", "direccion", "horario"),
        order=50,
    ),
    place=Place(PlaceKind.SITE),
)
