"""Populated places as DANE delimits them: the seat and the rural settlements."""

from gis.contract import (
    PUBLICA,
    Coded,
    Dataset,
    Decimal,
    Distinct,
    Field,
    Frequency,
    Geometry,
    Here,
    Inside,
    Layer,
    Metadata,
    NoOverlap,
    NoSliver,
    Place,
    PlaceKind,
    Relation,
    Section,
    Style,
    Symbol,
    Text,
    Tiles,
    Topic,
)

LAYER = Layer(
    name="centros_poblados",
    title="Centros poblados",
    geometry=Geometry("MultiPolygon"),
    key=("codigo",),
    fields=(
        Field(
            "codigo",
            Text(pattern=r"\d{8}"),
            label="Código DANE",
            definition=(
                "Código DIVIPOLA del centro poblado: cinco dígitos del municipio y tres propios. "
                "No es el código de la vereda del mismo número."
            ),
            access=PUBLICA,
            required=True,
            source_names=("COD_CPOB", "CPOB_CCDGO", "CODIGO_DANE"),
            sortable=True,
        ),
        Field(
            "nombre",
            Text(max_length=120),
            label="Nombre",
            definition="Nombre del centro poblado según el DANE.",
            access=PUBLICA,
            required=True,
            source_names=("NOM_CPOB", "CPOB_CNMBR"),
            sortable=True,
        ),
        Field(
            "clase",
            Coded(codelist="clase_centro_poblado"),
            label="Clase",
            definition="Cabecera municipal o centro poblado rural.",
            access=PUBLICA,
            source_names=("COD_CLAS", "CLAS_CCDGO"),
        ),
        Field(
            "altitud_m",
            Decimal(minimum=-10, maximum=5800, measure="m"),
            label="Altitud",
            definition="Altitud sobre el nivel del mar según la fuente.",
            access=PUBLICA,
            source_names=("ALTITUD",),
        ),
    ),
    style=Style(
        symbol=Symbol(color="#d8c6a8", outline="#8c7851", width=1.0, opacity=0.7),
        label="nombre",
        label_minzoom=11,
        order=15,
    ),
    tiles=Tiles(minzoom=8, maxzoom=16),
    rules=(
        NoOverlap(),
        NoSliver(max_area_m2=200, thinness=0.8),
        Inside("municipio", tolerance_m=100),
        Distinct(("nombre",)),
    ),
    metadata=Metadata(
        abstract=(
            "Cabecera municipal y centros poblados rurales que reconoce el DANE en el Marco "
            "Geoestadístico Nacional, con su código y su clase. Un centro poblado de varias "
            "partes es un solo elemento. Es un listado completo del municipio."
        ),
        purpose="Reconocer los caseríos del municipio y ubicar servicios en la zona rural.",
        lineage=(
            "Marco Geoestadístico Nacional del DANE, filtrado por el código del municipio; las "
            "partes de un mismo código se unen."
        ),
        topic=Topic.LOCATION,
        frequency=Frequency.ANNUALLY,
        contact="planeacion",
        keywords=("centros poblados", "zona rural", "DANE", "MGN"),
        scale_denominator=25_000,
    ),
    datasets=(Dataset("centros_poblados", targets=("estatico", "ckan", "socrata")),),
    label="nombre",
    here=Here(
        section=Section.PLACE,
        relation=Relation.COVERS,
        fields=("nombre", "clase"),
        order=60,
    ),
    place=Place(PlaceKind.SETTLEMENT),
)
