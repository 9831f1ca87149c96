"""Publication scheme (Ley 1712 de 2014, art. 12), made from the declarations."""

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

LAYER = Layer(
    name="esquema_publicacion",
    title="Esquema de publicación de información",
    geometry=None,
    key=("codigo",),
    fields=(
        Field(
            "codigo",
            Text(max_length=120),
            label="Código",
            definition="Identificador de la fila.",
            access=PUBLICA,
            required=True,
        ),
        Field(
            "nombre",
            Text(),
            label="Nombre o título de la información",
            definition="Con qué nombre se publica.",
            access=PUBLICA,
            required=True,
        ),
        Field(
            "idioma",
            Text(),
            label="Idioma",
            definition="Lengua en que está la información.",
            access=PUBLICA,
        ),
        Field(
            "medio",
            Text(),
            label="Medio de conservación o soporte",
            definition="Físico, análogo o digital.",
            access=PUBLICA,
        ),
        Field(
            "formato",
            Text(),
            label="Formato",
            definition="En qué forma se guarda y se entrega.",
            access=PUBLICA,
        ),
        Field(
            "fecha_generacion",
            Date(),
            label="Fecha de generación",
            definition="Día en que la información entró al sistema; vacía si no ha entrado.",
            access=PUBLICA,
        ),
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
        Field(
            "responsable_produccion",
            Text(),
            label="Responsable de la producción",
            definition="Dependencia que produce la información.",
            access=PUBLICA,
        ),
        Field(
            "responsable_informacion",
            Text(),
            label="Responsable de la información",
            definition="Dependencia que la custodia y la entrega.",
            access=PUBLICA,
        ),
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
