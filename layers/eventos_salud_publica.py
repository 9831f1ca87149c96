"""Cases notified to Sivigila: nothing of each leaves, only counts."""

from gis.contract import (
    CLASIFICADA,
    Aggregate,
    Coded,
    Dataset,
    Date,
    Field,
    Frequency,
    Layer,
    Metadata,
    NotInFuture,
    Period,
    Text,
    Topic,
)

SENSITIVE = "Dato sensible de salud: Ley 1581 de 2012, art. 5; Ley 1712 de 2014, art. 18 a."

LAYER = Layer(
    name="eventos_salud_publica",
    title="Eventos de interés en salud pública",
    geometry=None,
    key=("codigo",),
    fields=(
        Field(
            "codigo",
            Text(max_length=40),
            label="Código",
            definition="Identificador interno de la notificación.",
            access=CLASIFICADA,
            legal_basis=SENSITIVE,
            required=True,
            source_names=("ID",),
        ),
        Field(
            "fecha",
            Date(),
            label="Fecha",
            definition="Día de la notificación.",
            access=CLASIFICADA,
            legal_basis=SENSITIVE,
            required=True,
            source_names=("FEC_NOT",),
        ),
        Field(
            "evento",
            Coded(codelist="evento_salud"),
            label="Evento",
            definition="Evento notificado, con el código del Sivigila.",
            access=CLASIFICADA,
            legal_basis=SENSITIVE,
            required=True,
            source_names=("COD_EVE",),
        ),
        Field(
            "comuna",
            Coded(codelist="comuna"),
            label="Comuna",
            definition="Comuna de residencia; vacía en suelo rural.",
            access=CLASIFICADA,
            legal_basis=SENSITIVE,
        ),
        Field(
            "sexo",
            Coded(codelist="sexo"),
            label="Sexo",
            definition="Sexo de la persona.",
            access=CLASIFICADA,
            legal_basis=SENSITIVE,
            source_names=("SEXO_",),
        ),
        Field(
            "grupo_edad",
            Coded(codelist="grupo_edad"),
            label="Grupo de edad",
            definition="Curso de vida de la persona.",
            access=CLASIFICADA,
            legal_basis=SENSITIVE,
        ),
        Field(
            "semana_epidemiologica",
            Text(max_length=7),
            label="Semana epidemiológica",
            definition="Año y semana de la notificación.",
            access=CLASIFICADA,
            legal_basis=SENSITIVE,
            source_names=("SEMANA",),
        ),
    ),
    rules=(NotInFuture("fecha"),),
    metadata=Metadata(
        abstract=(
            "Casos de eventos de interés en salud pública notificados al Sivigila, uno por fila. "
            "Es información sensible: ninguna fila se publica, solo conteos en los que nadie se "
            "reconoce."
        ),
        purpose="Vigilancia en salud pública.",
        lineage=(
            "Notificaciones al Sivigila (Decreto 780 de 2016) consolidadas por la Secretaría de "
            "Salud."
        ),
        topic=Topic.HEALTH,
        frequency=Frequency.MONTHLY,
        contact="salud",
        keywords=("Sivigila", "vigilancia en salud pública", "epidemiología"),
        scale_denominator=25_000,
    ),
    datasets=(
        Dataset(
            "casos_sivigila",
            title="Casos notificados al Sivigila",
            description=(
                "Casos de eventos de interés en salud pública notificados al Sivigila, contados "
                "por semestre, comuna de residencia y evento. Los números pequeños, y los que "
                "permitirían deducirlos, no se informan. Una celda sin comuna es de residentes del "
                "suelo rural."
            ),
            targets=("estatico", "ckan", "socrata"),
            frequency=Frequency.BIANNUALLY,
            aggregate=Aggregate(
                of="fecha",
                period=Period.SEMESTER,
                by=("comuna", "evento"),
                k=5,
                settle_days=60,
                area="comunas",
            ),
        ),
    ),
    access=CLASIFICADA,
)
