"""Deaths by suicide: nothing of each leaves, only counts."""

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
    name="registro_suicidios",
    title="Registro de suicidios",
    geometry=None,
    key=("codigo",),
    fields=(
        Field(
            "codigo",
            Text(max_length=40),
            label="Código",
            definition="Identificador interno del registro.",
            access=CLASIFICADA,
            legal_basis=SENSITIVE,
            required=True,
            source_names=("ID",),
        ),
        Field(
            "fecha",
            Date(),
            label="Fecha",
            definition="Día del hecho.",
            access=CLASIFICADA,
            legal_basis=SENSITIVE,
            required=True,
        ),
        Field(
            "sexo",
            Coded(codelist="sexo"),
            label="Sexo",
            definition="Sexo de la persona.",
            access=CLASIFICADA,
            legal_basis=SENSITIVE,
            required=True,
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
            "comuna",
            Coded(codelist="comuna"),
            label="Comuna",
            definition="Comuna de residencia; vacía si era rural.",
            access=CLASIFICADA,
            legal_basis=SENSITIVE,
        ),
    ),
    rules=(NotInFuture("fecha"),),
    metadata=Metadata(
        abstract=(
            "Muertes por suicidio registradas por la autoridad sanitaria, una por fila. Es "
            "información sensible: ninguna fila se publica, y los conteos que salen no permiten "
            "reconocer a nadie."
        ),
        purpose="Vigilancia de la salud mental.",
        lineage="Registros de defunción analizados por la Secretaría de Salud.",
        topic=Topic.HEALTH,
        frequency=Frequency.ANNUALLY,
        contact="salud",
        keywords=("suicidio", "salud mental", "mortalidad"),
    ),
    datasets=(
        Dataset(
            "suicidios",
            title="Suicidios",
            description=(
                "Muertes por suicidio por año, sexo y grupo de edad. Los números pequeños, y los "
                "que permitirían deducirlos, no se informan. En una emergencia llame a la línea "
                "123."
            ),
            targets=("estatico", "ckan", "socrata"),
            aggregate=Aggregate(
                of="fecha",
                period=Period.YEAR,
                by=("sexo", "grupo_edad"),
                k=5,
                settle_days=120,
            ),
        ),
    ),
    access=CLASIFICADA,
)
