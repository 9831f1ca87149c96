"""Puntos Vive Digital: community centres with internet access and training."""

from gis.contract import (
    CLASIFICADA,
    PUBLICA,
    Coded,
    Dataset,
    Distinct,
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
    UrbanAddress,
)
from layers._shared import BARRIO, COMUNA, DIRECCION, HORARIO, NOMBRE, PRECISION, VERIFICADO

LAYER = Layer(
    name="puntos_vive_digital",
    title="Puntos Vive Digital",
    geometry=Geometry("Point", required=False),
    key=("codigo",),
    fields=(
        Field(
            "codigo",
            Text(max_length=20),
            label="Código",
            definition="Identificador del punto en el inventario de la entidad.",
            access=PUBLICA,
            required=True,
            source_names=("ID", "ID_PVD", "COD_PVD"),
            sortable=True,
        ),
        NOMBRE,
        Field(
            "tipo",
            Coded(codelist="tipo_pvd"),
            label="Tipo",
            definition="Modalidad del punto según el programa: tradicional, Plus o Lab.",
            access=PUBLICA,
        ),
        DIRECCION,
        COMUNA,
        BARRIO,
        Field(
            "estado",
            Coded(codelist="estado_punto"),
            label="Estado",
            definition="Si el punto presta el servicio.",
            access=PUBLICA,
        ),
        HORARIO,
        Field(
            "computadores",
            Integer(minimum=0, maximum=500),
            label="Computadores",
            definition="Computadores en servicio para el público.",
            access=PUBLICA,
        ),
        Field(
            "accesible",
            Coded(codelist="sino"),
            label="Accesible",
            definition="Si una persona con movilidad reducida puede entrar y usarlo sin ayuda.",
            access=PUBLICA,
        ),
        Field(
            "correo_institucional",
            Text(format="email"),
            label="Correo institucional",
            definition="Correo de la dependencia que lo administra.",
            access=PUBLICA,
        ),
        Field(
            "administrador",
            Text(),
            label="Administrador",
            definition="Persona encargada del punto.",
            access=CLASIFICADA,
            legal_basis="Dato personal: Ley 1581 de 2012; Ley 1712 de 2014, art. 18 a.",
        ),
        Field(
            "telefono_administrador",
            Text(max_length=40),
            label="Teléfono del administrador",
            definition="Teléfono de la persona encargada.",
            access=CLASIFICADA,
            legal_basis="Dato personal: Ley 1581 de 2012; Ley 1712 de 2014, art. 18 a.",
        ),
        PRECISION,
        VERIFICADO,
    ),
    style=Style(
        symbol=Symbol(color="#d95f02", outline="#ffffff", radius=7, opacity=0.95),
        by="tipo",
        order=70,
        visible=True,
    ),
    tiles=Tiles(minzoom=8, maxzoom=16, overview=("nombre",)),
    rules=(
        Distinct(("nombre",)),
        Inside("municipio"),
        UrbanAddress("direccion", "comunas"),
        NotInFuture("fecha_verificacion"),
    ),
    metadata=Metadata(
        abstract=(
            "Centros comunitarios con acceso a internet, capacitación, entretenimiento y trámites "
            "en línea del programa Vive Digital. Es un listado completo: menos de cincuenta filas. "
            "Un punto sin ubicación conocida aparece en la tabla y no en el mapa."
        ),
        purpose="Que cualquier persona encuentre dónde usar un computador y capacitarse gratis.",
        lineage=(
            "Inventario de la Secretaría de las TIC; la ubicación se toma en el sitio o se deduce "
            "de la dirección, según lo diga cada fila."
        ),
        topic=Topic.UTILITIES,
        frequency=Frequency.QUARTERLY,
        contact="tic",
        keywords=("Punto Vive Digital", "PVD", "apropiación digital", "internet"),
        scale_denominator=5_000,
    ),
    datasets=(Dataset("puntos_vive_digital", targets=("estatico", "ckan", "socrata")),),
    label="nombre",
)
