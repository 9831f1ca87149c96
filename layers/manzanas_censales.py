"""Census blocks with aggregate counts."""

from gis.contract import (
    PUBLICA,
    Coded,
    Dataset,
    Field,
    Frequency,
    Geometry,
    Integer,
    Layer,
    Metadata,
    NoOverlap,
    Place,
    PlaceKind,
    Style,
    Symbol,
    Text,
    Tiles,
    Topic,
)
from layers._shared import COMUNA

LAYER = Layer(
    name="manzanas_censales",
    title="Manzanas censales",
    geometry=Geometry("MultiPolygon"),
    key=("codigo",),
    fields=(
        Field(
            "codigo",
            Text(pattern=r"\d{22}"),
            label="Código DANE",
            definition=(
                "Código de la manzana en el Marco Geoestadístico Nacional, veintidós dígitos."
            ),
            access=PUBLICA,
            required=True,
            source_names=(
                "COD_DANE_A",
                "MANZ_CCNCT",
            ),
            sortable=True,
        ),
        Field(
            "nombre",
            Text(max_length=80),
            label="Nombre",
            definition=(
                "Letra o número con que se conoce en su barrio («Manzana C»), donde las "
                "direcciones lo usan en vez de la vía."
            ),
            access=PUBLICA,
            source_names=("NOM_MANZANA", "MANZANA"),
        ),
        Field(
            "clase",
            Coded(codelist="clase_suelo"),
            label="Clase de suelo",
            definition="Clase de suelo donde está.",
            access=PUBLICA,
        ),
        Field(
            "personas",
            Integer(minimum=0),
            label="Personas",
            definition="Personas censadas.",
            access=PUBLICA,
            source_names=("TP27_PERSO",),
        ),
        Field(
            "viviendas",
            Integer(minimum=0),
            label="Viviendas",
            definition="Viviendas censadas.",
            access=PUBLICA,
            source_names=("TVIVIENDA",),
        ),
        Field(
            "hogares",
            Integer(minimum=0),
            label="Hogares",
            definition="Hogares censados.",
            access=PUBLICA,
            source_names=("TP16_HOG",),
        ),
        COMUNA,
    ),
    style=Style(
        symbol=Symbol(color="#cbd5e1", outline="#94a3b8", width=0.5, opacity=0.45),
        order=29,
    ),
    tiles=Tiles(minzoom=11, maxzoom=16),
    rules=(NoOverlap(),),
    metadata=Metadata(
        abstract=(
            "Manzanas del Censo Nacional de Población y Vivienda del DANE con "
            "el total de personas, viviendas y hogares. Solo trae totales por "
            "manzana, como los publica el DANE; no hay datos de personas."
        ),
        purpose="Estimar la población de un área.",
        lineage=(
            "Censo Nacional de Población y Vivienda 2018 y Marco Geoestadístico Nacional del DANE."
        ),
        topic=Topic.SOCIETY,
        frequency=Frequency.NOT_PLANNED,
        contact="planeacion",
        keywords=(
            "censo",
            "población",
            "DANE",
            "MGN",
        ),
        scale_denominator=5_000,
    ),
    datasets=(Dataset("manzanas_censales"),),
    label="codigo",
    people="personas",
    place=Place(PlaceKind.BLOCK, names=("nombre",)),
)
