"""Sanitary inspections (IVC): one row per visit, from the *acta* with its concept."""

from gis.contract import (
    CLASIFICADA,
    PUBLICA,
    Coded,
    Dataset,
    Date,
    Decimal,
    Field,
    Frequency,
    Geometry,
    Here,
    Inside,
    Integer,
    Layer,
    Metadata,
    NotInFuture,
    Ordered,
    Reference,
    Relation,
    Section,
    Style,
    Symbol,
    Text,
    Tiles,
    Topic,
)
from layers._shared import BARRIO, COMUNA, CORREGIMIENTO

PERSONAL = "Dato personal o comercial: Ley 1581 de 2012; Ley 1712 de 2014, art. 18 a y c."
TARGETS = ("estatico", "ckan", "socrata")

LAYER = Layer(
    name="inspecciones_sanitarias",
    title="Inspecciones sanitarias",
    geometry=Geometry("Point", required=False),
    key=("codigo",),
    fields=(
        Field(
            "codigo",
            Text(max_length=20),
            label="Código de la visita",
            definition="Identificador interno de la visita; no es el número del acta.",
            access=PUBLICA,
            required=True,
            source_names=("ID", "ID_VISITA"),
            sortable=True,
        ),
        Field(
            "establecimiento",
            Reference(layer="establecimientos"),
            label="Establecimiento",
            definition="Código del establecimiento visitado.",
            access=PUBLICA,
            required=True,
            source_names=("ID_ESTABLECIMIENTO", "COD_ESTAB"),
        ),
        Field(
            "tipo_acta",
            Coded(codelist="tipo_acta"),
            label="Tipo de acta",
            definition="Formato del acta según la actividad inspeccionada.",
            access=PUBLICA,
            required=True,
        ),
        Field(
            "fecha",
            Date(),
            label="Fecha de la visita",
            definition="Día de la visita.",
            access=PUBLICA,
            required=True,
            source_names=("FECHA_VISITA", "FECHA"),
            sortable=True,
        ),
        Field(
            "motivo",
            Coded(codelist="motivo_visita"),
            label="Motivo",
            definition="Categoría del motivo de la visita.",
            access=PUBLICA,
            source_names=("MOTIVO_VISITA",),
        ),
        Field(
            "concepto",
            Coded(codelist="concepto_sanitario"),
            label="Concepto sanitario",
            definition="Conclusión del acta. Vale hasta la visita siguiente.",
            access=PUBLICA,
            required=True,
            source_names=("CONCEPTO_SANITARIO", "CONCEPTO"),
        ),
        Field(
            "cumplimiento_pct",
            Decimal(minimum=0, maximum=100, measure="%"),
            label="Porcentaje de cumplimiento",
            definition="Puntaje del acta sobre el máximo aplicable.",
            access=PUBLICA,
            source_names=("PORCENTAJE", "CUMPLIMIENTO"),
        ),
        Field(
            "medida_sanitaria",
            Coded(codelist="medida_sanitaria"),
            label="Medida sanitaria",
            definition="Medida sanitaria de seguridad impuesta en la visita.",
            access=PUBLICA,
        ),
        Field(
            "fecha_vigencia",
            Date(),
            label="Vigente hasta",
            definition="Último día en que vale el concepto, si el acta lo dice.",
            access=PUBLICA,
            source_names=("FECHA VIGENCIA", "VIGENCIA"),
        ),
        BARRIO,
        COMUNA,
        CORREGIMIENTO,
        Field(
            "numero_acta",
            Text(max_length=40),
            label="Número del acta",
            definition="Consecutivo del acta, que lleva al expediente.",
            access=CLASIFICADA,
            legal_basis=PERSONAL,
            source_names=("ACTA", "NUM_ACTA"),
        ),
        Field(
            "inspector",
            Text(),
            label="Inspector",
            definition="Funcionario que hizo la visita.",
            access=CLASIFICADA,
            legal_basis=PERSONAL,
            source_names=("FUNCIONARIO",),
        ),
        Field(
            "atendio",
            Text(),
            label="Quién atendió",
            definition="Persona que atendió la visita.",
            access=CLASIFICADA,
            legal_basis=PERSONAL,
        ),
        Field(
            "trabajadores",
            Integer(minimum=0),
            label="Trabajadores",
            definition="Personas que trabajan en el sitio; si son pocas, se las puede reconocer.",
            access=CLASIFICADA,
            legal_basis=PERSONAL,
        ),
        Field(
            "observaciones",
            Text(),
            label="Observaciones",
            definition="Texto libre del acta, que puede nombrar personas.",
            access=CLASIFICADA,
            legal_basis=PERSONAL,
            source_names=("OBSERVACION",),
        ),
    ),
    style=Style(
        symbol=Symbol(color="#2c7bb6", outline="#ffffff", radius=5, opacity=0.9),
        by="concepto",
        order=55,
    ),
    tiles=Tiles(minzoom=10, maxzoom=16, overview=("fecha",)),
    rules=(
        NotInFuture("fecha"),
        Ordered("fecha", "fecha_vigencia"),
        Inside("municipio"),
    ),
    metadata=Metadata(
        abstract=(
            "Visitas de inspección, vigilancia y control sanitario a establecimientos de "
            "alimentos: fecha, motivo, tipo de acta, concepto (favorable, favorable con "
            "requerimientos o desfavorable) y porcentaje de cumplimiento, sin datos de personas."
        ),
        purpose="Saber cuándo y con qué concepto se visitó un establecimiento.",
        lineage=(
            "Actas de inspección con enfoque de riesgo de la Secretaría de Salud (Ley 9 de 1979, "
            "Resoluciones 1229 y 2674 de 2013)."
        ),
        topic=Topic.HEALTH,
        frequency=Frequency.MONTHLY,
        contact="salud",
        keywords=("inspección sanitaria", "IVC", "concepto sanitario", "alimentos"),
        scale_denominator=5_000,
        notice=(
            "Un concepto describe lo encontrado el día de la visita y vale hasta la siguiente; no "
            "es una calificación ni una comparación entre establecimientos."
        ),
    ),
    datasets=(
        Dataset(
            "inspecciones_preparacion_alimentos",
            title="Inspecciones a sitios de preparación de alimentos",
            description=(
                "Visitas de inspección sanitaria a restaurantes, cafeterías, comedores y demás "
                "sitios que preparan alimentos, con fecha, motivo, concepto y cumplimiento."
            ),
            where="tipo_acta = 'preparacion_alimentos'",
            targets=TARGETS,
        ),
        Dataset(
            "inspecciones_expendio_alimentos",
            title="Inspecciones a expendios de alimentos y bebidas",
            description=(
                "Visitas de inspección sanitaria a tiendas, panaderías, licoreras y demás "
                "expendios de alimentos y bebidas, con fecha, motivo, concepto y cumplimiento."
            ),
            where="tipo_acta = 'expendio_alimentos_bebidas'",
            targets=TARGETS,
        ),
        Dataset(
            "inspecciones_expendio_carne",
            title="Inspecciones a expendios de carne",
            description=(
                "Visitas de inspección sanitaria a expendios de carne y productos cárnicos "
                "comestibles, con fecha, motivo, concepto y porcentaje de cumplimiento."
            ),
            where="tipo_acta = 'expendio_carne'",
            targets=TARGETS,
        ),
        Dataset(
            "inspecciones_superficies_depositos",
            title="Inspecciones a grandes superficies y depósitos de alimentos",
            description=(
                "Visitas de inspección sanitaria a supermercados, hipermercados, bodegas y "
                "depósitos de alimentos, con fecha, motivo, concepto y cumplimiento."
            ),
            where="tipo_acta IN ('grandes_superficies', 'almacenamiento')",
            targets=TARGETS,
        ),
        Dataset(
            "inspecciones_ventas_via_publica",
            title="Inspecciones a ventas de alimentos en vía pública",
            description=(
                "Visitas de inspección sanitaria a puestos de venta de alimentos en el espacio "
                "público, con fecha, motivo, concepto y porcentaje de cumplimiento."
            ),
            where="tipo_acta = 'ventas_via_publica'",
            targets=TARGETS,
        ),
    ),
    time=("fecha",),
    label="tipo_acta",
    here=Here(
        section=Section.NEIGHBOURS,
        relation=Relation.AROUND,
        fields=("establecimiento", "concepto", "fecha"),
        level="concepto",
        reach_m=150.0,
        most=8,
        latest_by="establecimiento",
    ),
)
