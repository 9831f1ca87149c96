"""Parcels, without their owners."""

from gis.contract import (
    CLASIFICADA,
    PUBLICA,
    Coded,
    Dataset,
    Decimal,
    Field,
    Frequency,
    Geometry,
    Layer,
    Metadata,
    NoOverlap,
    Style,
    Symbol,
    Text,
    Tiles,
    Topic,
)

LAYER = Layer(
    name="predios",
    title="Predios",
    geometry=Geometry("MultiPolygon"),
    key=("numero_predial",),
    fields=(
        Field(
            "numero_predial",
            Text(pattern=r"\d{30}"),
            label="Número predial",
            definition="Número predial nacional de treinta dígitos.",
            access=PUBLICA,
            required=True,
            source_names=(
                "NUM_PREDIA",
                "CODIGO",
                "NUMERO_PREDIAL",
            ),
            sortable=True,
        ),
        Field(
            "tipo",
            Coded(codelist="tipo_predio"),
            label="Tipo",
            definition="Urbano o rural.",
            access=PUBLICA,
        ),
        Field(
            "direccion",
            Text(max_length=200),
            label="Dirección",
            definition="Nomenclatura del predio.",
            access=PUBLICA,
        ),
        Field(
            "estrato",
            Coded(codelist="estrato"),
            label="Estrato",
            definition="Estrato de la vivienda, si tiene.",
            access=PUBLICA,
        ),
        Field(
            "area_terreno_m2",
            Decimal(minimum=0, measure="m2"),
            label="Área de terreno",
            definition="Área de terreno que informa el catastro.",
            access=PUBLICA,
        ),
        Field(
            "avaluo_cop",
            Decimal(minimum=0, measure="COP"),
            label="Avalúo catastral",
            definition="Avalúo catastral vigente.",
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
        Field(
            "documento_propietario",
            Text(max_length=20),
            label="Documento del propietario",
            definition="Documento del propietario.",
            access=CLASIFICADA,
            legal_basis="Dato personal: Ley 1581 de 2012; Ley 1712 de 2014, art. 18 a.",
        ),
    ),
    style=Style(
        symbol=Symbol(color="#8d99ae", outline="#5b6475", width=0.5, opacity=0.35),
        order=35,
        by="tipo",
    ),
    tiles=Tiles(minzoom=14, maxzoom=18),
    rules=(NoOverlap(),),
    metadata=Metadata(
        abstract=(
            "Predios urbanos y rurales de la base catastral con su número "
            "predial nacional, dirección, estrato y área de terreno. No "
            "contiene nombres ni documentos de propietarios, ni avalúos "
            "catastrales."
        ),
        purpose="Identificar predios en trámites y proyectos.",
        lineage=("Base catastral del gestor catastral, entregada a la Secretaría de Planeación."),
        topic=Topic.PLANNING,
        frequency=Frequency.MONTHLY,
        contact="planeacion",
        keywords=(
            "predios",
            "catastro",
            "número predial",
        ),
        scale_denominator=2_000,
        notice="No es un certificado catastral ni prueba la propiedad.",
    ),
    datasets=(Dataset("predios"),),
    label="numero_predial",
)
