"""Landslide hazard of Ocaña: three zones, each one large MultiPolygon."""

from gis.contract import (
    PUBLICA,
    Coded,
    Dataset,
    Date,
    Extent,
    Field,
    Frequency,
    Geometry,
    Integer,
    Layer,
    Metadata,
    NoOverlap,
    Style,
    Symbol,
    Text,
    Tiles,
    Topic,
)

LAYER = Layer(
    name="amenaza_remocion_ocana",
    title="Amenaza por movimiento en masa, Ocaña",
    geometry=Geometry("MultiPolygon", accepted_crs=(9377, 4686, 4326)),
    key=("grado",),
    fields=(
        Field(
            "amenaza",
            Coded(codelist="nivel_amenaza_ocana"),
            label="Amenaza",
            definition="Nivel de amenaza según el estudio.",
            access=PUBLICA,
            required=True,
        ),
        Field(
            "grado",
            Integer(minimum=1, maximum=3),
            label="Grado",
            definition="Grado de la amenaza, de 1 (baja) a 3 (alta).",
            access=PUBLICA,
            required=True,
        ),
        Field(
            "escenario",
            Coded(codelist="escenario_ocana"),
            label="Escenario",
            definition="Fenómeno que se estudió.",
            access=PUBLICA,
        ),
        Field(
            "escala",
            Text(pattern=r"1:[\d.]+"),
            label="Escala",
            definition="Escala del estudio.",
            access=PUBLICA,
        ),
        Field(
            "fecha",
            Date(),
            label="Fecha",
            definition="Fecha del estudio.",
            access=PUBLICA,
        ),
        Field(
            "modelo",
            Text(),
            label="Modelo",
            definition="Método con que se zonificó.",
            access=PUBLICA,
        ),
    ),
    style=Style(symbol=Symbol(hatch=True), by="amenaza"),
    tiles=Tiles(minzoom=8, maxzoom=16),
    rules=(NoOverlap(tolerance_m2=1.0),),
    metadata=Metadata(
        abstract=(
            "Zonificación de la amenaza por movimientos en masa del suelo urbano de Ocaña, en tres "
            "niveles, según el estudio municipal de 2022. Solo para pruebas del sistema."
        ),
        lineage="Estudio municipal de amenaza, 2022, a escala 1:5.000.",
        topic=Topic.GEOSCIENTIFIC,
        frequency=Frequency.NOT_PLANNED,
        contact="planeacion",
    ),
    datasets=(Dataset("amenaza_remocion_ocana"),),
    extent=Extent(-73.45, 8.15, -73.25, 8.35),
    label="amenaza",
)
