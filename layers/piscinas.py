"""Swimming pools of collective use and their sanitary concept."""

from gis.contract import (
    CLASIFICADA,
    PUBLICA,
    Coded,
    Dataset,
    Date,
    Field,
    Frequency,
    Geometry,
    Inside,
    Integer,
    Layer,
    Metadata,
    NotInFuture,
    Ordered,
    Style,
    Symbol,
    Text,
    Tiles,
    Topic,
)
from layers._shared import COMUNA, CORREGIMIENTO, DIRECCION, NOMBRE, PRECISION

PERSONAL = "Dato personal o comercial: Ley 1581 de 2012; Ley 1712 de 2014, art. 18 a y c."

LAYER = Layer(
    name="piscinas",
    title="Piscinas de uso colectivo",
    geometry=Geometry("Point", required=False),
    key=("codigo",),
    fields=(
        Field(
            "codigo",
            Text(max_length=40),
            label="Código",
            definition="Identificador interno de la piscina.",
            access=PUBLICA,
            required=True,
            source_names=("ID",),
            sortable=True,
        ),
        NOMBRE,
        Field(
            "clase",
            Coded(codelist="clase_piscina"),
            label="Clase",
            definition="Clase de piscina según quién la usa.",
            access=PUBLICA,
            required=True,
        ),
        Field(
            "estanques",
            Integer(minimum=1),
            label="Estanques",
            definition="Cuántos estanques tiene.",
            access=PUBLICA,
        ),
        Field(
            "fecha",
            Date(),
            label="Fecha de la visita",
            definition="Día de la última visita de la autoridad sanitaria.",
            access=PUBLICA,
            sortable=True,
        ),
        Field(
            "concepto",
            Coded(codelist="concepto_sanitario"),
            label="Concepto sanitario",
            definition="Conclusión de la última visita.",
            access=PUBLICA,
        ),
        Field(
            "fecha_vigencia",
            Date(),
            label="Vigente hasta",
            definition="Último día en que vale el concepto.",
            access=PUBLICA,
        ),
        DIRECCION,
        COMUNA,
        CORREGIMIENTO,
        PRECISION,
        Field(
            "responsable_piscina",
            Text(),
            label="Responsable",
            definition="Persona que responde por la piscina.",
            access=CLASIFICADA,
            legal_basis=PERSONAL,
        ),
        Field(
            "telefono",
            Text(),
            label="Teléfono",
            definition="Teléfono del responsable.",
            access=CLASIFICADA,
            legal_basis=PERSONAL,
        ),
    ),
    style=Style(
        symbol=Symbol(color="#2c7bb6", outline="#ffffff", radius=5, opacity=0.9),
        order=53,
        by="clase",
    ),
    tiles=Tiles(minzoom=10, maxzoom=16),
    rules=(
        NotInFuture("fecha"),
        Ordered("fecha", "fecha_vigencia"),
        Inside("municipio"),
    ),
    metadata=Metadata(
        abstract=(
            "Piscinas y estanques de uso colectivo vigilados por la autoridad sanitaria (Ley 1209 "
            "de 2008), con su clase, dirección y el concepto de la última visita. No contiene "
            "datos de personas."
        ),
        purpose="Saber si una piscina fue visitada y con qué concepto.",
        lineage=(
            "Actas de visita de la Secretaría de Salud (Ley 1209 de 2008, Decreto 780 de 2016)."
        ),
        topic=Topic.HEALTH,
        frequency=Frequency.MONTHLY,
        contact="salud",
        keywords=("piscinas", "inspección sanitaria", "IVC"),
        scale_denominator=5_000,
    ),
    datasets=(
        Dataset(
            "piscinas",
            targets=("estatico", "ckan", "socrata"),
        ),
    ),
    time=("fecha",),
    label="nombre",
)
