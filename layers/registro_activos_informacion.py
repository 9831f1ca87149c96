"""Register of information assets (Ley 1712 de 2014, art. 13), made from the declarations."""

from gis.contract import (
    PUBLICA,
    Boolean,
    Dataset,
    Field,
    Frequency,
    Layer,
    Metadata,
    Register,
    Text,
    Topic,
)
from layers._shared import CATEGORIA, CODIGO, FORMATO, IDIOMA, MEDIO

LAYER = Layer(
    name="registro_activos_informacion",
    title="Registro de activos de información",
    geometry=None,
    key=("codigo",),
    fields=(
        CODIGO,
        CATEGORIA,
        Field(
            "descripcion",
            Text(),
            label="Descripción del contenido",
            definition="Qué contiene.",
            access=PUBLICA,
            required=True,
        ),
        IDIOMA,
        MEDIO,
        FORMATO,
        Field(
            "disponibilidad",
            Text(),
            label="Información publicada o disponible",
            definition="Si está publicada, disponible a quien la pida, o no es pública.",
            access=PUBLICA,
            required=True,
        ),
        Field(
            "lugar_consulta",
            Text(),
            label="Lugar de consulta",
            definition="Dirección de cada conjunto de datos que la publica.",
            access=PUBLICA,
        ),
        Field(
            "publicada_datos_gov",
            Boolean(),
            label="Publicada en www.datos.gov.co",
            definition="Verdadero si ya salió al portal nacional.",
            access=PUBLICA,
        ),
    ),
    metadata=Metadata(
        abstract=(
            "Inventario de la información pública que la entidad genera, obtiene o controla en "
            "este sistema (Ley 1712 de 2014, artículo 13): qué es, en qué formato está y si está "
            "publicada."
        ),
        purpose="Saber qué información tiene la entidad.",
        lineage="Generado por el sistema a partir de las declaraciones de sus capas.",
        topic=Topic.SOCIETY,
        frequency=Frequency.BIANNUALLY,
        contact="tic",
        keywords=("activos de información", "transparencia", "Ley 1712"),
    ),
    datasets=(
        Dataset(
            "registro_activos_informacion",
            targets=("estatico", "ckan", "socrata"),
        ),
    ),
    label="categoria",
    derived=Register.ASSETS,
)
