"""Schools by site."""

from gis.contract import (
    PUBLICA,
    Coded,
    Dataset,
    Field,
    Frequency,
    Geometry,
    Inside,
    Integer,
    Layer,
    Metadata,
    Place,
    PlaceKind,
    Style,
    Symbol,
    Text,
    Tiles,
    Topic,
    UrbanAddress,
)
from layers._shared import BARRIO, COMUNA, CORREGIMIENTO, DIRECCION, HORARIO, NOMBRE, PRECISION

LAYER = Layer(
    name="instituciones_educativas",
    title="Instituciones educativas",
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
            "codigo_dane",
            Text(pattern=r"\d{12}"),
            label="Código DANE",
            definition="Código DANE de la sede.",
            access=PUBLICA,
            source_names=(
                "COD_DANE",
                "DANE",
            ),
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
            "niveles",
            Text(max_length=200),
            label="Niveles",
            definition="Niveles que ofrece: preescolar, primaria, secundaria, media.",
            access=PUBLICA,
        ),
        Field(
            "estudiantes",
            Integer(minimum=10),
            label="Estudiantes",
            definition="Matrícula de la sede; vacía si es menor que diez.",
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
        symbol=Symbol(color="#08519c", outline="#ffffff", radius=6, opacity=0.9),
        order=59,
        by="naturaleza",
    ),
    tiles=Tiles(minzoom=9, maxzoom=16),
    rules=(
        Inside("municipio"),
        UrbanAddress("direccion", "comunas"),
    ),
    metadata=Metadata(
        abstract=(
            "Sedes de las instituciones educativas oficiales y privadas, con su "
            "código DANE, los niveles que ofrecen, su matrícula y su ubicación. "
            "No contiene datos de estudiantes, docentes ni directivos."
        ),
        purpose="Encontrar un colegio y planear la cobertura.",
        lineage=("Directorio único de establecimientos educativos de la Secretaría de Educación."),
        topic=Topic.STRUCTURE,
        frequency=Frequency.ANNUALLY,
        contact="educacion",
        keywords=(
            "educación",
            "colegios",
            "escuelas",
            "sedes educativas",
        ),
        scale_denominator=5_000,
    ),
    datasets=(Dataset("instituciones_educativas"),),
    label="nombre",
    place=Place(PlaceKind.SITE),
)
