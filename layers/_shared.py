"""Fields and notices that several layers declare with the same words. Values only."""

from gis.contract import PUBLICA, Coded, Date, Field, Text

NOMBRE = Field(
    "nombre",
    Text(max_length=200),
    label="Nombre",
    definition="Nombre con que se conoce.",
    access=PUBLICA,
    required=True,
    source_names=("NOMBRE", "NOM", "name"),
    sortable=True,
)
COMUNA = Field(
    "comuna",
    Coded(codelist="comuna"),
    label="Comuna",
    definition="Comuna donde se encuentra; vacía en suelo rural.",
    access=PUBLICA,
    source_names=("COMUNAS", "NUM_COMUNA", "CD_LC_CM"),
    sortable=True,
)
CORREGIMIENTO = Field(
    "corregimiento",
    Text(max_length=100),
    label="Corregimiento",
    definition="Corregimiento donde se encuentra; vacío en suelo urbano.",
    access=PUBLICA,
    source_names=("CORREGIMIE", "NOM_CORREG"),
)
BARRIO = Field(
    "barrio",
    Text(max_length=100),
    label="Barrio o vereda",
    definition="Barrio (suelo urbano) o vereda (suelo rural) donde se encuentra.",
    access=PUBLICA,
    source_names=("BARRIO/VEREDA", "VEREDA", "NOM_BARRIO", "BARRIO_VER"),
)
DIRECCION = Field(
    "direccion",
    Text(max_length=200),
    label="Dirección",
    definition="Dirección con la nomenclatura del municipio, o la indicación para llegar.",
    access=PUBLICA,
    source_names=("DIRECCION", "DIR", "UBICACION"),
)
PRECISION = Field(
    "precision_ubicacion",
    Coded(codelist="precision_ubicacion"),
    label="Precisión de la ubicación",
    definition="Cómo se conoce el punto del mapa: tomado en el sitio, deducido o desconocido.",
    access=PUBLICA,
)
VERIFICADO = Field(
    "fecha_verificacion",
    Date(),
    label="Fecha de verificación",
    definition="Último día en que la entidad comprobó los datos en el sitio.",
    access=PUBLICA,
    source_names=("FECHA_VERI", "FECHA_ACTUALIZACION"),
    sortable=True,
)
HORARIO = Field(
    "horario",
    Text(max_length=200),
    label="Horario",
    definition="Días y horas de atención.",
    access=PUBLICA,
)

RISK_NOTICE = (
    "Información de consulta a la escala del estudio citado. No reemplaza el concepto de riesgo "
    "ni el concepto de uso del suelo que expide la entidad, ni sirve para decidir sobre un predio."
)
"""What must be read with any layer of hazard, vulnerability or risk: in one answer, once."""

# Columns that the registers of Ley 1712 de 2014 have in common.
CODIGO = Field(
    "codigo",
    Text(max_length=120),
    label="Código",
    definition="Identificador de la fila.",
    access=PUBLICA,
    required=True,
)
IDIOMA = Field(
    "idioma",
    Text(),
    label="Idioma",
    definition="Lengua en que está la información.",
    access=PUBLICA,
)
MEDIO = Field(
    "medio",
    Text(),
    label="Medio de conservación o soporte",
    definition="Físico, análogo o digital.",
    access=PUBLICA,
)
FORMATO = Field(
    "formato",
    Text(),
    label="Formato",
    definition="En qué forma se guarda y se entrega.",
    access=PUBLICA,
)
FECHA_GENERACION = Field(
    "fecha_generacion",
    Date(),
    label="Fecha de generación",
    definition="Día en que la información entró al sistema; vacía si no ha entrado.",
    access=PUBLICA,
)
RESPONSABLE_PRODUCCION = Field(
    "responsable_produccion",
    Text(),
    label="Responsable de la producción",
    definition="Dependencia que produce la información.",
    access=PUBLICA,
)
RESPONSABLE_INFORMACION = Field(
    "responsable_informacion",
    Text(),
    label="Responsable de la información",
    definition="Dependencia que la custodia y la entrega.",
    access=PUBLICA,
)
CATEGORIA = Field(
    "categoria",
    Text(),
    label="Nombre o título de la categoría de información",
    definition="Con qué nombre se conoce.",
    access=PUBLICA,
    required=True,
)
