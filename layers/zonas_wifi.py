"""Free public WiFi zones: one point per access point, reach of 100 m."""

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
    Integer,
    Layer,
    Metadata,
    NearNamed,
    NotInFuture,
    Relation,
    Section,
    Style,
    Symbol,
    Text,
    Tiles,
    Topic,
    UrbanAddress,
)
from layers._shared import BARRIO, COMUNA, DIRECCION, PRECISION, VERIFICADO

LAYER = Layer(
    name="zonas_wifi",
    title="Zonas WiFi públicas",
    geometry=Geometry("Point"),
    key=("codigo",),
    fields=(
        Field(
            "codigo",
            Text(max_length=20),
            label="Código",
            definition="Identificador de la zona en el inventario de la entidad.",
            access=PUBLICA,
            required=True,
            source_names=("ID", "ID_ZONA", "COD_ZONA"),
            sortable=True,
        ),
        Field(
            "nombre",
            Text(max_length=200),
            label="Nombre",
            definition="Nombre del parque, plaza, vereda o sitio donde está la zona.",
            access=PUBLICA,
            required=True,
            source_names=("ZONAS VIBRA", "ZONA_WIFI", "NOMBRE_ZONA"),
            sortable=True,
        ),
        DIRECCION,
        COMUNA,
        BARRIO,
        Field(
            "estado",
            Coded(codelist="estado_punto"),
            label="Estado",
            definition="Si la zona presta el servicio.",
            access=PUBLICA,
        ),
        Field(
            "operador",
            Text(max_length=120),
            label="Operador",
            definition="Empresa que presta el servicio de internet.",
            access=PUBLICA,
        ),
        Field(
            "horario",
            Text(max_length=200),
            label="Horario",
            definition="Horas del servicio; lo usual es todos los días, las 24 horas.",
            access=PUBLICA,
        ),
        Field(
            "sesion_minutos",
            Integer(minimum=1, maximum=1440, measure="min"),
            label="Duración de la sesión",
            definition="Minutos de una sesión gratuita; al terminar se puede iniciar otra.",
            access=PUBLICA,
        ),
        Field(
            "radio_m",
            Integer(minimum=1, maximum=1000, measure="m"),
            label="Radio de cobertura",
            definition="Alcance aproximado de la señal desde el punto.",
            access=PUBLICA,
        ),
        Field(
            "ancho_banda_mbps",
            Decimal(minimum=0, measure="Mbit/s"),
            label="Ancho de banda",
            definition="Velocidad contratada de descarga.",
            access=PUBLICA,
        ),
        PRECISION,
        VERIFICADO,
    ),
    style=Style(
        symbol=Symbol(color="#1b6ca8", outline="#ffffff", radius=6, opacity=0.85, radius_m=100),
        order=60,
        visible=True,
    ),
    tiles=Tiles(minzoom=8, maxzoom=16, overview=("nombre",)),
    rules=(
        Distinct(("nombre",)),
        Inside("municipio"),
        NearNamed("centros_poblados", "nombre"),
        NearNamed("veredas", "nombre"),
        NearNamed("kioscos_vive_digital", "nombre", name_field="centro_poblado", max_m=5000),
        # A rural place may bear the name of a neighbourhood.
        NearNamed("barrios", "nombre", also=("centros_poblados",), unless=("vereda", "cañón")),
        UrbanAddress("direccion", "comunas"),
        NotInFuture("fecha_verificacion"),
    ),
    metadata=Metadata(
        abstract=(
            "Puntos de acceso gratuito a internet inalámbrico en parques, plazas y veredas, con su "
            "dirección, estado y horario. La cobertura aproximada es de 100 metros y cada sesión "
            "dura una hora. No contiene datos de las personas que se conectan."
        ),
        purpose="Que cualquier persona encuentre dónde conectarse gratis.",
        lineage=(
            "Inventario de la Secretaría de las TIC; coordenadas tomadas en el sitio o deducidas "
            "de la dirección, según lo diga cada fila."
        ),
        topic=Topic.UTILITIES,
        frequency=Frequency.QUARTERLY,
        contact="tic",
        keywords=("WiFi", "internet gratuito", "zonas digitales", "conectividad"),
        scale_denominator=5_000,
        notice="La cobertura de 100 metros es aproximada y depende de los obstáculos.",
    ),
    datasets=(Dataset("zonas_wifi", targets=("estatico", "ckan", "socrata")),),
    label="nombre",
    here=Here(
        section=Section.SERVICES,
        relation=Relation.NEAREST,
        fields=("nombre", "estado", "direccion", "horario"),
        reach_m=100.0,
        reach_by="radio_m",
        order=10,
    ),
)
