"""People insured by the health system, counted before delivery: a table."""

from gis.contract import (
    PUBLICA,
    Coded,
    Dataset,
    Date,
    Field,
    Frequency,
    Integer,
    Layer,
    Metadata,
    NotInFuture,
    Text,
    Topic,
)

LAYER = Layer(
    name="aseguramiento_salud",
    title="Aseguramiento en salud",
    geometry=None,
    key=("codigo",),
    fields=(
        Field(
            "codigo",
            Text(max_length=80),
            label="Código",
            definition="Corte, régimen, aseguradora y grupo que se cuentan juntos.",
            access=PUBLICA,
            required=True,
            source_names=("ID",),
        ),
        Field(
            "fecha_corte",
            Date(),
            label="Fecha de corte",
            definition="Último día del mes que se informa.",
            access=PUBLICA,
            required=True,
            sortable=True,
        ),
        Field(
            "regimen",
            Coded(codelist="regimen_salud"),
            label="Régimen",
            definition="Régimen de afiliación.",
            access=PUBLICA,
            required=True,
        ),
        Field(
            "aseguradora",
            Text(max_length=200),
            label="Aseguradora",
            definition="Entidad promotora de salud.",
            access=PUBLICA,
            source_names=(
                "EPS",
                "EAPB",
            ),
        ),
        Field(
            "sexo",
            Coded(codelist="sexo"),
            label="Sexo",
            definition="Sexo de las personas afiliadas.",
            access=PUBLICA,
        ),
        Field(
            "grupo_edad",
            Coded(codelist="grupo_edad"),
            label="Grupo de edad",
            definition="Curso de vida de las personas afiliadas.",
            access=PUBLICA,
        ),
        Field(
            "afiliados",
            Integer(minimum=10),
            label="Afiliados",
            definition="Personas afiliadas; vacío cuando son menos de diez.",
            access=PUBLICA,
        ),
    ),
    rules=(NotInFuture("fecha_corte"),),
    metadata=Metadata(
        abstract=(
            "Personas afiliadas al sistema de salud en el municipio por corte mensual, régimen, "
            "aseguradora, sexo y grupo de edad. Los grupos de menos de diez personas no informan "
            "su número y no hay datos de ninguna persona."
        ),
        purpose="Conocer la cobertura del aseguramiento en salud.",
        lineage="Base de datos única de afiliados (BDUA), contada por la Secretaría de Salud.",
        topic=Topic.HEALTH,
        frequency=Frequency.MONTHLY,
        contact="salud",
        keywords=("aseguramiento", "régimen subsidiado", "salud"),
    ),
    datasets=(
        Dataset(
            "aseguramiento_salud",
            targets=("estatico", "ckan", "socrata"),
        ),
    ),
    time=("fecha_corte",),
    label="codigo",
)
