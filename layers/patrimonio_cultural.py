"""Cultural heritage."""

from gis.contract import (
    PUBLICA,
    Coded,
    Dataset,
    Field,
    Frequency,
    Geometry,
    Inside,
    Layer,
    Metadata,
    Style,
    Symbol,
    Text,
    Tiles,
    Topic,
    UrbanAddress,
)
from layers._shared import COMUNA, DIRECCION, NOMBRE, PRECISION

LAYER = Layer(
    name="patrimonio_cultural",
    title="Patrimonio cultural",
    geometry=Geometry("Point", required=False),
    key=("codigo",),
    fields=(
        Field(
            "codigo",
            Text(max_length=40),
            label="Código",
            definition="Identificador del bien.",
            access=PUBLICA,
            required=True,
            source_names=("ID",),
            sortable=True,
        ),
        NOMBRE,
        Field(
            "tipo",
            Coded(codelist="tipo_patrimonio"),
            label="Tipo",
            definition="Tipo de bien.",
            access=PUBLICA,
            required=True,
        ),
        Field(
            "ambito",
            Coded(codelist="ambito_patrimonio"),
            label="Ámbito",
            definition="Quién lo declaró.",
            access=PUBLICA,
        ),
        Field(
            "acto_administrativo",
            Text(),
            label="Acto de declaratoria",
            definition="Acto que lo declara bien de interés cultural.",
            access=PUBLICA,
        ),
        DIRECCION,
        COMUNA,
        PRECISION,
    ),
    style=Style(
        symbol=Symbol(color="#8c510a", outline="#ffffff", radius=6, opacity=0.9),
        order=62,
        by="tipo",
    ),
    tiles=Tiles(minzoom=10, maxzoom=16),
    rules=(
        Inside("municipio"),
        UrbanAddress("direccion", "comunas"),
    ),
    metadata=Metadata(
        abstract=(
            "Bienes de interés cultural del municipio: inmuebles, conjuntos, "
            "monumentos y sitios arqueológicos, con el ámbito y el acto de su "
            "declaratoria. La ubicación de sitios arqueológicos es aproximada."
        ),
        purpose="Conocer y proteger el patrimonio.",
        lineage="Inventario de la Secretaría de Cultura.",
        topic=Topic.SOCIETY,
        frequency=Frequency.ANNUALLY,
        contact="cultura",
        keywords=(
            "patrimonio",
            "bienes de interés cultural",
            "cultura",
        ),
        scale_denominator=5_000,
    ),
    datasets=(Dataset("patrimonio_cultural"),),
    label="nombre",
)
