"""Trainings given at the Puntos Vive Digital: a table, aggregated by course."""

from gis.contract import (
    CLASIFICADA,
    PUBLICA,
    Coded,
    Dataset,
    Date,
    Field,
    Frequency,
    Integer,
    Layer,
    Metadata,
    Ordered,
    Reference,
    Text,
    Topic,
)

LAYER = Layer(
    name="capacitaciones_pvd",
    title="Capacitaciones en Puntos Vive Digital",
    geometry=None,
    key=("codigo",),
    fields=(
        Field(
            "codigo",
            Text(max_length=20),
            label="Código",
            definition="Identificador del curso.",
            access=PUBLICA,
            required=True,
            source_names=("ID", "ID_CURSO"),
        ),
        Field(
            "punto",
            Reference(layer="puntos_vive_digital"),
            label="Punto Vive Digital",
            definition="Código del punto donde se dicta.",
            access=PUBLICA,
            required=True,
            source_names=("COD_PVD", "PVD"),
        ),
        Field(
            "tema",
            Coded(codelist="tema_capacitacion"),
            label="Tema",
            definition="Tema principal del curso.",
            access=PUBLICA,
            required=True,
        ),
        Field(
            "titulo",
            Text(max_length=200),
            label="Título",
            definition="Nombre con que se anuncia.",
            access=PUBLICA,
        ),
        Field(
            "fecha_inicio",
            Date(),
            label="Fecha de inicio",
            definition="Primer día del curso.",
            access=PUBLICA,
            required=True,
            sortable=True,
        ),
        Field(
            "fecha_fin",
            Date(),
            label="Fecha de cierre",
            definition="Último día del curso.",
            access=PUBLICA,
        ),
        Field(
            "horas",
            Integer(minimum=1, maximum=1000, measure="h"),
            label="Intensidad",
            definition="Horas de clase.",
            access=PUBLICA,
        ),
        Field(
            "cupos",
            Integer(minimum=0),
            label="Cupos",
            definition="Cupos ofrecidos.",
            access=PUBLICA,
        ),
        Field(
            "asistentes",
            Integer(minimum=10),
            label="Asistentes",
            definition=(
                "Personas que terminaron el curso; vacío cuando son menos de diez, para que nadie "
                "se pueda reconocer."
            ),
            access=PUBLICA,
        ),
        Field(
            "instructor",
            Text(),
            label="Instructor",
            definition="Persona que dictó el curso.",
            access=CLASIFICADA,
            legal_basis="Dato personal: Ley 1581 de 2012; Ley 1712 de 2014, art. 18 a.",
        ),
    ),
    rules=(Ordered("fecha_inicio", "fecha_fin"),),
    metadata=Metadata(
        abstract=(
            "Cursos y talleres dictados en los Puntos Vive Digital, uno por fila, con tema, "
            "fechas, intensidad, cupos y número de asistentes. Los grupos de menos de diez "
            "personas no informan asistentes y no hay datos de ninguna persona."
        ),
        purpose="Mostrar la oferta de capacitación digital y su alcance.",
        lineage="Registro de la Secretaría de las TIC, consolidado por curso antes de entregarse.",
        topic=Topic.UTILITIES,
        frequency=Frequency.MONTHLY,
        contact="tic",
        keywords=("capacitación", "Punto Vive Digital", "apropiación digital"),
    ),
    datasets=(Dataset("capacitaciones_pvd", targets=("estatico", "ckan", "socrata")),),
    time=("fecha_inicio", "fecha_fin"),
    label="titulo",
)
