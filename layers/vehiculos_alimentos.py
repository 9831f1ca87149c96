"""Vehicles that carry food and were inspected: a table."""

from gis.contract import (
    CLASIFICADA,
    PUBLICA,
    Coded,
    Dataset,
    Date,
    Field,
    Frequency,
    Layer,
    Metadata,
    NotInFuture,
    Ordered,
    Text,
    Topic,
)

LAYER = Layer(
    name="vehiculos_alimentos",
    title="Vehículos que transportan alimentos",
    geometry=None,
    key=("codigo",),
    fields=(
        Field(
            "codigo",
            Text(max_length=40),
            label="Código",
            definition="Identificador interno; no se deriva de la placa.",
            access=PUBLICA,
            required=True,
            source_names=("ID",),
            sortable=True,
        ),
        Field(
            "tipo_vehiculo",
            Text(max_length=60),
            label="Tipo de vehículo",
            definition="Clase de carrocería: furgón, camión, moto…",
            access=PUBLICA,
        ),
        Field(
            "productos",
            Text(max_length=200),
            label="Productos",
            definition="Alimentos que transporta.",
            access=PUBLICA,
        ),
        Field(
            "refrigerado",
            Coded(codelist="sino"),
            label="Refrigerado",
            definition="Si tiene unidad de frío.",
            access=PUBLICA,
        ),
        Field(
            "fecha",
            Date(),
            label="Fecha de la inspección",
            definition="Día de la última inspección.",
            access=PUBLICA,
            required=True,
            sortable=True,
        ),
        Field(
            "concepto",
            Coded(codelist="concepto_sanitario"),
            label="Concepto sanitario",
            definition="Conclusión del acta.",
            access=PUBLICA,
            required=True,
        ),
        Field(
            "fecha_vigencia",
            Date(),
            label="Vigente hasta",
            definition="Último día en que vale el concepto.",
            access=PUBLICA,
        ),
        Field(
            "placa",
            Text(pattern=r"[A-Z]{3}\d{2}[A-Z0-9]?"),
            label="Placa",
            definition="Placa del vehículo; lleva a su propietario.",
            access=CLASIFICADA,
            legal_basis="Dato personal: Ley 1581 de 2012; Ley 1712 de 2014, art. 18 a.",
        ),
        Field(
            "propietario",
            Text(),
            label="Propietario",
            definition="Nombre del propietario.",
            access=CLASIFICADA,
            legal_basis="Dato personal: Ley 1581 de 2012; Ley 1712 de 2014, art. 18 a.",
        ),
    ),
    rules=(
        NotInFuture("fecha"),
        Ordered("fecha", "fecha_vigencia"),
    ),
    metadata=Metadata(
        abstract=(
            "Vehículos que transportan alimentos inspeccionados por la "
            "autoridad sanitaria: tipo, productos, fecha y concepto de la "
            "última inspección. No contiene placas ni nombres de propietarios."
        ),
        purpose="Conocer el control sanitario del transporte de alimentos.",
        lineage=("Actas de inspección de la Secretaría de Salud (Resolución 2674 de 2013)."),
        topic=Topic.HEALTH,
        frequency=Frequency.MONTHLY,
        contact="salud",
        keywords=(
            "transporte de alimentos",
            "inspección sanitaria",
            "IVC",
        ),
    ),
    datasets=(Dataset("vehiculos_alimentos", targets=("estatico", "ckan", "socrata")),),
    time=("fecha",),
    label="codigo",
)
