"""Street network of the urban area of Bucaramanga: edges between nodes of OpenStreetMap."""

from gis.contract import (
    ODBL_1,
    PUBLICA,
    Coded,
    Dataset,
    Extent,
    Field,
    Frequency,
    Geometry,
    Integer,
    Layer,
    Metadata,
    Role,
    Style,
    Symbol,
    Tiles,
    Topic,
)

LAYER = Layer(
    name="vias_bucaramanga",
    title="Red vial de Bucaramanga",
    geometry=Geometry("LineString", accepted_crs=(9377, 4326, 32618)),
    key=("nodo_inicial", "nodo_final", "orden"),
    fields=(
        Field(
            "nodo_inicial",
            Integer(minimum=1),
            label="Nodo inicial",
            definition="Identificador del nodo donde empieza el tramo.",
            access=PUBLICA,
            required=True,
            source_names=("u",),
        ),
        Field(
            "nodo_final",
            Integer(minimum=1),
            label="Nodo final",
            definition="Identificador del nodo donde termina el tramo.",
            access=PUBLICA,
            required=True,
            source_names=("v",),
        ),
        Field(
            "orden",
            Integer(minimum=0),
            label="Orden",
            definition="Distingue los tramos que unen los mismos nodos.",
            access=PUBLICA,
            required=True,
            source_names=("key",),
        ),
        Field(
            "clase",
            Coded(codelist="clase_via_osm"),
            label="Clase de vía",
            definition="Clase según la etiqueta highway de OpenStreetMap.",
            access=PUBLICA,
            source_names=("highway",),
        ),
    ),
    style=Style(symbol=Symbol(width=1.0), by="clase", role=Role.BASE),
    tiles=Tiles(minzoom=9, maxzoom=16),
    metadata=Metadata(
        abstract=(
            "Tramos de la red vial del área urbana de Bucaramanga entre nodos consecutivos, con su "
            "clase según OpenStreetMap. Solo para pruebas del sistema con un volumen real."
        ),
        lineage="Colaboradores de OpenStreetMap, depurado por terceros.",
        topic=Topic.TRANSPORTATION,
        frequency=Frequency.NOT_PLANNED,
        contact="planeacion",
        license=ODBL_1,
    ),
    datasets=(Dataset("vias_bucaramanga"),),
    extent=Extent(-73.35, 6.95, -73.00, 7.35),
)
