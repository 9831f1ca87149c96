"""Establishments under sanitary inspection, surveillance and control (IVC)."""

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
    Layer,
    Metadata,
    NamesNoPerson,
    NotInFuture,
    Style,
    Symbol,
    Text,
    Tiles,
    Topic,
    UrbanAddress,
)
from layers._shared import BARRIO, COMUNA, CORREGIMIENTO, DIRECCION, PRECISION

PERSONAL = "Dato personal o comercial: Ley 1581 de 2012; Ley 1712 de 2014, art. 18 a y c."

LAYER = Layer(
    name="establecimientos",
    title="Establecimientos de interés sanitario",
    geometry=Geometry("Point", required=False),
    key=("codigo",),
    fields=(
        Field(
            "codigo",
            Text(max_length=20),
            label="Código",
            definition="Identificador interno; no se deriva del documento ni de la matrícula.",
            access=PUBLICA,
            required=True,
            source_names=("ID", "ID_ESTABLECIMIENTO", "COD_ESTAB"),
            sortable=True,
        ),
        Field(
            "nombre_comercial",
            Text(max_length=200),
            label="Nombre comercial",
            definition=(
                "Nombre del aviso al público. Vacío cuando sea el nombre de una persona natural."
            ),
            access=PUBLICA,
            legal_basis=(
                "Aviso al público de un establecimiento abierto; se suprime si nombra a una "
                "persona natural (Ley 1581 de 2012)."
            ),
            source_names=("NOMBRE_COMERCIAL", "NOM_COMERCIAL", "ESTABLECIMIENTO"),
            sortable=True,
        ),
        Field(
            "tipo",
            Coded(codelist="tipo_establecimiento"),
            label="Tipo de establecimiento",
            definition="Actividad principal sujeta a inspección.",
            access=PUBLICA,
            required=True,
            source_names=("TIPO ESTABLECIMIENTO", "TIPO_ESTAB"),
        ),
        DIRECCION,
        BARRIO,
        COMUNA,
        CORREGIMIENTO,
        Field(
            "abierto",
            Coded(codelist="sino"),
            label="Abierto",
            definition="Si sigue en funcionamiento según la última visita.",
            access=PUBLICA,
        ),
        Field(
            "fecha_inscripcion",
            Date(),
            label="Fecha de inscripción",
            definition="Día en que se inscribió ante la autoridad sanitaria.",
            access=PUBLICA,
        ),
        Field(
            "tipo_persona",
            Coded(codelist="tipo_persona"),
            label="Tipo de titular",
            definition="Si el titular es persona natural o jurídica.",
            access=CLASIFICADA,
            legal_basis=PERSONAL,
        ),
        Field(
            "razon_social",
            Text(max_length=200),
            label="Razón social",
            definition="Nombre del titular en la matrícula mercantil.",
            access=CLASIFICADA,
            legal_basis=PERSONAL,
            source_names=("RAZON SOCIAL", "PROPIETARIO"),
        ),
        Field(
            "documento_titular",
            Text(max_length=20),
            label="NIT o cédula del titular",
            definition="Documento del titular.",
            access=CLASIFICADA,
            legal_basis=PERSONAL,
            source_names=("NIT", "CEDULA", "CEDULA_NIT"),
        ),
        Field(
            "matricula_mercantil",
            Text(max_length=20),
            label="Matrícula mercantil",
            definition="Número de matrícula en la cámara de comercio; lleva al titular.",
            access=CLASIFICADA,
            legal_basis=PERSONAL,
        ),
        Field(
            "telefono",
            Text(max_length=40),
            label="Teléfono",
            definition="Teléfono de contacto del titular.",
            access=CLASIFICADA,
            legal_basis=PERSONAL,
            source_names=("TEL", "CELULAR"),
        ),
        Field(
            "correo",
            Text(format="email"),
            label="Correo electrónico",
            definition="Correo de notificación del titular.",
            access=CLASIFICADA,
            legal_basis=PERSONAL,
        ),
        PRECISION,
    ),
    style=Style(
        symbol=Symbol(color="#35a7c2", outline="#ffffff", radius=4.5, opacity=0.85),
        by="tipo",
        order=50,
    ),
    tiles=Tiles(minzoom=10, maxzoom=16),
    rules=(
        Inside("municipio"),
        UrbanAddress("direccion", "comunas"),
        NotInFuture("fecha_inscripcion"),
        NamesNoPerson("nombre_comercial", holder="razon_social", kind="tipo_persona"),
    ),
    metadata=Metadata(
        abstract=(
            "Establecimientos abiertos al público que la autoridad sanitaria inspecciona por "
            "preparar, vender o almacenar alimentos y bebidas: tipo, nombre comercial y ubicación. "
            "No contiene nombres, documentos ni teléfonos de sus titulares."
        ),
        purpose="Conocer los establecimientos vigilados y ubicar sus inspecciones.",
        lineage=(
            "Censo de establecimientos de la Secretaría de Salud (Resolución 1229 de 2013), con la "
            "ubicación deducida de la dirección cuando no se tomó en la visita."
        ),
        topic=Topic.HEALTH,
        frequency=Frequency.MONTHLY,
        contact="salud",
        keywords=("establecimientos", "inspección sanitaria", "IVC", "alimentos"),
        scale_denominator=5_000,
        notice="Estar en este listado no es un concepto sanitario ni una recomendación.",
    ),
    datasets=(Dataset("establecimientos_sanitarios", targets=("estatico", "ckan", "socrata")),),
    label="nombre_comercial",
)
