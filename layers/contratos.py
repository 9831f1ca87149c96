"""Contracts awarded by the entity: a table."""

from gis.contract import (
    CLASIFICADA,
    PUBLICA,
    Coded,
    Dataset,
    Date,
    Decimal,
    Field,
    Frequency,
    Layer,
    Metadata,
    NotInFuture,
    Ordered,
    Text,
    Topic,
)

CONTRACTOR = (
    "Público por ley: Ley 1712 de 2014, art. 9 e; Decreto 1081 de 2015, arts. 2.1.1.2.1.7 y "
    "2.1.1.2.1.10."
)
PERSONAL = "Dato personal: Ley 1581 de 2012; Ley 1712 de 2014, art. 18 a."

LAYER = Layer(
    name="contratos",
    title="Contratación adjudicada",
    geometry=None,
    key=("numero_contrato",),
    fields=(
        Field(
            "numero_contrato",
            Text(max_length=40),
            label="Número del contrato",
            definition="Número que le dio la entidad.",
            access=PUBLICA,
            required=True,
            source_names=(
                "CONTRATO",
                "NUMERO",
            ),
            sortable=True,
        ),
        Field(
            "objeto",
            Text(max_length=2000),
            label="Objeto",
            definition="Qué se contrata, sin datos de personas.",
            access=PUBLICA,
            required=True,
            source_names=("OBJETO_CONTRATO",),
        ),
        Field(
            "modalidad",
            Coded(codelist="modalidad_contratacion"),
            label="Modalidad",
            definition="Modalidad de selección.",
            access=PUBLICA,
            required=True,
        ),
        Field(
            "tipo",
            Coded(codelist="tipo_contrato"),
            label="Tipo",
            definition="Clase de contrato.",
            access=PUBLICA,
            required=True,
            source_names=("TIPO_CONTRATO",),
        ),
        Field(
            "estado",
            Coded(codelist="estado_contrato"),
            label="Estado",
            definition="Cómo va el contrato.",
            access=PUBLICA,
        ),
        Field(
            "dependencia",
            Text(max_length=200),
            label="Dependencia",
            definition="Dependencia que lo pidió y supervisa.",
            access=PUBLICA,
        ),
        Field(
            "contratista",
            Text(max_length=300),
            label="Contratista",
            definition="Nombre o razón social de quien lo ejecuta.",
            access=PUBLICA,
            legal_basis=CONTRACTOR,
            required=True,
            source_names=("PROVEEDOR",),
        ),
        Field(
            "tipo_contratista",
            Coded(codelist="tipo_persona"),
            label="Tipo de contratista",
            definition="Persona natural o jurídica.",
            access=PUBLICA,
            required=True,
        ),
        Field(
            "nit_contratista",
            Text(max_length=20),
            label="NIT del contratista",
            definition="NIT de la persona jurídica; vacío cuando es persona natural.",
            access=PUBLICA,
            legal_basis=CONTRACTOR,
        ),
        Field(
            "valor_cop",
            Decimal(minimum=0, measure="COP"),
            label="Valor",
            definition="Valor con adiciones, en pesos.",
            access=PUBLICA,
            required=True,
            source_names=("VALOR",),
            sortable=True,
        ),
        Field(
            "fecha_firma",
            Date(),
            label="Fecha de firma",
            definition="Día en que se firmó.",
            access=PUBLICA,
            required=True,
            sortable=True,
        ),
        Field(
            "fecha_inicio",
            Date(),
            label="Fecha de inicio",
            definition="Día del acta de inicio.",
            access=PUBLICA,
        ),
        Field(
            "fecha_fin",
            Date(),
            label="Fecha de terminación",
            definition="Día en que termina, con prórrogas.",
            access=PUBLICA,
        ),
        Field(
            "enlace_proceso",
            Text(format="uri"),
            label="Enlace del proceso",
            definition="Dirección del proceso en el SECOP.",
            access=PUBLICA,
        ),
        Field(
            "documento_persona",
            Text(max_length=20),
            label="Documento de la persona natural",
            definition="Cédula del contratista que es persona natural.",
            access=CLASIFICADA,
            legal_basis=PERSONAL,
            source_names=("CEDULA",),
        ),
    ),
    rules=(
        NotInFuture("fecha_firma"),
        Ordered("fecha_inicio", "fecha_fin"),
    ),
    metadata=Metadata(
        abstract=(
            "Contratos adjudicados por la administración municipal: objeto, modalidad, "
            "contratista, valor, fechas y estado, con el enlace a su proceso en el SECOP. El "
            "nombre del contratista es público por ley; su cédula, cuando es persona natural, no "
            "se publica."
        ),
        purpose="Control ciudadano a la contratación.",
        lineage="Procesos publicados por la oficina de contratación en el SECOP.",
        topic=Topic.ECONOMY,
        frequency=Frequency.MONTHLY,
        contact="contratacion",
        keywords=("contratación", "contratos", "transparencia"),
    ),
    datasets=(
        Dataset(
            "contratacion_adjudicada",
            title="Contratación adjudicada",
            targets=("estatico", "ckan", "socrata"),
        ),
    ),
    time=("fecha_firma",),
    label="numero_contrato",
)
