"""Index of classified and reserved information (Ley 1712 de 2014, art. 20)."""

from gis.contract import (
    PUBLICA,
    Dataset,
    Date,
    Field,
    Frequency,
    Layer,
    Metadata,
    Register,
    Text,
    Topic,
)
from layers._shared import (
    CATEGORIA,
    CODIGO,
    FECHA_GENERACION,
    IDIOMA,
    MEDIO,
    RESPONSABLE_INFORMACION,
    RESPONSABLE_PRODUCCION,
)

LAYER = Layer(
    name="indice_informacion_clasificada",
    title="Índice de información clasificada y reservada",
    geometry=None,
    key=("codigo",),
    fields=(
        CODIGO,
        CATEGORIA,
        Field(
            "informacion",
            Text(),
            label="Nombre o título de la información",
            definition="Qué datos de la categoría no se publican.",
            access=PUBLICA,
            required=True,
        ),
        IDIOMA,
        MEDIO,
        FECHA_GENERACION,
        RESPONSABLE_PRODUCCION,
        RESPONSABLE_INFORMACION,
        Field(
            "objetivo_legitimo",
            Text(),
            label="Objetivo legítimo de la excepción",
            definition="Qué derecho o interés se protege.",
            access=PUBLICA,
            required=True,
        ),
        Field(
            "fundamento_legal",
            Text(),
            label="Fundamento constitucional o legal",
            definition="Norma que permite la excepción.",
            access=PUBLICA,
            required=True,
        ),
        Field(
            "fundamento_juridico",
            Text(),
            label="Fundamento jurídico de la excepción",
            definition="Artículo de la ley de transparencia en que se apoya.",
            access=PUBLICA,
            required=True,
        ),
        Field(
            "excepcion",
            Text(),
            label="Excepción total o parcial",
            definition="Si se calla toda la categoría o parte de ella.",
            access=PUBLICA,
            required=True,
        ),
        Field(
            "fecha_calificacion",
            Date(),
            label="Fecha de la calificación",
            definition="Día en que se calificó; vacía si no se ha informado.",
            access=PUBLICA,
        ),
        Field(
            "plazo",
            Text(),
            label="Plazo de la clasificación o reserva",
            definition="Cuánto dura la excepción.",
            access=PUBLICA,
            required=True,
        ),
    ),
    metadata=Metadata(
        abstract=(
            "Información de la entidad que no es pública y por qué (Ley 1712 de 2014, artículo "
            "20): para cada categoría, los datos que se callan, la norma que lo permite y por "
            "cuánto tiempo."
        ),
        purpose="Saber qué no se publica y por qué.",
        lineage="Generado por el sistema a partir de las declaraciones de sus capas.",
        topic=Topic.SOCIETY,
        frequency=Frequency.BIANNUALLY,
        contact="tic",
        keywords=("información clasificada", "información reservada", "Ley 1712"),
    ),
    datasets=(
        Dataset(
            "indice_informacion_clasificada",
            targets=("estatico", "ckan", "socrata"),
        ),
    ),
    label="categoria",
    derived=Register.WITHHELD,
)
