"""Hazard zones of the land-use plan (Decreto 1807 de 2014, compiled in Decreto 1077 de 2015)."""

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
    NotInFuture,
    Relation,
    Section,
    Style,
    Symbol,
    Text,
    Tiles,
    Topic,
)
from layers._shared import RISK_NOTICE

LAYER = Layer(
    name="zonas_amenaza",
    title="Zonas de amenaza",
    geometry=Geometry("MultiPolygon"),
    key=("codigo",),
    fields=(
        Field(
            "codigo",
            Text(max_length=40),
            label="Código",
            definition="Identificador de la zona en el estudio o en el plan de ordenamiento.",
            access=PUBLICA,
            required=True,
            source_names=("COD_ZONA", "ID_ZONA", "OBJECTID"),
            sortable=True,
        ),
        Field(
            "fenomeno",
            Coded(codelist="fenomeno"),
            label="Fenómeno amenazante",
            definition="Fenómeno natural o tecnológico que puede afectar la zona.",
            access=PUBLICA,
            required=True,
            source_names=("Escenario", "FENOMENO", "TIPO_AMENA"),
        ),
        Field(
            "clase",
            Coded(codelist="clase_gestion_riesgo"),
            label="Clase de zona",
            definition="Amenaza, área con condición de amenaza, con condición de riesgo o riesgo.",
            access=PUBLICA,
            required=True,
        ),
        Field(
            "nivel",
            Coded(codelist="nivel_amenaza"),
            label="Nivel de amenaza",
            definition="Categoría que el estudio da a la zona: alta, media o baja.",
            access=PUBLICA,
            required=True,
            source_names=("Amenaza", "CATEGORIA", "NIVEL_AMEN"),
        ),
        Field(
            "nivel_estudio",
            Coded(codelist="nivel_estudio"),
            label="Nivel del estudio",
            definition=(
                "Básico o detallado; el detallado prevalece sobre el básico en su perímetro."
            ),
            access=PUBLICA,
            required=True,
        ),
        Field(
            "escala_denominador",
            Integer(minimum=500, maximum=500_000),
            label="Escala del estudio (1:…)",
            definition="Denominador de la escala del estudio; no se debe leer con más detalle.",
            access=PUBLICA,
            required=True,
        ),
        Field(
            "suelo",
            Coded(codelist="clase_suelo"),
            label="Clase de suelo",
            definition="Clase de suelo del plan de ordenamiento para la que se hizo el estudio.",
            access=PUBLICA,
        ),
        Field(
            "estudio",
            Text(),
            label="Estudio",
            definition="Título y autor del estudio que delimita la zona.",
            access=PUBLICA,
            required=True,
        ),
        Field(
            "fecha_estudio",
            Date(),
            label="Fecha del estudio",
            definition="Fecha de terminación del estudio.",
            access=PUBLICA,
            sortable=True,
        ),
        Field(
            "acto_administrativo",
            Text(),
            label="Acto administrativo",
            definition="Acuerdo o decreto que adoptó el estudio; vacío si no se ha adoptado.",
            access=PUBLICA,
        ),
        Field(
            "mitigable",
            Coded(codelist="sino"),
            label="Mitigable",
            definition=(
                "Si el estudio detallado concluye que el riesgo se puede mitigar; vacío cuando no "
                "hay estudio detallado."
            ),
            access=PUBLICA,
        ),
        Field(
            "modelo",
            Text(),
            label="Método",
            definition="Método con que se zonificó: heurístico, estadístico, determinístico…",
            access=PUBLICA,
            source_names=("Modelo",),
        ),
    ),
    style=Style(
        symbol=Symbol(outline="#5b5b5b", width=0.8, opacity=0.55, hatch=True),
        by="nivel",
        order=40,
        visible=True,
    ),
    tiles=Tiles(minzoom=8, maxzoom=16, overview=("fenomeno",)),
    rules=(
        NoOverlap(by=("fenomeno", "clase", "nivel_estudio")),
        NoSliver(max_area_m2=50, thinness=0.05),
        Inside("municipio", tolerance_m=100),
        NotInFuture("fecha_estudio"),
    ),
    metadata=Metadata(
        abstract=(
            "Zonas de amenaza por movimientos en masa, avenidas torrenciales, inundación y otros "
            "fenómenos, con su nivel (alta, media, baja), la escala y el nivel del estudio que las "
            "delimita y el acto que las adoptó. El estudio detallado prevalece sobre el básico."
        ),
        purpose=(
            "Consulta del conocimiento del riesgo incorporado al plan de ordenamiento territorial."
        ),
        lineage=(
            "Estudios básicos y detallados de amenaza (Decreto 1077 de 2015, 2.2.2.1.3), "
            "entregados por la dependencia de ambiente y gestión del riesgo."
        ),
        topic=Topic.GEOSCIENTIFIC,
        frequency=Frequency.AS_NEEDED,
        contact="ambiente_riesgo",
        keywords=("amenaza", "gestión del riesgo", "ordenamiento territorial", "POT"),
        scale_denominator=5_000,
        notice=RISK_NOTICE,
    ),
    datasets=(
        Dataset("zonas_amenaza", targets=("estatico", "ckan", "socrata")),
        Dataset(
            "zonas_amenaza_alta",
            title="Zonas de amenaza alta",
            description=(
                "Las zonas de amenaza de nivel alto, de todos los fenómenos, con el estudio y el "
                "acto administrativo que las sustentan. Es una vista de las zonas de amenaza."
            ),
            where="nivel = 'alta'",
        ),
    ),
    label="fenomeno",
    here=Here(
        section=Section.RISK,
        relation=Relation.COVERS,
        fields=(
            "fenomeno",
            "nivel",
            "nivel_estudio",
            "escala_denominador",
            "estudio",
            "fecha_estudio",
            "acto_administrativo",
            "mitigable",
        ),
        unknown="Sin estudio de amenaza en este lugar: no se sabe si la hay",
        level="nivel",
        advice="fenomeno",
        cases="fenomeno",
        scale_by="escala_denominador",
        order=10,
    ),
)
