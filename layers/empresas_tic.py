"""ICT companies."""

from gis.contract import (
    CLASIFICADA,
    PUBLICA,
    Coded,
    Dataset,
    Field,
    Frequency,
    Geometry,
    Inside,
    Layer,
    Metadata,
    Style,
    Symbol,
    Text,
    Tiles,
    Topic,
)
from layers._shared import COMUNA, PRECISION

LAYER = Layer(
    name="empresas_tic",
    title="Empresas de TIC",
    geometry=Geometry("Point", required=False),
    key=("codigo",),
    fields=(
        Field(
            "codigo",
            Text(max_length=40),
            label="Código",
            definition="Identificador interno; no se deriva del documento.",
            access=PUBLICA,
            required=True,
            source_names=("ID",),
            sortable=True,
        ),
        Field(
            "nombre",
            Text(max_length=200),
            label="Nombre",
            definition="Nombre de la empresa; vacío cuando sea el de una persona natural.",
            access=PUBLICA,
            source_names=(
                "NOMBRE",
                "EMPRESA",
            ),
            sortable=True,
        ),
        Field(
            "actividad",
            Coded(codelist="actividad_tic"),
            label="Actividad",
            definition="Actividad principal.",
            access=PUBLICA,
            required=True,
        ),
        Field(
            "mesa",
            Text(max_length=100),
            label="Mesa del clúster",
            definition="Mesa del clúster en que participa; vacía mientras no esté establecida.",
            access=PUBLICA,
            source_names=("MESA", "MESA_CLUSTER"),
            sortable=True,
        ),
        Field(
            "sitio_web",
            Text(format="uri"),
            label="Sitio web",
            definition="Dirección de su sitio.",
            access=PUBLICA,
        ),
        COMUNA,
        PRECISION,
        Field(
            "documento",
            Text(max_length=20),
            label="NIT o cédula",
            definition="Documento del titular.",
            access=CLASIFICADA,
            legal_basis="Dato personal: Ley 1581 de 2012; Ley 1712 de 2014, art. 18 a.",
        ),
    ),
    style=Style(
        symbol=Symbol(color="#3d6fb4", outline="#ffffff", radius=5, opacity=0.9),
        order=56,
        by="actividad",
    ),
    tiles=Tiles(minzoom=10, maxzoom=16),
    rules=(Inside("municipio"),),
    metadata=Metadata(
        abstract=(
            "Empresas del sector de tecnologías de la información y las "
            "comunicaciones que operan en el municipio, con su actividad "
            "principal. No contiene nombres ni documentos de personas "
            "naturales."
        ),
        purpose="Conocer el ecosistema digital del municipio.",
        lineage=(
            "Registro de la Secretaría de las TIC con información voluntaria de las empresas."
        ),
        topic=Topic.ECONOMY,
        frequency=Frequency.BIANNUALLY,
        contact="tic",
        keywords=(
            "TIC",
            "empresas",
            "software",
        ),
        scale_denominator=5_000,
    ),
    datasets=(Dataset("empresas_tic"),),
    label="nombre",
)
