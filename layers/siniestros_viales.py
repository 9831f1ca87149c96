"""Road crashes, without the people involved."""

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
    Style,
    Symbol,
    Text,
    Tiles,
    Topic,
)
from layers._shared import BARRIO, COMUNA

LAYER = Layer(
    name="siniestros_viales",
    title="Siniestros viales",
    geometry=Geometry("Point", required=False),
    key=("codigo",),
    fields=(
        Field(
            "codigo",
            Text(max_length=40),
            label="Código",
            definition="Identificador interno; no es el número del informe de tránsito.",
            access=PUBLICA,
            required=True,
            source_names=("ID",),
            sortable=True,
        ),
        Field(
            "fecha",
            Date(),
            label="Fecha",
            definition="Día del siniestro.",
            access=PUBLICA,
            required=True,
            sortable=True,
            source_names=("FECHA_O",),
        ),
        Field(
            "franja",
            Text(pattern=r"\d{2}:00"),
            label="Franja horaria",
            definition="Hora del siniestro, sin minutos.",
            access=PUBLICA,
        ),
        Field(
            "gravedad",
            Coded(codelist="gravedad_siniestro"),
            label="Gravedad",
            definition="Consecuencia más grave.",
            access=PUBLICA,
            required=True,
        ),
        Field(
            "clase",
            Coded(codelist="clase_siniestro"),
            label="Clase",
            definition="Clase de siniestro.",
            access=PUBLICA,
        ),
        Field(
            "lesionados",
            Integer(minimum=0),
            label="Lesionados",
            definition="Personas lesionadas.",
            access=PUBLICA,
        ),
        Field(
            "fallecidos",
            Integer(minimum=0),
            label="Fallecidos",
            definition="Personas fallecidas.",
            access=PUBLICA,
        ),
        COMUNA,
        BARRIO,
        Field(
            "direccion",
            Text(max_length=200),
            label="Dirección",
            definition="Dirección o cruce que dice el informe.",
            access=PUBLICA,
            source_names=("DIRECCION",),
        ),
        Field(
            "informe",
            Text(max_length=40),
            label="Número del informe",
            definition="Informe policial de accidente de tránsito.",
            access=CLASIFICADA,
            legal_basis="Dato personal: Ley 1581 de 2012; Ley 1712 de 2014, art. 18 a.",
        ),
        Field(
            "observaciones",
            Text(),
            label="Observaciones",
            definition="Texto libre del informe, que puede nombrar personas.",
            access=CLASIFICADA,
            legal_basis="Dato personal: Ley 1581 de 2012; Ley 1712 de 2014, art. 18 a.",
            source_names=("OBSERVACION",),
        ),
    ),
    style=Style(
        symbol=Symbol(color="#e6850e", outline="#ffffff", radius=4, opacity=0.8),
        order=54,
        by="gravedad",
    ),
    tiles=Tiles(minzoom=9, maxzoom=16, overview=("fecha",)),
    rules=(
        NotInFuture("fecha"),
        Inside("municipio"),
    ),
    metadata=Metadata(
        abstract=(
            "Siniestros viales registrados por la autoridad de tránsito: fecha, "
            "franja horaria, gravedad, clase y lugar, con el número de personas "
            "lesionadas y fallecidas. No contiene datos de las personas."
        ),
        purpose="Reconocer los puntos críticos de la seguridad vial.",
        lineage=(
            "Informes policiales de accidente de tránsito consolidados por la "
            "Secretaría de Movilidad."
        ),
        topic=Topic.TRANSPORTATION,
        frequency=Frequency.MONTHLY,
        contact="movilidad",
        keywords=(
            "siniestros viales",
            "seguridad vial",
            "tránsito",
        ),
        scale_denominator=5_000,
    ),
    datasets=(Dataset("siniestros_viales", targets=("estatico", "ckan", "socrata")),),
    time=("fecha",),
    label="clase",
)
