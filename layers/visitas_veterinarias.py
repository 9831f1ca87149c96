"""Visits of public veterinarians: a table, without addresses of homes."""

from gis.contract import (
    CLASIFICADA,
    PUBLICA,
    Coded,
    Dataset,
    Date,
    Field,
    Frequency,
    Integer,
    Layer,
    Metadata,
    NotInFuture,
    Text,
    Topic,
)
from layers._shared import BARRIO, COMUNA, CORREGIMIENTO

PERSONAL = "Dato personal: Ley 1581 de 2012; Ley 1712 de 2014, art. 18 a."

LAYER = Layer(
    name="visitas_veterinarias",
    title="Visitas veterinarias y afines",
    geometry=None,
    key=("codigo",),
    fields=(
        Field(
            "codigo",
            Text(max_length=40),
            label="Código",
            definition="Identificador interno de la visita.",
            access=PUBLICA,
            required=True,
            source_names=("ID",),
            sortable=True,
        ),
        Field(
            "fecha",
            Date(),
            label="Fecha de la visita",
            definition="Día de la visita.",
            access=PUBLICA,
            required=True,
            sortable=True,
        ),
        Field(
            "motivo",
            Coded(codelist="motivo_veterinaria"),
            label="Motivo",
            definition="Por qué se hizo la visita.",
            access=PUBLICA,
            required=True,
        ),
        Field(
            "especie",
            Coded(codelist="especie_animal"),
            label="Especie",
            definition="Animales que se atendieron.",
            access=PUBLICA,
        ),
        Field(
            "animales",
            Integer(minimum=0),
            label="Animales",
            definition="Cuántos animales se atendieron.",
            access=PUBLICA,
        ),
        Field(
            "vacunados",
            Integer(minimum=0),
            label="Vacunados",
            definition="Cuántos animales se vacunaron.",
            access=PUBLICA,
        ),
        Field(
            "concepto",
            Coded(codelist="concepto_sanitario"),
            label="Concepto sanitario",
            definition="Conclusión, cuando se visita un establecimiento.",
            access=PUBLICA,
        ),
        BARRIO,
        COMUNA,
        CORREGIMIENTO,
        Field(
            "direccion_vivienda",
            Text(),
            label="Dirección de la vivienda",
            definition="Dónde se hizo la visita, si fue en una vivienda.",
            access=CLASIFICADA,
            legal_basis=PERSONAL,
            source_names=("DIRECCION",),
        ),
        Field(
            "propietario",
            Text(),
            label="Propietario",
            definition="Persona responsable del animal.",
            access=CLASIFICADA,
            legal_basis=PERSONAL,
        ),
        Field(
            "telefono",
            Text(),
            label="Teléfono",
            definition="Teléfono de contacto.",
            access=CLASIFICADA,
            legal_basis=PERSONAL,
        ),
        Field(
            "observaciones",
            Text(),
            label="Observaciones",
            definition="Texto libre, que puede nombrar personas.",
            access=CLASIFICADA,
            legal_basis=PERSONAL,
        ),
    ),
    rules=(NotInFuture("fecha"),),
    metadata=Metadata(
        abstract=(
            "Visitas de los veterinarios de la autoridad sanitaria: vacunación antirrábica, "
            "agresiones, tenencia de animales, plagas y establecimientos veterinarios, por fecha y "
            "sector. Sin direcciones de viviendas ni datos de personas."
        ),
        purpose="Conocer el control de las zoonosis en cada sector.",
        lineage="Actas de visita del grupo de zoonosis de la Secretaría de Salud.",
        topic=Topic.HEALTH,
        frequency=Frequency.MONTHLY,
        contact="salud",
        keywords=("zoonosis", "vacunación antirrábica", "veterinaria"),
    ),
    datasets=(
        Dataset(
            "visitas_veterinarias",
            targets=("estatico", "ckan", "socrata"),
        ),
    ),
    time=("fecha",),
    label="codigo",
)
