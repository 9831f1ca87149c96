"""Kioscos Vive Digital: rural internet access, usually in a school."""

from gis.contract import (
    PUBLICA,
    Coded,
    Dataset,
    Distinct,
    Field,
    Frequency,
    Geometry,
    Here,
    Inside,
    Integer,
    Layer,
    Metadata,
    NearNamed,
    NotInFuture,
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
from layers._shared import CORREGIMIENTO, HORARIO, NOMBRE, PRECISION, VERIFICADO

LAYER = Layer(
    name="kioscos_vive_digital",
    title="Kioscos Vive Digital",
    geometry=Geometry("Point", required=False),
    key=("codigo",),
    fields=(
        Field(
            "codigo",
            Text(max_length=20),
            label="Código",
            definition="Identificador del kiosco en el inventario de la entidad.",
            access=PUBLICA,
            required=True,
            source_names=("ID", "ID_KVD", "COD_KVD"),
            sortable=True,
        ),
        NOMBRE,
        Field(
            "centro_poblado",
            Text(max_length=120),
            label="Vereda o centro poblado",
            definition="Lugar al que sirve el kiosco.",
            access=PUBLICA,
            source_names=("VEREDA", "CENTRO_POBLADO"),
        ),
        CORREGIMIENTO,
        Field(
            "tipo",
            Coded(codelist="tipo_kvd"),
            label="Tipo",
            definition="Dotación del kiosco según el programa: A, B o C.",
            access=PUBLICA,
        ),
        Field(
            "sede",
            Text(max_length=200),
            label="Sede",
            definition="Institución educativa o local donde funciona.",
            access=PUBLICA,
        ),
        Field(
            "estado",
            Coded(codelist="estado_punto"),
            label="Estado",
            definition="Si el kiosco presta el servicio.",
            access=PUBLICA,
        ),
        HORARIO,
        Field(
            "habitantes",
            Integer(minimum=0),
            label="Habitantes del lugar",
            definition="Habitantes del centro poblado según la fuente citada; vacío es sin dato.",
            access=PUBLICA,
        ),
        Field(
            "fuente_habitantes",
            Text(),
            label="Fuente de los habitantes",
            definition="Censo o proyección, con su año.",
            access=PUBLICA,
        ),
        PRECISION,
        VERIFICADO,
    ),
    style=Style(
        symbol=Symbol(color="#3690c0", outline="#ffffff", radius=7, opacity=0.95),
        by="tipo",
        label="centro_poblado",
        label_minzoom=12,
        order=65,
        visible=True,
    ),
    tiles=Tiles(minzoom=8, maxzoom=16, overview=("nombre",)),
    rules=(
        Distinct(("nombre",)),
        Inside("municipio"),
        NearNamed("centros_poblados", "centro_poblado"),
        NotInFuture("fecha_verificacion"),
    ),
    metadata=Metadata(
        abstract=(
            "Kioscos de internet comunitario en la zona rural, con su tipo y horario: en la mañana "
            "atienden a la escuela y en la tarde a toda la comunidad. Es un listado completo: "
            "menos de cincuenta filas. Uno sin ubicación conocida está en la tabla y no en el mapa."
        ),
        purpose="Que las comunidades rurales sepan dónde hay internet y computadores.",
        lineage=(
            "Inventario de la Secretaría de las TIC; la ubicación es la del centro poblado que "
            "reconoce el DANE cuando no se ha tomado en el sitio."
        ),
        topic=Topic.UTILITIES,
        frequency=Frequency.QUARTERLY,
        contact="tic",
        keywords=("Kiosco Vive Digital", "KVD", "internet rural", "centros digitales"),
        scale_denominator=25_000,
    ),
    datasets=(Dataset("kioscos_vive_digital", targets=("estatico", "ckan", "socrata")),),
    label="nombre",
    here=Here(
        section=Section.SERVICES,
        relation=Relation.NEAREST,
        fields=("nombre", "tipo", "estado", "sede", "horario"),
        order=30,
    ),
    place=Place(PlaceKind.SITE),
)
