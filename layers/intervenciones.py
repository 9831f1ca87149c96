"""Works done, under way and pending."""

from gis.contract import (
    PUBLICA,
    Coded,
    Dataset,
    Date,
    Decimal,
    Field,
    Frequency,
    Geometry,
    Inside,
    Layer,
    Metadata,
    Ordered,
    Style,
    Symbol,
    Text,
    Tiles,
    Topic,
)
from layers._shared import BARRIO, COMUNA, DIRECCION, NOMBRE

LAYER = Layer(
    name="intervenciones",
    title="Obras e intervenciones",
    geometry=Geometry("Point", required=False),
    key=("codigo",),
    fields=(
        Field(
            "codigo",
            Text(max_length=40),
            label="Código",
            definition="Código del proyecto o contrato.",
            access=PUBLICA,
            required=True,
            source_names=(
                "ID",
                "CONTRATO",
            ),
            sortable=True,
        ),
        NOMBRE,
        Field(
            "tipo",
            Coded(codelist="tipo_obra"),
            label="Tipo",
            definition="Tipo de intervención.",
            access=PUBLICA,
            required=True,
        ),
        Field(
            "estado",
            Coded(codelist="estado_obra"),
            label="Estado",
            definition="Estado de la obra.",
            access=PUBLICA,
            required=True,
        ),
        DIRECCION,
        BARRIO,
        COMUNA,
        Field(
            "fecha_inicio",
            Date(),
            label="Fecha de inicio",
            definition="Fecha del acta de inicio.",
            access=PUBLICA,
            sortable=True,
        ),
        Field(
            "fecha_fin",
            Date(),
            label="Fecha de terminación",
            definition="Fecha de terminación, prevista o real.",
            access=PUBLICA,
        ),
        Field(
            "avance_pct",
            Decimal(minimum=0, maximum=100, measure="%"),
            label="Avance físico",
            definition="Avance físico que informa la interventoría.",
            access=PUBLICA,
        ),
        Field(
            "valor_cop",
            Decimal(minimum=0, measure="COP"),
            label="Valor",
            definition="Valor del contrato con adiciones, en pesos.",
            access=PUBLICA,
        ),
    ),
    style=Style(
        symbol=Symbol(color="#e6850e", outline="#ffffff", radius=6, opacity=0.9),
        order=52,
        by="estado",
    ),
    tiles=Tiles(minzoom=9, maxzoom=16),
    rules=(
        Ordered("fecha_inicio", "fecha_fin"),
        Inside("municipio"),
    ),
    metadata=Metadata(
        abstract=(
            "Obras terminadas, en ejecución, suspendidas y programadas por la "
            "administración municipal, con su tipo, fechas, avance físico y "
            "valor, para que cualquier persona pueda hacerles seguimiento."
        ),
        purpose="Seguimiento ciudadano a la inversión.",
        lineage=("Reporte de la Secretaría de Infraestructura y de los supervisores de contratos."),
        topic=Topic.STRUCTURE,
        frequency=Frequency.MONTHLY,
        contact="infraestructura",
        keywords=(
            "obras",
            "inversión",
            "contratación",
        ),
        scale_denominator=5_000,
    ),
    datasets=(
        Dataset("intervenciones"),
        Dataset(
            "obras_viales_terminadas",
            title="Obras viales terminadas",
            description=(
                "Obras de construcción, rehabilitación o mantenimiento de vías y andenes que ya se "
                "recibieron a satisfacción, con su lugar, sus fechas y su valor."
            ),
            where="tipo = 'vial' AND estado = 'terminada'",
        ),
        Dataset(
            "obras_viales_pendientes",
            title="Obras viales pendientes",
            description=(
                "Obras de construcción, rehabilitación o mantenimiento de vías y andenes "
                "programadas, en ejecución o suspendidas, con su lugar, sus fechas, su avance y su "
                "valor."
            ),
            where="tipo = 'vial' AND estado <> 'terminada'",
        ),
    ),
    time=(
        "fecha_inicio",
        "fecha_fin",
    ),
    label="nombre",
)
