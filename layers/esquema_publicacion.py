"""Publication scheme (Ley 1712 de 2014, art. 12), made from the declarations."""

from gis.contract import (
    PUBLICA,
    Dataset,
    Field,
    Frequency,
    Layer,
    Metadata,
    Register,
    Text,
    Topic,
)
from layers._shared import (
    CODIGO,
    FECHA_GENERACION,
    FORMATO,
    IDIOMA,
    MEDIO,
    RESPONSABLE_INFORMACION,
    RESPONSABLE_PRODUCCION,
)

LAYER = Layer(
    name="esquema_publicacion",
    title="Esquema de publicación de información",
    geometry=None,
    key=("codigo",),
    fields=(
        CODIGO,
        Field(
            "nombre",
            Text(),
            label="Nombre o título de la información",
            definition="Con qué nombre se publica.",
            access=PUBLICA,
            required=True,
        ),
        IDIOMA,
        MEDIO,
        FORMATO,
        FECHA_GENERACION,
        Field(
            "frecuencia",
            Text(),
            label="Frecuencia de actualización",
            definition="Cada cuánto se publica.",
            access=PUBLICA,
            required=True,
        ),
        Field(
            "lugar_consulta",
            Text(),
            label="Lugar de consulta",
            definition="Dirección donde está.",
            access=PUBLICA,
            required=True,
        ),
        RESPONSABLE_PRODUCCION,
        RESPONSABLE_INFORMACION,
    ),
    metadata=Metadata(
        abstract=(
            "Lo que la entidad publica desde este sistema (Ley 1712 de 2014, artículo 12): cada "
            "conjunto de datos con su formato, su frecuencia de actualización, dónde se consulta y "
            "quién responde."
        ),
        purpose="Saber qué se publica, cuándo y dónde.",
        lineage="Generado por el sistema a partir de las declaraciones de sus capas.",
        topic=Topic.SOCIETY,
        frequency=Frequency.BIANNUALLY,
        contact="tic",
        keywords=("esquema de publicación", "transparencia", "Ley 1712"),
    ),
    datasets=(
        Dataset(
            "esquema_publicacion",
            targets=("estatico", "ckan", "socrata"),
        ),
    ),
    label="nombre",
    derived=Register.SCHEME,
)
