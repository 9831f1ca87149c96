"""The municipality's outline: what every other layer must lie in."""

from gis.contract import (
    PUBLICA,
    Dataset,
    Date,
    Decimal,
    Field,
    Frequency,
    Geometry,
    Here,
    Integer,
    Layer,
    Metadata,
    NoOverlap,
    Relation,
    Role,
    Section,
    Style,
    Symbol,
    Text,
    Tiles,
    Topic,
    Zone,
)

LAYER = Layer(
    name="municipio",
    title="Límite municipal",
    geometry=Geometry("MultiPolygon"),
    key=("divipola",),
    fields=(
        Field(
            "divipola",
            Text(pattern=r"\d{5}"),
            label="Código DIVIPOLA",
            definition="Código DANE del municipio: dos dígitos del departamento y tres propios.",
            access=PUBLICA,
            required=True,
            source_names=("MpCodigo", "MPIO_CDPMP", "COD_MPIO", "MPIO_CCDGO"),
        ),
        Field(
            "nombre",
            Text(max_length=100),
            label="Nombre",
            definition="Nombre oficial del municipio según la DIVIPOLA.",
            access=PUBLICA,
            required=True,
            source_names=("MpNombre", "MPIO_CNMBR", "NOM_MPIO"),
        ),
        Field(
            "departamento",
            Text(max_length=100),
            label="Departamento",
            definition="Departamento al que pertenece.",
            access=PUBLICA,
            source_names=("Depto", "DPTO_CNMBR", "NOM_DPTO"),
        ),
        Field(
            "acto_creacion",
            Text(),
            label="Acto de creación",
            definition="Norma que creó el municipio o fijó su límite, si se conoce.",
            access=PUBLICA,
            source_names=("MpNorma", "MPIO_CRSLC"),
        ),
        Field(
            "area_oficial_km2",
            Decimal(minimum=0, measure="km2"),
            label="Área oficial",
            definition="Área que informa la fuente, que puede diferir de la medida en el mapa.",
            access=PUBLICA,
            source_names=("MpArea", "MPIO_NAREA"),
        ),
        Field(
            "altitud_m",
            Integer(minimum=-10, maximum=5800, measure="m"),
            label="Altitud de la cabecera",
            definition="Altitud de la cabecera municipal sobre el nivel del mar.",
            access=PUBLICA,
            source_names=("MpAltitud",),
        ),
        Field(
            "fecha_limite",
            Date(),
            label="Fecha del límite",
            definition="Fecha a la que corresponde el límite representado.",
            access=PUBLICA,
        ),
    ),
    style=Style(
        symbol=Symbol(color="#f6f5f0", outline="#8a8f98", width=1.5, opacity=1.0),
        label="nombre",
        label_minzoom=6,
        role=Role.BASE,
        order=10,
        visible=True,
    ),
    tiles=Tiles(minzoom=5, maxzoom=15),
    rules=(NoOverlap(),),
    metadata=Metadata(
        abstract=(
            "Polígono del territorio del municipio, con su código DIVIPOLA, el acto que lo creó, "
            "el área oficial y la altitud de la cabecera. Sirve de marco a las demás capas y de "
            "referencia para saber si un dato está dentro del municipio."
        ),
        purpose="Referencia territorial de las demás capas y de los trámites municipales.",
        lineage=(
            "Límite oficial del Instituto Geográfico Agustín Codazzi (IGAC), entregado por la "
            "Secretaría de Planeación y reproyectado a MAGNA-SIRGAS Origen Nacional."
        ),
        topic=Topic.BOUNDARIES,
        frequency=Frequency.AS_NEEDED,
        contact="planeacion",
        keywords=("límite municipal", "división político-administrativa", "DIVIPOLA"),
        scale_denominator=100_000,
    ),
    datasets=(Dataset("limite_municipal", targets=("estatico", "ckan", "socrata")),),
    label="nombre",
    here=Here(
        section=Section.PLACE,
        relation=Relation.COVERS,
        fields=("nombre", "departamento"),
        order=10,
        means=Zone.MUNICIPALITY,
    ),
)
