"""Comunas: the administrative division of the urban area."""

from gis.contract import (
    PUBLICA,
    Coded,
    Dataset,
    Date,
    Field,
    Frequency,
    Geometry,
    Here,
    Inside,
    Integer,
    Layer,
    Metadata,
    NoOverlap,
    NoSliver,
    Place,
    PlaceKind,
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
    name="comunas",
    title="Comunas",
    geometry=Geometry("MultiPolygon"),
    key=("comuna",),
    fields=(
        Field(
            "comuna",
            Coded(codelist="comuna"),
            label="Comuna",
            definition="Número de la comuna en el acuerdo que divide el suelo urbano.",
            access=PUBLICA,
            required=True,
            source_names=("COMUNAS", "NUM_COMUNA", "COD_COMUNA", "CD_LC_CM"),
            sortable=True,
        ),
        Field(
            "nombre",
            Text(max_length=100),
            label="Nombre",
            definition="Nombre propio de la comuna, si lo tiene además del número.",
            access=PUBLICA,
            source_names=("NOMBRE", "NOM_COMUNA", "NMB_LC_CM"),
        ),
        Field(
            "acto_administrativo",
            Text(),
            label="Acto administrativo",
            definition="Acuerdo o decreto que fija sus límites.",
            access=PUBLICA,
            source_names=("ACUERDO", "ACTO_ADMIN"),
        ),
        Field(
            "fecha_acto",
            Date(),
            label="Fecha del acto",
            definition="Fecha del acto administrativo que fija sus límites.",
            access=PUBLICA,
        ),
        Field(
            "poblacion",
            Integer(minimum=0),
            label="Población",
            definition="Habitantes según la fuente y el año que se citan.",
            access=PUBLICA,
        ),
        Field(
            "fuente_poblacion",
            Text(),
            label="Fuente de la población",
            definition="Censo o proyección, con su año.",
            access=PUBLICA,
        ),
    ),
    style=Style(
        symbol=Symbol(color="#ece8dd", outline="#a89d87", width=1.2, opacity=0.75, dashed=True),
        label="comuna",
        label_minzoom=11,
        role=Role.BASE,
        order=20,
        visible=True,
    ),
    tiles=Tiles(minzoom=8, maxzoom=16),
    rules=(
        NoOverlap(),
        NoSliver(max_area_m2=2_000, thinness=0.8),
        Inside("municipio", tolerance_m=100),
    ),
    metadata=Metadata(
        abstract=(
            "División del suelo urbano en comunas, con el acto administrativo que fija sus "
            "límites. Es un listado completo: tiene una fila por comuna, aunque su dibujo tenga "
            "varias partes. Las comunas agrupan barrios y eligen juntas administradoras locales."
        ),
        purpose="Ubicar personas, equipamientos y cifras por comuna.",
        lineage=(
            "Cartografía de la Secretaría de Planeación según el plan de ordenamiento territorial; "
            "las partes de una misma comuna se unen en un solo elemento."
        ),
        topic=Topic.BOUNDARIES,
        frequency=Frequency.AS_NEEDED,
        contact="planeacion",
        keywords=("comunas", "división político-administrativa", "suelo urbano"),
        scale_denominator=5_000,
    ),
    datasets=(Dataset("comunas", targets=("estatico", "ckan", "socrata")),),
    label="comuna",
    here=Here(
        section=Section.PLACE,
        relation=Relation.COVERS,
        fields=("comuna", "nombre"),
        order=20,
        means=Zone.URBAN,
    ),
    place=Place(PlaceKind.DISTRICT),
)
